"""Every address x every kind of person. The table is `matrix.txt`; an address that is not in it fails.

A cell is what GET answers: 200, 302, 404, 403 ..., or `in` where one is sent to sign in. Whoever is denied a page by GET
is denied it by POST as well. To write the table anew after a change: `WRITE_MATRIX=1 pytest tests/roles`, then read the
difference line by line.
"""

import os
from pathlib import Path

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.sign_in import SignInBackend
from tests.roles.world import ACTORS, addresses, make_world

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parent / "matrix.txt"
DENIED = {"in", "403", "404"}


class Undo(Exception):
    pass


def bare(request, template, context, *, status):
    """Two thirds of the answers say no: their page has tests of its own, here their status is enough."""
    return HttpResponse(status=status)


@pytest.fixture
def world(settings, monkeypatch):
    settings.AXES_ENABLED = False
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"  # two queries less for each request
    monkeypatch.setattr("config.errors.render", bare)
    monkeypatch.setattr(SignInBackend, "get_user", Known())
    return make_world()


class Known:
    """Everybody as read at their first request. Nobody's roles change here, and what a request writes is undone."""

    def __init__(self):
        self.read, self.people = SignInBackend().get_user, {}

    def __call__(self, pk):
        if pk not in self.people:
            self.people[pk] = self.read(pk)
        return self.people[pk]


def table() -> dict[str, list[str]]:
    """{address: a cell per actor} as written."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return {name: cells for name, *cells in lines}


def clients(world) -> dict[str, Client]:
    """Everybody, signed in once."""
    found = {actor: Client(raise_request_exception=False) for actor in ACTORS}
    for actor, user in world.people.items():
        if user.is_authenticated:
            found[actor].force_login(user)
    return found


def answer(client: Client, method: str, url: str) -> str:
    """The cell for one request; what it wrote is undone."""
    session = client.cookies.get("sessionid")
    code = ""
    try:
        with transaction.atomic():
            response = getattr(client, method)(url)
            signs_in = response.status_code == 302 and "/accounts/login/" in response["Location"]
            code = "in" if signs_in else str(response.status_code)
            for close in response._resource_closers:  # not response.close(): that would end the connection
                close()
            raise Undo
    except Undo:
        if session is not None:
            client.cookies["sessionid"] = session.value
        return code


def found(world, people) -> dict[str, tuple[str, list[str]]]:
    rows = {}
    for name, route in addresses():
        wanted = world.kwargs(name, route)
        kwargs = {key: value for key, value in wanted.items() if f":{key}>" in route or f"<{key}>" in route}
        url = reverse(name, kwargs=kwargs or None)
        rows[name] = (url, [answer(people[actor], "get", url) for actor in ACTORS])
    return rows


def write(rows) -> None:
    width = max(map(len, rows)) + 2
    heading = "# " + "address".ljust(width - 2) + " ".join(actor.ljust(10) for actor in ACTORS)
    lines = [name.ljust(width) + " ".join(cell.ljust(10) for cell in cells) for name, (_, cells) in rows.items()]
    TABLE.write_text("\n".join(line.rstrip() for line in [heading, *lines]) + "\n")


def test_everybody_reaches_what_is_for_them_and_nothing_else(world):
    people = clients(world)
    rows = found(world, people)
    if os.environ.get("WRITE_MATRIX"):
        write(rows)
    wanted = table()
    differences = [f"{name} is not in the table" for name in rows.keys() - wanted.keys()]
    differences += [f"{name} is in the table, but there is no such address" for name in wanted.keys() - rows.keys()]
    differences += [
        f"{name}: {actor} got {got}, wanted {want}"
        for name, (_, cells) in rows.items()
        if name in wanted
        for actor, got, want in zip(ACTORS, cells, wanted[name], strict=True)
        if got != want
    ]
    differences += [
        f"{name}: {actor} is denied by GET ({cell}) but POST answers {got}"
        for name, (url, cells) in rows.items()
        for actor, cell in zip(ACTORS, cells, strict=True)
        if cell in DENIED and (got := answer(people[actor], "post", url)) not in {*DENIED, "405"}
    ]
    differences += [f"{name} breaks" for name, (_, cells) in rows.items() if "500" in cells]
    assert not differences, "\n".join(differences)
