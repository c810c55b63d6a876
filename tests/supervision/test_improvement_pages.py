"""Pages of improvement: the station answers, the bureau or the district judges, and what is overdue is found."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from accounts.states import Role
from config.due_dates import dates_for
from config.home import todos_for
from supervision.actions import improvement as actions
from supervision.models import ImprovementItem, ImprovementPlan, SelfAssessment
from tests.evaluation.panel_cast import picture
from tests.factories import make_entry, make_title, make_user, put
from tests.supervision.inspection_scene import (
    AT,
    asked_improvement,
    drawn_inspection,
    make_stations,
    make_year_plan,
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
def manager(may):
    return make_user(Role.MANAGER, name="郑管理")


@pytest.fixture
def lin(may):
    return make_user(name="林")


@pytest.fixture
def item(manager, lin):
    make_year_plan()
    return asked_improvement(manager, make_stations(1, owner=lin)[0]).items.get()


def test_improvement_is_asked_answered_sent_back_and_accepted_on_pages(client, manager, lin):
    make_year_plan()
    station = make_stations(1, owner=lin)[0]
    client.force_login(manager)
    page = address("improvement_create", station.pk) + "?round=7&source=2025年度评价结果"
    assert 'value="2025年度评价结果"' in text_of(client.get(page))
    posted = {"round_number": "7", "source_text": "2025年度评价结果", "what_1": "挂好站牌", "due_2": "2026-06-30"}
    assert "第2项的整改要求" in text_of(client.post(page, posted))
    client.post(page, {**posted, "due_2": ""})
    plan = ImprovementPlan.objects.get()
    assert (plan.source, plan.round_number) == ("round", 7)
    item = plan.items.get()

    client.force_login(lin)
    assert {todo.title for todo in todos_for(lin)} >= {"整改：挂好站牌"}
    assert "2026年6月10日24时" in text_of(client.get(plan.get_absolute_url()))
    submit = address("improvement_item_submit", item.pk)
    answer = client.post(submit, {"report": "已挂好"})
    assert (answer.status_code, "请上传证明材料。" in text_of(answer)) == (422, True)
    client.post(submit, {"report": "已挂好", "evidence": [picture()]})
    assert client.get(address("improvement_item_accept", item.pk)).status_code == 404

    judge = make_user(Role.DISTRICT, scope=station.supervised_by_id)
    client.force_login(judge)
    assert f"验收整改：{station}" in {todo.title for todo in todos_for(judge)}
    file = address("improvement_item_file", item.pk, item.evidence.get().key)
    assert b"".join(client.get(file).streaming_content).startswith(b"\xff\xd8")
    client.post(address("improvement_item_return", item.pk), {"reason": "照片看不清"})
    client.force_login(lin)
    assert "照片看不清" in text_of(client.get(submit))
    client.post(submit, {"report": "重拍了照片", "evidence": [picture("c.jpg")]})
    client.force_login(judge)
    client.post(address("improvement_item_accept", item.pk), {"answer": "站牌清楚"})
    assert ImprovementPlan.objects.get().state == "done"
    assert "站牌清楚" in text_of(client.get(plan.get_absolute_url()))


def test_the_page_of_a_stations_result_leads_to_it(client, manager):
    entry = put(make_entry(track="titled"), "retained")
    client.force_login(manager)
    page = text_of(client.get(reverse("evaluation:entry_detail", args=[entry.pk])))
    link = unescape(re.search(r'href="([^"]*/improvements/stations/[^"]*)"', page).group(1))
    shown = client.get(link)
    assert shown.context["form"].initial == {"round_number": str(entry.round_id), "source_text": entry.round.name}


def test_from_a_self_assessment(client, manager, lin):
    title = make_title(make_stations(1)[0], level="district", number="Q1")
    assessment = SelfAssessment.objects.create(title=title, year=2026, due_at=AT)
    client.force_login(lin)
    page = address("self_assessment_improve", assessment.pk)
    assert client.get(page).status_code == 404
    client.force_login(manager)
    assert "2026 年度自评" in text_of(client.get(page))
    assert "请至少填写一项" in text_of(client.post(page, {}))
    client.post(page, {"what_1": "补充能力证明", "due_1": "2026-06-30"})
    assert ImprovementPlan.objects.get().self_assessment == assessment


def test_without_a_day_and_without_a_decision_it_is_said_and_nothing_typed_is_lost(client, manager):
    station = make_stations(1)[0]
    client.force_login(manager)
    posted = {"round_number": "7", "source_text": "评价", "what_1": "挂好站牌"}
    page = client.post(address("improvement_create", station.pk), posted)
    assert page.status_code == 422
    assert "年度监督安排还没有确定" in text_of(page)
    assert "挂好站牌" in text_of(page)


def test_more_time_and_a_withdrawal(client, manager, item):
    client.force_login(manager)
    extend = address("improvement_item_extend", item.pk)
    assert client.post(extend, {"due_on": "2026-05-20", "reason": "x"}).status_code == 422
    client.post(extend, {"due_on": "2026-07-31", "reason": "定制需要时间"})
    item.refresh_from_db()
    assert item.due_at == dt.datetime(2026, 7, 31, 16, tzinfo=dt.UTC)
    client.post(address("improvement_item_withdraw", item.pk), {"reason": "已不适用"})
    item.refresh_from_db()
    assert item.state == "withdrawn"


@pytest.mark.parametrize("more", [0, 20])
def test_both_kinds_of_date_stand_on_the_page_of_dates_at_the_same_cost(manager, item, more, django_assert_num_queries):
    two_inspectors()
    inspection = drawn_inspection(manager)
    ImprovementItem.objects.bulk_create(
        ImprovementItem(plan=item.plan, position=2 + number, what="改", due_at=item.due_at) for number in range(more)
    )
    with django_assert_num_queries(3):  # items; inspections and their inspectors
        found = dates_for(manager, AT, AT + dt.timedelta(days=60), ["inspection", "improvement"])
        told = [(date.title, date.rule, date.concerns) for date in found]
    assert told[1][1] == "提出整改之日的次日起 30 日（年度监督安排），遇休息日顺延"
    assert told[0][0] == f"检查{inspection.title.station}"
    assert len(told) == 2 + more


def test_others_improvement_does_not_exist(client, item):
    pages = [
        item.plan.get_absolute_url(),
        *(
            address(f"improvement_item_{name}", item.pk)
            for name in ("submit", "accept", "return", "extend", "withdraw")
        ),
        address("improvement_create", item.plan.station_id),
    ]
    for person in (make_user(), make_user(Role.DISTRICT, scope="420102")):
        client.force_login(person)
        assert {client.get(page).status_code for page in pages} == {404}
    client.force_login(make_user(Role.AUDITOR))
    assert [client.get(page).status_code for page in pages] == [200, *[404] * 6]


def test_what_is_overdue_is_filtered(client, manager, item):
    client.force_login(manager)
    page = address("improvement_item_list")
    assert "没有符合条件的整改事项" in text_of(client.get(page, {"overdue": "1"}))
    with time_machine.travel(item.due_at + dt.timedelta(days=1)):
        client.force_login(manager)
        assert "挂好站牌" in text_of(client.get(page, {"overdue": "1"}))
        told = b"".join(client.get(page, {"export": "csv"}).streaming_content).decode()
    assert "挂好站牌" in told
    assert ",是," in told


@pytest.mark.parametrize("rows", [3, 300])
@pytest.mark.parametrize("name", ["improvement_list", "improvement_item_list"])
def test_the_lists_cost_the_same_at_3_and_at_300(client, manager, item, name, rows, django_assert_max_num_queries):
    client.force_login(manager)
    known = {"station": item.plan.station, "source": "round", "round_number": 1, "issued_by": manager, "issued_at": AT}
    plans = ImprovementPlan.objects.bulk_create(
        ImprovementPlan(source_text=f"评价{number}", **known) for number in range(rows)
    )
    ImprovementItem.objects.bulk_create(
        ImprovementItem(plan=plan, position=1, what="改", due_at=item.due_at) for plan in plans
    )
    client.get(address(name))
    with django_assert_max_num_queries(12) as counted:
        assert client.get(address(name)).status_code == 200
    assert len(counted) == 5


@pytest.mark.parametrize("items", [1, 12])
def test_a_plans_page_costs_the_same_with_1_and_with_12_items(client, manager, lin, items, django_assert_num_queries):
    make_year_plan()
    station = make_stations(1, owner=lin)[0]
    plan = asked_improvement(manager, station, items=[actions.Asked(f"事项{number}") for number in range(items)])
    client.force_login(lin)
    client.get(plan.get_absolute_url())
    with django_assert_num_queries(8):
        client.get(plan.get_absolute_url())


def test_empty_lists_say_how_something_gets_there(client, lin):
    client.force_login(lin)
    assert "现在没有整改" in text_of(client.get(address("improvement_list")))
    assert "现在没有整改事项" in text_of(client.get(address("improvement_item_list")))
