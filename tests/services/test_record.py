"""Service records: kept once, judged row by row, set aside and not deleted."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.states import Role
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import history_of
from services.actions.record import add_record, add_records, change_record, withdraw_record
from services.models import ServiceRecord
from services.queries.record import records_visible_to
from services.rules.record import Faulty, faults_of
from stations.models import Industry
from tests.factories import make_user
from tests.services.library_scene import make_client, make_staffed_station
from tests.services.record_scene import facts

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
CLIENT = Job("api:factory")


@pytest.fixture
def scene():
    return make_staffed_station()


def push(station, rows, at=AT):
    return add_records(station, rows, actor=CLIENT, at=at, origin="api", source_client="factory")


def codes(outcome):
    return [fault.code for fault in outcome.faults]


def test_a_record_is_kept_with_who_and_when_and_its_kind(scene):
    station, lin = scene
    row = add_record(station, actor=lin, at=AT, origin="typed", fee="1,200.50", visits="3", **facts())
    row.refresh_from_db()
    assert (row.kind, row.visits, row.fee, row.recorded_by, row.recorded_at) == (
        "standards",
        3,
        Decimal("1200.50"),
        lin,
        AT,
    )
    assert row.counts
    assert [entry.move for entry in history_of(row)] == ["add"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"client_code": "91420100MA0000001X"}, "credit_code_organisation", "client_code"),
        ({"client_code": ""}, "client_code_missing", "client_code"),
        ({"client_name": "  "}, "client_name_missing", "client_name"),
        ({"client_name": "坏\x00名"}, "text_signs", "client_name"),
        ({"item": "standards.nothing"}, "item_unknown", "item"),
        ({"item": ["standards.comparison"]}, "item_unknown", "item"),
        ({"kind": "testing"}, "kind_differs", "kind"),
        ({"served_on": dt.date(2026, 11, 21)}, "date_to_come", "served_on"),
        ({"served_on": dt.date(2025, 12, 31)}, "year_closed", "served_on"),
        ({"served_on": "2026年11月"}, "date_wanted", "served_on"),
        ({"served_on": 20261102}, "date_wanted", "served_on"),
        ({"visits": 0}, "number_wanted", "visits"),
        ({"visits": True}, "number_wanted", "visits"),
        ({"experts": "1e99"}, "number_wanted", "experts"),
        ({"problems_found": 1, "problems_solved": 2}, "solved_exceeds_found", "problems_solved"),
        ({"fee": -1}, "money_negative", "fee"),
        ({"discount": "0.001"}, "money_wanted", "discount"),
        ({"saved_cost": "NaN"}, "money_wanted", "saved_cost"),
        ({"industry": "moonshine"}, "industry_unknown", "industry"),
        ({"colour": "red"}, "field_unknown", "colour"),
    ],
)
def test_each_fault_names_its_field_and_nothing_is_written(scene, changes, code, field):
    station, lin = scene
    wrong = {**facts(), **changes}
    with pytest.raises(Faulty) as refusal:
        add_record(station, actor=lin, at=AT, origin="typed", **wrong)
    assert (code, field) in [(fault.code, fault.field) for fault in refusal.value.faults]
    assert not ServiceRecord.objects.exists()


def test_all_faults_of_a_record_are_told_at_once(scene):
    found = faults_of({"client_name": "某厂", "visits": "三"}, scene[0], AT)
    assert {fault.code for fault in found} == {
        "client_code_missing",
        "item_missing",
        "served_on_missing",
        "number_wanted",
    }


def test_a_record_of_last_year_is_taken_until_the_end_of_january(scene):
    station, _ = scene
    december = facts(served_on=dt.date(2025, 12, 30))
    assert faults_of(december, station, dt.datetime(2026, 1, 31, 15, 59, tzinfo=dt.UTC)) == []
    late = faults_of(december, station, dt.datetime(2026, 1, 31, 16, 0, tzinfo=dt.UTC))  # 1 February in Wuhan
    assert [fault.code for fault in late] == ["year_closed"]


def test_a_service_to_the_own_organisation_or_contact_is_kept_and_set_aside(scene):
    station, lin = scene
    own = add_record(station, actor=lin, at=AT, origin="typed", **facts(client_code=station.organisation.credit_code))
    assert (own.set_aside, own.counts) == ("own_organisation", False)
    station.phone = "027-8888 6666"
    station.save()
    same = add_record(station, actor=lin, at=AT, origin="typed", contact_phone="86 027 88886666", **facts())
    assert same.set_aside == "same_contact"
    other = add_record(station, actor=lin, at=AT, origin="typed", contact_phone="13900000000", **facts(2))
    assert other.counts


def test_a_bad_row_of_a_thousand_is_answered_for_itself_in_a_few_statements(scene):
    station, _ = scene
    rows = [facts(number, external_id=f"A{number}") for number in range(1000)]
    rows[500]["served_on"] = "2027-01-01"
    with CaptureQueriesContext(
        connection,
    ) as queries:
        outcomes = push(station, rows)
    assert len(queries) <= 8
    assert codes(outcomes[500]) == ["date_to_come"]
    assert sum(outcome.created for outcome in outcomes) == ServiceRecord.objects.count() == 999
    row = history_of(station).filter(move="add_records").get()
    assert (row.facts["added"], row.job) == (999, "api:factory")


def test_the_same_number_again_changes_one_record_and_says_what_stood_there(scene):
    station, _ = scene
    first = push(station, [facts(external_id="A1")])[0].record
    again = push(station, [facts(external_id="A1", visits=2)])[0]
    assert (again.created, again.record.pk, ServiceRecord.objects.get().visits) == (False, first.pk, 2)
    assert history_of(first).get(move="change").facts["before"] == {"visits": 1}
    push(station, [facts(external_id="A1", visits=2)])
    assert history_of(first).filter(move="change").count() == 1


def test_numbers_of_a_client_are_not_shared_between_stations_or_rows(scene):
    station, _ = scene
    other, _ = make_staffed_station()
    once = push(station, [facts(external_id="A1"), facts(external_id="A1"), facts()])
    assert [codes(outcome) for outcome in once] == [[], ["external_id_twice"], ["external_id_missing"]]
    assert codes(push(other, [facts(external_id="A1")])[0]) == ["other_station"]
    row = ServiceRecord.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_withdrawn_record_counts_no_more_and_does_not_come_back(scene):
    station, lin = scene
    row = push(station, [facts(external_id="A1")])[0].record
    withdraw_record(row, actor=lin, at=AT, reason="重复登记")
    row.refresh_from_db()
    assert (row.set_aside, row.set_aside_reason) == ("withdrawn", "重复登记")
    assert codes(push(station, [facts(external_id="A1")])[0]) == ["withdrawn"]
    for act in (withdraw_record, change_record):
        with pytest.raises(Refused, match="withdrawn"):
            act(row, actor=lin, at=AT, reason="再来")


def test_a_client_of_the_library_with_the_phone_of_the_station_is_set_aside(scene):
    station, lin = scene
    station.phone = "027-88886666"
    station.save()
    client = make_client(station, credit_code=facts()["client_code"])
    client.phone = "02788886666"
    client.save()
    assert add_record(station, actor=lin, at=AT, origin="typed", **facts()).set_aside == "same_contact"
    other = make_client(station, credit_code=facts(2)["client_code"])
    assert add_record(station, actor=lin, at=AT, origin="typed", **facts(2)).counts, other.phone


def test_a_change_needs_a_reason_an_open_year_and_a_person_of_the_station(scene):
    station, lin = scene
    row = add_record(station, actor=lin, at=AT, origin="typed", **facts())
    with pytest.raises(Refused, match="reason_missing"):
        change_record(row, actor=lin, at=AT, reason=" ", visits=2)
    with pytest.raises(Refused, match="year_closed"):
        change_record(row, actor=lin, at=AT + dt.timedelta(days=90), reason="补记", visits=2)
    with pytest.raises(Refused, match="not_allowed"):
        change_record(row, actor=make_user(Role.MANAGER), at=AT, reason="补记", visits=2)
    changed = change_record(row, actor=lin, at=AT, reason="补记", visits=2)
    assert ServiceRecord.objects.get().visits == changed.visits == 2


def test_only_people_of_the_station_add_and_others_do_not_see(scene):
    station, lin = scene
    stranger = make_staffed_station("周")[1]
    with pytest.raises(Refused, match="not_allowed"):
        add_record(station, actor=stranger, at=AT, origin="typed", **facts())
    add_record(station, actor=lin, at=AT, origin="typed", **facts())
    near = make_user(Role.DISTRICT, scope=station.supervised_by_id)
    far = make_user(Role.DISTRICT, scope="420102")
    seen = [records_visible_to(user).count() for user in (lin, make_user(Role.AUDITOR), near, stranger, far)]
    assert seen == [1, 1, 1, 0, 0]


def test_the_database_refuses_what_the_rules_refuse(scene):
    station, lin = scene
    Industry.objects.get_or_create(code="optics", defaults={"name": "光电", "group": "965"})
    row = add_record(station, actor=lin, at=AT, origin="typed", industry="optics", **facts())
    for changes in (
        {"problems_solved": 1},
        {"visits": 0},
        {"fee": -1},
        {"set_aside": "withdrawn"},
        {"set_aside": "tired", "set_aside_reason": "累"},
        {"origin": "api"},
        {"client_code": "1"},
        {"client_name": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceRecord.objects.filter(pk=row.pk).update(**changes)
