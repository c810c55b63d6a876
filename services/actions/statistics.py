"""The roll-up of service records into totals: incremental, and the same however often it is run.

Whatever writes records (an action, a batch, a COPY) leaves the days that it touched in `DirtyDay`, by a trigger in its own
transaction. A run takes these days out of the queue and sums the months and years in which they lie anew from the
records: for the stations concerned, for their districts, and for the city. What is committed while a run sums up stays in the
queue for the next one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from services.catalogue import CATALOGUE
from services.models import ServiceRecord
from services.states.statistics import Scope

# A month is summed from its records: first by firm, which makes a firm count once, then by key.
MONTH = """
    INSERT INTO services_total (
        monthly, period, scope, scope_key, dimension, key, firms, services, visits, experts, problems_found,
        problems_solved, jobs_added, fee, discount, saved_cost, added_profit, rolled_at
    )
    SELECT true, %(first)s, %(scope)s, place, %(dimension)s, key, count(*), sum(services), sum(visits), sum(experts),
        sum(problems_found), sum(problems_solved), sum(jobs_added), sum(fee), sum(discount), sum(saved_cost),
        sum(added_profit), %(at)s
    FROM (
        SELECT {place} AS place, {key} AS key, client_code, count(*) AS services, sum(visits) AS visits,
            sum(experts) AS experts, sum(problems_found) AS problems_found, sum(problems_solved) AS problems_solved,
            sum(jobs_added) AS jobs_added, coalesce(sum(fee), 0) AS fee, coalesce(sum(discount), 0) AS discount,
            coalesce(sum(saved_cost), 0) AS saved_cost, coalesce(sum(added_profit), 0) AS added_profit
        FROM services_servicerecord AS record {join}
        WHERE served_on >= %(first)s AND served_on < %(next)s AND set_aside = '' {only}
        GROUP BY 1, 2, 3
    ) AS firm
    GROUP BY place, key
"""
# A year is the sum of its months, which stand already; only its firms are counted from the records.
YEAR = """
    WITH firm AS (
        SELECT place, key, count(*) AS firms
        FROM (
            SELECT {place} AS place, {key} AS key, client_code FROM services_servicerecord AS record {join}
            WHERE served_on >= %(first)s AND served_on < %(next)s AND set_aside = '' {only}
            GROUP BY 1, 2, 3
        ) AS served
        GROUP BY place, key
    )
    INSERT INTO services_total (
        monthly, period, scope, scope_key, dimension, key, firms, services, visits, experts, problems_found,
        problems_solved, jobs_added, fee, discount, saved_cost, added_profit, rolled_at
    )
    SELECT false, %(first)s, %(scope)s, firm.place, %(dimension)s, firm.key, max(firm.firms), sum(services), sum(visits),
        sum(experts), sum(problems_found), sum(problems_solved), sum(jobs_added), sum(fee), sum(discount),
        sum(saved_cost), sum(added_profit), %(at)s
    FROM services_total AS month JOIN firm ON firm.place = month.scope_key AND firm.key = month.key
    WHERE month.monthly AND month.scope = %(scope)s AND month.dimension = %(dimension)s
        AND month.period >= %(first)s AND month.period < %(next)s
    GROUP BY firm.place, firm.key
