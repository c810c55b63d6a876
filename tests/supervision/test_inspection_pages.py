"""Pages of inspections: planned and drawn at a desk, written down on a phone, read by whom they may be."""

import csv
import hashlib
import io
import json

import pytest
import time_machine
from django.urls import reverse

from accounts.states import Role
from config.home import todos_for
from supervision.actions import inspection as actions
from supervision.models import Inspection, InspectionFinding, InspectionPlan
from tests.evaluation.panel_cast import picture
from tests.factories import make_district, make_user
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


def address(name, *args):
    return reverse(f"supervision:{name}", args=args)


def text_of(response):
    return response.content.decode()


@pytest.fixture(autouse=True)
def may():
    with time_machine.travel(AT, tick=True):
        yield


@pytest.fixture
def manager(client, may):
    two_inspectors()
    person = make_user(Role.MANAGER, name="郑管理")
    client.force_login(person)
    return person


PLAN = {
    "name": "上半年检查",
    "scope": "city",
    "starts_on": "2026-05-11",
    "ends_on": "2026-06-11",
    "stations_count": "2",
    "inspectors_each": "2",
}


def test_a_plan_is_drafted_changed_drawn_and_its_draw_recomputed_from_the_file(client, manager):
    make_stations(4)
    client.post(address("inspection_plan_create"), {**PLAN, "stations_count": "3"})
    plan = InspectionPlan.objects.get()
    assert "现在可以抽取的服务站有 4 个" in text_of(client.get(plan.get_absolute_url()))
    client.post(address("inspection_plan_edit", plan.pk), PLAN)
    assert {todo.title for todo in todos_for(manager)} >= {"随机抽取：上半年检查"}
    client.post(address("inspection_plan_draw", plan.pk))
    plan.refresh_from_db()
    page = text_of(client.get(plan.get_absolute_url()))
    assert address("inspection_plan_close", plan.pk) not in page
    assert plan.seed in page
    assert plan.pools_sha256 in page

    file = address("inspection_plan_draw_file", plan.pk)
    told = b"".join(client.get(file, {"export": "csv"}).streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(told)))
    stations = [row for row in rows if row["类别"] == "服务站"]
    keys = {row["编号"]: hashlib.sha256(f"{plan.seed}|station|{row['编号']}".encode()).hexdigest() for row in stations}
    assert [row["编号"] for row in stations if row["抽中次序"]] == sorted(keys, key=keys.get)[:2]
    kept = client.get(file, {"export": "json"}).content
    assert hashlib.sha256(kept).hexdigest() == plan.pools_sha256
    assert len(json.loads(kept)["stations"]) == 4
    assert client.get(file, {"export": "xlsx"}).status_code == 200
    assert client.get(file, {"export": "exe"}).status_code == 400


def test_a_plan_that_is_typed_wrong_keeps_what_was_typed(client, manager):
    page = client.post(address("inspection_plan_create"), {**PLAN, "ends_on": "2026-05-01", "inspectors_each": "2"})
    assert page.status_code == 422
    assert "结束日期早于开始日期" in text_of(page)
    assert 'value="上半年检查"' in text_of(page)
    assert "至少由2人" in text_of(client.post(address("inspection_plan_create"), {**PLAN, "inspectors_each": "1"}))


def test_a_draw_from_too_few_says_what_to_do(client, manager):
    make_stations(1)
    plan = make_plan(manager, stations_count=2)
    page = client.post(address("inspection_plan_draw", plan.pk))
    assert page.status_code == 422
    assert "请把抽取数量改为1个以内" in text_of(page)


def test_a_district_plans_for_itself_only(client, manager):
    make_district()
    client.force_login(make_user(Role.DISTRICT, scope="420106"))
    assert client.post(address("inspection_plan_create"), PLAN).status_code == 422
    client.post(address("inspection_plan_create"), {**PLAN, "scope": "420106"})
    plan = InspectionPlan.objects.get()
    assert plan.district_id == "420106"
    client.force_login(make_user(Role.DISTRICT, scope="420102"))
    assert client.get(plan.get_absolute_url()).status_code == 404
    client.force_login(manager)
    assert client.get(plan.get_absolute_url()).status_code == 200
    assert client.get(address("inspection_plan_draw", plan.pk)).status_code == 404
    client.force_login(make_user())
    assert client.get(address("inspection_plan_list")).status_code == 403


