"""Service records that a machine client pushes: a thousand at once beside a bare COPY of the same rows into the same table,
one by one beside a bare DRF view that inserts the same row. In turn, so that what else the machine does falls on all.

    python -m bench.run --only pushing [--rounds 5] [--seconds 4]
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import http.client
import io
import json
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import mean
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.measure import Run, Server, cpu_of, loaded

BATCH = 1000
BATCHES, COPIES = 4, 20  # in each turn; CPU is told in hundredths of a second, so that a single COPY would not show
LUA = """
local number = 0
local prefix = tostring({{}}):gsub("table: ", "")
request = function()
  number = number + 1
  local id = "{run}-" .. prefix .. "-" .. number
  local body = [[{body}]]
  return wrk.format("POST", "{path}", {{
    ["Content-Type"] = "application/json", ["Authorization"] = "Bearer {token}", ["Idempotency-Key"] = id
  }}, (body:gsub("NUMBER", id)))
end
"""


@dataclass(frozen=True)
class Batch:
    """Seconds of wall and of CPU (server and PostgreSQL) for a thousand rows."""

    wall: float
    cpu: float


def measure(options: argparse.Namespace, backends: Callable[[], list[int]]) -> dict[str, Any]:
    station, client_id, secret = prepare()
    servers = {
        "floor": Server("bench.floor.wsgi", {"DJANGO_SETTINGS_MODULE": "bench.floor.settings"}),
        "portal": Server("config.wsgi", {"API_CALLS_PER_MINUTE_CLIENT": "1000000000"}),
    }
    paths = {"floor": "/record", "portal": "/api/v1/service-records/"}
    batches: dict[str, list[Batch]] = {"copy": [], "portal": []}
    singles: dict[str, list[Run]] = {"floor": [], "portal": []}
    try:
        for server in servers.values():
            server.wait()
        token = token_of(servers["portal"].port, client_id, secret)
        copied = partial(copy_batch, station, client_id)
        pushed = partial(push_batch, servers["portal"], token, station, backends)
        pushed()  # warm
        for turn in range(options.rounds):
            for name, one, times in (("copy", copied, COPIES), ("portal", pushed, BATCHES)):
                runs = [one() for _ in range(times)]
                batches[name].append(Batch(mean(run.wall for run in runs), mean(run.cpu for run in runs)))
            for name, server in servers.items():
                with script(paths[name], token, station, turn) as lua:
                    singles[name].append(loaded(server, paths[name], ["-s", lua], options.seconds, backends))
    finally:
        for server in servers.values():
            server.end()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM services_servicerecord")
        (rows,) = cursor.fetchone()
    return {"batches": batches, "singles": singles, "rows": rows}


def facts(number: str, station: int) -> dict[str, Any]:
    """One record as a client sends it: what the form asks for, and most of what it allows."""
    return {
        "external_id": number,
        "station": station,
        "client_code": "91420100MA70000184",
        "client_name": "武汉光谷精密仪器制造有限公司",
        "item": "standards.comparison",
        "served_on": timezone.localdate().isoformat(),
        "visits": 2,
        "problems_found": 3,
        "problems_solved": 2,
        "experts": 1,
        "fee": "3000.00",
        "discount": "600.00",
        "summary": "对标国家标准和行业标准，找出差距三项，已整改两项，出具对标分析报告一份。",
    }


# -- A thousand at once  ----


def push_batch(server: Server, token: str, station: int, backends: Callable[[], list[int]]) -> Batch:
    rows = [facts(str(uuid.uuid4()), station) for _ in range(BATCH)]
    body = json.dumps({"records": rows}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": str(uuid.uuid4()),
    }
    before = {pid: cpu_of(pid) for pid in backends()}
    app, begun = server.cpu(), time.perf_counter()
    answer = post(server.port, "/api/v1/service-records/batch/", body, headers)
    wall = time.perf_counter() - begun
    pg = sum(cpu_of(pid) - before.get(pid, 0.0) for pid in backends())
    if answer["created"] != BATCH:
        raise SystemExit(f"error: of {BATCH} records {answer['created']} were created")
    return Batch(wall, server.cpu() - app + pg)


COLUMNS = (
    "station_id", "client_code", "client_name", "kind", "item", "served_on", "visits", "problems_found",
    "problems_solved", "experts", "fee", "discount", "jobs_added", "summary", "origin", "source_client", "external_id",
    "recorded_at", "changed_at", "set_aside", "set_aside_reason",
)  # fmt: skip


def copy_batch(station: int, client_id: str) -> Batch:
    """The same rows as they stand in the table, the text made beforehand; one COPY, committed."""
    now = dt.datetime.now(dt.UTC).isoformat()
    lines = []
    for _ in range(BATCH):
        row = facts(str(uuid.uuid4()), station)
        row |= {"station_id": station, "kind": "standards", "origin": "api", "source_client": client_id}
        row |= {"recorded_at": now, "changed_at": now, "set_aside": "", "set_aside_reason": "", "jobs_added": 0}
        lines.append("\t".join(str(row[name]) for name in COLUMNS) + "\n")
    text = io.StringIO("".join(lines))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
        before, begun = cpu_of(pid), time.perf_counter()
        cursor.copy_expert(f"COPY services_servicerecord ({', '.join(COLUMNS)}) FROM STDIN", text)
        return Batch(time.perf_counter() - begun, cpu_of(pid) - before)


# -- One by one  ----


@contextmanager
def script(path: str, token: str, station: int, turn: int) -> Iterator[str]:
    """A file that tells wrk to send another record and another key each time."""
    body = json.dumps(facts("NUMBER", station), ensure_ascii=False)
    run = f"{turn}-{uuid.uuid4().hex[:8]}"
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as file:
        file.write(LUA.format(run=run, body=body, path=path, token=token))
        file.flush()
        yield file.name


# -- Who pushes  ----


def prepare() -> tuple[int, str, str]:
    """A station, and a client that it has authorised: (station, client id, secret)."""
    from accounts.models import RoleGrant, User  # noqa: PLC0415
    from accounts.states import Role  # noqa: PLC0415
    from integration.actions.client import authorise_client, register_client  # noqa: PLC0415
    from integration.states.client import Scope  # noqa: PLC0415
    from stations.models import District, Membership, Organisation, Station  # noqa: PLC0415

    mark = uuid.uuid4().hex[:6]
    admin = User.objects.create_user(email=f"admin-{mark}@example.com", name="系统管理")
    RoleGrant.objects.create(user=admin, role=Role.SYSTEM_ADMIN)
    owner = User.objects.create_user(email=f"owner-{mark}@example.com", name="站长")
    district = District.objects.order_by("position").first()
    organisation = Organisation.objects.create(
        name=f"测量{mark}", credit_code=mark.upper().rjust(18, "X"), kind="enterprise", district=district,
        founded_on=dt.date(2015, 1, 1), address="一路",
    )  # fmt: skip
    Membership.objects.create(user=owner, organisation=organisation, role="owner", joined_at=timezone.now())
    station = Station.objects.create(
        organisation=organisation, name=f"测量服务站{mark}", district=district, supervised_by=district, address="一路"
    )
    scopes = [Scope.SERVICES_WRITE]
    client, secret = register_client(
        actor=admin, name=f"平台{mark}", operator="测量", contact="a@example.com", purpose="测量", scopes=scopes
    )
    authorise_client(station, client, actor=owner, scopes=scopes)
    return station.pk, client.client_id, secret


def token_of(port: int, client_id: str, secret: str) -> str:
    proof = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {proof}", "Content-Type": "application/x-www-form-urlencoded"}
    return post(port, "/oauth/token/", b"grant_type=client_credentials", headers)["access_token"]


def post(port: int, path: str, body: bytes, headers: dict[str, str]) -> Any:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("POST", path, body, headers)
    answer = line.getresponse()
    text = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"error: {path} answers {answer.status}: {text[:300]!r}")
    return json.loads(text)
