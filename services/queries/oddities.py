"""What looks odd among the records of a year: shown to the station and to those who examine it, judged by people.

The measure says nothing of it. The bounds are ours: wide enough for a busy station, and plain enough to check by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse

from measures.words import cn_day
from services.models import ServiceRecord
from services.queries.figures import records_of, span
from stations.models import Station

MANY_VISITS = 30  # of one record
SHARE, LEAST = 25, 20  # per cent of a year's visits by one firm, or of its records on one day; of at least so many
SHOWN = 5


@dataclass(frozen=True)
class Oddity:
    """One thing to look at, in words, and the list of the records that it is about."""

    words: str
    url: str


def oddities(station: Station, year: int, visits: int) -> list[Oddity]:
    """Four queries, whatever the number of records. `visits` are those of the whole year that count."""
    rows = records_of(station, year).filter(set_aside="").order_by()

    def listed(**query: Any) -> str:
        first, last = span(year)
        narrowed = {"station": station.pk, "counting": "yes", "since": first, "until": last, **query}
        return f"{reverse('services:record_list')}?{urlencode(narrowed)}"

    return [*big_records(rows), *one_firm(rows, visits, listed), *one_day(rows, listed), *same_day_again(rows, listed)]


def big_records(rows: QuerySet[ServiceRecord]) -> Iterator[Oddity]:
    for row in rows.filter(visits__gt=MANY_VISITS).order_by("-visits", "pk")[:SHOWN]:
        yield Oddity(f"一条记录就有 {row.visits} 家次：{row.client_name}", row.get_absolute_url())


def one_firm(rows: QuerySet[ServiceRecord], total: int, listed: Any) -> Iterator[Oddity]:
    """One firm has most of the visits."""
    by_firm = list(rows.values("client_code", "client_name").annotate(sum=Sum("visits")).order_by("-sum")[:SHOWN])
    for firm in by_firm:
        if firm["sum"] >= LEAST and firm["sum"] * 100 > total * SHARE:
            words = f"{firm['client_name']}一家占全年 {total} 家次中的 {firm['sum']} 家次"
            yield Oddity(words, listed(q=firm["client_code"]))


def one_day(rows: QuerySet[ServiceRecord], listed: Any) -> Iterator[Oddity]:
    by_day = list(rows.values("served_on").annotate(number=Count("pk")).order_by("-number", "served_on"))
    total = sum(day["number"] for day in by_day)
    for day in by_day[:SHOWN]:
        if day["number"] >= LEAST and day["number"] * 100 > total * SHARE:
            on = day["served_on"]
            words = f"{cn_day(on)}一天有 {day['number']} 条记录，全年 {total} 条"
            yield Oddity(words, listed(since=on, until=on))


def same_day_again(rows: QuerySet[ServiceRecord], listed: Any) -> Iterator[Oddity]:
    """The same service to the same firm twice on a day: perhaps one service written down twice."""
    twice = rows.values("client_code", "item", "served_on").annotate(number=Count("pk")).filter(number__gt=1)
    for same in twice.order_by("-number", "served_on", "client_code")[:SHOWN]:
        on = same["served_on"]
        words = f"同一企业同一天同一事项有 {same['number']} 条记录，请核对是否重复"
        yield Oddity(words, listed(q=same["client_code"], item=same["item"], since=on, until=on))
