"""The pages on which the bureau decides what chapters four and five of the measure leave open."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.states import Role
from ledger.journal import history_of
from supervision.actions.year_plan import adopt_year_plan, draft_year_plan, update_year_plan
from supervision.models import YearPlan
from tests.factories import make_user
from tests.supervision.test_year_plan import AT, OPENS, SETTINGS, drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = make_user(Role.MANAGER)
    client.force_login(user)
    return user


def address(name, plan):
    return reverse(f"supervision:year_plan_{name}", args=[plan.pk])


def test_a_plan_is_drafted_filled_in_and_adopted(client, manager):
    client.post(reverse("supervision:year_plan_create"), {"year": 2026})
    plan = YearPlan.objects.get()
    assert "还有 10 项没有决定" in client.get(plan.get_absolute_url()).content.decode()

    answer = client.post(address("edit", plan), {"self_assessment_opens_on": "2026-09-01", **SETTINGS})
    assert answer.status_code == 302
    assert "5 日" in client.get(plan.get_absolute_url()).content.decode()

    client.post(address("adopt", plan))
    plan.refresh_from_db()
    assert plan.state == "in_force"
    assert plan.self_assessment_opens_on == dt.date(2026, 9, 1)


def test_suggestions_are_filled_in_where_nothing_is_decided_and_not_saved(client, manager):
    plan = draft_year_plan(measure="wuhan", year=2026, actor=manager)
    update_year_plan(plan, actor=manager, self_assessment_opens_on=None, settings={"statement_days": "10"})
    page = client.get(address("edit", plan) + "?suggest=1")
    shown = page.context["form"].initial
    assert (shown["statement_days"], shown["improvement_days"]) == ("10", "30")
    plan.refresh_from_db()
    assert plan.setting("improvement_days") is None
    assert "办法未规定，由市局设定" in page.content.decode()


def test_what_is_typed_wrong_is_said_at_its_field_and_stays_typed(client, manager):
    plan = draft_year_plan(measure="wuhan", year=2026, actor=manager)
    page = client.post(address("edit", plan), {**SETTINGS, "statement_days": "很多"})
    assert page.status_code == 422
    assert "整数" in str(page.context["form"].errors["statement_days"])
    assert 'value="很多"' in page.content.decode()


def test_a_plan_in_force_is_changed_with_a_reason(client, manager):
    plan = adopt_year_plan(drafted(manager), actor=manager, at=AT)
    typed = {"self_assessment_opens_on": OPENS.isoformat(), **SETTINGS, "statement_days": "7"}
    assert client.post(address("edit", plan), typed).status_code == 422
    assert client.post(address("edit", plan), {**typed, "reason": "给足时间"}).status_code == 302
    assert history_of(plan)[0].reason == "给足时间"


def test_who_overlooks_that_somebody_else_has_saved_is_told_before_it_is_written_over(client, manager):
    plan = drafted(manager)
    shown = client.get(address("edit", plan)).context["form"].initial["seen"]
    update_year_plan(plan, actor=manager, self_assessment_opens_on=OPENS, settings={**SETTINGS, "statement_days": "9"})
    typed = {"self_assessment_opens_on": OPENS.isoformat(), **SETTINGS, "seen": shown}
    page = client.post(address("edit", plan), typed)
    assert "别人保存过这份安排" in page.content.decode()
    plan.refresh_from_db()
    assert plan.setting("statement_days") == 9


def test_the_bureau_reads_and_only_a_manager_writes(client):
    plan = draft_year_plan(measure="wuhan", year=2026, actor=make_user(Role.MANAGER))
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(plan.get_absolute_url()).status_code == 200
    assert client.get(address("edit", plan)).status_code == 404
    client.force_login(make_user())
    assert client.get(plan.get_absolute_url()).status_code == 404
    assert client.get(reverse("supervision:year_plan_list")).status_code == 403


@pytest.mark.parametrize("rows", [3, 70])
def test_the_list_costs_the_same_at_3_and_at_70_years(client, manager, rows, django_assert_num_queries):
    YearPlan.objects.bulk_create(YearPlan(measure="wuhan", year=2020 + n) for n in range(rows))
    client.get(reverse("supervision:year_plan_list"))
    with django_assert_num_queries(5):
        client.get(reverse("supervision:year_plan_list"))


def test_without_a_plan_the_list_says_what_that_means(client, manager):
    page = client.get(reverse("supervision:year_plan_list")).content.decode()
    assert "还没有年度监督安排" in page
    assert "起草年度监督安排" in page
