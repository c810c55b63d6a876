"""The data of `make run`: three rounds at three stages, believable on whatever day the visitor comes."""

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.db.models import Count

from accounts.models import Message, User
from config import invariants
from config.clockwork import run_clockwork
from config.home import todos_for
from config.local.code import SECRET, code_at
from config.overview import figures_for
from config.rehearsal import demo
from config.rehearsal.plan import Sizes
from evaluation.models import Application, PublicNotice, Round, ScoreSheet
from funding.models import Grant
from funding.queries.payment import grants_to_pay, payable
from services.models import (
    Agency,
    Booking,
    Client,
    Equipment,
    MediaReport,
    Need,
    ServiceRecord,
    Specialist,
    TrainingEvent,
    TypicalCase,
)
from services.queries.rating import satisfaction
from services.states.need import NeedState
from stations.models import Station
from supervision.models import Complaint, ImprovementItem, Inspection, RevocationCase
from supervision.queries.suspicions import suspicions_for
from supervision.queries.year_plan import plan_in_force

SHANGHAI = ZoneInfo("Asia/Shanghai")


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(demo, "FINISHED", Sizes(titled=7, applicants=5, experts=8, objections=2, sheets=3))
    monkeypatch.setattr(demo, "IN_REVIEW", Sizes(titled=0, applicants=4, experts=8, objections=0, sheets=3))
    monkeypatch.setattr(demo, "IN_NOTICE", Sizes(titled=7, applicants=4, experts=8, objections=2, sheets=3))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "years"),
    [("2026-11-21T10:40", (2025, 2026, 2027)), ("2025-10-06T09:00", (2023, 2024, 2025))],
)
def test_a_visitor_finds_a_round_at_every_stage_and_something_to_do_in_every_account(small, now, years, capsys, client):
    now = instant(now)
    demo.make_demo(now)
    assert set(Round.objects.values_list("year", "state")) == {
        (years[0], "concluded"),
        (years[0], "reviewing"),
        (years[1], "in_notice"),
        (years[2], "open"),
    }
    notice = PublicNotice.objects.get(kind="result", state="published")
    assert notice.published_at < now < notice.closes_at
    taking = Round.objects.get(state="open")
    assert taking.opens_at < now < taking.closes_at
    (returned,) = Application.objects.filter(state="returned")
    assert returned.due_at > now
    assert returned.organisation.memberships.filter(user__email="applicant@example.com").exists()
    assert returned.organisation.memberships.filter(user__email="colleague@example.com").exists()
    assert invariants.check() == []
    assert not Message.objects.filter(email_state="waiting").exists()
    assert set(run_clockwork(now).values()) == {0}  # nothing was left for the clock
    for expert in ("expert01", "expert02"):
        sheets = ScoreSheet.objects.filter(expert__user__email=f"{expert}@example.com", entry__round__state="reviewing")
        assert set(sheets.values_list("state", flat=True)) == {"gated", "open", "submitted"}
        assert 0 < sheets.get(state="open").scores.filter(points__isnull=False).count() < 19
    assert {account.email for account in demo.ACCOUNTS if not opens_on_something(account.email)} == set()
    the_year_around_the_rounds_is_there(now)
    the_titled_station_serves(now)
    every_account_that_is_printed_can_sign_in(capsys, client)


def the_titled_station_serves(now):
    """Services that are counted and rated, libraries, a need in every state, cases, reports, a training that is open."""
    station = Station.objects.get(organisation__memberships__user__email="titled@example.com")
    assert ServiceRecord.objects.filter(station=station, set_aside="").count() > 200
    assert satisfaction(station, now.year).sample > 0
    assert sorted(Need.objects.values_list("state", flat=True)) == sorted(["received", *NeedState.values])
    assert Need.objects.filter(station=None).count() == 1
    assert TypicalCase.objects.filter(station=station, state="published").count() == 2
    assert set(MediaReport.objects.values_list("state", flat=True)) == {"confirmed", "reported"}
    assert set(Booking.objects.values_list("state", flat=True)) == {"asked", "confirmed"}
    for library in (Agency, Client, Equipment, Specialist):
        assert library.objects.filter(station=station).exists()
    assert TrainingEvent.objects.get(state="open").sign_ups.count() == 2


def the_year_around_the_rounds_is_there(now):
    """The plan of supervision, money at every step, and one of each thing that is looked into."""
    assert plan_in_force("wuhan", now.year).self_assessment_opens_on.year == now.year
    grants = Grant.objects.values_list("state").annotate(Count("pk"))
    assert set(dict(grants)) == {"reconciled", "approved", "proposed"}
    assert not Grant.objects.filter(proposed_at__gte=now).exists()
    assert [grant for grant in grants_to_pay() if payable(grant)]
    case = RevocationCase.objects.get(state="notified")
    assert case.statement_due_at > now
    suspected = {one.title.pk for one in suspicions_for(User.objects.get(email="manager@example.com"), now.date())}
    assert suspected
    assert case.title_id not in suspected
    complaint = Complaint.objects.get(state="investigating")
    assert complaint.answer_due_at > now
    assert ImprovementItem.objects.filter(
        state="open", due_at__gt=now, plan__station__organisation__memberships__user__email="titled@example.com"
    )
    assert Inspection.objects.filter(state="assigned", due_at__gt=now, inspectors__email="district@example.com")


def opens_on_something(email):
    user = User.objects.get(email=email)
    user.unread = 0
    return todos_for(user) or figures_for(user)


def every_account_that_is_printed_can_sign_in(capsys, client):
    call_command("demo", accounts=True)
    said = capsys.readouterr().out
    for account in demo.ACCOUNTS:
        assert account.email in said
        user = User.objects.get(email=account.email)
        assert user.check_password(demo.PASSWORD)
        assert user.emailaddress_set.filter(verified=True, primary=True).exists()
        assert Authenticator.objects.filter(user=user).exists() == account.coded
    answer = client.post("/accounts/login/", {"login": "manager@example.com", "password": demo.PASSWORD})
    assert answer.url.endswith("/accounts/2fa/authenticate/")


@pytest.mark.django_db
def test_where_somebody_is_in_already_nothing_is_made():
    User.objects.create_user("someone@example.com", None)
    call_command("demo", if_empty=True)
    assert not Round.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "published"),
    [
        ("2026-11-21T10:00", "2026-11-19"),
        ("2026-11-23T10:00", "2026-11-20"),  # a Monday: two days ago was a Saturday
        ("2026-10-10T10:00", "2026-10-08"),
        ("2026-12-31T10:00", "2026-11-30"),  # the window would end in a year without a schedule
        ("2030-03-01T10:00", "2026-11-30"),
    ],
)
def test_results_are_published_on_a_working_day_and_only_where_their_window_is_known(now, published):
    assert demo.running_dates(instant(now)).notice.isoformat() == published


@pytest.mark.parametrize(
    ("seconds", "digits"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_the_code_is_that_of_the_standard(monkeypatch, seconds, digits):
    """RFC 6238, appendix B, with the last six of its eight digits."""
    monkeypatch.setattr("config.local.code.SECRET", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert code_at(seconds) == digits


@pytest.mark.django_db
def test_the_code_opens_what_the_secret_locks():
    user = User.objects.create_user("coded@example.com", None)
    assert TOTP.activate(user, SECRET).validate_code(code_at(time.time()))
