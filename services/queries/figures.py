"""Figures of a station's year: counted from its service records, not claimed.

家 counts firms, each once in the year by its credit code; 家次 counts visits. Records that are set aside count nowhere and
are shown beside. What the companies say and what the media report comes from their own records.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from services.catalogue import CATALOGUE
from services.models import Client, ServiceRecord
from services.queries.media_report import confirmed
from services.queries.rating import satisfaction
from services.states.library import SMALL_FIRMS
from services.states.record import Origin, SetAside
from stations.models import Station

FIRMS = ("firms_trained", "firms_compared", "firms_diagnosed", "firms_branded")
COUNTED = {code: CATALOGUE.counted_as(code) for code in FIRMS}
SUMS = ("visits", "problems_solved")
ADDED = (*SUMS, "problems_found")
BY_RECORDS = (*FIRMS, *SUMS)


class Counted(NamedTuple):
    """A number of the year, in words what it rests on, and whether all of that came in by tables."""

    value: Decimal
    words: str
    imported: bool = False


@dataclass(frozen=True)
class Discounts:
    """What the station let small firms off, as far as its library of clients says that they are small."""

    firms: int
    records: int
    amount: Decimal


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
    def discounts(self) -> Discounts:
        """Of a year that was asked for with them."""
        return Discounts(*(self.sums[f"discount_{name}"] for name in ("firms", "records", "amount")))

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
        return rows.filter(item__in=COUNTED[code])
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


def year_of(station: Station, year: int, *, discounts: bool = False) -> Year:
    """Two queries, whatever the number of records. With `discounts` also what small firms were let off.

    What can be added up is asked for by groups of few rows; only firms, each of which counts once, are counted apart: one
    query for all would take Django four times as long to put together.
    """
    sums = added_up(station, year)
    rows = records_of(station, year).filter(set_aside="")
    if sums["records"]:
        reports = {"media_reports": Max(reports_of(station, year), default=0)}  # the last one may be set aside just now
        sums.update(rows.aggregate(**firms_of_year(), **reports, **(discounted() if discounts else {})))
    else:
        sums["media_reports"] = confirmed(station, year).count()
    return Year(station, year, sums)


def added_up(station: Station, year: int) -> Counter[str]:
    """{name of a sum: what it comes to}; what does not occur is nought."""
    groups = records_of(station, year).order_by().values_list("item", "set_aside", "origin")
    sums: Counter[str] = Counter()
    for item, aside, origin, records, *others in groups.annotate(Count("pk"), *map(Sum, ADDED)):
        if aside:
            sums[f"aside_{aside}"] += records
            continue
        sums.update({"records": records, f"origin_{origin}": records, **dict(zip(ADDED, others, strict=True))})
        sums.update({f"records_{name}": records for name in SUMS})
        sums.update({f"records_{code}": records for code, items in COUNTED.items() if item in items})
    return sums


def firms_of_year() -> dict[str, Count]:
    """How many firms there were, in all and of each kind that has a threshold."""
    kinds = {code: Q(item__in=items) for code, items in COUNTED.items()}
    return {
        "firms": Count("client_code", distinct=True),
        **{code: Count("client_code", filter=kind, distinct=True) for code, kind in kinds.items()},
    }


def reports_of(station: Station, year: int) -> Coalesce:
    """How many media reports of the year were confirmed, as an expression."""
    number = confirmed(station, year).order_by().values("station").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(number), 0)


def counted(station: Station, year: int) -> dict[str, Counted]:
    """{threshold code: its number} of what the portal's own records say of the year; empty while there are none, so that
    what the station typed stands. Two queries without records, and one more with them."""
    found = year_of(station, year)
    known = {}
    if number := found.sums["media_reports"]:
        known["media_reports"] = Counted(Decimal(number), f"{year} 年经确认的媒体报道 {number} 篇")
    if not found.records:
        return known
    known |= {code: found.figure(code) for code in BY_RECORDS}
    said = satisfaction(station, year, delivered=found.records)
    if said.mean is not None:
        known["satisfaction"] = Counted(said.mean, said.words)
    return known


def discounted() -> dict[str, Any]:
    small = Q(is_small_firm(), discount__gt=0)
    return {
        "discount_firms": Count("client_code", filter=small, distinct=True),
        "discount_records": Count("pk", filter=small),
        "discount_amount": Sum("discount", filter=small, default=Decimal(0)),
    }
