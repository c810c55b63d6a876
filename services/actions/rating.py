"""Companies rate the services that they had: by a link that opens once, or through a platform that passes it on.

Who rated stands in no journal row and in no message. The station reads marks and comments without the record.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify, notify_address
from accounts.queries import district_staff, people_with
from accounts.states import Role
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record as journal
from ledger.moves import lock, require
from measures.words import cn_day
from services.actions.need import mark_rated
from services.aspects import ASPECTS, CODES, STEPS
from services.models import Rating, RatingInvitation, ServiceRecord
from services.network import contact_flags
from services.queries.rating import contacts_of, has_part_in
from services.states.rating import Channel, Integrity
from stations.models import Station

VALID_FOR = dt.timedelta(days=30)
RATER = Job("rating_link")  # whoever has the link: no account, and no name in the journal
MOST_WORDS = 1000
STEP_NUMBERS = {step.number for step in STEPS}


def digest_of(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(
    record: ServiceRecord,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    email: str = "",
    phone: str = "",
    network: str = "",
) -> str:
    """Ask the company for its rating. The link is good for thirty days and opens once; a former one that was not used
    opens nothing any more. Sent to `email` where there is one; without, the caller hands it over. Returns its address.

    `phone` is that of the company's contact: it is compared with those of the station and not kept. `network` is the
    digest of where the caller is. Raises Refused: `not_allowed`, `already_rated`, `record_set_aside`.
    """
    at = at or timezone.now()
    if not isinstance(actor, Job):  # what a job may ask for, its caller has checked
        require(actor, "services.invite_rating", "邀请评价", record)
    row = lock(record)
    refuse_unratable(row)
    end_open_links(row, actor=actor, at=at)
    emails, phones = contacts_of(row.station)
    token = secrets.token_urlsafe(32)
    invitation = RatingInvitation.objects.create(
        record=row,
        token_sha256=digest_of(token),
        channel=Channel.EMAIL if email else Channel.HANDED,
        flags=contact_flags(email, phone, emails=emails, phones=phones),
        network=network,
        invited_by=None if isinstance(actor, Job) else actor,
        invited_at=at,
        expires_at=at + VALID_FOR,
    )
    journal(invitation, "invite", actor=actor, at=at, facts={"record": row.pk, "channel": invitation.channel})
    path = reverse("services:rating_give", args=[token])
    if email:
        send_link(invitation, email, path, at=at)
    return settings.SITE_URL + path


def refuse_unratable(record: ServiceRecord) -> None:
    if Rating.objects.filter(record=record).exists():
        raise Refused("already_rated", "这次服务已经评价过，不需要再邀请。")
    if record.set_aside:
        raise Refused("record_set_aside", "这条服务记录不计入统计，不需要评价。")


def end_open_links(record: ServiceRecord, *, actor: Any, at: dt.datetime) -> None:
    for former in record.invitations.filter(used_at__isnull=True, withdrawn_at__isnull=True):
        former.withdrawn_at = at
        former.save(update_fields=["withdrawn_at"])
        journal(former, "withdraw", actor=actor, at=at)


def send_link(invitation: RatingInvitation, email: str, path: str, *, at: dt.datetime) -> None:
    record = invitation.record
    notify_address(
        email,
        at=at,
        key=f"rating:{invitation.pk}",
        subject=f"请评价{record.station}的服务",
        body=(
            f"{record.station}于{cn_day(record.served_on)}为贵单位提供了服务。请打开下面的链接评价，大约需要一分钟，"
            "不需要注册账号。链接三十日内有效，只能使用一次，请不要转给服务站。"
            "服务站看得到评价内容，看不到是哪家单位评价的。"
        ),
        url=path,
        erase_when_sent=True,
    )


@transaction.atomic
def rate(
    invitation: RatingInvitation,
    *,
    marks: Mapping[str, Any],
    integrity: str,
    comment: str = "",
    actor: Any = None,
    network: str = "",
    at: dt.datetime | None = None,
) -> Rating:
    """Rate the service of this link. `marks` is {aspect: step of 1 to 5}; `actor` is whoever is signed in while doing
    so, asked only whether he or she belongs to the station, and never kept.

    Raises Refused: `link_used`, `link_withdrawn`, `link_expired`, `own_station`, `mark_missing`, `integrity_missing`,
    `comment_too_long`.
    """
    at = at or timezone.now()
    service = lock(invitation.record)  # before the link, as whoever sends a new one or passes a rating on
    row = lock(invitation)
    refuse_unusable(row, at)
    refuse_own(service.station, actor)
    known = checked(marks, integrity, comment)
    flags = list(row.flags)
    if network and network == row.network:
        flags.append("own_network")
    row.used_at = at
    row.save(update_fields=["used_at"])
    rating = Rating.objects.create(
        record=service, invitation=row, channel=row.channel, network=network, flags=flags, rated_at=at, **known
    )
    journal(row, "use", actor=RATER, at=at)
    return told(rating, actor=RATER, at=at)


def refuse_unusable(invitation: RatingInvitation, at: dt.datetime) -> None:
    """Raise Refused unless this link still opens a rating."""
    if invitation.used_at:
        raise Refused("link_used", "这个链接已经使用过，评价已经收到，不需要再次提交。")
    if invitation.withdrawn_at or invitation.record.withdrawn:
        raise Refused("link_withdrawn", "这个链接已经作废。如果收到过新的链接，请使用新的链接。")
    if invitation.expires_at <= at:
        raise Refused("link_expired", "这个链接已过三十日有效期。需要评价的，请联系服务站重新发送链接。")


def refuse_own(station: Station, user: Any) -> None:
    if user is not None and has_part_in(user, station):
        raise Refused("own_station", "您是服务站所属单位的人员或者监管部门的工作人员，不能代替企业评价。")


def checked(marks: Mapping[str, Any], integrity: str, comment: str) -> dict[str, Any]:
    """The columns of a rating. Raises Refused at the field that is missing or wrong."""
    for aspect in ASPECTS:
        if marks.get(aspect.code) not in STEP_NUMBERS:
            raise Refused("mark_missing", f"请为“{aspect.name}”选择五档中的一档。", field=aspect.code)
    if integrity not in Integrity.values:
        raise Refused("integrity_missing", "请回答廉洁情况这一项，不便回答的可以选“不便回答”。", field="integrity")
    if len(comment.strip()) > MOST_WORDS:
        raise Refused("comment_too_long", f"意见和建议最多 {MOST_WORDS} 字，请缩短后再提交。", field="comment")
    return {**{code: marks[code] for code in CODES}, "integrity": integrity, "comment": comment.strip()}


def told(rating: Rating, *, actor: Any, at: dt.datetime) -> Rating:
    """Journal a new rating; who supervises the station hears at once where somebody was asked for more than agreed."""
    journal(rating, "rate", actor=actor, at=at, facts={"record": rating.record_id, "channel": rating.channel})
    mark_rated(rating.record, actor=actor, at=at)
    if rating.integrity == Integrity.ASKED:
        station = rating.record.station
        notify(
            [*district_staff(station.supervised_by_id), *people_with(Role.MANAGER)],
            at=at,
            key=f"rating:{rating.pk}:integrity",
            subject=f"有企业反映{station}的廉洁问题",
            body="企业在服务评价中回答，有服务人员索要财物、指定机构或者收取约定以外的费用。请核实，并注意为企业保密。",
            url=rating.get_absolute_url(),
        )
    return rating


# -- From a platform  ----


@transaction.atomic
def rate_from_client(
    record: ServiceRecord,
    marks: Mapping[str, Any],
    source_client: str,
    external_id: str,
    *,
    actor: Job,
    integrity: str = Integrity.UNSAID,
    comment: str = "",
    email: str = "",
    phone: str = "",
    at: dt.datetime | None = None,
) -> Rating:
    """A rating that a company gave on an outside platform, under the platform's own number: sent again, it is the same
    rating, and what differs is corrected. Its caller has checked the client's right to the station.

    Raises Refused: `already_rated` (otherwise), `external_id_taken` (for another service), `external_id_missing`,
    `record_set_aside`, and as `rate` on the marks.
    """
    at = at or timezone.now()
    if not source_client or not external_id:
        raise Refused("external_id_missing", "请填写贵平台的评价编号。", field="external_id")
    row = lock(record)
    known = checked(marks, integrity, comment)
    emails, phones = contacts_of(row.station)
    known["flags"] = contact_flags(email, phone, emails=emails, phones=phones)
    former = Rating.objects.filter(source_client=source_client, external_id=external_id).first()
    if former is not None:
        return corrected(former, row, known, actor=actor, at=at)
    refuse_unratable(row)
    end_open_links(row, actor=actor, at=at)
    rating = Rating.objects.create(
        record=row,
        channel=Channel.API,
        source_client=source_client,
        external_id=external_id,
        rated_at=at,
        **known,
    )
    return told(rating, actor=actor, at=at)


def corrected(rating: Rating, record: ServiceRecord, known: dict[str, Any], *, actor: Job, at: dt.datetime) -> Rating:
    """The rating as the platform says it now; the journal keeps what it was."""
    if rating.record_id != record.pk:
        raise Refused("external_id_taken", "这个评价编号已经用于另一次服务，请核对后重新推送。", field="external_id")
    before = {name: getattr(rating, name) for name in known}
    if before == known:
        return rating
    for name, value in known.items():
        setattr(rating, name, value)
    rating.save(update_fields=[*known])
    rating.refresh_from_db(fields=["points"])
    changed = {name: before[name] for name in known if before[name] != known[name] and name != "comment"}
    journal(
        rating,
        "change",
        actor=actor,
        at=at,
        facts={"before": changed, "comment": before["comment"] != known["comment"]},
    )
    return rating


# -- What the station does about it  ----


@transaction.atomic
def improve_rating(rating: Rating, *, actor: Any, text: str, at: dt.datetime | None = None) -> None:
    """Say what was improved after a poor rating; may be written anew, the journal keeps what stood there.

    Raises Refused: `not_allowed`, `not_poor`, `improvement_missing`.
    """
    at = at or timezone.now()
    require(actor, "services.improve_rating", "记录改进情况", rating)
    row = lock(rating)
    if not row.is_poor:
        raise Refused("not_poor", "这份评价没有不满意的方面，不需要记录改进情况。")
    if not text.strip():
        raise Refused("improvement_missing", "请写明改进了什么。", field="text")
    former = row.improvement
    row.improvement, row.improved_by, row.improved_at = text.strip(), actor, at
    row.save(update_fields=["improvement", "improved_by", "improved_at"])
    journal(row, "improve", actor=actor, at=at, facts={"before": former} if former else None)
