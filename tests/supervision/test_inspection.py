"""Inspections (Art 6): drawn once from frozen pools, written down on the spot, recorded for good."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.states import Role
from config.invariants.inspections import draws_wrong
from ledger.canonical import fingerprint
from ledger.errors import Refused
from ledger.journal import history_of
from supervision.actions import inspection as actions
from supervision.actions import inspection_plan as plans
from supervision.draw import inspector_key, redraw
from supervision.models import Inspection, InspectionPlan
from supervision.queries.inspection import inspections_visible_to, nonconformities, pools_of, record_fingerprint
from tests.evaluation.panel_cast import picture
from tests.factories import join, make_station, make_title, make_user
from tests.supervision.inspection_scene import (
    AT,
    begun_inspection,
    drawn_inspection,
    inspector_of,
    make_plan,
    make_stations,
    recorded_inspection,
    two_inspectors,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db):
    two_inspectors()
    return make_user(Role.MANAGER, name="郑管理")


def refused(code, act, *args, **kwargs):
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(*args, **kwargs)
    assert refusal.value.code == code
    return refusal.value


# -- The plan and its draw  ----


def test_a_draw_follows_from_the_seed_and_the_pools_that_were_frozen_before_it(manager):
    make_stations(5)
    plan = plans.draw_plan(make_plan(manager, stations_count=3), actor=manager, at=AT)
    drawn = redraw(plan.seed, plan.pools, stations=3, each=2)
    made = {one.title.station_id: {person.pk for person in one.inspectors.all()} for one in plan.inspections.all()}
    assert made == {one.station: set(one.inspectors) for one in drawn}
    assert fingerprint(plan.pools) == plan.pools_sha256
    rows = list(history_of(plan))[::-1]
    assert [row.move for row in rows] == ["draft", "freeze", "seed", "draw"]
    assert rows[1].facts["pools_sha256"] == plan.pools_sha256
    assert rows[2].facts["seed"] == plan.seed
    assert len(plan.seed) == 64


def test_a_second_draw_changes_nothing(manager):
    make_stations(3)
    plan = plans.draw_plan(make_plan(manager), actor=manager, at=AT)
    assert plans.draw_plan(plan, actor=manager, at=AT).seed == plan.seed
    assert Inspection.objects.count() == 1


@pytest.mark.parametrize("change", ["seed = repeat('0', 64)", "pools = '{}'", "stations_count = 9", "drawn_at = now()"])
def test_the_database_keeps_what_a_draw_was_made_from(manager, change):
    make_stations(1)
    plan = plans.draw_plan(make_plan(manager), actor=manager, at=AT)
    with pytest.raises(IntegrityError, match="has been drawn"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE supervision_inspectionplan SET {change} WHERE id = {plan.pk}")  # noqa: S608
    with pytest.raises(IntegrityError, match="has been drawn"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM supervision_inspectionplan")


def test_who_belongs_to_the_organisation_or_lately_left_it_is_never_drawn_for_it(manager):
    station = make_stations(1)[0]
    inside, left = make_user(Role.INTAKE), make_user(Role.INTAKE)
    join(inside, station.organisation)
    gone = join(left, station.organisation)
    gone.left_at = AT - dt.timedelta(days=400)
    gone.save()
    barred = {row["id"] for row in pools_of(make_plan(manager), AT)["inspectors"] if row["barred"]}
    assert barred == {inside.pk, left.pk}
    for _ in range(8):
        plan = plans.draw_plan(make_plan(manager), actor=manager, at=AT)
        assert not barred & {person.pk for person in plan.inspections.get().inspectors.all()}


def test_pools_that_are_too_small_say_how_many_there_are(manager):
    make_stations(2)
    assert (
        "只有2个"
        in refused("too_few_stations", plans.draw_plan, make_plan(manager, stations_count=3), actor=manager).message
    )
    assert (
        "只有3人"
        in refused("too_few_inspectors", plans.draw_plan, make_plan(manager, inspectors_each=4), actor=manager).message
    )
    assert set(InspectionPlan.objects.values_list("state", "seed")) == {("draft", "")}


def test_a_district_draws_its_own_stations_and_its_own_people(manager):
    district = make_stations(2)[0].supervised_by
    elsewhere = make_title(make_station(name="江岸测试服务站"))
    elsewhere.station.supervised_by_id = "420102"
    elsewhere.station.save()
    staff = [make_user(Role.DISTRICT, scope=district.code) for _ in range(2)]
    make_user(Role.DISTRICT, scope="420102")
    plan = make_plan(staff[0], district=district, stations_count=2)
    pools = pools_of(plan, AT)
    assert elsewhere.station_id not in {row["id"] for row in pools["stations"]}
    assert {row["id"] for row in pools["inspectors"]} == {person.pk for person in staff}
    refused("not_allowed", plans.draw_plan, plan, actor=manager)
    refused("not_allowed", make_plan, staff[0])
    plans.draw_plan(plan, actor=staff[0], at=AT)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ends_on": dt.date(2026, 5, 1)}, "dates_wrong"),
        ({"starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 2, 1)}, "dates_wrong"),
        ({"inspectors_each": 1}, "too_few_inspectors"),
        ({"stations_count": 0}, "no_stations"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_when_made_and_when_changed(manager, change, code):
    refused(code, make_plan, manager, **change)
    refused(code, plans.update_plan, make_plan(manager), actor=manager, at=AT, **change)


def test_a_draft_is_changed_or_dropped_and_a_drawn_plan_is_not(manager):
    make_stations(1)
    plan = make_plan(manager)
    assert plans.update_plan(plan, actor=manager, at=AT, name="改名").name == "改名"
    plans.draw_plan(plan, actor=manager, at=AT)
    refused("wrong_state", plans.update_plan, plan, actor=manager, at=AT, name="再改")
    refused("wrong_state", plans.drop_plan, plan, actor=manager, at=AT, reason="不满意")
    refused("reason_missing", plans.drop_plan, make_plan(manager), actor=manager, at=AT, reason="")


def test_a_plan_is_closed_when_no_inspection_is_open(manager):
    make_stations(2)
    plan = plans.draw_plan(make_plan(manager, stations_count=2), actor=manager, at=AT)
    assert "还有2个" in refused("inspections_open", plans.close_plan, plan, actor=manager).message
    for one in plan.inspections.all():
        actions.cancel_inspection(one, actor=manager, at=AT, reason="服务站搬迁")
    assert plans.close_plan(plan, actor=manager, at=AT).state == "closed"
    assert plans.close_plan(plan, actor=manager, at=AT).state == "closed"


def test_whoever_was_drawn_is_told_and_the_station_is_not(manager):
    lin = make_user(name="林")
    make_stations(1, owner=lin)
    found = drawn_inspection(manager)
    assert found.due_at == dt.datetime(2026, 6, 10, 16, tzinfo=dt.UTC)
    assert inspector_of(found).messages_received.get().subject.startswith("您被抽为检查人员")
    assert not lin.messages_received.exists()


def test_who_cannot_go_is_replaced_as_the_seed_says_and_nobody_chooses(manager):
    make_stations(1)
    make_user(Role.INTAKE)
    found = drawn_inspection(manager)
    first, second = found.inspectors.order_by("pk")
    refused("reason_missing", plans.substitute_inspector, found, actor=manager, absent=first, reason=" ")
    refused("not_drawn", plans.substitute_inspector, found, actor=manager, absent=make_user(), reason="病假")
    refused("not_allowed", plans.substitute_inspector, found, actor=make_user(Role.INTAKE), absent=first, reason="病假")
    station = found.title.station_id
    left = {row["id"] for row in found.plan.pools["inspectors"]} - {first.pk, second.pk}
    wanted = min(left, key=lambda person: inspector_key(found.plan.seed, station, person))
    row = plans.substitute_inspector(found, actor=manager, at=AT, absent=first, reason="病假")
    assert {person.pk for person in row.inspectors.all()} == {second.pk, wanted}
    plans.substitute_inspector(found, actor=manager, at=AT, absent=second, reason="出差")
    assert list(draws_wrong()) == []
    Inspection.objects.update(absent=[])
    assert len(list(draws_wrong())) == 1
    Inspection.objects.update(absent=[first.pk, second.pk])
    last = found.inspectors.first()
    refused("too_few_inspectors", plans.substitute_inspector, found, actor=manager, absent=last, reason="病假")
    actions.begin_inspection(found, actor=last, at=AT)
    refused("wrong_state", plans.substitute_inspector, found, actor=manager, absent=last, reason="病假")


# -- On the spot  ----


def test_only_who_was_drawn_begins_and_writes(manager):
    make_stations(1)
    found = drawn_inspection(manager)
    refused("not_allowed", actions.begin_inspection, found, actor=make_user(Role.MANAGER))
    actor = inspector_of(found)
    refused("wrong_state", actions.save_finding, found, actor=actor, indicator="1.1.1", verdict="conforms")
    actions.begin_inspection(found, actor=actor, at=AT)
    assert actions.begin_inspection(found, actor=actor, at=AT + dt.timedelta(hours=1)).begun_at == AT


def test_nobody_inspects_before_the_plan_begins(manager):
    make_stations(1)
    found = drawn_inspection(manager, starts_on=AT.date() + dt.timedelta(days=1))
    actor = inspector_of(found)
    assert "2026年5月12日" in refused("too_early", actions.begin_inspection, found, actor=actor, at=AT).message
    assert actions.begin_inspection(found, actor=actor, at=AT + dt.timedelta(days=1)).state == "in_progress"


def test_findings_are_kept_as_they_are_typed_and_the_stale_one_of_two_is_told(manager):
    make_stations(1)
    found = begun_inspection(manager)
    actor, other = found.inspectors.order_by("pk")
    first = actions.save_finding(found, actor=actor, indicator="1.1.1", verdict="does_not_conform", text="", version=0)
    assert (first.version, first.name) == (1, first.name)
    refused(
        "stale", actions.save_finding, found, actor=other, indicator="1.1.1", verdict="conforms", text="好", version=0
    )
    again = actions.save_finding(found, actor=other, indicator="1.1.1", verdict="conforms", text="好", version=1)
    assert (again.version, again.verdict) == (2, "conforms")
    same = actions.save_finding(found, actor=actor, indicator="1.1.1", verdict="conforms", text="好", version=0)
    assert same.version == 2
    assert [row.move for row in history_of(found)].count("save_finding") == 2


def test_photographs_are_checked_by_content_kept_with_their_hash_and_may_be_taken_off_before_the_record(manager):
    make_stations(1)
    found = begun_inspection(manager)
    actor = inspector_of(found)
    known = {"actor": actor, "indicator": "1.1.1", "verdict": "conforms"}
    program = picture("a.jpg")
    program.file.write(b"MZ")
    program.file.seek(0)
    refused("file_damaged", actions.save_finding, found, photos=[program], **known)
    finding = actions.save_finding(found, photos=[picture(), picture("b.jpg")], **known)
    photo = finding.photos.first()
    assert photo.sha256 in history_of(found)[0].facts["sha256"]
    actions.remove_photo(found, actor=actor, key=photo.key)
    actions.remove_photo(found, actor=actor, key=photo.key)
    assert finding.photos.count() == 1
    refused("too_many_photos", actions.save_finding, found, photos=[picture() for _ in range(20)], **known)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"representative": " "}, "statement_missing"),
        ({"statement": ""}, "statement_missing"),
    ],
)
def test_a_record_without_the_stations_side_is_refused(manager, change, code):
    make_stations(1)
    found = begun_inspection(manager)
    actor = inspector_of(found)
    known = {"actor": actor, "summary": "", "representative": "李站长", "statement": "无异议"}
    refused("nothing_checked", actions.record_inspection, found, **known)
    actions.save_finding(found, actor=actor, indicator="1.1.1", verdict="does_not_conform")
    assert "1.1.1" in refused("text_missing", actions.record_inspection, found, **known).message
    actions.save_finding(found, actor=actor, indicator="1.1.1", verdict="conforms")
    refused(code, actions.record_inspection, found, **{**known, **change})


def test_a_recorded_inspection_is_read_by_the_station_and_never_changes(manager):
    lin = make_user(name="林")
    make_stations(1, owner=lin)
    found = begun_inspection(manager)
    assert not inspections_visible_to(lin).exists()
    actor = inspector_of(found)
    actions.save_finding(found, actor=actor, indicator="1.1.1", verdict="conforms", photos=[picture()])
    row = actions.record_inspection(found, actor=actor, at=AT, summary="好", representative="李", statement="无异议")
    assert inspections_visible_to(lin).get() == row
    assert lin.messages_received.get().subject.startswith("监督检查记录")
    assert record_fingerprint(Inspection.objects.get()) == row.record_sha256
    assert actions.record_inspection(row, actor=actor, summary="坏", representative="x", statement="y").summary == "好"
    refused("wrong_state", actions.save_finding, row, actor=actor, indicator="1.1.1", verdict="conforms")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE supervision_inspection SET summary = '改'",
        "UPDATE supervision_inspection SET state = 'in_progress'",
        "DELETE FROM supervision_inspection",
        "UPDATE supervision_inspectionfinding SET text = '改'",
        "DELETE FROM supervision_inspectionfinding",
        (
            "INSERT INTO supervision_inspectionfinding (inspection_id, indicator, name, verdict, text, version)"
            " SELECT id, '2.1.1', '', 'conforms', '', 0 FROM supervision_inspection"
        ),
        "DELETE FROM supervision_inspectionfinding_photos",
        "DELETE FROM supervision_inspection_inspectors",
    ],
)
def test_the_database_refuses_every_change_of_a_record(manager, statement):
    make_stations(1)
    recorded_inspection(manager)
    with pytest.raises(IntegrityError, match="recorded"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# -- Afterwards  ----


def test_what_was_found_is_settled_with_a_reason_or_by_improvement(manager):
    make_stations(1)
    row = recorded_inspection(manager)
    assert [finding.indicator for finding in nonconformities(row)] == ["1.2.3"]
    refused("reason_missing", actions.close_inspection, row, actor=manager)
    assert actions.close_inspection(row, actor=manager, at=AT, reason="当场改正").state == "closed"
    assert actions.close_inspection(row, actor=manager, at=AT).state == "closed"


def test_who_sees_an_inspection(manager):
    lin = make_user(name="林")
    station = make_stations(1, owner=lin)[0]
    found = drawn_inspection(manager)
    people = {
        "manager": manager,
        "auditor": make_user(Role.AUDITOR),
        "its district": make_user(Role.DISTRICT, scope=station.supervised_by_id),
        "another district": make_user(Role.DISTRICT, scope="420102"),
        "drawn": inspector_of(found),
        "station": lin,
        "stranger": make_user(),
    }
    seen = {name for name, person in people.items() if inspections_visible_to(person).exists()}
    assert seen == {"manager", "auditor", "its district", "drawn"}
