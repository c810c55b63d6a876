"""The doors to the libraries of the stations: one's own, and what the others share."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Q, QuerySet

import measures
from accounts.rules import reads_all
from services.models.library import LibraryItem
from services.states.library import LibraryState
from stations.models import Station
from stations.rules import memberships

Item = TypeVar("Item", bound=LibraryItem)


def of_station(user: Any, prefix: str = "station") -> Q | None:
    """What of the stations' work the person sees: None for all of it, else a condition on the station at `prefix`.
    Members see their own stations', district staff those that their district holds or supervises."""
    if reads_all(user):
        return None
    seen = Q(**{f"{prefix}__organisation__in": list(memberships(user))})
    if user.is_authenticated and (scope := user.districts):
        seen |= Q(**{f"{prefix}__district__in": scope}) | Q(**{f"{prefix}__supervised_by__in": scope})
    return seen


def items_visible_to(model: type[Item], user: Any) -> QuerySet[Item]:
    """The rows of one library that the person reads in full."""
    rows = model._default_manager.select_related("station", "district")
    seen = of_station(user)
    return rows if seen is None else rows.filter(seen)


def shared_with(model: type[Item], user: Any) -> QuerySet[Item]:
    """What other stations share with those of the person: to be shown masked. Nothing for who is of no station."""
    own = list(memberships(user))
    rows = model._default_manager.select_related("station", "district")
    if not Station.objects.filter(organisation__in=own).exists():
        return rows.none()
    return rows.filter(shared=True, state=LibraryState.ACTIVE).exclude(station__organisation__in=own)


def usable_by(model: type[Item], station: Station) -> QuerySet[Item]:
    """What a station can work with: its own rows in use, and those that others share."""
    rows = model._default_manager.select_related("station", "district")
    return rows.filter(Q(station=station) | Q(shared=True), state=LibraryState.ACTIVE)


def kind_names() -> dict[str, str]:
    """{code: name} of the service kinds of Art 9."""
    return {kind.code: kind.name for kind in measures.load(settings.MEASURE).service_kinds}


def spoken_kinds(kinds: list[str]) -> str:
    names = kind_names()
    return "、".join(names.get(code, code) for code in kinds)


def in_force_on(day: dt.date) -> Q:
    """Condition on a qualification: both its first and its last day count."""
    return Q(valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gte=day))
