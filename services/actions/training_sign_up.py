"""Companies sign up for a training event without an account, wait when it is full, and cancel by a random number."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify_address
from ledger import moves
from ledger.actors import Job
from ledger.contacts import sealed
from ledger.errors import Refused
from ledger.journal import record as journal
from measures.words import cn_instant
from services.models import TrainingEvent, TrainingSignUp
from services.queries.training import places_taken
from services.states.training import SIGN_UP_OPEN, SignUpState, TrainingState
from stations.credit_code import validate

PUBLIC = Job("public")  # whoever signs up: no account, and no name in the journal
MOST_PEOPLE = 50


@transaction.atomic
def sign_up(
    event: TrainingEvent,
    *,
    credit_code: str,
    company: str,
    people: int,
    name: str,
    phone: str,
    email: str = "",
    consent: bool,
    at: dt.datetime | None = None,
) -> TrainingSignUp:
    """Take so many places for a company, or a place in the queue when they are not free. Returns the sign-up, whose
    `number`, a random one, follows and cancels it.

    Raises Refused: `sign_up_closed`, `consent_missing`, `already_signed_up`, `company_missing`, `people_wrong`,
    `contact_missing`, and as stations.credit_code.validate.
    """
    at = at or timezone.now()
    row = moves.lock(event)
    if row.state != TrainingState.OPEN or row.starts_at <= at:
        raise Refused("sign_up_closed", "这项培训已停止报名。可以看看服务站的其他培训。")
    code = company_code(credit_code)
    refuse_what_is_wrong(company=company, people=people, name=name, phone=phone, consent=consent)
    if people > row.capacity:
        raise Refused("people_wrong", f"这项培训的名额共 {row.capacity} 人，请减少人数。", field="people")
    if row.sign_ups.filter(credit_code=code, state__in=SIGN_UP_OPEN).exists():
        raise Refused(
            "already_signed_up", "这个单位已经报名。要改人数的，请凭报名号取消后重新报名。", field="credit_code"
        )
    # Who comes later does not pass those who wait
    full = row.capacity - places_taken(row) < people or row.sign_ups.filter(state=SignUpState.WAITING).exists()
    made = TrainingSignUp.objects.create(
        event=row,
        state=SignUpState.WAITING if full else SignUpState.SIGNED,
        credit_code=code,
        company=company.strip(),
        people=people,
        kind="organisation",
        signed_at=at,
        **sealed(name=name, email=email, phone=phone),
    )
    journal(made, "sign_up", actor=PUBLIC, at=at, after=made.state, facts={"event": row.pk, "people": people})
    tell(made, "signed", "已报名" if not full else "已进入候补", at=at)
    return made


def company_code(value: str) -> str:
    """The credit code as it is kept. Raises Refused at its field."""
    try:
        return validate(value)
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="credit_code") from refusal


def refuse_what_is_wrong(*, company: str, people: int, name: str, phone: str, consent: bool) -> None:
    if not company.strip():
        raise Refused("company_missing", "请填写单位名称。", field="company")
    if not 1 <= people <= MOST_PEOPLE:
        raise Refused("people_wrong", f"人数应在 1 至 {MOST_PEOPLE} 之间，请修改。", field="people")
    if not name.strip():
        raise Refused("contact_missing", "请填写联系人。", field="name")
    if not phone.strip():
        raise Refused("contact_missing", "请填写联系电话，活动有变动时通知您。", field="phone")
    if not consent:
        raise Refused("consent_missing", "请阅读并勾选个人信息使用说明，再提交报名。", field="consent")


@transaction.atomic
def cancel_sign_up(
    made: TrainingSignUp, *, actor: Any = PUBLIC, reason: str = "", at: dt.datetime | None = None
) -> None:
    """By whoever has the number, or by the station. Those who wait take the places.

    Raises Refused: `not_allowed`, `wrong_state`, `already_started` (then only attendance counts).
    """
    at = at or timezone.now()
    event = moves.lock(made.event)
    if event.state != TrainingState.OPEN or event.starts_at <= at:
        raise Refused("already_started", "培训已经开始或者结束，不需要取消报名。")
    moves.apply(made, "cancel", actor=actor, at=at, reason=reason.strip())
    if actor is not PUBLIC:
        tell(made, "cancelled", "的报名已由服务站取消", at=at, more=reason.strip())
    promote_waiting(event, at=at)


def promote_waiting(event: TrainingEvent, *, at: dt.datetime) -> int:
    """Give the free places to those who wait, first come first served; nobody passes the head of the queue. `event` is
    locked by the caller. Returns how many companies."""
    free, promoted = event.capacity - places_taken(event), 0
    for made in event.sign_ups.filter(state=SignUpState.WAITING).order_by("signed_at", "pk"):
        if made.people > free:
            break
        moves.apply(made, "promote", actor=Job("trainings"), at=at)
        tell(made, "promoted", "由候补转为已报名", at=at)
        free -= made.people
        promoted += 1
    return promoted


def tell(made: TrainingSignUp, what: str, words: str, *, at: dt.datetime, more: str = "") -> None:
    """By e-mail where there is one; the page of the number says the same."""
    if address := made.email:
        event = made.event
        notify_address(
            address,
            at=at,
            key=f"training:{made.pk}:{what}",
            subject=f"{event}：{words}" if not words.startswith("的") else f"{event}{words}",
            body=(
                f"{made.company}，{made.people} 人。{event.station}的培训于{cn_instant(event.starts_at)}开始，"
                f"地点：{event.place}。{more}\n\n凭报名号 {made.number} 可以查看或者取消报名。"
            ),
            url=made.get_absolute_url(),
        )
