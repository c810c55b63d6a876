"""Figures of a station's year: counted from its service records, not claimed.

家 counts firms, each once in the year by its credit code; 家次 counts visits. Records that are set aside count nowhere and
are shown beside. What the companies say and what the media report comes from their own records.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from services.catalogue import CATALOGUE
from services.models import Client, ServiceRecord
from services.queries.media_report import confirmed
from services.queries.rating import satisfaction
from services.states.library import SMALL_FIRMS
from services.states.record import Origin, SetAside
from stations.models import Station

FIRMS = ("firms_trained", "firms_compared", "firms_diagnosed", "firms_branded")
SUMS = {"visits": "visits", "problems_solved": "problems_solved"}
BY_RECORDS = (*FIRMS, *SUMS)


class Counted(NamedTuple):
    """A number of the year, in words what it rests on, and whether all of that came in by tables."""

    value: Decimal
    words: str
    imported: bool = False


@dataclass(frozen=True)
class Year:
    """Everything that the records of a station's year sum up to."""

    station: Station
    year: int
    sums: Mapping[str, Any]

    @property
    def records(self) -> int:
        return self.sums["records"]

    @property
    def aside(self) -> dict[str, int]:
        """{why, in words: how many} of the records that do not count."""
        found = {str(why.label): self.sums[f"aside_{why.value}"] for why in SetAside}
        return {words: number for words, number in found.items() if number}

    @property
    def origins(self) -> dict[str, int]:
        found = {str(origin.label): self.sums[f"origin_{origin.value}"] for origin in Origin}
        return {words: number for words, number in found.items() if number}

    @property
    def imported(self) -> bool:
        return self.records > 0 and self.sums["origin_imported"] == self.records

    def figure(self, code: str) -> Counted:
        number = self.sums[f"records_{code}"]
        came = "、".join(f"{words} {count} 条" for words, count in self.origins.items())
        words = (
            f"{self.year} 年计入的服务记录 {number} 条" if code in FIRMS else f"{self.year} 年计入的服务记录（{came}）"
        )
        return Counted(Decimal(self.sums[code] or 0), words, self.imported)


def span(year: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def records_of(station: Station, year: int) -> QuerySet[ServiceRecord]:
    """All of the year, also what does not count."""
    return ServiceRecord.objects.filter(station=station, served_on__range=span(year))


def records_behind(station: Station, year: int, code: str) -> QuerySet[ServiceRecord]:
    """The records that a figure is counted from. Raises KeyError for a code that no records are counted for."""
    rows = records_of(station, year).filter(set_aside="")
    if code in FIRMS:
        return rows.filter(item__in=CATALOGUE.counted_as(code))
    return {
        "visits": rows,
        "problems_solved": rows.filter(problems_solved__gt=0),
        "small_firm_discounts": rows.filter(discount__gt=0).filter(is_small_firm()),
    }[code]


def is_small_firm() -> Exists:
    """Of a client that stands in the station's library as small or micro."""
    small = Client.objects.filter(
        station=OuterRef("station"), credit_code=OuterRef("client_code"), size__in=SMALL_FIRMS
    )
    return Exists(small)


def year_of(station: Station, year: int) -> Year:
    """One query, whatever the number of records."""
    counts = Q(set_aside="")
    items = {code: Q(item__in=CATALOGUE.counted_as(code)) & counts for code in FIRMS}
    asked: dict[str, Any] = {
        "records": Count("pk", filter=counts),
        "firms": Count("client_code", filter=counts, distinct=True),
        "problems_found": Sum("problems_found", filter=counts),
        **{name: Sum(field, filter=counts) for name, field in SUMS.items()},
        **{f"records_{name}": Count("pk", filter=counts) for name in SUMS},
        **{code: Count("client_code", filter=mine, distinct=True) for code, mine in items.items()},
        **{f"records_{code}": Count("pk", filter=mine) for code, mine in items.items()},
        **{f"aside_{why.value}": Count("pk", filter=Q(set_aside=why)) for why in SetAside},
        **{f"origin_{origin.value}": Count("pk", filter=counts & Q(origin=origin)) for origin in Origin},
    }
    return Year(station, year, records_of(station, year).aggregate(**asked))


def counted(station: Station, year: int) -> dict[str, Counted]:
    """{threshold code: its number} of what the portal's own records say of the year; empty while there are none, so that
    what the station typed stands. Two queries without records, and three more with them."""
    found = year_of(station, year)
    known = reported(station, year)
    if not found.records:
        return known
    known |= {code: found.figure(code) for code in BY_RECORDS}
    said = satisfaction(station, year)
    if said.mean is not None:
        known["satisfaction"] = Counted(said.mean, said.words)
    return known


def reported(station: Station, year: int) -> dict[str, Counted]:
    """The media reports that were confirmed; nothing while there are none, so that what the station typed stands."""
    number = confirmed(station, year).count()
    return {"media_reports": Counted(Decimal(number), f"{year} 年经确认的媒体报道 {number} 篇")} if number else {}


@dataclass(frozen=True)
class Discounts:
    """What the station let small firms off, as far as its library of clients says that they are small."""

    firms: int
    records: int
    amount: Decimal


def small_firm_discounts(station: Station, year: int) -> Discounts:
    rows = records_behind(station, year, "small_firm_discounts")
    found = rows.aggregate(
        firms=Count("client_code", distinct=True), records=Count("pk"), amount=Sum("discount", default=Decimal(0))
    )
    return Discounts(**found)
