"""Everything in its order: fill the database, put both servers under load in turn, then ranking, papers, rehearsal."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.urls import Resolver404, resolve

from bench import database, papers, pushing, ranking, report
from bench.measure import Run, Server, ask, load
from bench.pages import Page, Size, headers_of, pages, session_of, size_of
from evaluation.models import Application


def measure_everything(options: argparse.Namespace) -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if options.only == "pushing":
        measure_pushing(options)
        return
    if not Application.objects.exists():
        say("filling a database: two rehearsed rounds, then copies")
        for phase, seconds in database.fill(options.applications).items():
            say(f"    {phase:<20} {seconds:6.1f} s")
    table = measure_pages(options)
    measure_pushing(options)
    say("papers")
    found = {"pages": table, "papers": papers.measure()}
    say(f"ranking of {options.entries} entries")
    round, found["ranking"] = ranking.measure(options.entries)
    found["ranking page"] = measure_ranking_page(round, options)
    if options.rehearse:
        say(f"rehearsal with {options.rehearse} applicants")
        found["rehearsal"] = rehearse(options.rehearse)
    report.write(found, options)


def measure_pushing(options: argparse.Namespace) -> None:
    say("records pushed by a machine client")
    report.write_pushing(pushing.measure(options, backends), options)


def say(text: str) -> None:
    print(f"bench: {text}", flush=True)


# -- Pages  ----


def measure_pages(options: argparse.Namespace) -> list[tuple[Page, Size | None, list[Run]]]:
    """Each page several times, in turn, so that whatever else the machine does falls on all of them."""
    servers = {
        False: Server("bench.floor.wsgi", {"DJANGO_SETTINGS_MODULE": "bench.floor.settings"}),
        True: Server("config.wsgi", {}),
    }
    rows: list[tuple[Page, Size | None, list[Run]]] = []
    try:
        for server in servers.values():
            server.wait()
        sessions = {who: session_of(who) for who in ("intake", "expert01")}
        for page in filter(exists, pages()):
            size = size_of(page, headers_of(page, sessions)) if page.portal else None
            rows.append((page, size, []))
        for _ in range(options.rounds):
            for page, _, runs in rows:
                runs.append(one(servers[page.portal], page, headers_of(page, sessions), options.seconds))
                say(f"    {page.label:<40} {runs[-1].rate:8.1f}/s  {runs[-1].cpu_ms:7.2f} ms CPU")
    finally:
        for server in servers.values():
            server.end()
    return rows


def measure_ranking_page(round: int, options: argparse.Namespace) -> tuple[Size, Run]:
    """The page in the middle of a ranking's list: alone in this process, and under load."""
    page = Page("ranking, 20 in the middle", ranking.middle(round), who="manager")
    headers = headers_of(page, {"manager": session_of("manager")})
    size = size_of(page, headers)
    server = Server("config.wsgi", {})
    try:
        server.wait()
        return size, one(server, page, headers, options.seconds)
    finally:
        server.end()


def exists(page: Page) -> bool:
    try:
        return not page.portal or bool(resolve(page.path))
    except Resolver404:
        say(f"    {page.label}: the portal has no such page, left out")
        return False


def one(server: Server, page: Page, headers: dict[str, str], seconds: float) -> Run:
    if page.unchanged:
        headers = {**headers, "If-None-Match": ask(server.port, page.path, headers)[1]["etag"]}
    return load(server, page.path, headers, seconds, backends, 304 if page.unchanged else 200)


def backends() -> list[int]:
    """The processes of PostgreSQL that serve this database, our own apart. None where it runs on another machine."""
    if not connection.get_connection_params().get("host", "").startswith("/"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


# -- The rehearsal  ----


def rehearse(applicants: int) -> tuple[float, float, dict[str, float]]:
    """Seconds of wall, seconds of CPU (PostgreSQL apart), and the report's seconds by phase."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = ["manage.py", "rehearse", "--applicants", str(applicants), "--experts", str(max(15, applicants // 5))]
        before, begun = cpu_of_children(), time.perf_counter()
        subprocess.run(
            [sys.executable, *command, "--scratch", "--json", file.name], check=True, stdout=subprocess.DEVNULL
        )
        taken, cpu = time.perf_counter() - begun, cpu_of_children() - before
        return taken, cpu, json.loads(Path(file.name).read_text())["timings"]


def cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system
