"""What stations have said of a year, for the table of Hunan's annex 3."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from services.models import YearText
from stations.models import Station
from stations.queries import stations_visible_to


@dataclass(frozen=True)
class Texts:
    """The typed columns of one station and year; empty where nothing was written. `investment` in 10,000 yuan (万元)."""

    situation: str = ""
    investment: Decimal | None = None
    pass_rate: str = ""
    quality_effect: str = ""
    other_effect: str = ""


FIELDS = tuple(Texts.__dataclass_fields__)
NOTHING = Texts()


def texts_of(station: Station, year: int) -> Texts:
    return texts_of_many([station.pk], year).get(station.pk, NOTHING)


def texts_of_many(stations: Collection[int], year: int) -> dict[int, Texts]:
    """{station id: texts} of those that have written anything: one query for a whole table."""
    rows = YearText.objects.filter(station__in=stations, year=year)
    return {values.pop("station_id"): Texts(**values) for values in rows.values("station_id", *FIELDS)}


def year_texts_visible_to(user: Any) -> QuerySet[YearText]:
    """Those of the stations that the person sees."""
    rows = YearText.objects.select_related("station__organisation")
    return rows.filter(station__in=stations_visible_to(user).values("pk"))
