"""Classes of stations: what holds now, and what the public may read of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from stations.models import Station
from stations.queries import stations_visible_to
from supervision.models import Classification, StationClass
from supervision.queries.year_plan import plan_in_force


def with_class(stations: QuerySet[Station]) -> QuerySet[Station]:
    """Stations with `class_id`, `class_name`, `class_position` and `classified_at` of their newest classification."""
    newest = Classification.objects.filter(station=OuterRef("pk")).order_by("-id")
    return stations.annotate(
        class_id=Subquery(newest.values("station_class")[:1]),
        class_name=Subquery(newest.values("station_class__name")[:1]),
        class_position=Subquery(newest.values("station_class__position")[:1]),
        classified_at=Subquery(newest.values("decided_at")[:1]),
    )


def classified_stations(user: Any) -> QuerySet[Station]:
    """Stations that staff see, which hold or held a title, with their class."""
    return with_class(stations_visible_to(user).filter(titles__isnull=False).distinct())


def history_of_class(station: Station) -> QuerySet[Classification]:
    """Every decision on its class, newest first."""
    return station.classifications.select_related("station_class", "decided_by")


def classes(user: Any = None) -> QuerySet[StationClass]:
    """The dictionary, with how often each was given."""
    return StationClass.objects.annotate(given=Count("classifications"))


def classes_are_public(at: dt.datetime) -> bool:
    """Whether the year plan of `at` lets the public read classes. Without a plan in force: no."""
    plan = plan_in_force(settings.MEASURE, timezone.localdate(at).year)
    return plan is not None and plan.setting("classes_public") is True


def wrongly_shown(at: dt.datetime) -> list[tuple[Station, str]]:
    """Stations whose public class is not what it should be, and what it should be; empty is none."""
    public = classes_are_public(at)
    rows = with_class(Station.objects.all()).only("pk", "shown_class")
    wanted = [(station, (station.class_name or "") if public else "") for station in rows]  # type: ignore[attr-defined]
    return [(station, name) for station, name in wanted if station.shown_class != name]
