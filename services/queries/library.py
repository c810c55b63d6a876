"""The doors to the libraries of the stations: one's own, and what the others share."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Exists, Q, QuerySet

import measures
from accounts.rules import reads_all
from services.models.library import LibraryItem
from services.shown import Reach
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
    if not own:
        return rows.none()
    of_a_station = Exists(Station.objects.filter(organisation__in=own))
    return rows.filter(of_a_station, shared=True, state=LibraryState.ACTIVE).exclude(station__organisation__in=own)


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


def own_stations(user: Any) -> QuerySet[Station]:
    """Stations for which the person keeps libraries."""
    return Station.objects.filter(organisation__in=list(memberships(user))).order_by("name")


def stations_seen_by(user: Any) -> list[tuple[str, str]]:
    """(number, name) of the stations whose rows the person reads in full, to filter by."""
    rows = Station.objects.order_by("name")
    if not reads_all(user):
        seen = Q(organisation__in=list(memberships(user)))
        if scope := user.districts:
            seen |= Q(district__in=scope) | Q(supervised_by__in=scope)
        rows = rows.filter(seen)
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def reach_of(user: Any, item: LibraryItem) -> Reach:
    """How much of a row that the person reads in full is shown: the numbers that one calls to its station only."""
    return Reach.OWN if item.station.organisation_id in memberships(user) else Reach.OFFICE