"""
PLACES = {Scope.CITY: "''", Scope.DISTRICT: "station.district_id", Scope.STATION: "record.station_id::text"}
STATION = " JOIN stations_station AS station ON station.id = record.station_id"
ITEM = " LEFT JOIN unnest(%(items)s::text[], %(kinds)s::text[]) AS known(item, kind) ON known.item = record.item"
MEMORY = "128MB"  # for the hash of the firms, so that it need not go to disk


@dataclass(frozen=True)
class Period:
    """A month or a year, from its first day to the first day of the next."""

    monthly: bool
    first: dt.date

    @property
    def next(self) -> dt.date:
        if not self.monthly:
            return dt.date(self.first.year + 1, 1, 1)
        return dt.date(self.first.year + self.first.month // 12, self.first.month % 12 + 1, 1)


def periods_of(day: dt.date) -> tuple[Period, Period]:
    return Period(True, day.replace(day=1)), Period(False, dt.date(day.year, 1, 1))


@transaction.atomic
def roll_up(at: dt.datetime | None = None) -> int:
    """Sum up anew what has changed. Returns how many days of stations were taken out of the queue."""
    at = at or timezone.now()
    alone()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM services_dirtyday RETURNING station_id, day")
        days = set(cursor.fetchall())
    stations: dict[Period, set[int]] = defaultdict(set)
    for station, day in days:
        for period in periods_of(day):
            stations[period].add(station)
    for period, touched in sorted(stations.items(), key=lambda item: (not item[0].monthly, item[0].first)):
        sum_up(period, touched, at=at)
    return len(days)


@transaction.atomic
def roll_up_all(at: dt.datetime | None = None) -> int:
    """Sum up everything anew, after the catalogue or the district of a station has changed. Returns how many periods."""
    at = at or timezone.now()
    alone()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM services_dirtyday")
        cursor.execute("DELETE FROM services_total")
    months = ServiceRecord.objects.filter(set_aside="").dates("served_on", "month")
    periods = {period for month in months for period in periods_of(month)}
    for period in sorted(periods, key=lambda period: (not period.monthly, period.first)):
        sum_up(period, None, at=at)
    return len(periods)


def alone() -> None:
    """One roll-up at a time: two would both write the total of a month."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('roll-up of service records', 0))")
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")


def sum_up(period: Period, stations: Collection[int] | None, *, at: dt.datetime) -> None:
    """Write the totals of `period` anew: for the city, and for these stations and their districts; None is all."""
    districts = None if stations is None else districts_of(stations)
    keys = {
        Scope.CITY: [""],
        Scope.DISTRICT: districts,
        Scope.STATION: None if stations is None else [str(station) for station in stations],
    }
    for scope, places in keys.items():
        clear(period, scope, places)
        for dimension, kinds in dimensions().items():
            insert(period, scope, None if scope == Scope.CITY else places, dimension, kinds, at=at)


def districts_of(stations: Collection[int]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT district_id FROM stations_station WHERE id = ANY(%s)", [list(stations)])
        return [code for (code,) in cursor.fetchall()]


def clear(period: Period, scope: Scope, places: Collection[str] | None) -> None:
    only = "" if places is None else "AND scope_key = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM services_total WHERE scope = %s AND monthly = %s AND period = %s {only}",  # noqa: S608
            [scope, period.monthly, period.first, *([list(places)] if places is not None else [])],
        )


def insert(
    period: Period,
    scope: Scope,
    places: Collection[str] | None,
    dimension: str,
    kinds: Mapping[str, str],
    *,
    at: dt.datetime,
) -> None:
    """`kinds` is {item: its kind} for a dimension that is a document; empty for the whole and for industries."""
    key = {"": "''", "industry": "coalesce(industry_id, '')"}.get(dimension, "coalesce(known.kind, '')")
    only = "" if places is None else f"AND {PLACES[scope]} = ANY(%(places)s)"
    if places is not None and scope == Scope.STATION:
        only = "AND record.station_id = ANY(%(places)s::int[])"  # by its index
    join = (STATION if scope == Scope.DISTRICT else "") + (ITEM if kinds else "")
    facts: dict[str, Any] = {
        "first": period.first,
        "next": period.next,
        "scope": scope,
        "dimension": dimension,
        "at": at,
        "items": list(kinds),
        "kinds": list(kinds.values()),
        "places": None if places is None else list(places),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            (MONTH if period.monthly else YEAR).format(place=PLACES[scope], key=key, join=join, only=only), facts
        )


def dimensions() -> dict[str, dict[str, str]]:
    """{dimension: {item: its key}}: the whole, the industries, the measure's own kinds, and those of each other document."""
    own = {item.code: item.kind for item in CATALOGUE.items}
    others = {
        scheme: {item.code: item.schemes[scheme] for item in CATALOGUE.items} for scheme in CATALOGUE.head.schemes
    }
    return {"": {}, "industry": {}, CATALOGUE.head.measure: own, **others}
