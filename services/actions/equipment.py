"""The time of an instrument: asked for, confirmed, given back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from accounts.actions import notify
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from measures.words import cn_clock
from services.models import Booking, Equipment
from services.queries.equipment import overlapping, station_people
from services.states.library import BookingState, LibraryState
from stations import credit_code
from stations.models import Station

Period = tuple[dt.datetime, dt.datetime]
LONGEST = dt.timedelta(days=31)
FARTHEST = dt.timedelta(days=365)


@transaction.atomic
def book(
    equipment: Equipment,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    during: Period,
    client_code: str,
    client_name: str,
    purpose: str,
    by_station: Station | None = None,
    source_client: str = "",
    external_id: str = "",
) -> Booking:
    """Ask for an instrument. What the instrument's own station enters is confirmed at once; what another station or a
    machine asks for waits for it. `during` is (begin, end) as aware instants, the end not included.

    `by_station` is whose staff asks. A machine (`ledger.actors.Job`) gives its client's id and its own number for the
    booking, under which the same booking is taken once.

    Raises Refused: `not_allowed`, `not_in_use`, `period_turned`, `period_past`, `period_too_long`, `period_too_far`,
    `purpose_missing`, `client_missing`, `already_booked`, what `credit_code.validate` raises.
    """
    at = at or timezone.now()
    row: Equipment = moves.lock(equipment)
    require_right(row, actor)
    if known := taken_before(source_client, external_id):
        return known
    refuse_what_is_wrong(row, during, client_name, purpose, at)
    booking = Booking(
        equipment=row,
        during=DateTimeTZRange(*during),
        client_code=credit_code.validate(client_code),
        client_name=client_name.strip(),
        purpose=purpose.strip(),
        by_station=by_station,
        asked_by=None if isinstance(actor, Job) else actor,
        asked_at=at,
        source_client=source_client,
        external_id=external_id,
    )
    hold(booking)
    record(booking, "ask", actor=actor, at=at, after=booking.state, facts={"equipment": row.pk})
    if not isinstance(actor, Job) and actor.has_perm("services.confirm_booking", booking):
        moves.apply(booking, "confirm", actor=actor, at=at)
    else:
        tell_station(booking, at)
    return booking


def require_right(equipment: Equipment, actor: Any) -> None:
    """A machine's right has been checked by whoever let it in."""
    if not isinstance(actor, Job):
        moves.require(actor, "services.book_equipment", "预约这台设备", equipment)


def taken_before(source_client: str, external_id: str) -> Booking | None:
    if not source_client:
        return None
    return Booking.objects.filter(source_client=source_client, external_id=external_id).first()


def refuse_what_is_wrong(equipment: Equipment, during: Period, client_name: str, purpose: str, at: dt.datetime) -> None:
    refuse_period(during, at)
    if equipment.state != LibraryState.ACTIVE:
        raise Refused("not_in_use", "这台设备已停用，不能预约，请选择别的设备。")
    if not purpose.strip():
        raise Refused("purpose_missing", "请写明用途，例如测量什么样件。", field="purpose")
    if not client_name.strip():
        raise Refused("client_missing", "请填写使用设备的企业名称。", field="client_name")


def refuse_period(during: Period, at: dt.datetime) -> None:
    begins, ends = during
    if ends <= begins:
        raise Refused("period_turned", "结束时间应当晚于开始时间，请改正。", field="ends_at")
    if begins < at:
        raise Refused("period_past", "开始时间已经过去，请选择以后的时间。", field="begins_at")
    if ends - begins > LONGEST:
        raise Refused("period_too_long", f"一次最多预约 {LONGEST.days} 天，请分成几次。", field="ends_at")
    if begins > at + FARTHEST:
        raise Refused("period_too_far", "最早提前一年预约，请选择近一些的时间。", field="begins_at")


