"""A station's training events: announced, held by the clock, concluded into one service record per company."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify, notify_address
from accounts.models import User
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record as journal
from measures.words import cn_instant
from services.actions.rating import invite
from services.actions.record import add_records
from services.actions.training_sign_up import promote_waiting
from services.models import TrainingAttendance, TrainingEvent
from services.queries.training import kinds, places_taken, sign_ups_with_contact
from services.states.training import SIGN_UP_OPEN, SignUpState, TrainingState
from stations.models import Membership, Station

CLOCK = Job("trainings")
DAY = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=30)
FIELDS = ("title", "kind", "text", "place", "starts_at", "ends_at", "capacity")
CHANGEABLE = {TrainingState.DRAFT, TrainingState.OPEN}


@transaction.atomic
def create_training(station: Station, *, actor: Any, at: dt.datetime | None = None, **facts: Any) -> TrainingEvent:
    """A new event as a draft. `facts` are FIELDS. Raises Refused: `not_allowed`, and as `refuse_wrong_facts`."""
    at = at or timezone.now()
    event = TrainingEvent(station=station, created_by=actor, created_at=at, **facts)
    moves.require(actor, "services.run_training", "组织培训活动", event)
    refuse_wrong_facts(event, at)
    event.save()
    journal(event, "create", actor=actor, at=at, after=event.state)
    return event


@transaction.atomic
def change_training(event: TrainingEvent, *, actor: Any, at: dt.datetime | None = None, **facts: Any) -> TrainingEvent:
    """Change a draft or an open event; who signed up is told of another time or place, and those who wait get the
    places that came free.

    Raises Refused: `not_allowed`, `wrong_state`, `capacity_taken`, and as `refuse_wrong_facts`.
    """
    at = at or timezone.now()
    moves.require(actor, "services.run_training", "修改培训活动", event)
    row = moves.lock(event)
    if row.state not in CHANGEABLE:
        raise Refused("wrong_state", f"这项活动{row.get_state_display()}，不能再修改。")
    before = {name: getattr(row, name) for name in facts}
    for name, value in facts.items():
        setattr(row, name, value)
    refuse_wrong_facts(row, at)
    taken = places_taken(row)
    if row.capacity < taken:
        raise Refused("capacity_taken", f"已有 {taken} 人报名，名额不能少于这个数。", field="capacity")
    changed = {name for name in facts if before[name] != facts[name]}
    if not changed:
        return row
    row.save(update_fields=sorted(changed))
    journal(row, "change", actor=actor, at=at, before=row.state, after=row.state, facts={"changed": sorted(changed)})
    if changed & {"starts_at", "ends_at", "place"} and row.state == TrainingState.OPEN:
        row.sign_ups.update(reminded_at=None)
        told = f"时间：{cn_instant(row.starts_at)}。地点：{row.place}。不能参加的，请取消报名，把名额让给别人。"
        tell_signed_up(row, f"change:{at.isoformat()}", f"培训有变动：{row}", told, at=at)
    promote_waiting(row, at=at)
    return row


def refuse_wrong_facts(event: TrainingEvent, at: dt.datetime) -> None:
    """Raises Refused: `title_missing`, `place_missing`, `kind_unknown`, `starts_in_the_past`, `ends_before_it_starts`,
    `too_long`, `capacity_wrong`."""
    for field, label in (("title", "培训主题"), ("place", "地点")):
        if not str(getattr(event, field)).strip():
            raise Refused(f"{field}_missing", f"请填写{label}。", field=field)
    if event.kind not in kinds():
        raise Refused("kind_unknown", "请从列表中选择服务种类。", field="kind")
    if event.starts_at <= at:
        raise Refused("starts_in_the_past", "开始时间应在现在以后，请修改。", field="starts_at")
    if event.ends_at <= event.starts_at:
        raise Refused("ends_before_it_starts", "结束时间应在开始时间以后，请修改。", field="ends_at")
    if event.ends_at - event.starts_at > LONGEST:
        raise Refused("too_long", "一项培训活动最长三十日，更长的请分成几项。", field="ends_at")
    if not 1 <= event.capacity <= 5000:
        raise Refused("capacity_wrong", "名额应在 1 至 5000 人之间，请修改。", field="capacity")


@transaction.atomic
def publish_training(event: TrainingEvent, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Companies may sign up from now until it starts. Raises Refused: `not_allowed`, `wrong_state`,
    `starts_in_the_past`."""
    at = at or timezone.now()
    if event.starts_at <= at:
        raise Refused("starts_in_the_past", "开始时间已经过了，请先修改时间再发布。")
    moves.apply(event, "publish", actor=actor, at=at)


