"""What the clock does to self-assessments: opens them, reminds of them, marks the missing ones."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from accounts.states import Role
from config.clockwork import run_clockwork
from ledger.actors import Job
from ledger.journal import history_of
from ledger.models import JournalEntry
from supervision.actions import self_assessment_clock as clock
from supervision.actions.year_plan import adopt_year_plan, update_year_plan
from supervision.models import SelfAssessment, SelfAssessmentReminder
from supervision.states.self_assessment import SelfAssessmentState
from tests.factories import make_executed_case, make_organisation, make_station, make_title, make_user, put
from tests.supervision.test_year_plan import SETTINGS, drafted

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
AWARDED = dt.datetime(2025, 12, 9, 10, tzinfo=SHANGHAI)
OPENS = dt.datetime(2026, 9, 1, tzinfo=SHANGHAI)
# 31 October 2026 is a Saturday: the report is due at the end of Monday, 2 November
DUE = dt.datetime(2026, 11, 3, tzinfo=SHANGHAI)
SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def lin():
    return make_user(name="林")


@pytest.fixture
def title(lin):
    return make_title(make_station(make_organisation(lin)), awarded_at=AWARDED)


def plan(**changes):
    manager = make_user(Role.MANAGER)
    return adopt_year_plan(drafted(manager, settings={**SETTINGS, **changes}), actor=manager)


def test_it_opens_at_the_midnight_of_the_plan_and_once(title, lin):
    plan()
    assert clock.open_due(OPENS - SECOND) == 0
    assert (clock.open_due(OPENS + 3 * DAY), clock.open_due(OPENS + 3 * DAY)) == (1, 0)
    row = SelfAssessment.objects.get()
    assert (row.title, row.due_at, row.opened_at) == (title, DUE, OPENS)
    assert history_of(row).get().at == OPENS
    assert row.deadline["rule"] == "calendar_roll"
    assert lin.messages_received.get().created_at == OPENS


def test_without_a_plan_in_force_nothing_opens(title):
    drafted(make_user(Role.MANAGER))
    assert clock.open_due(OPENS + DAY) == 0


def test_the_plan_decides_whether_a_day_of_rest_gives_grace(title):
    plan(self_assessment_grace="calendar")
    clock.open_due(OPENS)
    assert SelfAssessment.objects.get().due_at == dt.datetime(2026, 11, 1, tzinfo=SHANGHAI)


def test_a_title_awarded_after_the_opening_gets_one_until_the_report_is_due():
    plan()
    clock.open_due(OPENS)
    later = make_title(awarded_at=OPENS + 20 * DAY)
    assert clock.open_due(OPENS + 21 * DAY) == 1
    assert SelfAssessment.objects.get(title=later).opened_at == later.awarded_at
    make_title(awarded_at=DUE)
    assert clock.open_due(DUE - SECOND) == 0
    make_title(awarded_at=DUE - DAY)
    assert clock.open_due(DUE) == 0


def test_neither_ended_titles_nor_those_of_districts_report(title):
    plan()
    put(title, "delisted", ended_at=AWARDED + DAY, ended_article="第十九条", ended_decision="武市监〔2026〕1号")
    make_title(level="district", awarded_at=AWARDED)
    assert clock.open_due(OPENS) == 0


def test_what_is_open_is_not_moved_by_a_later_change_of_the_plan(title):
    made = plan()
    clock.open_due(OPENS)
    manager = make_user(Role.MANAGER)
    changed = {**SETTINGS, "self_assessment_grace": "calendar"}
    update_year_plan(made, actor=manager, self_assessment_opens_on=OPENS.date(), settings=changed, reason="改")
    clock.open_due(OPENS + DAY)
    assert SelfAssessment.objects.get().due_at == DUE


# -- Reminders  ----


def stages():
    return list(SelfAssessmentReminder.objects.values_list("stage", flat=True))


def test_each_reminder_goes_out_once_to_the_station_and_its_district(title, lin):
    district = make_user(Role.DISTRICT, scope=title.station.supervised_by_id)
    elsewhere = make_user(Role.DISTRICT, scope="420102")
    plan()
    clock.open_due(OPENS)
    sent = []
    for days in range(40, -3, -1):
        sent += [clock.remind_due(DUE - days * DAY), clock.remind_due(DUE - days * DAY)]
    assert sum(sent) == 6
    assert stages() == ["30", "15", "7", "3", "1", "overdue"]
    assert [reminder.at for reminder in SelfAssessmentReminder.objects.all()] == [
        *(DUE - days * DAY for days in (30, 15, 7, 3, 1)), DUE
    ]  # fmt: skip
    assert (lin.messages_received.count(), district.messages_received.count()) == (7, 6)
    assert not elsewhere.messages_received.exists()
    assert "11月2日24时前报送" in district.messages_received.earliest("pk").subject
    assert "已逾期" in district.messages_received.latest("pk").subject


def test_the_bureau_may_leave_the_district_out(title, lin):
    district = make_user(Role.DISTRICT, scope=title.station.supervised_by_id)
    plan(reminder_in_district="false")
    clock.open_due(OPENS)
    clock.remind_due(DUE - DAY)
    assert not district.messages_received.exists()
    assert lin.messages_received.count() == 2


def test_of_missed_nights_only_the_last_stage_is_made_up(title):
    plan()
    clock.open_due(OPENS)
    clock.remind_due(DUE - 20 * DAY)
    clock.remind_due(DUE - 2 * DAY)  # the worker was down at 15 and at 7 days
    assert stages() == ["30", "3"]


def test_who_gets_it_two_days_before_is_not_reminded_of_what_lay_before():
    plan()
    make_title(make_station(make_organisation(make_user())), awarded_at=DUE - 2 * DAY)
    clock.open_due(DUE - 2 * DAY)
    assert clock.remind_due(DUE - 2 * DAY) == 0
    assert clock.remind_due(DUE - DAY) == 1


def test_who_has_filed_is_not_reminded(title):
    plan()
    clock.open_due(OPENS)
    put(SelfAssessment.objects.get(), "filed", filed_at=OPENS)
    assert clock.remind_due(DUE + DAY) == 0


def test_who_has_lost_the_title_owes_no_report(title, lin):
    plan()
    clock.open_due(OPENS)
    make_executed_case(title)
    put(title, "revoked", ended_at=OPENS + DAY, ended_article="第十八条", ended_decision="武市监〔2026〕2号")
    assert clock.remind_due(DUE - DAY) == 0
    done = run_clockwork(DUE + DAY)
    assert (done["mark_missing"], done["remind_self_assessments"]) == (0, 0)
    assert SelfAssessment.objects.get().state == "due"


# -- The sweep  ----


def test_months_without_a_worker_are_made_up_each_thing_at_its_own_instant(title):
    plan()
    done = run_clockwork(DUE + 3 * DAY)
    assert (done["open_self_assessments"], done["mark_missing"], done["remind_self_assessments"]) == (1, 1, 1)
    row = SelfAssessment.objects.get()
    assert (row.state, row.timeliness, row.opened_at) == ("missing", "missing", OPENS)
    entry = JournalEntry.objects.get(object_type="supervision.selfassessment", move="miss")
    assert entry.at == DUE
    assert stages() == ["overdue"]
    assert not any(run_clockwork(DUE + 3 * DAY).values())


def test_nothing_advances_on_a_provisional_date_and_it_is_settled_when_the_schedule_is_there(title):
    row = SelfAssessment.objects.create(
        title=title, year=2026, due_at=DUE - DAY, deadline={"provisional": True, "rule": "calendar_roll"}
    )
    assert clock.remind_due(DUE) == 0
    assert clock.settle_deadlines(DUE) == 1
    row.refresh_from_db()
    assert (row.due_at, row.deadline["provisional"]) == (DUE, False)
    assert clock.settle_deadlines(DUE) == 0
    assert row.state == SelfAssessmentState.DUE


def test_a_date_without_its_working_is_as_good_as_any(title):
    row = SelfAssessment.objects.create(title=title, year=2026, due_at=DUE)
    assert clock.remind_due(DUE - DAY) == 1
    assert clock.mark_missing(at=DUE, actor=Job("sweep")) == 1
    row.refresh_from_db()
    assert row.state == SelfAssessmentState.MISSING
