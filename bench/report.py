"""The table of a run, put between two marks of docs/performance.md; what stands outside them is written by hand."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
import statistics
from pathlib import Path
from typing import Any

import django
import gunicorn
from django.db import connection

from bench.measure import CONNECTIONS, WORKERS, Run
from bench.pages import MOST_BYTES, MOST_QUERIES, YARDSTICK, Page, Size
from bench.pushing import BATCH

FILE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- written by `make bench` -->", "<!-- end -->"
PUSHING, PUSHED = "<!-- pushing: written by `make bench` -->", "<!-- end of pushing -->"


def write(found: dict[str, Any], options: argparse.Namespace) -> None:
    put(BEGIN, END, [*head(options), "", *page_lines(found["pages"]), "", *other_lines(found)])


def write_pushing(found: dict[str, Any], options: argparse.Namespace) -> None:
    put(PUSHING, PUSHED, pushing_lines(found, options))


def put(begin: str, end: str, lines: list[str]) -> None:
    """Between these marks, in place of what stood there."""
    table = "\n".join([begin, "", *lines, "", end])
    old = FILE.read_text(encoding="utf-8") if FILE.exists() else "# Speed\n"
    old = old if begin in old else f"{old}\n{begin}{end}\n"
    FILE.write_text(
        re.sub(f"{re.escape(begin)}.*{re.escape(end)}", lambda _: table, old, flags=re.DOTALL), encoding="utf-8"
    )
    print(f"\n{table}\n\nbench: written to {FILE.relative_to(FILE.parent.parent)}", flush=True)


def head(options: argparse.Namespace) -> list[str]:
    server = connection.pg_version // 10000
    line = (
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}, Django "
        f"{django.__version__}, gunicorn {gunicorn.__version__} ({WORKERS} sync workers), PostgreSQL {server}, wrk with "
        f"{CONNECTIONS} connections; {options.rounds} rounds of {options.seconds:.0f} s on each page in turn, medians; "
        f"{options.applications:,} applications."
    )
    return [line]


def median(runs: list[Run], name: str) -> float:
    return statistics.median(getattr(run, name) for run in runs)


def page_lines(rows: list[tuple[Page, Size | None, list[Run]]]) -> list[str]:
    """`speed` is CPU a request (server and PostgreSQL) of the floor's list, divided by that of the page."""
    yardstick = next(median(runs, "cpu_ms") for page, _, runs in rows if page == YARDSTICK)
    lines = [
        "| page | req/s | p50 ms | p99 ms | CPU ms: app | PG | lowest-highest | foreign CPU | speed | goal | queries | bytes (gzip) |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for page, size, runs in rows:
        speed = yardstick / median(runs, "cpu_ms")
        spent = sorted(run.cpu_ms for run in runs)
        lines.append(
            f"| {page.label} | {median(runs, 'rate'):,.0f} | {median(runs, 'p50'):,.1f} | {median(runs, 'p99'):,.1f} "
            f"| {median(runs, 'app_ms'):.2f} | {median(runs, 'pg_ms'):.2f} | {spent[0]:.2f}-{spent[-1]:.2f} "
            f"| {median(runs, 'foreign'):.0%} | {speed:.2f} | {goal(page, size, speed)} | {sizes(size)} |"
        )
    failed = sum(run.failed for _, _, runs in rows for run in runs)
    return [*lines, "", f"Answers that were errors: {failed}."]


def goal(page: Page, size: Size | None, speed: float) -> str:
    if page.speed is None:
        return ""
    missed = [f"{page.speed:.2g}"] if speed < page.speed else []
    if page.small and size is not None:
        missed += [f"{MOST_QUERIES} queries"] if size.queries > MOST_QUERIES else []
        missed += [f"{MOST_BYTES / 1000:.0f} kB"] if size.bytes > MOST_BYTES else []
    return f"**missed: {', '.join(missed)}**" if missed else f"{page.speed:.2g} met"


def sizes(size: Size | None) -> str:
    return f"{size.queries} | {size.bytes:,} ({size.zipped:,})" if size else " | "


def other_lines(found: dict[str, Any]) -> list[str]:
    ranked = found["ranking"]
    lines = ["| what | figure | goal |", "|---|---|---|"]
    lines.append(
        f"| ranking of {ranked['entries']:,} entries, {ranked['sheets']:,} locked sheets in the database: read and score "
        f"| {ranked['read'] + ranked['score']:,.0f} ms (read {ranked['read']:,.0f}, score {ranked['score']:,.0f}) | 1,000 ms |"
    )
    lines.append(f"| the whole job, {ranked['lines']:,} lines kept | {ranked['whole']:,.0f} ms | |")
    size, run = found["ranking page"]
    lines.append(
        f"| a page in the middle of that ranking, 20 lines | {size.cpu_ms:.1f} ms of CPU alone in one process, {size.queries} "
        f"queries; under load {run.app_ms:.1f} ms and {run.pg_ms:.1f} ms in PostgreSQL, {run.rate:,.0f} a second | 10 ms |"
    )
    lines += [
        f"| {label} | {rate:.1f} pages a second and core, {size:.0f} kB a page | 20 |"
        for label, rate, size in found["papers"]
    ]
    if "rehearsal" in found:
        taken, cpu, phases = found["rehearsal"]
        longest = sorted(phases.items(), key=lambda item: -item[1])[:4]
        named = ", ".join(f"{name} {seconds:.0f}" for name, seconds in longest)
        lines.append(f"| rehearsal | {taken:.0f} s, of them {cpu:.0f} s CPU of its own ({named}) | |")
    return lines


def pushing_lines(found: dict[str, Any], options: argparse.Namespace) -> list[str]:
    """`ratio` is to the bare row above, by wall and by CPU."""
    day, rows = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}", f"{found['rows']:,} records in the table at the end"
    lines = [
        f"{day}, {os.cpu_count()} cores, {options.rounds} turns; {rows}; medians, lowest-highest.",
        "",
        "| a thousand records at once, one connection | records/s | ratio | CPU ms a record | ratio |",
        "|---|---|---|---|---|",
    ]
    bare = found["batches"]["copy"]
    for label, runs in (("bare COPY", bare), ("`service-records/batch/`", found["batches"]["portal"])):
        rates = sorted(BATCH / run.wall for run in runs)
        cpu, bare_cpu = (statistics.median(run.cpu for run in some) for some in (runs, bare))
        wall, bare_wall = (statistics.median(run.wall for run in some) for some in (runs, bare))
        lines.append(
            f"| {label} | {statistics.median(rates):,.0f} ({rates[0]:,.0f}-{rates[-1]:,.0f}) | {bare_wall / wall:.3f} "
            f"| {cpu * 1000 / BATCH:.3f} | {bare_cpu / cpu:.3f} |"
        )
    lines += [
        "",
        f"| one by one, {CONNECTIONS} connections, {WORKERS} workers | requests/s | ratio | CPU ms: app | PG | ratio | foreign CPU |",
        "|---|---|---|---|---|---|---|",
    ]
    bare = found["singles"]["floor"]
    for label, runs in (("bare DRF view", bare), ("`service-records/`", found["singles"]["portal"])):
        rates = sorted(run.rate for run in runs)
        lines.append(
            f"| {label} | {median(runs, 'rate'):,.0f} ({rates[0]:,.0f}-{rates[-1]:,.0f}) "
            f"| {median(runs, 'rate') / median(bare, 'rate'):.2f} | {median(runs, 'app_ms'):.2f} | {median(runs, 'pg_ms'):.2f} "
            f"| {median(bare, 'cpu_ms') / median(runs, 'cpu_ms'):.2f} | {median(runs, 'foreign'):.0%} |"
        )
    failed = sum(run.failed for runs in found["singles"].values() for run in runs)
    return [*lines, "", f"Answers that were errors: {failed}."]
