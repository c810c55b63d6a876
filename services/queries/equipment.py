"""Instruments and their bookings, for the pages and for matching."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from services.models import Booking, Equipment
from services.queries.library import items_visible_to, of_station, shared_with, usable_by
from stations.models import Station


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
