"""Who came to a training event: registered by the companies themselves with its QR code, or ticked by the station."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record as journal
from measures.words import cn_instant
from services.actions.training_sign_up import company_code
from services.models import TrainingAttendance, TrainingEvent, TrainingSignUp
from services.states.training import SIGN_UP_OPEN, AttendanceWay, TrainingState

EARLIER = dt.timedelta(minutes=30)  # the doors are open before it begins
VISITOR = Job("public")
ATTENDED = {TrainingState.OPEN, TrainingState.HELD}
MOST_PEOPLE = 500


@transaction.atomic
def check_in(
    event: TrainingEvent, *, credit_code: str, company: str, people: int, at: dt.datetime | None = None
) -> TrainingAttendance:
    """By the company itself, who has seen the QR code: from half an hour before the beginning until the end. Twice is
    once.

    Raises Refused: `not_yet`, `over`, `company_missing`, `people_wrong`, and as stations.credit_code.validate.
    """
    at = at or timezone.now()
    row = moves.lock(event)
    if row.state not in ATTENDED or at >= row.ends_at:
        raise Refused("over", "培训已经结束，不能再扫码签到。到场没有签到的，请联系服务站补登。")
    if at < row.starts_at - EARLIER:
        raise Refused("not_yet", f"还没有到签到时间，请在{cn_instant(row.starts_at - EARLIER)}以后扫码签到。")
    return register(row, credit_code, company, people, way=AttendanceWay.QR, actor=VISITOR, at=at)


@transaction.atomic
def tick_attendance(
    event: TrainingEvent,
    *,
    actor: Any,
    credit_code: str,
    company: str,
    people: int,
    at: dt.datetime | None = None,
) -> TrainingAttendance:
    """By the station: on the spot, or afterwards until the event is concluded.

    Raises Refused: `not_allowed`, `wrong_state`, `not_yet`, `company_missing`, `people_wrong`, and on the code.
    """
    at = at or timezone.now()
    moves.require(actor, "services.run_training", "登记签到", event)
    row = moves.lock(event)
    if row.state not in ATTENDED:
        raise Refused("wrong_state", f"这项活动{row.get_state_display()}，不能登记签到。")
    if at < row.starts_at - EARLIER:
        raise Refused("not_yet", f"还没有到签到时间，请在{cn_instant(row.starts_at - EARLIER)}以后登记。")
    return register(row, credit_code, company, people, way=AttendanceWay.STAFF, actor=actor, at=at)


def register(
    event: TrainingEvent, credit_code: str, company: str, people: int, *, way: str, actor: Any, at: dt.datetime
) -> TrainingAttendance:
    """One row for the company, tied to its sign-up where there is one. `event` is locked by the caller."""
    code = company_code(credit_code)
    if former := event.attendances.filter(credit_code=code).first():
        return former
    if not 1 <= people <= MOST_PEOPLE:
        raise Refused("people_wrong", f"人数应在 1 至 {MOST_PEOPLE} 之间，请修改。", field="people")
    signed_up = event.sign_ups.filter(credit_code=code, state__in=SIGN_UP_OPEN).first()
    name = signed_up.company if signed_up else company.strip()
    if not name:
        raise Refused("company_missing", "没有找到这个单位的报名，请填写单位名称。", field="company")
    made = TrainingAttendance.objects.create(
        event=event,
        sign_up=signed_up,
        credit_code=code,
        company=name,
        people=people,
        way=way,
        at=at,
        registered_by=None if isinstance(actor, Job) else actor,
    )
    facts = {"attendance": made.pk, "way": way, "people": people, "signed_up": signed_up is not None}
    journal(event, "attend", actor=actor, at=at, before=event.state, after=event.state, facts=facts)
    return made


@transaction.atomic
def tick_sign_up(made: TrainingSignUp, *, actor: Any, people: int, at: dt.datetime | None = None) -> TrainingAttendance:
    """As `tick_attendance`, for a company that signed up."""
    return tick_attendance(
        made.event, actor=actor, credit_code=made.credit_code, company=made.company, people=people, at=at
    )


@transaction.atomic
def undo_attendance(attendance: TrainingAttendance, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Take a wrong entry back, before the event is concluded; the journal keeps that it stood there.

    Raises Refused: `not_allowed`, `wrong_state`.
    """
    at = at or timezone.now()
    event = moves.lock(attendance.event)
    moves.require(actor, "services.run_training", "撤销签到", event)
    if event.state not in ATTENDED:
        raise Refused("wrong_state", f"这项活动{event.get_state_display()}，签到已经计入服务记录，不能撤销。")
    facts = {"attendance": attendance.pk, "credit_code": attendance.credit_code, "way": attendance.way}
    attendance.delete()
    journal(event, "undo_attendance", actor=actor, at=at, before=event.state, after=event.state, facts=facts)