def test_an_inspection_is_begun_written_recorded_and_settled_on_a_phone(client, manager):
    lin = make_user(name="林")
    make_stations(1, owner=lin)
    found = drawn_inspection(manager)
    inspector = inspector_of(found)
    client.force_login(inspector)
    assert f"监督检查：{found.title.station}" in {todo.title for todo in todos_for(inspector)}
    client.post(address("inspection_begin", found.pk))
    finding = address("inspection_finding", found.pk, "1.2.3")
    form = text_of(client.get(finding))
    assert 'capture="environment"' in form
    assert f'data-autosave="{finding}"' in form
    posted = {"verdict": "does_not_conform", "text": "门口没有站牌", "version": "0"}
    saved = client.post(finding, posted, headers={"Accept": "application/json"})
    assert saved.json()["version"] == 1
    client.post(finding, {**posted, "version": "1", "photos": [picture(), picture("b.jpg")]})
    first, second = InspectionFinding.objects.get().photos.all()
    client.post(address("inspection_photo_remove", found.pk, second.key))
    shown = client.get(address("inspection_file", found.pk, first.key), {"view": ""})
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    assert client.get(address("inspection_file", found.pk, second.key)).status_code == 404
    record = {"summary": "", "representative": "李站长", "statement": ""}
    page = client.post(address("inspection_record", found.pk), record)
    assert (page.status_code, "无异议" in text_of(page)) == (422, True)
    client.post(address("inspection_record", found.pk), {**record, "statement": "当天已订制站牌"})
    assert Inspection.objects.get().state == "recorded"
    client.force_login(lin)
    page = text_of(client.get(found.get_absolute_url()))
    assert "门口没有站牌" in page
    assert "当天已订制站牌" in page
    assert address("inspection_close", found.pk) not in page
    client.force_login(manager)
    assert client.post(address("inspection_close", found.pk), {"reason": ""}).status_code == 422
    client.post(address("inspection_close", found.pk), {"reason": "当场改正"})
    assert Inspection.objects.get().state == "closed"


def test_who_saves_over_the_other_inspector_is_told_once(client, manager):
    make_stations(1)
    found = begun_inspection(manager)
    one, other = found.inspectors.order_by("pk")
    actions.save_finding(found, actor=other, indicator="1.1.1", verdict="conforms", text="好")
    client.force_login(one)
    finding = address("inspection_finding", found.pk, "1.1.1")
    posted = {"verdict": "does_not_conform", "text": "缺设备", "version": "0"}
    page = client.post(finding, posted)
    assert page.status_code == 409
    assert "另一位检查人员保存过" in text_of(page)
    assert "缺设备" in text_of(page)
    again = page.context["form"]["version"].value()
    assert client.post(finding, {**posted, "version": again}).status_code == 302
    assert InspectionFinding.objects.get().text == "缺设备"


def test_a_program_called_jpg_is_refused_at_its_field(client, manager):
    make_stations(1)
    found = begun_inspection(manager)
    client.force_login(inspector_of(found))
    program = picture()
    program.file.seek(0)
    program.file.write(b"MZ\x90\x00")
    program.file.seek(0)
    posted = {"verdict": "conforms", "text": "好", "version": "0", "photos": [program]}
    page = client.post(address("inspection_finding", found.pk, "1.1.1"), posted)
    assert page.status_code == 422
    assert "不是有效的图片" in str(page.context["form"].errors["photos"])
    assert not InspectionFinding.objects.filter(text="好").exists()


def test_what_is_not_ones_own_does_not_exist(client, manager):
    lin = make_user(name="林")
    make_stations(1, owner=lin)
    found = begun_inspection(manager)
    for person in (lin, make_user(), make_user(Role.DISTRICT, scope="420102")):
        client.force_login(person)
        assert client.get(found.get_absolute_url()).status_code == 404
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(found.get_absolute_url()).status_code == 200
    for name in ("begin", "record", "cancel", "close", "improve"):
        assert client.post(address(f"inspection_{name}", found.pk)).status_code == 404
    client.force_login(inspector_of(found))
    assert client.get(address("inspection_finding", found.pk, "9.9.9")).status_code == 404


