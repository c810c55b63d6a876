"""Service records by the interface: one and many, again and again, good and bad."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integration.states.client import Scope
from ledger.models import Event, JournalEntry
from services.models import ServiceRecord
from tests.factories import make_station
from tests.integration.pushing import MANY, ONE, poster, record
from tests.integration.scene import bearer, make_client, make_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def machine(station):
    return make_client(station)[0]


@pytest.fixture
def post(client, machine):
    """Post as the machine client, with a key of its own unless one is given."""
    return poster(client, machine)


def events():
    return list(Event.objects.order_by("id").values_list("kind", "data"))


def test_a_record_is_created_then_unchanged_then_changed(post, station, machine):
    body = record(station, visits=2, problems_found=3, problems_solved=1, fee="300.50", summary="对标报告一份")
    first = post(ONE, body)
    assert first.status_code == 201, first.content
    said = first.json()
    assert said["status"] == "created"
    assert said["record"]["fee"] == "300.50"
    assert said["record"]["kind"] == "standards"
    row = ServiceRecord.objects.get()
    assert (row.station, row.origin, row.source_client, row.external_id) == (station, "api", machine.client_id, "R-1")
    assert (row.visits, row.problems_found, row.set_aside, row.recorded_by) == (2, 3, "", None)
    again = post(ONE, body)
    assert (again.status_code, again.json()["status"]) == (200, "unchanged")
    third = post(ONE, body | {"problems_solved": 3})
    assert (third.status_code, third.json()["status"]) == (200, "changed")
    assert ServiceRecord.objects.get().problems_solved == 3
    assert [(kind, data["status"]) for kind, data in events()] == [
        ("service_record.accepted", "created"),
        ("service_record.accepted", "changed"),
    ]
    assert events()[0][1] == {
        "station": station.pk,
        "client_id": machine.client_id,
        "external_id": "R-1",
        "status": "created",
        "id": row.pk,
        "set_aside": "",
    }
    assert set(Event.objects.values_list("for_station", flat=True)) == {station.pk}
    assert JournalEntry.objects.filter(job=f"api:{machine.client_id}").count() == 2


def test_a_key_makes_one_record_and_one_answer(post, station):
    body = record(station)
    first, second = post(ONE, body, "k1"), post(ONE, body, "k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert ("Idempotency-Replayed" in first, second["Idempotency-Replayed"]) == (False, "true")
    other = post(ONE, body | {"visits": 9}, "k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = post(MANY, body, "k1")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "idempotency_key_reused")
    assert (ServiceRecord.objects.get().visits, Event.objects.count()) == (1, 1)


def test_the_answer_to_a_refusal_is_kept_too(post, station):
    bad = record(station, served_on="2001-01-01")
    first, second = post(ONE, bad, "k2"), post(ONE, bad, "k2")
    assert (first.status_code, first.json()["code"]) == (422, "year_closed")
    assert first.content == second.content
    assert first["Content-Type"] == second["Content-Type"] == "application/problem+json"
    assert Event.objects.count() == 1


@pytest.mark.parametrize(("key", "code"), [(None, "idempotency_key_missing"), ("a b", "idempotency_key_invalid")])
def test_a_post_without_a_sound_key_is_a_bad_request(client, machine, station, key, code):
    headers = bearer(make_token(machine)) | ({"Idempotency-Key": key} if key else {})
    for path in (ONE, MANY):
        answer = client.post(path, record(station), content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not ServiceRecord.objects.exists()


def test_while_a_request_runs_its_key_is_taken(post, station, machine):
    from django.db import connections  # noqa: PLC0415

    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency\n{machine.client_id}\nbusy"]
        )
        answer = post(ONE, record(station), "busy")
        cursor.execute("ROLLBACK")  # close() alone would not wait until the server has let go of the key
    other.close()
    assert (answer.status_code, answer.json()["code"]) == (409, "request_still_running")
    assert int(answer["Retry-After"]) >= 1
    assert post(ONE, record(station), "busy").status_code == 201


# -- Bad input  ----

TODAY = timezone.localdate()
FORM = [  # (field, value, code): 400
    ("client_name", 0, "invalid"),
    ("client_name", None, "null"),
    ("client_name", " ", "blank"),
    ("client_name", "名" * 101, "max_length"),
    ("external_id", 7, "invalid"),
    ("external_id", "x" * 101, "max_length"),
    ("station", "1", "invalid"),
    ("station", 1.0, "invalid"),
    ("station", True, "invalid"),
    ("station", 2**70, "max_value"),
    ("visits", 0, "min_value"),
    ("visits", "2", "invalid"),
    ("visits", [], "invalid"),
    ("fee", 300.5, "invalid"),
    ("fee", "1e3", "invalid"),
    ("fee", "３", "invalid"),
    ("fee", "", "invalid"),
    ("fee", "-1.00", "min_value"),
    ("fee", "1.005", "max_decimal_places"),
    ("fee", "9" * 13, "max_whole_digits"),
    ("served_on", "2026-02-30", "invalid"),
    ("served_on", "20261120", "invalid"),
    ("served_on", 20261120, "invalid"),
    ("colour", "red", "field_unknown"),
    ("client_name", "a\x00b", "bad_text"),
    ("summary", "\ud800", "bad_text"),
]
RULES = [  # (field, value, code): 422
    ("client_code", "91420100MA4KXXXX00", "credit_code"),
    ("item", "standards.nothing", "item_unknown"),
    ("served_on", str(TODAY + dt.timedelta(days=1)), "date_to_come"),
    ("served_on", f"{TODAY.year - 2}-12-31", "year_closed"),
    ("served_on", "1999-12-31", "date_wanted"),
    ("problems_solved", 1, "solved_exceeds_found"),
    ("industry", "no-such", "industry_unknown"),
]


@pytest.mark.parametrize(("field", "value", "code"), FORM)
def test_what_has_not_the_form_is_a_400_that_names_the_field(post, station, field, value, code):
    answer = post(ONE, record(station, **{field: value}))
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert not ServiceRecord.objects.exists()


@pytest.mark.parametrize(("field", "value", "code"), RULES)
def test_what_the_rules_refuse_is_a_422_with_a_stable_code(post, station, field, value, code):
    answer = post(ONE, record(station, **{field: value}))
    assert answer.status_code == 422, answer.content
    said = answer.json()
    assert said["code"].startswith(code)
    assert said["errors"][0]["field"] == field
    assert [(kind, data["status"]) for kind, data in events()] == [("service_record.rejected", "rejected")]
    assert said["errors"][0]["code"] in events()[0][1]["codes"]


def test_several_faults_are_told_at_once(post, station):
    said = post(ONE, record(station, client_name=1, visits="x")).json()
    assert {one["field"] for one in said["errors"]} == {"client_name", "visits"}
    missing = post(ONE, {}).json()
    required = {"external_id", "station", "client_code", "client_name", "item", "served_on"}
    assert {one["field"] for one in missing["errors"] if one["code"] == "required"} == required


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "parse_error"),
        (b'{"a": "\xff"}', 400, "parse_error"),
        ('{"a": NaN}', 400, "parse_error"),
        ("[" * 100_000, 400, "too_deep"),
        ("[" * 50 + "]" * 50, 400, "too_deep"),
        ('{"records": "' + "x" * 10_000_000 + '"}', 413, "too_large"),
        ("[]", 400, "invalid"),
        ("7", 400, "invalid"),
        ('"text"', 400, "invalid"),
        ("null", 400, "invalid"),
    ],
    ids=["broken", "no_utf8", "nan", "open", "deep", "large", "list", "number", "text", "null"],
)
@pytest.mark.parametrize("path", [ONE, MANY])
def test_a_body_that_is_no_request_is_turned_away(post, path, body, status, code):
    answer = post(path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


def test_another_stations_record_and_one_that_does_not_exist_get_the_same_answer(post, station):
    stranger = make_station()
    answers = [post(ONE, record(station, station=number)) for number in (stranger.pk, 99_999_999)]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (404, "station_not_authorised")
    assert answers[0].content == answers[1].content
    assert not ServiceRecord.objects.exists()
    assert events() == []


def test_a_leave_without_the_scope_or_withdrawn_is_none(client, station):
    reader = make_client(station, scopes=[Scope.SERVICES_READ])[0]
    body, headers = record(station), {"Idempotency-Key": "x"}
    answer = client.post(
        ONE, body, content_type="application/json", headers=headers | bearer(make_token(reader, [Scope.SERVICES_READ]))
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    writer = make_client(station, name="另一平台")[0]
    leave = writer.authorisations.get()
    from integration.actions.client import withdraw_authorisation  # noqa: PLC0415

    withdraw_authorisation(leave, actor=leave.given_by)
    answer = client.post(ONE, body, content_type="application/json", headers=headers | bearer(make_token(writer)))
    assert (answer.status_code, answer.json()["code"]) == (404, "station_not_authorised")


def test_a_service_to_oneself_is_kept_and_set_aside(post, station):
    said = post(ONE, record(station, client_code=station.organisation.credit_code)).json()
    assert (said["status"], said["record"]["set_aside"]) == ("created", "own_organisation")
    assert events()[0][1]["set_aside"] == "own_organisation"


def test_a_number_of_another_stations_record_is_a_conflict(post, station, machine):
    other = make_station()
    from integration.actions.client import authorise_client  # noqa: PLC0415
    from stations.states import MemberRole  # noqa: PLC0415
    from tests.factories import join, make_user  # noqa: PLC0415

    owner = make_user()
    join(owner, other.organisation, role=MemberRole.OWNER)
    authorise_client(other, machine, actor=owner, scopes=list(Scope.values))
    assert post(ONE, record(station)).status_code == 201
    answer = post(ONE, record(other))
    assert (answer.status_code, answer.json()["code"]) == (409, "other_station")
    assert ServiceRecord.objects.get().station == station


# -- Many  ----


def test_one_bad_row_of_a_thousand_costs_the_others_nothing(post, station):
    rows = [record(station, number) for number in range(1000)]
    rows[500]["client_code"] = "91420100MA4KXXXX00"
    answer = post(MANY, {"records": rows})
    assert answer.status_code == 200, answer.content[:500]
    said = answer.json()
    assert [said[name] for name in ("created", "changed", "unchanged", "rejected")] == [999, 0, 0, 1]
    assert [row["index"] for row in said["results"]] == list(range(1000))
    bad = said["results"][500]
    assert (bad["external_id"], bad["status"], bad["id"]) == ("R-500", "rejected", None)
    assert (bad["problem"]["status"], bad["problem"]["errors"][0]["field"]) == (422, "client_code")
    good = said["results"][0]
    assert (good["status"], good["problem"]) == ("created", None)
    assert ServiceRecord.objects.get(external_id="R-0").pk == good["id"]
    assert ServiceRecord.objects.count() == 999
    assert Event.objects.filter(kind="service_record.accepted").count() == 999
    assert Event.objects.filter(kind="service_record.rejected").count() == 1


def test_rows_of_every_kind_are_answered_in_their_order(post, station):
    stranger = make_station()
    assert post(MANY, {"records": [record(station, 1), record(station, 2)]}).json()["created"] == 2
    rows = [
        record(station, 1),  # as before
        record(station, 2, visits=5),  # changed
        record(station, 3),  # new
        record(station, 3),  # twice in this batch
        record(stranger, 4),  # not ours
        record(station, 5, visits="5"),  # no form
        7,  # no record at all
        {"external_id": 5, "station": "x"},
    ]
    said = post(MANY, {"records": rows}).json()
    assert [row["status"] for row in said["results"]] == ["unchanged", "changed", "created", *["rejected"] * 5]
    problems = [(row["problem"]["status"], row["problem"]["errors"][0]["code"]) for row in said["results"][3:]]
    assert problems == [
        (409, "external_id_twice"),
        (404, "station_not_authorised"),
        (400, "invalid"),
        (400, "invalid"),
        (400, "invalid"),
    ]
    assert ServiceRecord.objects.get(external_id="R-2").visits == 5


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "records", "required"),
        ({"records": []}, "records", "required"),
        ({"records": {}}, "records", "required"),
        ({"records": [{}] * 1001}, "records", "too_many_rows"),
        ({"records": [{}], "x": 1}, "x", "field_unknown"),
    ],
)
def test_a_batch_that_is_none_is_a_bad_request(post, body, field, code):
    answer = post(MANY, body)
    assert answer.status_code == 400
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


def queries_of(post, body):
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert post(MANY, body).status_code == 200
    return [query["sql"] for query in found.captured_queries]


def test_a_batch_asks_as_often_for_three_rows_as_for_three_hundred(post, station):
    post(MANY, {"records": [record(station, 9999)]})  # whatever is asked once in a process
    few = [record(station, number) for number in range(3)]
    many = [record(station, number) for number in range(100, 400)]
    counts = {}
    for name, rows in {"few": few, "many": many}.items():
        for what, facts in {"new": {}, "changed": {"visits": 4}, "same": {"visits": 4}}.items():
            found = queries_of(post, {"records": [row | facts for row in rows]})
            counts[name, what] = len(found)
    for what in ("new", "changed", "same"):
        assert counts["few", what] == counts["many", what]
    assert max(counts.values()) <= 30, counts
