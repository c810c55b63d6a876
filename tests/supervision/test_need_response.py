"""Until when a station answers a company's need: a number of the bureau's plan, counted in working days."""

import datetime as dt

import pytest

from config.clockwork import JOBS
from config.deadlines import KINDS
from ledger.journal import history_of
from services.actions import need as actions
from services.queries.need import todo_for
from supervision.actions.need_response import date_needs
from supervision.actions.year_plan import adopt_year_plan
from tests.factories import make_user
from tests.services.need_scene import AT, DAY, assessed, posted, served_station
from tests.supervision.test_year_plan import SETTINGS, drafted

pytestmark = pytest.mark.django_db
DUE = dt.datetime(2026, 6, 3, 16, tzinfo=dt.UTC)  # received on Monday 1 June: Tuesday and Wednesday are counted


@pytest.fixture
def lin():
    return make_user(name="林站长")


@pytest.fixture
def station(lin):
    return served_station(lin)


def plan(**changes):
    manager = make_user("manager")
    return adopt_year_plan(drafted(manager, settings={**SETTINGS, **changes}), actor=manager, at=AT)


def test_a_need_has_its_date_from_the_plan_and_shows_it(client, station, lin):
    plan()
    need = posted(station)
    assert JOBS["date_needs"](AT) == 1
    need.refresh_from_db()
    assert need.response_due_at == DUE
    assert [day["date"] for day in need.response_deadline["days"] if day["counted"]] == ["2026-06-02", "2026-06-03"]
    assert history_of(need)[0].move == "date"
    assert [todo.due_at for todo in todo_for(lin)] == [DUE]
    client.force_login(lin)
    assert "6月3日24时" in client.get("/needs/work/").content.decode()
    assert "首次答复期限" in client.get(need.get_absolute_url()).content.decode()
    followed = client.get(f"/needs/{need.number}/").content.decode()
    assert "服务站答复期限" in followed
    assert "确定首次答复期限" not in followed
    assert date_needs(AT + DAY) == 0  # once


def test_without_a_plan_a_need_is_taken_in_and_dated_when_there_is_one(station):
    need = posted(station)
    assert date_needs(AT) == 0
    plan(need_response_days="5")
    assert date_needs(AT + DAY) == 1
    need.refresh_from_db()
    assert need.response_due_at == DUE + 5 * DAY  # counted from when it came, over the weekend


def test_who_has_answered_is_not_given_a_date(station, lin):
    plan()
    assessed(station, lin)
    declined = posted(station)
    actions.decline_need(declined, actor=lin, reason="不在服务范围。", at=AT)
    assert date_needs(AT) == 0


def test_an_answer_takes_the_date_from_the_page_of_dates(station, lin):
    plan()
    (kind,) = [kind for kind in KINDS if kind.code == "need_response"]
    need = posted(station)
    date_needs(AT)
    assert [row.pk for row in kind.rows()] == [need.pk]
    assert kind.visible_to(lin).filter(kind.waiting).exists()
    actions.assess_need(need, actor=lin, mode="agency", assessment="协调机构。", at=AT + DAY)
    assert not kind.rows().exists()


def test_a_date_over_a_year_without_its_holidays_is_provisional_and_counted_anew(station, monkeypatch):
    plan()
    need = posted(station)
    date_needs(AT)
    known = {**type(need).objects.get().response_deadline, "provisional": True}
    type(need).objects.update(response_deadline=known)
    assert date_needs(AT + DAY) == 1
    need.refresh_from_db()
    assert need.response_deadline["provisional"] is False
