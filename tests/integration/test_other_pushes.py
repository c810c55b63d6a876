"""Needs, bookings and ratings by the interface: taken once by the client's number, refused in stable words."""

import datetime as dt

import pytest
from django.utils import timezone

from integration.states.client import Scope
from services.models import Booking, Need, Rating
from stations.credit_code import make_credit_code
from tests.factories import make_station
from tests.integration.pushing import ONE, poster, record
from tests.integration.scene import make_client
from tests.services.library_scene import make_booking, make_equipment

pytestmark = pytest.mark.django_db
NEEDS, RATINGS = "/api/v1/needs/", "/api/v1/ratings/"
TOMORROW = timezone.now().replace(microsecond=0) + dt.timedelta(days=1)


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def machine(station):
    return make_client(station)[0]


@pytest.fixture
def post(client, machine):
    return poster(client, machine)


def fault(answer):
    said = answer.json()
    return answer.status_code, said["code"], [error["field"] for error in said.get("errors", [])]


# -- Needs  ----


def need(**facts):
    return {
        "external_id": "N-1",
        "credit_code": make_credit_code(1),
        "company": "武汉需求企业有限公司",
        "contact_name": "王工",
        "contact_phone": "13800000000",
        "kind": "metrology",
        "text": "三坐标测量机需要校准",
    } | facts


def test_a_need_is_taken_once_and_its_contact_is_sealed(post, station, machine):
    first = post(NEEDS, need(station=station.pk))
    assert first.status_code == 201, first.content
    said = first.json()["need"]
    row = Need.objects.get()
    assert (said["number"], said["state"], said["station"]) == (str(row.number), "received", station.pk)
    assert (row.source, row.source_client, row.external_id) == ("api", machine.client_id, "N-1")
    assert row.contact.opened().phone == "13800000000"
    assert b"13800000000" not in first.content
    again = post(NEEDS, need(station=station.pk))
    assert (again.status_code, again.json()["status"], again.json()["need"]) == (200, "unchanged", said)
    assert Need.objects.count() == 1


def test_a_need_without_a_station_waits_for_the_bureau(post):
    assert post(NEEDS, need()).json()["need"]["station"] is None


def test_a_need_is_not_changed_from_outside(post, station):
    post(NEEDS, need(station=station.pk))
    assert fault(post(NEEDS, need(text="改成别的"))) == (409, "external_id_taken", ["external_id"])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": "witchcraft"}, (422, "service_unknown", ["kind"])),
        ({"item": "standards.comparison"}, (422, "service_unknown", ["item"])),
        ({"contact_phone": ""}, (422, "contact_missing", ["contact_phone"])),
        ({"wanted_on": "2001-01-01"}, (422, "date_past", ["wanted_on"])),
        ({"contact_email": "no address"}, (400, "invalid", ["contact_email"])),
        ({"text": ""}, (400, "invalid", ["text"])),
        ({"station": 99_999_999}, (404, "station_not_authorised", ["station"])),
        ({"state": "archived"}, (400, "invalid", ["state"])),
    ],
)
def test_a_bad_need_is_refused_at_its_field(post, facts, expected):
    assert fault(post(NEEDS, need(**facts))) == expected
    assert not Need.objects.exists()


def test_a_need_wants_its_scope_from_token_and_station(client, station):
    writer = make_client(station, scopes=[Scope.SERVICES_WRITE], name="只写记录")[0]
    assert fault(poster(client, writer)(NEEDS, need()))[:2] == (403, "insufficient_scope")


# -- Bookings  ----


def booking(**facts):
    return {
        "external_id": "B-1",
        "begins_at": TOMORROW.isoformat(),
        "ends_at": (TOMORROW + dt.timedelta(hours=2)).isoformat(),
        "client_code": make_credit_code(2),
        "client_name": "武汉预约企业有限公司",
        "purpose": "测量齿轮样件",
    } | facts


def path_of(equipment):
    return f"/api/v1/equipment/{equipment.pk}/bookings/"


def test_a_booking_is_taken_once_and_waits_for_the_station(post, station, machine):
    path = path_of(make_equipment(station))
    first = post(path, booking())
    assert first.status_code == 201, first.content
    assert first.json()["booking"]["state"] == "asked"
    again = post(path, booking())
    assert (again.status_code, again.json()["status"]) == (200, "unchanged")
    assert Booking.objects.get().source_client == machine.client_id
    later = (TOMORROW + dt.timedelta(hours=3)).isoformat()
    assert fault(post(path, booking(ends_at=later)))[:2] == (409, "external_id_taken")