def hold(booking: Booking) -> None:
    """Write the booking, or refuse where somebody holds the time. The sentence names the time that is taken; the
    constraint of the table has the last word."""
    taken = overlapping(booking.equipment, booking.during).first()
    if taken is None:
        try:
            with transaction.atomic():
                booking.save(force_insert=True)
        except IntegrityError as error:
            if "an_instrument_is_booked_once_at_a_time" not in str(error):
                raise
        else:
            return
    when = f"（{spoken(taken.during)}）" if taken else ""
    raise Refused("already_booked", f"这段时间已经有人预约{when}，请在日历上选择空闲的时间。", field="begins_at")


def spoken(during: Any) -> str:
    """2026年6月1日 9:00—11:00."""
    begins, ends = during.lower, during.upper
    local = timezone.localtime(ends)
    if timezone.localtime(begins).date() == local.date():
        return f"{cn_clock(begins)}—{local.hour}:{local.minute:02}"
    return f"{cn_clock(begins)}至{cn_clock(ends)}"


# -- Decided  ----


@transaction.atomic
def confirm_booking(booking: Booking, *, actor: Any, at: dt.datetime | None = None) -> None:
    """By the station of the instrument, before it begins. Raises Refused: `not_allowed`, `wrong_state`, `period_past`."""
    at = at or timezone.now()
    if booking.during.lower < at:
        raise Refused("period_past", "预约的时间已经开始，不能再确认，请取消后重新预约。")
    moves.apply(booking, "confirm", actor=actor, at=at)
    tell_asker(booking, "confirmed", "已确认", "请按预约的时间使用。", at)


@transaction.atomic
def cancel_booking(booking: Booking, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """By the station of the instrument or the one that asked, until it is over. Raises Refused: `not_allowed`,
    `wrong_state`, `reason_missing`, `period_past`."""
    at = at or timezone.now()
    if booking.during.upper <= at and not isinstance(actor, Job):
        raise Refused("period_past", "预约的时间已经结束，不能再取消。")
    moves.apply(booking, "cancel", actor=actor, at=at, reason=reason.strip())
    tell_asker(booking, "cancelled", "已取消", f"理由：{reason.strip()}", at)
    if not isinstance(actor, Job) and not actor.has_perm("services.confirm_booking", booking):
        notify(
            station_people(booking.equipment.station),
            at=at,
            key=f"booking:{booking.pk}:cancelled",
            subject=f"{booking.equipment.name}的预约已由对方取消",
            body=f"{spoken(booking.during)}。理由：{reason.strip()}",
            url=booking.get_absolute_url(),
        )


def lapse_bookings(at: dt.datetime | None = None) -> int:
    """Give back the time of what nobody confirmed before it began; each at its own beginning. Returns how many."""
    at = at or timezone.now()
    waiting = Booking.objects.filter(state=BookingState.ASKED, during__startswith__lte=at).order_by("during")
    return sum(lapse(booking) for booking in waiting.select_related("equipment__station", "asked_by"))


@transaction.atomic
def lapse(booking: Booking) -> bool:
    row = moves.lock(booking)
    if row.state != BookingState.ASKED:  # somebody was first
        return False
    cancel_booking(
        booking, actor=Job("lapse_bookings"), reason="到开始时间没有确认，系统自动取消", at=booking.during.lower
    )
    return True


def tell_station(booking: Booking, at: dt.datetime) -> None:
    notify(
        station_people(booking.equipment.station),
        at=at,
        key=f"booking:{booking.pk}:asked",
        subject=f"请确认{booking.equipment.name}的预约",
        body=f"{booking.client_name}申请使用：{spoken(booking.during)}。到开始时间没有确认的，自动取消。",
        url=booking.get_absolute_url(),
    )


def tell_asker(booking: Booking, event: str, word: str, more: str, at: dt.datetime) -> None:
    """Who asked from elsewhere; a machine reads the state."""
    if booking.asked_by is not None:
        notify(
            [booking.asked_by],
            at=at,
            key=f"booking:{booking.pk}:{event}",
            subject=f"{booking.equipment.name}的预约{word}",
            body=f"{spoken(booking.during)}。{more}",
            url=booking.get_absolute_url(),
        )
