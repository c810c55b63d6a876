"""Statistics of the services, read from the totals that `actions.statistics.roll_up` keeps. Never from the records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db.models import Q, QuerySet

import measures
from services.catalogue import CATALOGUE
from services.models import DirtyDay, Total
from services.states.statistics import Scope
from stations.models import Industry
from stations.queries import stations_visible_to

# What a line of statistics says, in this order
NUMBERS: Mapping[str, str] = {
    "firms": "服务企业（家）",
    "visits": "服务次数（家次）",
    "services": "服务记录（条）",
    "experts": "投入专家（人次）",
    "problems_found": "发现问题（个）",
    "problems_solved": "解决问题（个）",
    "saved_cost": "节约费用（元）",
    "added_profit": "增长利润（元）",
    "jobs_added": "新增就业（人）",
    "fee": "收费（元）",
    "discount": "减免（元）",
}
NOBODY: Mapping[str, Any] = MappingProxyType({})
NO_KIND, NO_INDUSTRY = "不在该目录", "未注明产业"


@dataclass(frozen=True)
class Place:
    """Of what the statistics are: the city, a district or a station."""

    scope: Scope
    key: str = ""
    name: str = "全市"


@dataclass(frozen=True)
class Span:
    """A year, or one of its months (1 to 12)."""

    year: int
    month: int | None = None

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.month or 1, 1)

    @property
    def words(self) -> str:
        return f"{self.year} 年 {self.month} 月" if self.month else f"{self.year} 年"


@dataclass(frozen=True)
class Line:
    """One line: a name, and the numbers of NUMBERS by their field."""

    name: str
    total: Total | None
    key: str = ""

    def __getattr__(self, field: str) -> int | Decimal:
        if field not in NUMBERS:
            raise AttributeError(field)
        return getattr(self.total, field) if self.total else 0


@dataclass(frozen=True)
class Statistics:
    """All of a page. `kinds` are those of one document; firms of lines do not add up: a firm may be in several."""

    place: Place
    span: Span
    total: Line
    months: list[Line]
    kinds: list[Line]
    industries: list[Line]
    districts: list[Line]
    stations: list[Line]
    rolled_at: dt.datetime | None
    waiting: bool


def schemes() -> dict[str, str]:
    """{code: name} of the documents whose kinds the services can be shown under, our own measure first."""
    codes = (CATALOGUE.head.measure, *CATALOGUE.head.schemes)
    return {code: measures.load(code).text.short_name for code in codes}


def statistics(
    place: Place,
    span: Span,
    scheme: str,
    *,
    districts: Mapping[str, str] = NOBODY,
    stations: Mapping[str, tuple[str, str]] = NOBODY,
) -> Statistics:
    """Five queries at most, whatever the number of records: each reads totals by an index. `districts` {code: name} and
    `stations` {number: (name, district)} are those that the reader may see a line of. Raises KeyError for a scheme that the
    catalogue does not know."""
    if scheme not in schemes():
        raise KeyError(scheme)
    found, months = totals_of(place, span, scheme)
    whole = found.get(("", ""))
    return Statistics(
        place=place,
        span=span,
        total=Line(place.name, whole),
        months=months,
        kinds=kind_lines(found, scheme),
        industries=industry_lines(found),
        districts=district_lines(span, districts) if place.scope == Scope.CITY else [],
        stations=station_lines(place, span, stations),
        rolled_at=whole.rolled_at if whole else None,
        waiting=DirtyDay.objects.exists(),
    )


def totals(scope: Scope, span: Span) -> QuerySet[Total]:
    return Total.objects.filter(scope=scope, monthly=span.month is not None, period=span.first)


Found = Mapping[tuple[str, str], Total]  # {(dimension, key): its total}


def totals_of(place: Place, span: Span, scheme: str) -> tuple[Found, list[Line]]:
    """The totals of a place in this stretch by dimension and key, and a line for each month of the year. One query."""
    stretch = Q(monthly=span.month is not None, period=span.first, dimension__in=["", "industry", scheme])
    year = (dt.date(span.year, 1, 1), dt.date(span.year, 12, 31))
    months = Q(monthly=True, period__range=year, dimension="")
    rows = list(Total.objects.filter(stretch | months, scope=place.scope, scope_key=place.key))
    found = {
        (row.dimension, row.key): row
        for row in rows
        if row.monthly == (span.month is not None) and row.period == span.first
    }
    by_month = {row.period.month: row for row in rows if row.monthly and not row.dimension}
    return found, [Line(f"{month} 月", by_month.get(month), str(month)) for month in range(1, 13)]


def kind_lines(found: Found, scheme: str) -> list[Line]:
    """Every kind of the document in its order, also where nothing was done; what it has no kind for comes last."""
    lines = [Line(k.name, found.get((scheme, k.code)), k.code) for k in measures.load(scheme).service_kinds]
    outside = found.get((scheme, ""))
    return [*lines, Line(NO_KIND, outside)] if outside else lines


def industry_lines(found: Found) -> list[Line]:
    names = dict(Industry.objects.values_list("pk", "name"))
    rows = [row for (dimension, _), row in found.items() if dimension == "industry"]
    rows.sort(key=lambda row: (not row.key, -row.visits, row.key))
    return [Line(names.get(row.key, row.key) or NO_INDUSTRY, row, row.key) for row in rows]


def district_lines(span: Span, names: Mapping[str, str]) -> list[Line]:
    rows = {row.scope_key: row for row in totals(Scope.DISTRICT, span).filter(dimension="")}
    return [Line(name, rows.get(code), code) for code, name in names.items()]


def station_lines(place: Place, span: Span, stations: Mapping[str, tuple[str, str]]) -> list[Line]:
    """Those of the stations in the city or in the district that have something to show, most visits first."""
    if place.scope == Scope.STATION:
        return []
    names = {key: name for key, (name, district) in stations.items() if place.key in {"", district}}
    rows = totals(Scope.STATION, span).filter(dimension="", scope_key__in=names).order_by("-visits", "scope_key")
    return [Line(names[row.scope_key], row, row.scope_key) for row in rows]


def city_totals(year: int, month: int | None = None, scheme: str = "wuhan") -> dict[str, Any]:
    """The city's numbers for everybody, as plain values: no station, no company, no money. Raises KeyError as
    `statistics`."""
    found = statistics_of_city(Span(year, month), scheme)
    public = ("firms", "visits", "services", "problems_found", "problems_solved")

    def said(lines: list[Line]) -> list[dict[str, Any]]:
        return [
            {"code": line.key, "name": line.name, **{name: getattr(line, name) for name in public}} for line in lines
        ]

    whole, months, kinds, industries, rolled_at = found
    return {
        "year": year,
        "month": month,
        "scheme": scheme,
        "as_of": rolled_at,
        **{name: getattr(whole, name) for name in public},
        "months": said(months),
        "kinds": said(kinds),
        "industries": said(industries),
    }


def statistics_of_city(span: Span, scheme: str) -> tuple[Line, list[Line], list[Line], list[Line], dt.datetime | None]:
    if scheme not in schemes():
        raise KeyError(scheme)
    city = Place(Scope.CITY)
    found, months = totals_of(city, span, scheme)
    whole = found.get(("", ""))
    return (
        Line(city.name, whole),
        months,
        kind_lines(found, scheme),
        industry_lines(found),
        whole.rolled_at if whole else None,
    )


def stations_with_statistics(user: Any) -> QuerySet[Any]:
    """(number, name, district) of the stations that the person may look at one by one."""
    return stations_visible_to(user).select_related(None).order_by("name").values_list("pk", "name", "district_id")
