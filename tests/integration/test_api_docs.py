"""What docs/api.md tells others to do, done: its lines in a shell, its client, and a client that is not ours."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings

from services.models import Booking, Need, Rating, ServiceRecord
from tests.factories import make_station
from tests.integration.pushing import record
from tests.integration.scene import make_client
from tests.services.library_scene import make_equipment

pytestmark = pytest.mark.django_db(transaction=True)
DOCS = Path(settings.BASE_DIR, "docs")


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def identity(station):
    return make_client(station)


@pytest.fixture
def environment(live_server, station, identity):
    client, secret = identity
    return {
        **os.environ,
        "PORTAL": live_server.url,
        "CLIENT_ID": client.client_id,
        "CLIENT_SECRET": secret,
        "STATION": str(station.pk),
        "EQUIPMENT": str(make_equipment(station).pk),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "no_proxy": "*",
    }


def test_the_lines_of_the_page_do_what_it_says(environment, station):
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", (DOCS / "api.md").read_text(), flags=re.DOTALL))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count('"status":"created"') >= 5
    assert done.stdout.lower().count("idempotency-replayed: true") == 1
    row = ServiceRecord.objects.get()
    assert (row.external_id, row.station, row.problems_solved) == ("ORDER-2026-0001", station, 2)
    assert '"rejected":1' in done.stdout
    assert (Need.objects.count(), Booking.objects.count(), Rating.objects.count()) == (1, 1, 1)
    assert '"external_id": "ORDER-2026-0001"' in done.stdout  # as the client in Python writes it
    assert '{"created": 0, "changed": 0, "unchanged": 1, "rejected": 0}' in done.stderr


def test_the_client_pushes_more_than_a_batch_and_tells_what_was_turned_down(environment, station):
    rows = [record(station, number) for number in range(1001)]
    rows[1000]["visits"] = "many"
    text = "\n".join(json.dumps(row) for row in rows)
    command = [sys.executable, str(DOCS / "api_client.py")]
    run = {"env": environment, "capture_output": True, "text": True, "timeout": 120}
    pushed = subprocess.run([*command, "push"], input=text, check=False, **run)
    assert pushed.returncode == 1, pushed.stderr
    assert json.loads(pushed.stderr) == {"created": 1000, "changed": 0, "unchanged": 0, "rejected": 1}
    (turned_down,) = [json.loads(line) for line in pushed.stdout.splitlines()]
    assert (turned_down["external_id"], turned_down["problem"]["errors"][0]["field"]) == ("R-1000", "visits")
    pulled = subprocess.run([*command, "pull"], check=False, **run)
    assert pulled.returncode == 0, pulled.stderr
    assert {json.loads(line)["external_id"] for line in pulled.stdout.splitlines()} == {f"R-{n}" for n in range(1000)}


def test_a_client_that_is_not_ours_gets_in(live_server, station, identity):
    client, secret = identity
    session = OAuth2Session(client.client_id, secret, scope="services:write services:read")
    session.trust_env = False
    token = session.fetch_token(f"{live_server.url}/oauth/token/", grant_type="client_credentials")
    assert token["token_type"] == "Bearer"
    headers = {"Idempotency-Key": "authlib-1"}
    answer = session.post(f"{live_server.url}/api/v1/service-records/", json=record(station), headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (201, "created")
    (row,) = session.get(f"{live_server.url}/api/v1/service-records/").json()["results"]
    assert row["external_id"] == "R-1"
    refused = session.post(f"{live_server.url}/api/v1/needs/", json={}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
