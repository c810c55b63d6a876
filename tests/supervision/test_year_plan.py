"""The year's plan of supervision: what the measure leaves open is decided before the year runs."""

import datetime as dt

import pytest

from ledger.errors import Refused
from ledger.journal import history_of
from supervision.actions.year_plan import adopt_year_plan, draft_year_plan, update_year_plan
from supervision.queries.year_plan import decided, plan_in_force
from tests.factories import make_user

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)
OPENS = dt.date(2026, 9, 1)
SETTINGS = {
    "self_assessment_grace": "calendar_roll",
    "statement_days": "5",
    "award_support_again": "false",
    "reminder_in_district": "true",
    "improvement_days": "30",
    "complaint_receipt_days": "7",
    "complaint_answer_days": "45",
    "need_response_days": "2",
    "classes_public": "false",
}


@pytest.fixture
def manager(db):
    return make_user("manager")


def drafted(manager, **changes):
    plan = draft_year_plan(measure="wuhan", year=2026, actor=manager, at=AT)
    known = {"self_assessment_opens_on": OPENS, "settings": SETTINGS, **changes}
    return update_year_plan(plan, actor=manager, at=AT, **known)


def test_a_plan_in_force_says_what_the_measure_leaves_open(manager):
    plan = adopt_year_plan(drafted(manager), actor=manager, at=AT)
    assert plan_in_force("wuhan", 2026) == plan
    assert decided("wuhan", "statement_days", AT) == 5
    assert adopt_year_plan(plan, actor=manager, at=AT) == plan
    assert [entry.move for entry in history_of(plan)] == ["adopt", "update", "draft"]


def test_a_plan_with_an_open_end_is_not_adopted_and_names_it(manager):
    plan = drafted(manager, settings={**SETTINGS, "statement_days": ""}, self_assessment_opens_on=None)
    with pytest.raises(Refused, match=r"年度自评开放日期、.*陈述申辩") as refusal:
        adopt_year_plan(plan, actor=manager, at=AT)
    assert refusal.value.code == "settings_unset"


def test_what_is_not_decided_is_asked_for_in_words(manager):
    drafted(manager)  # not in force
    with pytest.raises(Refused, match="2026 年度监督安排还没有确定") as refusal:
        decided("wuhan", "statement_days", AT)
    assert refusal.value.code == "plan_missing"


def test_a_change_while_in_force_needs_a_reason_and_keeps_old_and_new(manager):
    plan = adopt_year_plan(drafted(manager), actor=manager, at=AT)
    change = {"self_assessment_opens_on": OPENS, "settings": {**SETTINGS, "statement_days": "10"}}
    with pytest.raises(Refused) as refusal:
        update_year_plan(plan, actor=manager, at=AT, **change)
    assert refusal.value.code == "reason_missing"
    update_year_plan(plan, actor=manager, at=AT, reason="给足准备时间", **change)
    last = history_of(plan)[0]
    assert last.facts == {"changed": {"statement_days": [5, 10]}}
    assert (last.before, last.after) == ("in_force", "in_force")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"self_assessment_opens_on": dt.date(2026, 10, 31)}, "opens_in_another_year"),
        ({"self_assessment_opens_on": dt.date(2025, 12, 31)}, "opens_in_another_year"),
        ({"settings": {**SETTINGS, "statement_days": "2"}}, "setting_invalid"),
    ],
)
def test_what_cannot_be_is_refused(manager, change, code):
    with pytest.raises(Refused) as refusal:
        drafted(manager, **change)
    assert refusal.value.code == code


def test_an_opening_that_is_past_is_not_moved(manager):
    plan = adopt_year_plan(drafted(manager), actor=manager, at=AT)
    later = dt.datetime(2026, 9, 2, tzinfo=dt.UTC)
    with pytest.raises(Refused) as refusal:
        update_year_plan(
            plan,
            actor=manager,
            at=later,
            self_assessment_opens_on=dt.date(2026, 10, 1),
            settings=SETTINGS,
            reason="推迟",
        )
    assert refusal.value.code == "already_opened"


def test_next_year_begins_with_what_was_decided_last_year(manager):
    drafted(manager)
    plan = draft_year_plan(measure="wuhan", year=2027, actor=manager, at=AT)
    assert plan.settings["complaint_answer_days"] == 45
    with pytest.raises(Refused) as refusal:
        draft_year_plan(measure="wuhan", year=2027, actor=manager, at=AT)
    assert refusal.value.code == "plan_exists"


def test_only_a_manager_writes_the_plan(manager):
    with pytest.raises(Refused) as refusal:
        draft_year_plan(measure="wuhan", year=2026, actor=make_user("intake"), at=AT)
    assert refusal.value.code == "not_allowed"
