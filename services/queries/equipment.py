"""Instruments and their bookings, for the pages and for matching."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.todo import Todo
from services.models import Booking, Equipment
from services.queries.library import items_visible_to, of_station, shared_with, usable_by
from services.states.library import BOOKED, BookingState
from stations.models import Membership, Station
from stations.rules import memberships


def equipment_visible_to(user: Any) -> QuerySet[Equipment]:
    return items_visible_to(Equipment, user)


def shared_equipment(user: Any) -> QuerySet[Equipment]:
    """Those of other stations; to be shown masked."""
    return shared_with(Equipment, user)


def bookable_by(user: Any) -> QuerySet[Equipment]:
    """Every instrument whose calendar the person may look at."""
    return Equipment.objects.select_related("station", "district").filter(
        Q(pk__in=equipment_visible_to(user).values("pk")) | Q(pk__in=shared_equipment(user).values("pk"))
    )


def equipment_for(station: Station, kind: str, at: dt.datetime) -> QuerySet[Equipment]:
    """Instruments that serve this kind, of the station and shared with it, whose calibration is in force at `at` or has
    no end."""
    calibrated = Q(calibrated_until__isnull=True) | Q(calibrated_until__gte=timezone.localdate(at))
    return usable_by(Equipment, station).filter(calibrated, kinds__contains=[kind]).order_by("name", "pk")


def bookings_visible_to(user: Any) -> QuerySet[Booking]:
    """Of the instruments that one sees in full, and those that one's own station asked for elsewhere."""
    rows = Booking.objects.select_related("equipment__station", "by_station", "asked_by")
    seen = of_station(user, "equipment__station")
    asked = of_station(user, "by_station")
    return rows if seen is None or asked is None else rows.filter(seen | asked)


def overlapping(equipment: Equipment, during: Any) -> QuerySet[Booking]:
    """Bookings that hold some of this time, the earliest first."""
    return Booking.objects.filter(equipment=equipment, state__in=BOOKED, during__overlap=during).order_by("during")


def station_people(station: Station) -> QuerySet[User]:
    """Who works for the station: the members of its organisation."""
    members = Membership.objects.filter(organisation=station.organisation_id, left_at__isnull=True)
    return User.objects.filter(is_active=True, pk__in=members.values("user"))


@dataclass(frozen=True)
class Slot:
    """One booking on one day of a week: from when to when on that day, and what the reader may know of it."""

    begins: dt.datetime
    ends: dt.datetime
    booking: Booking
    open: bool

    @property
    def words(self) -> str:
        return f"{clock_of(self.begins)}—{clock_of(self.ends, end=True)}"


def clock_of(at: dt.datetime, *, end: bool = False) -> str:
    local = timezone.localtime(at)
    return "24:00" if end and (local.hour, local.minute) == (0, 0) else f"{local.hour}:{local.minute:02}"


def week_of(equipment: Equipment, monday: dt.date, user: Any) -> list[tuple[dt.date, list[Slot]]]:
    """The seven days from `monday` with what is booked on each. Who sees the instrument masked sees that a time is
    taken, and of his own station's bookings by whom."""
    own = memberships(user)
    sees_all = equipment.pk in equipment_visible_to(user).filter(pk=equipment.pk).values_list("pk", flat=True)
    zone = timezone.get_default_timezone()
    midnights = [dt.datetime.combine(monday + dt.timedelta(days=n), dt.time(), zone) for n in range(8)]
    booked = list(overlapping(equipment, (midnights[0], midnights[7])).select_related("by_station"))
    days = []
    for begins, ends in itertools.pairwise(midnights):
        slots = [
            Slot(
                max(booking.during.lower, begins),
                min(booking.during.upper, ends),
                booking,
                sees_all or (booking.by_station is not None and booking.by_station.organisation_id in own),
            )
            for booking in booked
            if booking.during.lower < ends and booking.during.upper > begins
        ]
        days.append((begins.date(), slots))
    return days


def todo_for(user: Any) -> list[Todo]:
    """Bookings of the instruments of one's own stations that wait for an answer, one line for each."""
    own = list(memberships(user))
    if not own:
        return []
    rows = Booking.objects.filter(state=BookingState.ASKED, equipment__station__organisation__in=own)
    return [
        Todo(
            title=f"确认{booking.equipment.name}的预约",
            url=booking.get_absolute_url(),
            due_at=booking.during.lower,
            reason=f"{booking.client_name}申请使用；到开始时间没有确认的，自动取消。",
        )
        for booking in rows.select_related("equipment").order_by("during")[:20]
    ]
