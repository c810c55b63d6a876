"""The other ways out: the station gives its title up, or its organisation has ended. The bureau confirms, with a paper.

And what a clerk does with a suspicion that he does not follow."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.queries import people_with
from accounts.states import Role
from ledger import moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from ledger.models import StoredFile
from stations.actions import end_title
from stations.models import Title
from stations.queries.members import people_of
from stations.states import Level, TitleState
from supervision.models import Departure, SuspicionSetAside
from supervision.papers import draw
from supervision.queries.suspicions import Suspicion
from supervision.states.revocation import RUNNING, DepartureKind, DepartureState

ASKING = {
    DepartureKind.GIVE_UP: "supervision.give_up_title",
    DepartureKind.ENTITY_TERMINATED: "supervision.report_termination",
}
# Art 18(5) names the end of the organisation; of giving up the measure says nothing, it rests on Art 3 (自愿)
ARTICLES = {DepartureKind.GIVE_UP: "第三条（自愿退出）", DepartureKind.ENTITY_TERMINATED: "第十八条第（五）项"}


@transaction.atomic
def ask_departure(
    title: Title,
    *,
    kind: str,
    reason: str,
    statement: UploadedFile | StoredFile,
    actor: Any,
    at: dt.datetime | None = None,
) -> Departure:
    """Ask that a title end: the station's owner gives it up, or staff report that the organisation has ended.

    Raises Refused: `not_allowed`, `not_active`, `case_running`, `already_asked`, `reason_missing`, and as an upload.
    """
    at = at or timezone.now()
    row = moves.lock(title)
    moves.require(actor, ASKING[DepartureKind(kind)], DepartureKind(kind).label, row)
    if row.state != TitleState.ACTIVE or row.level != Level.CITY:
        raise Refused("not_active", "只有有效的市级称号可以申请终止，请刷新页面查看。")
    refuse_in_a_case(row)
    if row.departures.filter(state=DepartureState.ASKED).exists():
        raise Refused("already_asked", "已经有一份终止称号的申请在等待确认，不必重复提交。")
    if not reason.strip():
        raise Refused("reason_missing", "请说明终止称号的原因。", field="reason")
    stored = statement if isinstance(statement, StoredFile) else store_upload(statement, actor=actor, at=at)
    departure = Departure.objects.create(
        title=row, kind=kind, reason=reason.strip(), statement=stored, asked_by=actor, asked_at=at
    )
    record(departure, "ask", actor=actor, at=at, after=departure.state, facts={"sha256": stored.sha256})
    notify(
        people_with(Role.LEADER),
        at=at,
        key=f"departure:{departure.pk}:asked",
        subject=f"请确认：{row.station}终止称号",
        body=f"原因：{DepartureKind(kind).label}。确认以后称号终止，名额空出。",
        url=departure.get_absolute_url(),
    )
    return departure


def refuse_in_a_case(title: Title) -> None:
    """Nobody gets out of a running case of revocation by giving the title up."""
    if running := title.revocation_cases.filter(state__in=RUNNING).first():
        raise Refused("case_running", f"该称号的撤销案件 {running.number} 正在办理，办结以后才能申请或者确认终止。")


@transaction.atomic
def confirm_departure(
    departure: Departure, *, document_number: str, actor: Any, at: dt.datetime | None = None
) -> Departure:
    """Confirm, by another person than asked: the title ends, its place is free. Confirmed twice, it ends once.

    Raises Refused: `not_allowed`, `same_person`, `wrong_state`, `case_running`, `decision_missing`.
    """
    at = at or timezone.now()
    row = moves.lock(departure)
    if row.state == DepartureState.CONFIRMED and row.decided_by == actor:
        return row
    moves.check(Departure.MOVES["confirm"], actor, row, "")
    if row.asked_by == actor:
        raise Refused("same_person", "这份申请是您本人提出的，须由另一位审批负责人确认。")
    refuse_in_a_case(row.title)
    number, kind = document_number.strip(), DepartureKind(row.kind)
    if not number:
        raise Refused("decision_missing", "请填写决定的发文字号，例如 武市监〔2026〕9号。", field="document_number")
    paper = draw(
        "documents/departure.html",
        f"终止称号决定书-{row.title.number}",
        row.title,
        actor=actor,
        at=at,
        title=f"关于终止{row.title.station.name}称号的决定",
        document_number=number,
        departure=row,
        article=ARTICLES[kind],
    )
    end_title(
        row.title,
        move="terminate",
        actor=actor,
        at=at,
        article=ARTICLES[kind],
        decision=number,
        reason=f"{kind.label}：{row.reason}",
        paper=paper,
        facts={"departure": row.pk},
    )
    moves.apply(row, "confirm", actor=actor, at=at, decided_by=actor, decided_at=at, document_number=number)
    tell(row, "confirmed", "称号已终止", f"{kind.label}，依据{number}，称号已终止。", at)
    return row


@transaction.atomic
def refuse_departure(departure: Departure, *, reason: str, actor: Any, at: dt.datetime | None = None) -> Departure:
    """The title stays. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    row = moves.lock(departure)
    moves.apply(
        row, "refuse", actor=actor, at=at, reason=reason, decided_by=actor, decided_at=at, answer=reason.strip()
    )
    tell(row, "refused", "终止称号的申请未获同意", f"理由：{reason}", at)
    return row


@transaction.atomic
def withdraw_departure(departure: Departure, *, actor: Any, at: dt.datetime | None = None) -> Departure:
    """Whoever asked takes it back before it is confirmed. Raises Refused: `not_allowed`, `wrong_state`."""
    row = moves.lock(departure)
    moves.apply(row, "withdraw", actor=actor, at=at or timezone.now())
    return row


def tell(departure: Departure, event: str, subject: str, body: str, at: dt.datetime) -> None:
    station = departure.title.station
    notify(
        people_of(station.organisation),
        at=at,
        key=f"departure:{departure.pk}:{event}",
        subject=f"{station}：{subject}",
        body=body,
        url=departure.get_absolute_url(),
    )


@transaction.atomic
def set_suspicion_aside(
    suspicion: Suspicion, *, reason: str, actor: Any, at: dt.datetime | None = None
) -> SuspicionSetAside:
    """Not followed, as long as its facts are the same. Set aside twice, it is set aside once.

    Raises Refused: `not_allowed`, `reason_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "supervision.set_suspicion_aside", "搁置疑点")
    if not reason.strip():
        raise Refused("reason_missing", "请写明为什么不立案。", field="reason")
    row, new = SuspicionSetAside.objects.get_or_create(
        title=suspicion.title,
        kind=suspicion.kind,
        fingerprint=suspicion.fingerprint,
        defaults={"facts": suspicion.facts, "reason": reason.strip(), "made_by": actor, "made_at": at},
    )
    if new:
        facts = {"kind": suspicion.kind, "text": suspicion.text, "title": suspicion.title.number}
        record(row, "set_aside", actor=actor, at=at, reason=reason, facts=facts)
    return row