def test_who_cannot_go_is_replaced_on_a_page(client, manager):
    make_stations(1)
    found = drawn_inspection(manager)
    absent = inspector_of(found)
    page = address("inspection_substitute", found.pk)
    assert page in text_of(client.get(found.get_absolute_url()))
    assert client.post(page, {"absent": absent.pk, "reason": ""}).status_code == 422
    client.post(page, {"absent": absent.pk, "reason": "病假"})
    assert not found.inspectors.filter(pk=absent.pk).exists()
    assert found.inspectors.count() == 2


def test_a_cancelled_inspection_lets_the_plan_be_closed(client, manager):
    make_stations(1)
    found = drawn_inspection(manager)
    assert client.post(address("inspection_plan_close", found.plan_id)).status_code == 422
    client.post(address("inspection_cancel", found.pk), {"reason": "服务站搬迁"})
    client.post(address("inspection_plan_close", found.plan_id))
    assert InspectionPlan.objects.get().state == "closed"
    client.post(address("inspection_plan_drop", make_plan(manager).pk), {"reason": "重复"})
    assert InspectionPlan.objects.filter(state="dropped").count() == 1


def test_improvement_is_asked_from_what_did_not_conform(client, manager):
    make_stations(1)
    row = recorded_inspection(manager)
    page = text_of(client.get(address("inspection_improve", row.pk)))
    assert "门口没有站牌" in page
    assert "年度监督安排还没有确定缺省期限" in page
    posted = {"what_1": "挂好站牌", "due_1": "2026-06-20", "what_2": "", "due_2": ""}
    client.post(address("inspection_improve", row.pk), posted)
    item = row.improvements.get().items.get()
    assert (item.what, item.indicator) == ("挂好站牌", "1.2.3")
    assert Inspection.objects.get().state == "followed_up"


@pytest.mark.parametrize("rows", [3, 300])
@pytest.mark.parametrize("name", ["inspection_list", "inspection_plan_list"])
def test_the_lists_cost_the_same_at_3_and_at_300(client, manager, name, rows, django_assert_max_num_queries):
    make_stations(1)
    found = drawn_inspection(manager)
    pair = list(found.inspectors.all())
    known = {field: getattr(found.plan, field) for field in ("measure", "starts_on", "ends_on", "created_by")}
    plans = InspectionPlan.objects.bulk_create(
        InspectionPlan(name=f"计划{number}", stations_count=1, **known) for number in range(rows)
    )
    made = Inspection.objects.bulk_create(
        Inspection(plan=plan, title=found.title, position=1, due_at=found.due_at) for plan in plans
    )
    ties = Inspection.inspectors.through
    ties.objects.bulk_create(ties(inspection=one, user=person) for one in made for person in pair)
    client.get(address(name))
    with django_assert_max_num_queries(12) as counted:
        assert client.get(address(name)).status_code == 200
    assert len(counted) == {"inspection_list": 6, "inspection_plan_list": 5}[name]
    assert client.get(address(name), {"q": "计划2", "export": "csv"}).status_code == 200


@pytest.mark.parametrize("stations", [1, 12])
def test_a_drawn_plan_costs_the_same_with_1_and_with_12_stations(client, manager, stations, django_assert_num_queries):
    make_stations(stations)
    plan = drawn_inspection(manager, stations_count=stations).plan
    client.get(plan.get_absolute_url())
    with django_assert_num_queries(7):
        client.get(plan.get_absolute_url())


def test_an_inspection_page_costs_the_same_however_much_was_found(client, manager, django_assert_num_queries):
    make_stations(1)
    found = begun_inspection(manager)
    actor = inspector_of(found)
    client.force_login(actor)
    for codes in (["1.1.1"], ["1.1.2", "1.2.1", "1.2.2", "1.2.3"]):
        for code in codes:
            actions.save_finding(found, actor=actor, indicator=code, verdict="conforms", photos=[picture()])
        client.get(found.get_absolute_url())
        with django_assert_num_queries(11):
            client.get(found.get_absolute_url())


def test_empty_lists_say_how_something_gets_there(client, manager):
    assert "还没有监督检查计划" in text_of(client.get(address("inspection_plan_list")))
    assert "还没有监督检查" in text_of(client.get(address("inspection_list")))
    assert "没有符合条件的监督检查" in text_of(client.get(address("inspection_list"), {"mine": "1"}))