@transaction.atomic
def cancel_training(event: TrainingEvent, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """It does not take place; who signed up or waits is told why. Raises Refused: `not_allowed`, `wrong_state`,
    `reason_missing`, `somebody_came`."""
    at = at or timezone.now()
    if moves.lock(event).attendances.exists():
        raise Refused("somebody_came", "已经有单位签到，不能取消。登记有误的，请先撤销签到。")
    moves.apply(event, "cancel", actor=actor, at=at, reason=reason.strip(), ended_at=at)
    tell_signed_up(event, "cancelled", f"培训取消：{event}", f"理由：{reason.strip()}", at=at)


@transaction.atomic
def conclude_training(event: TrainingEvent, *, actor: Any, summary: str = "", at: dt.datetime | None = None) -> int:
    """After its end: a service record for each company that came, once; who left a mailbox is asked for its rating.
    Returns how many.

    Raises Refused: `not_allowed`, `wrong_state`, `not_over`, `nobody_came`, and as add_records (a closed year).
    """
    at = at or timezone.now()
    row = moves.lock(event)
    if row.state == TrainingState.HELD and at < row.ends_at:
        raise Refused("not_over", f"培训到{cn_instant(row.ends_at)}结束，结束以后再办结。")
    came = list(row.attendances.filter(record=None).select_related("sign_up"))
    if row.state == TrainingState.HELD and not came:
        raise Refused("nobody_came", "没有单位签到，不能办结。请补登到场单位；没有举办的，请取消活动。")
    moves.apply(
        event, "conclude", actor=actor, at=at, facts={"companies": len(came)}, summary=summary.strip(), ended_at=at
    )
    record_attendance(row, came, actor=actor, at=at)
    for one in came:
        if one.sign_up and one.sign_up.email and one.record and one.record.counts:
            invite(one.record, actor=actor, at=at, email=one.sign_up.email, phone=one.sign_up.phone)
    return len(came)


def record_attendance(event: TrainingEvent, came: list[TrainingAttendance], *, actor: Any, at: dt.datetime) -> None:
    """A service record for each of these companies, all or none; the phone of who signed up is compared with the
    station's."""
    rows = [
        {
            "client_code": one.credit_code,
            "client_name": one.company,
            "item": f"{event.kind}.training",
            "served_on": timezone.localdate(event.starts_at),
            "summary": f"培训：{event.title}",
            "contact_phone": one.sign_up.phone if one.sign_up else "",
        }
        for one in came
    ]
    for one, outcome in zip(came, add_records(event.station, rows, actor=actor, at=at, origin="training"), strict=True):
        if outcome.record is None:
            fault = outcome.faults[0]
            raise Refused(fault.code, f"{one.company}：{fault.message}")
        one.record = outcome.record
    event.attendances.bulk_update(came, ["record"])


@transaction.atomic
def renew_code(event: TrainingEvent, *, actor: Any, at: dt.datetime | None = None) -> None:
    """A new QR code for the attendance; the former opens nothing. Raises Refused: `not_allowed`, `wrong_state`."""
    at = at or timezone.now()
    moves.require(actor, "services.run_training", "更换签到二维码", event)
    row = moves.lock(event)
    if row.state not in {TrainingState.OPEN, TrainingState.HELD}:
        raise Refused("wrong_state", f"这项活动{row.get_state_display()}，没有签到二维码。")
    row.code_number += 1
    row.save(update_fields=["code_number"])
    event.code_number = row.code_number
    journal(row, "renew_code", actor=actor, at=at, before=row.state, after=row.state)


def tell_signed_up(event: TrainingEvent, what: str, subject: str, body: str, *, at: dt.datetime) -> int:
    """By e-mail, who signed up or waits and left an address."""
    told = 0
    for sign_up in sign_ups_with_contact(event).filter(state__in=SIGN_UP_OPEN):
        if sign_up.email:
            told += notify_address(
                sign_up.email,
                at=at,
                key=f"training:{sign_up.pk}:{what}",
                subject=subject,
                body=f"{event.station}：{body}",
                url=sign_up.get_absolute_url(),
            )
    return told


# -- The clock  ----


def hold_due(at: dt.datetime | None = None) -> int:
    """Open events whose time has come are held, each at its own instant. Returns how many."""
    at = at or timezone.now()
    due = TrainingEvent.objects.filter(state=TrainingState.OPEN, starts_at__lte=at).order_by("starts_at", "pk")
    return sum(hold(event, at=event.starts_at) for event in due)


@transaction.atomic
def hold(event: TrainingEvent, *, at: dt.datetime) -> bool:
    if moves.lock(event).state != TrainingState.OPEN:  # somebody else was first
        return False
    moves.apply(event, "hold", actor=CLOCK, at=at)
    return True


def remind_due(at: dt.datetime | None = None) -> int:
    """The day before: who signed up is reminded, and so is the station, each once. Returns how many companies."""
    at = at or timezone.now()
    soon = TrainingEvent.objects.filter(state=TrainingState.OPEN, starts_at__gt=at, starts_at__lte=at + DAY)
    return sum(remind(event, at=at) for event in soon)


@transaction.atomic
def remind(event: TrainingEvent, *, at: dt.datetime) -> int:
    row = moves.lock(event)
    rows = list(sign_ups_with_contact(row).filter(state=SignUpState.SIGNED, reminded_at=None))
    for sign_up in rows:
        sign_up.reminded_at = at
        if sign_up.email:
            notify_address(
                sign_up.email,
                at=at,
                key=f"training:{sign_up.pk}:remind:{row.starts_at:%Y%m%d%H%M}",
                subject=f"提醒：{row}即将开始",
                body=f"{row.station}的培训于{cn_instant(row.starts_at)}开始，地点：{row.place}。到场后请扫码签到。",
                url=sign_up.get_absolute_url(),
            )
    row.sign_ups.bulk_update(rows, ["reminded_at"])
    staff = Membership.objects.filter(organisation=row.station.organisation_id, left_at=None).values("user")
    notify(
        User.objects.filter(pk__in=staff),
        at=at,
        key=f"training:{row.pk}:remind:{row.starts_at:%Y%m%d%H%M}",
        subject=f"培训即将开始：{row}",
        body=f"{cn_instant(row.starts_at)}在{row.place}。请打印或者展示签到二维码。",
        url=reverse("services:training_code", args=[row.pk]),
    )
    return len(rows)
