"""Improvement (整改): asked for, answered with evidence, judged by another, reminded of, extended."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.states import Role
from ledger.errors import Refused
from ledger.journal import history_of
from supervision.actions import improvement as actions
from supervision.actions.improvement_reminders import remind_due
from supervision.actions.inspection import close_inspection
from supervision.models import ImprovementItem, ImprovementPlan
from supervision.queries.improvement import items_visible_to, overdue_at
from tests.evaluation.panel_cast import picture
from tests.factories import join, make_user
from tests.supervision.inspection_scene import (
    AT,
    asked_improvement,
    make_stations,
    make_year_plan,
    recorded_inspection,
    two_inspectors,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def manager(db):
    return make_user(Role.MANAGER, name="郑管理")


@pytest.fixture
def lin(db):
    return make_user(name="林")


@pytest.fixture
def station(lin):
    return make_stations(1, owner=lin)[0]


@pytest.fixture
def item(manager, station):
    make_year_plan()
    return asked_improvement(manager, station).items.get()


def refused(code, act, *args, **kwargs):
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(*args, **kwargs)
    assert refusal.value.code == code
    return refusal.value


def answered(item, lin, at=AT):
    return actions.submit_item(item, actor=lin, at=at, report="已挂好站牌", evidence=[picture()])


def test_an_item_is_due_after_the_days_of_the_year_and_keeps_how_they_were_counted(item, lin):
    # thirty days from 11 May 2026 end on 10 June
    assert item.due_at == dt.datetime(2026, 6, 10, 16, tzinfo=dt.UTC)
    assert item.deadline["last_day"] == "2026-06-10"
    assert item.deadline["days"][0]["why"] == "起算当日，不计入"
    assert lin.messages_received.get().subject.startswith("整改通知")


def test_a_day_may_be_named_and_without_one_the_bureau_must_have_decided(manager, station):
    assert "整改事项的期限" in refused("plan_missing", asked_improvement, manager, station).message
    named = asked_improvement(manager, station, items=[actions.Asked("挂好站牌", dt.date(2026, 5, 20))]).items.get()
    assert (named.due_at, named.deadline) == (dt.datetime(2026, 5, 20, 16, tzinfo=dt.UTC), {})
    refused("due_past", asked_improvement, manager, station, items=[actions.Asked("x", dt.date(2026, 5, 10))])


@pytest.mark.parametrize(
    ("items", "code"),
    [([], None), ([actions.Asked(" ")], "what_missing"), ([actions.Asked("x")] * 31, "too_many_items")],
)
def test_what_is_not_asked_properly_is_refused(manager, station, items, code):
    make_year_plan()
    origin = actions.Origin(actions.Source.ROUND, "评价", round_number=1)
    known = {"actor": manager, "at": AT, "measure": "wuhan", "origin": origin}
    refused(code or "no_items", actions.issue_improvement, station, items=items, **known)
    assert not ImprovementPlan.objects.exists()


def test_it_is_answered_sent_back_answered_again_and_accepted(item, lin, manager):
    refused("report_missing", actions.submit_item, item, actor=lin, at=AT, report=" ", evidence=[picture()])
    refused("evidence_missing", actions.submit_item, item, actor=lin, at=AT, report="好了")
    answered(item, lin)
    refused("wrong_state", actions.submit_item, item, actor=lin, at=AT, report="又", evidence=[picture()])
    refused("reason_missing", actions.send_item_back, item, actor=manager, at=AT, reason="")
    actions.send_item_back(item, actor=manager, at=AT + DAY, reason="照片看不清")
    actions.submit_item(item, actor=lin, at=AT + 2 * DAY, report="重拍了照片")  # the files of before are still there
    actions.accept_item(item, actor=manager, at=AT + 3 * DAY)
    assert (item.state, item.plan.state) == ("accepted", "open")
    assert ImprovementPlan.objects.get().state == "done"
    assert [row.move for row in history_of(item)] == ["accept", "submit", "send_back", "submit", "ask"]
    subjects = list(lin.messages_received.order_by("pk").values_list("subject", flat=True))
    assert subjects == ["整改通知：" + str(item.plan.station), "整改退回重改：挂好站牌", "整改验收通过：挂好站牌"]


def test_nobody_judges_the_answer_of_a_station_to_which_he_belongs(item, lin, station):
    inside = make_user(Role.MANAGER)
    join(inside, station.organisation)
    answered(item, lin)
    for person in (lin, inside, make_user(), make_user(Role.DISTRICT, scope="420102"), make_user(Role.AUDITOR)):
        refused("not_allowed", actions.accept_item, item, actor=person)
    actions.accept_item(item, actor=make_user(Role.DISTRICT, scope=station.supervised_by_id))


def test_a_stranger_answers_nothing(item, manager):
    for person in (make_user(), manager):
        refused("not_allowed", actions.submit_item, item, actor=person, report="x", evidence=[picture()])


def test_the_plan_is_complete_with_its_last_item_also_when_that_is_withdrawn(manager, station, lin):
    make_year_plan()
    plan = asked_improvement(manager, station, items=[actions.Asked("甲"), actions.Asked("乙")])
    first, second = plan.items.all()
    answered(first, lin)
    actions.accept_item(first, actor=manager, at=AT)
    assert ImprovementPlan.objects.get().state == "open"
    actions.withdraw_item(second, actor=manager, at=AT, reason="已不适用")
    assert ImprovementPlan.objects.get().state == "done"


def test_an_inspection_is_followed_up_and_settled_when_all_is_accepted(manager, lin, station):
    make_year_plan()
    two_inspectors()
    inspection = recorded_inspection(manager)
    plan = asked_improvement(manager, station, origin=actions.from_inspection(inspection))
    inspection.refresh_from_db()
    assert inspection.state == "followed_up"
    refused("improvement_open", close_inspection, inspection, actor=manager)
    item = plan.items.get()
    answered(item, lin)
    actions.accept_item(item, actor=manager, at=AT)
    assert close_inspection(inspection, actor=manager, at=AT).state == "closed"
    refused("inspection_not_recorded", asked_improvement, manager, station, origin=actions.from_inspection(inspection))


def test_more_time_is_given_with_a_reason_and_only_more(item, manager, lin):
    refused("reason_missing", actions.extend_item, item, actor=manager, at=AT, due_on=dt.date(2026, 7, 1), reason=" ")
    refused("not_later", actions.extend_item, item, actor=manager, at=AT, due_on=dt.date(2026, 6, 1), reason="x")
    refused("not_allowed", actions.extend_item, item, actor=lin, at=AT, due_on=dt.date(2026, 7, 1), reason="x")
    row = actions.extend_item(item, actor=manager, at=AT, due_on=dt.date(2026, 7, 1), reason="定制站牌需要时间")
    assert (row.due_at, row.deadline) == (dt.datetime(2026, 7, 1, 16, tzinfo=dt.UTC), {})
    assert history_of(item)[0].facts["due_at"] == ["2026-06-10T16:00:00+00:00", "2026-07-02T00:00:00+08:00"]


def test_it_is_reminded_of_at_seven_three_and_one_day_and_when_overdue_once_each(item, lin, manager):
    district = make_user(Role.DISTRICT, scope=item.plan.station.supervised_by_id)
    lin.messages_received.all().delete()
    sent = [
        (days, remind_due(item.due_at - days * DAY), remind_due(item.due_at - days * DAY)) for days in (8, 7, 5, 3, 1)
    ]
    assert sent == [(8, 0, 0), (7, 1, 0), (5, 0, 0), (3, 1, 0), (1, 1, 0)]
    assert not district.messages_received.exists()
    assert (remind_due(item.due_at), remind_due(item.due_at + 5 * DAY)) == (1, 0)
    assert [message.subject[:5] for message in lin.messages_received.order_by("pk")] == [
        "整改七日内",
        "整改三日内",
        "整改一日内",
        "整改已超期",
    ]
    assert district.messages_received.get().subject.startswith("整改已超期")


def test_what_is_answered_is_not_reminded_of_and_an_extended_item_begins_anew(item, lin, manager):
    assert remind_due(item.due_at) == 1
    row = actions.extend_item(item, actor=manager, at=item.due_at, due_on=dt.date(2026, 7, 1), reason="延期")
    assert remind_due(row.due_at - 3 * DAY) == 1
    answered(item, lin, at=row.due_at)
    assert remind_due(row.due_at + DAY) == 0
    assert history_of(item).get(move="submit").facts["late"] is True


def test_what_is_overdue_is_owed_and_past_its_day(item, lin):
    assert not ImprovementItem.objects.filter(overdue_at(item.due_at - DAY)).exists()
    assert ImprovementItem.objects.filter(overdue_at(item.due_at)).get() == item
    answered(item, lin, at=item.due_at)
    assert not ImprovementItem.objects.filter(overdue_at(item.due_at + DAY)).exists()


def test_who_sees_an_item(item, lin, manager):
    code = item.plan.station.supervised_by_id
    people = {
        "own": lin,
        "manager": manager,
        "auditor": make_user(Role.AUDITOR),
        "its district": make_user(Role.DISTRICT, scope=code),
        "another district": make_user(Role.DISTRICT, scope="420102"),
        "stranger": make_user(),
    }
    seen = {name for name, person in people.items() if items_visible_to(person).exists()}
    assert seen == {"own", "manager", "auditor", "its district"}


def test_the_database_refuses_a_plan_without_the_source_it_names(manager, station):
    with pytest.raises(IntegrityError, match="an_improvement_plan_has_the_source_it_names"), transaction.atomic():
        ImprovementPlan.objects.create(
            station=station, source="inspection", source_text="x", round_number=1, issued_by=manager, issued_at=AT
        )
