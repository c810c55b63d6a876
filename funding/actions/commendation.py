"""Commendation of staff: nominated by the bureau, published only with the person's own consent, taken back at any time."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify_address
from funding.models import Commendation, Consent
from funding.states.commendation import CommendationState
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from stations.models import Station

# Who answers has no account: the link is the proof, and the journal names it
LINK = Job("commendation_link")


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def nominate_staff(
    station: Station,
    *,
    year: int,
    name: str,
    post: str,
    merit: str,
    email: str,
    actor: Any,
    at: dt.datetime | None = None,
) -> Commendation:
    """Nominate a person of a station, and ask that person by mail. Raises Refused: `not_allowed`, `already_nominated`."""
    at = at or timezone.now()
    moves.require(actor, "funding.nominate_staff", "提名表扬")
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            row = Commendation.objects.create(
                year=year,
                station=station,
                name=name.strip(),
                post=post.strip(),
                merit=merit.strip(),
                email=email,
                token_sha256=digest_of(token),
                nominated_by=actor,
                nominated_at=at,
            )
    except IntegrityError as error:
        raise Refused("already_nominated", f"{name}在 {year} 年度已经提名，不能重复。", field="name") from error
    record(row, "nominate", actor=actor, at=at, after=row.state, facts={"station": station.pk, "year": year})
    send_link(row, token, at)
    return row


@transaction.atomic
def renew_link(commendation: Commendation, *, actor: Any, at: dt.datetime | None = None) -> Commendation:
    """Send a new link; the old one opens nothing any more. Raises Refused: `not_allowed`, `wrong_state`."""
    at = at or timezone.now()
    row = moves.lock(commendation)
    moves.require(actor, "funding.nominate_staff", "重发链接", row)
    if row.state in {CommendationState.CANCELLED, CommendationState.WITHDRAWN}:
        raise Refused("wrong_state", f"现在的状态是「{row.get_state_display()}」，不需要再发链接。")
    token = secrets.token_urlsafe(32)
    row.token_sha256 = digest_of(token)
    row.save(update_fields=["token_sha256"])
    record(row, "send_link", actor=actor, at=at)
    send_link(row, token, at)
    return row


def send_link(row: Commendation, token: str, at: dt.datetime) -> None:
    notify_address(
        row.email,
        at=at,
        key=f"commendation:{row.pk}:{row.token_sha256[:12]}",
        subject="请确认是否同意公布通报表扬",
        body=f"{row.name}：您被提名为{row.year}年度优秀管理和服务人员（{row.station}）。是否公布由您决定，请打开链接确认。"
        "同意以后可以随时用同一链接撤回。",
        url=reverse("funding:commendation_answer", args=[token]),
        erase_when_sent=True,
    )


def wording_of(row: Commendation) -> str:
    """What the person agrees to: exactly what the public will read."""
    return f"在本门户公布：{row.year}年度通报表扬，{row.name}，{row.station}，{row.post}。事迹：{row.merit}"


@transaction.atomic
def give_consent(commendation: Commendation, *, at: dt.datetime | None = None) -> Consent:
    """The person agrees, through the own link; agreeing twice is once. Raises Refused: `wrong_state`."""
    at = at or timezone.now()
    row = moves.lock(commendation)
    if row.state in {CommendationState.CONSENTED, CommendationState.PUBLISHED}:
        return row.consents.get(withdrawn_at__isnull=True)
    consent = Consent(commendation=row, wording=wording_of(row), given_at=at)
    moves.apply(row, "consent", actor=LINK, at=at, facts={"wording": consent.wording})
    consent.save(force_insert=True)
    return consent


@transaction.atomic
def refuse_consent(commendation: Commendation, *, at: dt.datetime | None = None) -> Commendation:
    """The person does not agree, or no longer: what was published is taken off at once.

    Raises Refused: `wrong_state`.
    """
    at = at or timezone.now()
    row = moves.lock(commendation)
    if row.state == CommendationState.NOMINATED:
        moves.apply(row, "decline", actor=LINK, at=at)
        return row
    moves.apply(row, "withdraw", actor=LINK, at=at)
    row.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    return row


@transaction.atomic
def publish_commendations(*, year: int, actor: Any, at: dt.datetime | None = None) -> int:
    """Publish everybody of a year who has agreed. Returns how many. Raises Refused: `not_allowed`, `nothing_to_publish`."""
    at = at or timezone.now()
    moves.require(actor, "funding.publish_commendation", "公布表扬")
    agreed = Commendation.objects.filter(year=year, state=CommendationState.CONSENTED)
    done = moves.apply_all(agreed, "publish", actor=actor, at=at, published_at=at)
    if not done:
        raise Refused("nothing_to_publish", f"{year} 年度没有本人已同意、等待公布的人员。")
    return done


@transaction.atomic
def cancel_nomination(
    commendation: Commendation, *, reason: str, actor: Any, at: dt.datetime | None = None
) -> Commendation:
    """Take a nomination back before it is published. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    moves.apply(commendation, "cancel", actor=actor, at=at, reason=reason)
    commendation.consents.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    return commendation
