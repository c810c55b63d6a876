"""The page of dates, and the calendar feed: what is due, by which rule, whom it concerns, what will happen."""

import datetime as dt

import icalendar
import pytest
import time_machine
from django.urls import reverse

from accounts.actions import make_calendar_feed
from accounts.models import CalendarFeed
from accounts.states import Role
from config.deadlines import KINDS
from config.due_dates import dates_for, together
from evaluation.states import ApplicationState
from ledger.journal import history_of
from measures.queries import year_states
from tests.evaluation.scene import CLOSES, OPENS, published_round
from tests.factories import join, make_application, make_organisation, make_round, make_station, make_user, put

pytestmark = pytest.mark.django_db

BEFORE = OPENS - dt.timedelta(days=3)


@pytest.fixture
def manager(client):
    user = make_user(Role.MANAGER)
    client.force_login(user)
    return user


def test_the_page_says_what_comes_by_which_rule_and_what_will_happen(client, manager):
    round = published_round()
    with time_machine.travel(BEFORE):
        page = client.get(reverse("dates")).content.decode()
    assert page.index("自动开放申报") < page.index("自动停止接收申报")
    assert f"评价通知：{round.name}" in page


def test_what_has_happened_is_shown_as_done_and_what_was_missed_as_overdue(manager):
    published_round()
    with time_machine.travel(OPENS + dt.timedelta(hours=1)):
        opening, closing = dates_for(manager, OPENS, CLOSES)
        assert (opening.done, opening.overdue, closing.done, closing.overdue) == (False, True, False, False)


def test_a_supplement_is_a_date_of_its_own_people_and_of_nobody_elses(client):
    due = dt.datetime(2026, 3, 2, 16, tzinfo=dt.UTC)
    mine = make_organisation()
    application = make_application(make_round(return_days=10), make_station(mine))
    application.__class__.objects.filter(pk=application.pk).update(due_at=due)
    day = dt.timedelta(days=1)
    for user, seen in ((join(make_user(), mine).user, 1), (join(make_user(), make_organisation()).user, 0)):
        found = dates_for(user, due - day, due + day, ["supplement"])
        assert len(found) == seen
    assert application.state != ApplicationState.RETURNED


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "2026-02-01", "until": "2026-01-01"}, "结束日期应不早于开始日期"),
        ({"since": "1990-01-01", "until": "2026-01-01"}, "相隔不超过"),
        ({"since": "nonsense"}, "有效"),
    ],
)
def test_a_span_that_makes_no_sense_is_answered_in_words(client, manager, asked, said):
    response = client.get(reverse("dates"), asked)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_search_kind_and_open_ones_narrow_the_list_and_the_export_follows(client, manager):
    published_round()
    with time_machine.travel(BEFORE):
        only = client.get(reverse("dates"), {"kind": "intake_closes"})
        assert [date.kind.code for date in only.context["dates"]] == ["intake_closes"]
        assert "没有符合条件" in client.get(reverse("dates"), {"q": "没有这样的事"}).content.decode()
        lines = b"".join(client.get(reverse("dates"), {"kind": "intake_closes", "export": "csv"}))
    assert lines.decode().count("\n") == 2


def test_the_page_costs_the_same_with_three_dates_and_with_many(client, manager, django_assert_max_num_queries):
    published_round()
    with time_machine.travel(BEFORE):
        client.get(reverse("dates"))
        with django_assert_max_num_queries(len(KINDS) + 9) as three:  # one for each kind
            client.get(reverse("dates"))
        evaluation = make_round()
        for _ in range(30):  # one line, whatever their number
            application = make_application(evaluation)
            type(application).objects.filter(pk=application.pk).update(due_at=CLOSES)
        with django_assert_max_num_queries(len(KINDS) + 9) as many:
            page = client.get(reverse("dates"))
    assert page.context["total"] > 30
    assert [str(date.title) for date in page.context["dates"]][-1:] == ["补正截止 30 件"]
    assert len(many) == len(three)


@pytest.mark.parametrize(("day", "late"), [(dt.date(2029, 11, 30), False), (dt.date(2029, 12, 1), True)])
def test_the_schedule_of_next_year_is_late_from_the_first_of_december(day, late):
    this, following = year_states(day)
    assert (this.late, following.late) == (True, late)
    assert following.tone == ("warn" if late else "neutral")


def test_the_feed_is_read_without_a_session_and_keeps_its_identifiers(client, manager):
    round = published_round()
    address = reverse("dates_feed", args=[make_calendar_feed(manager, actor=manager)])
    client.logout()
    with time_machine.travel(BEFORE):
        response = client.get(address)
    assert response["Content-Type"].startswith("text/calendar")
    assert response["Cache-Control"] == "private, no-store"
    events = {str(event["uid"]).split("@")[0]: event for event in icalendar.Calendar.from_ical(response.content).events}
    assert events[f"intake_closes-{round.pk}"].start == CLOSES
    assert str(events[f"intake_opens-{round.pk}"]["summary"]) == f"申报开始：{round}"


def test_a_new_address_ends_the_old_one_and_only_its_digest_is_kept(client, manager):
    first = make_calendar_feed(manager, actor=manager)
    page = client.post(reverse("dates_feed_make"))
    second = page.context["address"].rsplit("/", 1)[1].removesuffix(".ics")
    assert page["Cache-Control"] == "no-store"
    assert client.get(reverse("dates_feed", args=[first])).status_code == 404
    assert client.get(reverse("dates_feed", args=[second])).status_code == 200
    assert not CalendarFeed.objects.filter(token_sha256__in=[first, second]).exists()
    feed = CalendarFeed.objects.get(ended_at__isnull=True)
    assert [entry.move for entry in history_of(feed)] == ["make"]


def test_an_ended_feed_and_that_of_a_closed_account_open_nothing(client, manager):
    address = reverse("dates_feed", args=[make_calendar_feed(manager, actor=manager)])
    type(manager).objects.filter(pk=manager.pk).update(is_active=False)
    assert client.get(address).status_code == 404
    type(manager).objects.filter(pk=manager.pk).update(is_active=True)
    client.force_login(manager)
    client.post(reverse("dates_feed_end"))
    client.post(reverse("dates_feed_end"))
    assert client.get(address).status_code == 404
    assert client.get(reverse("dates_feed", args=["x"])).status_code == 404


def test_many_at_one_instant_are_one_line_and_one_event(manager):
    due = CLOSES + dt.timedelta(days=5)
    evaluation = make_round()
    for number in range(4):
        put(
            make_application(evaluation), ApplicationState.RETURNED if number else ApplicationState.ACCEPTED, due_at=due
        )
    dates = dates_for(manager, CLOSES, due, ["supplement"])
    (line,) = together(dates)
    assert (len(dates), line.open, line.done, line.url) == (4, 3, False, reverse("evaluation:application_list"))
    assert line.title == "补正截止 4 件，其中 3 件未办结"
    assert together(dates[:3]) == dates[:3]
