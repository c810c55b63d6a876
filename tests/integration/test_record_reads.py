"""Reading the records of one's stations: whose, in which order, and what has changed since."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from integration.actions.client import withdraw_authorisation
from integration.states.client import Scope
from services.actions.record import add_record, withdraw_record
from services.models import ServiceRecord
from tests.factories import make_station
from tests.integration.pushing import MANY, ONE, poster, record
from tests.integration.scene import bearer, make_client, make_token
from tests.services.library_scene import make_staffed_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def machine(station):
    return make_client(station)[0]


@pytest.fixture
def get(client, machine):
    headers = bearer(make_token(machine))
    return lambda path=ONE, **asked: client.get(path, asked, headers=headers)


@pytest.fixture
def post(client, machine):
    return poster(client, machine)


def test_a_client_reads_what_its_stations_have_and_nothing_else(get, post, station):
    assert get().json() == {"next": None, "previous": None, "results": []}
    post(MANY, {"records": [record(station, 1), record(station, 2)]})
    other, staff = make_staffed_station()
    facts = record(other, 3)
    facts.pop("station")
    add_record(other, actor=staff, origin="typed", **facts)
    said = get().json()["results"]
    assert [(row["external_id"], row["station"], row["origin"]) for row in said] == [
        ("R-1", station.pk, "api"),
        ("R-2", station.pk, "api"),
    ]
    assert "recorded_by" not in said[0]
    assert get(station=other.pk).json()["results"] == []


def test_a_withdrawn_leave_shows_nothing_from_then_on(get, post, station, machine):
    post(ONE, record(station))
    leave = machine.authorisations.get()
    assert len(get().json()["results"]) == 1
    withdraw_authorisation(leave, actor=leave.given_by)
    assert get().json()["results"] == []


def test_what_has_changed_since_the_last_time_is_told_again_and_only_that(get, post, station):
    hour = dt.timedelta(hours=1)
    post(MANY, {"records": [record(station, number) for number in range(5)]})
    ServiceRecord.objects.update(changed_at=timezone.now() - hour)
    first = get()
    until = parse_datetime(first["Complete-Until"])
    assert timezone.now() - dt.timedelta(minutes=5) < until < timezone.now()
    assert get(updated_since=until.isoformat()).json()["results"] == []
    post(ONE, record(station, 3, visits=7))
    withdraw_record(
        ServiceRecord.objects.get(external_id="R-1"), actor=make_member_of(station), reason="登记到别的企业了"
    )
    changed = get(updated_since=until.isoformat()).json()["results"]
    assert [(row["external_id"], row["visits"], row["set_aside"]) for row in changed] == [
        ("R-3", 7, ""),
        ("R-1", 1, "withdrawn"),
    ]


def make_member_of(station):
    from tests.factories import join, make_user  # noqa: PLC0415

    user = make_user()
    join(user, station.organisation)
    return user


def test_pages_neither_repeat_nor_skip(get, post, station):
    post(MANY, {"records": [record(station, number) for number in range(25)]})
    seen, page = [], get(limit=10)
    while True:
        said = page.json()
        seen += [row["external_id"] for row in said["results"]]
        if len(seen) == 10:
            post(ONE, record(station, 99))  # comes in while we read
        if not said["next"]:
            break
        page = get(said["next"])
    assert seen == [f"R-{number}" for number in range(25)] + ["R-99"]


def test_filters_narrow_and_a_mistyped_one_is_refused(get, post, station):
    day = timezone.localdate()
    post(MANY, {"records": [record(station, 1), record(station, 2, served_on=str(day - dt.timedelta(days=3)))]})
    assert [row["external_id"] for row in get(served_to=str(day - dt.timedelta(days=1))).json()["results"]] == ["R-2"]
    assert [row["external_id"] for row in get(served_from=str(day)).json()["results"]] == ["R-1"]
    assert [row["external_id"] for row in get(external_id="R-2").json()["results"]] == ["R-2"]
    for asked in ({"externalid": "R-2"}, {"served_from": "gestern"}, {"station": "x"}, {"external_id": "a\x00"}):
        answer = get(**asked)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


def test_without_the_scope_nothing_is_read(client, station):
    writer = make_client(station, scopes=[Scope.SERVICES_WRITE], name="只写")[0]
    answer = client.get(ONE, headers=bearer(make_token(writer, [Scope.SERVICES_WRITE])))
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")


def test_a_page_of_a_hundred_asks_as_often_as_one_of_three(get, post, station):
    counts = []
    for numbers in (range(3), range(3, 100)):
        post(MANY, {"records": [record(station, number) for number in numbers]})
        with CaptureQueriesContext(connection) as found:
            assert len(get(limit=100).json()["results"]) == numbers.stop
        counts.append(len(found))
    assert counts[0] == counts[1] <= 8
