"""The table of Hunan's annex 3 for any stretch of days: a line for each station, counted from its records, with what it has
written of the year."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

import measures
from measures.words import in_wan
from services.models import ServiceRecord
from services.queries.year_text import NOTHING, Texts, texts_of_many
from stations.models import Station
from stations.queries import stations_visible_to

CENT = Decimal("0.01")
MONEY = ("saved_cost", "added_profit")
COUNTS = ("experts", "visits", "jobs_added")


@dataclass(frozen=True)
class Line:
    """One station. The names are those of the columns of the annex (measures/hunan.toml); money in 10,000 yuan."""

    number: int
    district: str
    station: str
    texts: Texts
    content: str
    industries: str
    experts: int
    visits: int
    firms: int
    jobs_added: int
    saved_cost: Decimal
    added_profit: Decimal

    def __getattr__(self, name: str) -> Any:
        """The typed columns stand in `texts`."""
        if name.startswith("_") or name == "texts":
            raise AttributeError(name)
        return getattr(self.texts, name)


def annex_table(user: Any, since: dt.date, until: dt.date, *, district: str = "") -> list[Line]:
    """A line for each station that the person sees and that served somebody from `since` to `until`, both included.
    The texts are those of the year in which the stretch ends. Five queries."""
    stations = stations_visible_to(user).select_related("district")
    if district:
        stations = stations.filter(district=district)
    records = ServiceRecord.objects.filter(
        served_on__range=(since, until), set_aside="", station__in=stations.values("pk")
    )
    sums = {row.pop("station"): row for row in summed(records)}
    served = sorted((row for row in stations if row.pk in sums), key=lambda row: (row.district.position, row.name))
    kinds = named(records, "kind", {kind.code: kind.name for kind in measures.load("wuhan").service_kinds})
    industries = named(records.exclude(industry=None), "industry__name", None)
    texts = texts_of_many(list(sums), until.year)
    return [
        line_of(number, station, sums[station.pk], kinds, industries, texts.get(station.pk, NOTHING))
        for number, station in enumerate(served, 1)
    ]


def summed(records: QuerySet[ServiceRecord]) -> Iterable[Any]:
    """{station, firms, and the sums of COUNTS and MONEY} for each station."""
    added = {name: Sum(name) for name in (*COUNTS, *MONEY)}
    return records.order_by().values("station").annotate(firms=Count("client_code", distinct=True), **added)


def named(records: QuerySet[ServiceRecord], field: str, names: dict[str, str] | None) -> dict[int, str]:
    """{station: what it did most, first}"""
    found = defaultdict(list)
    rows = records.order_by().values_list("station", field).annotate(times=Count("pk"))
    for station, value, _ in sorted(rows, key=lambda row: (-row[2], row[1])):
        found[station].append(names[value] if names else value)
    return {station: "、".join(values) for station, values in found.items()}


def line_of(
    number: int, station: Station, sums: dict[str, Any], kinds: dict[int, str], industries: dict[int, str], texts: Texts
) -> Line:
    return Line(
        number=number,
        district=station.district.name,
        station=station.name,
        texts=texts,
        content=kinds.get(station.pk, ""),
        industries=industries.get(station.pk, ""),
        experts=sums["experts"],
        visits=sums["visits"],
        firms=sums["firms"],
        jobs_added=sums["jobs_added"],
        saved_cost=in_wan(sums["saved_cost"] or 0).quantize(CENT),
        added_profit=in_wan(sums["added_profit"] or 0).quantize(CENT),
    )
