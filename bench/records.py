"""A million service records by COPY, their roll-up, and the statistics page over them: `python -m bench.records`.

Needs a migrated database of its own (DATABASE_URL). Makes its stations and industries, empties the records, and leaves what it made.
The firms are 60,000, most of them served by one station and some by many, as a city's are; a year and eleven months of days.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import os
import random
import statistics as middle
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")  # people are signed in by force_login
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import RoleGrant, User  # noqa: E402
from services.actions.statistics import roll_up, roll_up_all  # noqa: E402
from services.catalogue import CATALOGUE  # noqa: E402
from services.models import ServiceRecord, Total  # noqa: E402
from stations.credit_code import make_credit_code  # noqa: E402
from stations.models import District, Industry, Organisation, Station  # noqa: E402

SEED = 20261121
FIRMS, STATIONS = 60_000, 60
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2026, 11, 20)
COLUMNS = (
    "station_id", "client_code", "client_name", "industry_id", "kind", "item", "served_on", "visits", "problems_found",
    "problems_solved", "experts", "fee", "discount", "jobs_added", "summary", "origin", "source_client", "external_id",
    "recorded_at", "changed_at", "set_aside", "set_aside_reason",
)  # fmt: skip
NOW = "2026-11-20T08:00:00+08:00"


def stations() -> list[int]:
    """The benches' stations, made where they are missing."""

    districts = list(District.objects.all())
    found = []
    for number in range(STATIONS):
        district = districts[number % len(districts)]
        organisation, _ = Organisation.objects.get_or_create(
            credit_code=make_credit_code(800_000 + number),
            defaults={
                "name": f"统计试验单位{number}", "kind": "technical", "founded_on": FIRST, "district": district, "address": "武汉市"
            },
        )  # fmt: skip
        station, _ = Station.objects.get_or_create(
            name=f"统计试验服务站{number}",
            defaults={
                "organisation": organisation,
                "district": district,
                "supervised_by": district,
                "address": "武汉市",
            },
        )
        found.append(station.pk)
    return found


def lines(number: int, places: list[int], industries: list[str]) -> io.StringIO:
    """So many rows as COPY takes them."""

    chance = random.Random(SEED)
    codes = [make_credit_code(firm) for firm in range(FIRMS)]
    items = [(item.kind, item.code) for item in CATALOGUE.items]
    days = [(FIRST + dt.timedelta(day)).isoformat() for day in range((LAST - FIRST).days + 1)]
    out = io.StringIO()
    for _ in range(number):
        firm = min(int(chance.expovariate(1 / 15_000)), FIRMS - 1)
        place = places[firm % STATIONS] if chance.random() < 0.8 else chance.choice(places)
        kind, item = chance.choice(items)
        found = chance.choice((0, 0, 0, 1, 2))
        aside = "withdrawn\t重复登记" if chance.random() < 0.01 else "\t"
        industry = industries[firm % len(industries)] if firm % 5 else "\\N"
        out.write(
            f"{place}\t{codes[firm]}\t企业{firm}\t{industry}\t{kind}\t{item}\t{chance.choice(days)}\t1\t{found}\t"
            f"{found // 2}\t1\t300.00\t50.00\t0\t\ttyped\t\t\t{NOW}\t{NOW}\t{aside}\n"
        )
    out.seek(0)
    return out


def fill(number: int) -> float:
    """Seconds that the COPY took, with its triggers and indexes."""

    content = lines(number, stations(), list(Industry.objects.values_list("pk", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("TRUNCATE services_servicerecord, services_dirtyday, services_total CASCADE")
        began = time.perf_counter()
        cursor.copy_expert(f"COPY services_servicerecord ({', '.join(COLUMNS)}) FROM STDIN", content)
        took = time.perf_counter() - began
        cursor.execute("ANALYZE services_servicerecord, services_dirtyday")
    return took


def took(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def page(path: str, rounds: int) -> tuple[int, float, int]:
    """(queries, median milliseconds, bytes) of a page for a manager, signed in."""

    user, new = User.objects.get_or_create(email="statistics@example.com", defaults={"name": "统计"})
    if new:
        RoleGrant.objects.create(user=user, role="manager", scope="")
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    queries: list[str] = []
    with connection.execute_wrapper(lambda run, sql, *rest: queries.append(sql) or run(sql, *rest)):
        client.get(path)
    times = [took(lambda: client.get(path)) for _ in range(rounds)]
    return len(queries), middle.median(times) * 1000, len(answer.content)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--number", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=21)
    arguments.add_argument("--keep", action="store_true", help="measure what is there")
    wanted = arguments.parse_args()

    settings.ALLOWED_HOSTS = ["*"]
    if not wanted.keep:
        print(f"COPY of {wanted.number:,} records: {fill(wanted.number):.1f} s")
        print(f"roll-up of all of them: {took(roll_up_all):.1f} s, {Total.objects.count():,} totals")
    row = ServiceRecord.objects.filter(set_aside="", served_on__year=2026).latest("pk")
    ServiceRecord.objects.filter(pk=row.pk).update(visits=row.visits + 1)
    print(f"roll-up after one record changed: {took(roll_up):.2f} s; with nothing to do: {took(roll_up) * 1000:.1f} ms")
    days = ServiceRecord.objects.filter(served_on=row.served_on)
    print(f"roll-up of a whole day, {days.update(experts=2):,} records: {took(roll_up):.2f} s")
    for path in ("/statistics/?year=2026", f"/statistics/?year=2026&district={row.station.district_id}",
                 f"/statistics/?year=2026&station={row.station_id}&scheme=samr", "/service-records/"):  # fmt: skip
        queries, milliseconds, size = page(path, wanted.rounds)
        print(f"{path}: {queries} queries, {milliseconds:.0f} ms, {size:,} bytes")


if __name__ == "__main__":
    main()