def test_no_instrument_is_booked_twice_at_a_time(post, station):
    equipment = make_equipment(station)
    make_booking(equipment, TOMORROW - dt.timedelta(hours=1), 2)
    assert fault(post(path_of(equipment), booking()))[:2] == (409, "already_booked")


def test_an_instrument_of_a_station_that_gave_no_leave_is_not_there(post):
    theirs = make_equipment(make_station(), shared=True)
    assert fault(post(path_of(theirs), booking())) == (404, "not_found", [])
    assert fault(post("/api/v1/equipment/999999999/bookings/", booking())) == (404, "not_found", [])


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"begins_at": "2026-11-30 09:00"}, (400, "invalid", ["begins_at"])),
        ({"begins_at": "2026-11-30T09:00:00"}, (400, "invalid", ["begins_at"])),
        ({"begins_at": "0001-01-01T00:00:00+14:00"}, (400, "invalid", ["begins_at"])),
        ({"begins_at": 17}, (400, "invalid", ["begins_at"])),
        ({"begins_at": "2001-01-01T00:00:00Z"}, (422, "period_past", ["begins_at"])),
        ({"ends_at": TOMORROW.isoformat()}, (422, "period_turned", ["ends_at"])),
        ({"client_code": "x"}, (422, None, ["client_code"])),
    ],
)
def test_a_bad_booking_is_refused_at_its_field(post, station, facts, expected):
    found = fault(post(path_of(make_equipment(station)), booking(**facts)))
    assert (found[0], found[2]) == (expected[0], expected[2])
    assert expected[1] in (None, found[1])


# -- Ratings  ----

MARKS = {"place": 5, "response": 4, "skill": 5, "conduct": 5, "outcome": 3}


def rating(**facts):
    return {"external_id": "V-1", "record_external_id": "R-1", "marks": MARKS} | facts


def test_a_rating_is_created_unchanged_and_corrected(post, station, machine):
    pushed = post(ONE, record(station)).json()["record"]
    first = post(RATINGS, rating(integrity="clean", comment="很满意"))
    assert first.status_code == 201, first.content
    assert first.json()["rating"]["record"] == pushed["id"]
    same = post(RATINGS, rating(integrity="clean", comment="很满意"))
    assert (same.status_code, same.json()["status"]) == (200, "unchanged")
    other = post(RATINGS, {"external_id": "V-1", "record": pushed["id"], "marks": MARKS | {"outcome": 5}})
    assert (other.status_code, other.json()["status"]) == (200, "changed")
    row = Rating.objects.get()
    assert (row.outcome, row.channel, row.source_client) == (5, "api", machine.client_id)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"marks": MARKS | {"place": 6}}, (400, "invalid", ["marks.place"])),
        ({"marks": MARKS | {"place": "5"}}, (400, "invalid", ["marks.place"])),
        (
            {"marks": {"place": 5}},
            (400, "invalid", ["marks.conduct", "marks.outcome", "marks.response", "marks.skill"]),
        ),
        ({"marks": MARKS | {"beauty": 5}}, (400, "invalid", ["marks.beauty"])),
        ({"integrity": "perhaps"}, (400, "invalid", ["integrity"])),
        ({"record_external_id": "R-2"}, (404, "record_unknown", ["record_external_id"])),
        ({"record": 1}, (400, "invalid", ["record"])),
    ],
)
def test_a_bad_rating_is_refused_at_its_field(post, station, facts, expected):
    post(ONE, record(station))
    status, code, fields = fault(post(RATINGS, rating(**facts)))
    assert (status, code, sorted(fields)) == expected
    assert not Rating.objects.exists()


def test_a_record_of_a_stranger_cannot_be_rated(post, client):
    theirs = make_station()
    stranger = make_client(theirs, name="别的平台")[0]
    number = poster(client, stranger)(ONE, record(theirs)).json()["record"]["id"]
    body = {"external_id": "V-9", "record": number, "marks": MARKS}
    assert fault(post(RATINGS, body)) == (404, "record_unknown", ["record"])


def test_a_service_is_rated_once(post, station):
    post(ONE, record(station))
    post(RATINGS, rating())
    assert fault(post(RATINGS, rating(external_id="V-2")))[:2] == (409, "already_rated")


def test_two_keys_with_one_number_make_one_need(post, station):
    """The key guards the request, the number the thing."""
    assert [post(NEEDS, need(), key).status_code for key in ("a", "b", "a")] == [201, 200, 201]
    assert Need.objects.count() == 1
