"""What happens when something dies in the middle: a sentence, nothing lost, nothing doubled, well again in two minutes.

Real processes, killed as the kernel kills them. `make faults` makes each fault twenty times.
"""

import datetime as dt
import http.cookiejar
import itertools
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from contextlib import suppress
from importlib import import_module

import pytest
from celery import current_app
from django.conf import settings as portal
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils import timezone

from accounts.states import Role
from config import settings as portal_settings
from config.invariants import check
from evaluation.actions import ranking
from evaluation.models import Ranking, Round
from evaluation.states import RankingState, RoundState
from ledger import jobs
from ledger.models import JournalEntry
from tests.factories import make_round, make_scored_entry, make_user
from tests.faults.conftest import RUNS
from tests.faults.plant import wait_for

BATCH = 25  # rounds that wait in a sweep: enough for a kill to fall in the middle
years = itertools.count(3000)  # of rounds that factories make
typed_years = itertools.count(2020)  # of rounds that are typed: a screen takes no others
chance = random.Random(20261101)  # noqa: S311 - when to kill is no secret


def due_rounds() -> list[int]:
    """Published rounds that should long have opened and closed."""
    now, manager = timezone.now(), make_user(Role.MANAGER)
    return [
        make_round(
            RoundState.PUBLISHED,
            year=next(years),
            opens_at=now - dt.timedelta(days=2),
            closes_at=now - dt.timedelta(days=1),
            created_by=manager,
        ).pk
        for _ in range(BATCH)
    ]


def send(task: str, *args: int) -> None:
    """Into the queue of the plant's workers; the tests have one of their own."""
    current_app.send_task(task, args=args, queue="celery")


def sweep() -> None:
    send("config.tasks.sweep")


def assert_each_moved_once(rounds: list[int]) -> None:
    states = set(Round.objects.filter(pk__in=rounds).values_list("state", flat=True))
    assert states == {RoundState.INTAKE_CLOSED}
    moves = JournalEntry.objects.filter(object_type="evaluation.round", object_id__in=rounds)
    for move in ("open", "close_intake"):
        assert moves.filter(move=move).count() == len(rounds), move
    assert check() == []


def all_closed(rounds: list[int]) -> bool:
    return not Round.objects.filter(pk__in=rounds).exclude(state=RoundState.INTAKE_CLOSED).exists()


def keep_sweeping(rounds: list[int]) -> float:
    """As beat does, until all is done; seconds that it took."""
    last = 0.0

    def done() -> bool:
        nonlocal last
        if time.monotonic() - last > 1:
            last = time.monotonic()
            sweep()
        return all_closed(rounds)

    return wait_for(done, "every round is closed")


class Browser:
    """A manager's browser with its session, that posts a form and may have to post it again."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.user = make_user(Role.MANAGER)
        session = import_module(portal.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = portal.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        session.save()
        self.cookies = {portal.SESSION_COOKIE_NAME: session.session_key, portal.CSRF_COOKIE_NAME: "x" * 32}
        self.opener = urllib.request.build_opener(Stay, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def post(self, path: str, data: dict[str, str]) -> tuple[int, str]:
        """(status, where it leads). Raises OSError when nobody answers."""
        body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": "x" * 32}).encode()
        request = urllib.request.Request(self.base + path, data=body)  # noqa: S310 - our own http address
        request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.headers.get("Location", "")
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Location", "")


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


def new_round() -> dict[str, str]:
    """The form of a draft, with the token by which a second post of it is known."""
    year = next(typed_years)
    return {
        "name": f"{year}年度评价",
        "year": str(year),
        "opens_at": f"{year}-03-01T09:00",
        "closes_at": f"{year}-04-01T17:00",
        "once": str(uuid.uuid4()),
    }


def drafts_of(browser: Browser) -> int:
    drafted = JournalEntry.objects.filter(object_type="evaluation.round", move="draft", actor=browser.user)
    assert Round.objects.filter(created_by=browser.user).count() == drafted.count()
    return drafted.count()


@pytest.mark.parametrize("run", range(RUNS))
def test_a_worker_is_killed_in_the_middle_of_a_sweep(plant, run):
    rounds = due_rounds()
    sweep()
    time.sleep(chance.uniform(0, 1))
    plant.kill("worker")
    done = Round.objects.filter(pk__in=rounds).exclude(state=RoundState.PUBLISHED).count()
    print(f"killed when {done} of {BATCH} had moved")  # shown by -rP
    plant.start("worker")
    keep_sweeping(rounds)
    assert_each_moved_once(rounds)


@pytest.mark.parametrize("run", range(RUNS))
def test_the_web_is_killed_while_a_form_is_posted_and_the_form_is_posted_again(plant, run):
    browser, form = Browser(plant.port), new_round()
    wait_for(plant.answers, "the web answers")
    killer = threading.Timer(chance.uniform(0, 0.15), plant.kill, ["web"])
    killer.start()
    with suppress(OSError):  # cut off: whoever typed does not know whether it was done
        browser.post("/rounds/new/", form)
    killer.join()
    plant.start("web")
    wait_for(plant.answers, "the web answers again")
    status, there = browser.post("/rounds/new/", form)
    assert (status, drafts_of(browser)) == (302, 1)
    assert there == Round.objects.get(created_by=browser.user).get_absolute_url()
    assert check() == []


@pytest.mark.parametrize("run", range(RUNS))
def test_redis_is_killed_and_a_form_is_posted_without_it(plant, run):
    browser, rounds = Browser(plant.port), due_rounds()
    wait_for(plant.answers, "the web answers")
    plant.kill_redis()
    assert browser.post("/rounds/new/", new_round())[0] == 302
    assert drafts_of(browser) == 1
    plant.servers.redis.start()
    keep_sweeping(rounds)
    assert_each_moved_once(rounds)


@pytest.mark.parametrize("run", range(RUNS))
def test_postgresql_is_killed_in_the_middle_of_a_sweep(plant, run):
    rounds, browser = due_rounds(), Browser(plant.port)
    sweep()
    time.sleep(chance.uniform(0, 0.7))
    plant.kill_postgres()
    connection.close()
    plant.servers.postgres.start()
    wait_for(plant.answers, "the web answers again")
    keep_sweeping(rounds)
    assert_each_moved_once(rounds)
    assert browser.post("/rounds/new/", new_round())[0] == 302


@pytest.mark.parametrize("run", range(RUNS))
def test_a_task_is_delivered_five_times_to_two_workers(plant, run):
    plant.start("worker-two")
    rounds = due_rounds()
    for _ in range(5):
        sweep()
    keep_sweeping(rounds)
    assert_each_moved_once(rounds)


@pytest.mark.parametrize("run", range(RUNS))
def test_two_beats_strike_at_once(plant, run):
    rounds = due_rounds()
    plant.start("beat", "beat-two")
    wait_for(lambda: all_closed(rounds), "every round is closed")
    assert_each_moved_once(rounds)


@pytest.mark.parametrize("run", range(RUNS))
def test_a_worker_is_killed_over_a_ranking_and_another_one_computes_it_once(plant, run):
    manager = make_user(Role.MANAGER)
    round = make_round(RoundState.REVIEWING, year=next(years), created_by=manager)
    for number in range(6):
        make_scored_entry(round, [str(70 + number)] * 3)
    job = ranking.ask_for_ranking(round, actor=manager)
    for _ in range(3):  # delivered three times
        send(ranking.TASK, job.pk)
    time.sleep(chance.uniform(0, 0.4))
    plant.kill("worker")
    plant.start("worker", "beat")
    wait_for(lambda: jobs.latest(ranking.KIND, round).state == "done", "the ranking is there")
    plant.kill("beat")
    assert Ranking.objects.filter(round=round).exclude(state=RankingState.SUPERSEDED).count() == 1
    assert [broken for broken in check() if "ranking" in broken.name] == []  # its entries come out of a factory


def test_long_work_of_a_dead_worker_is_taken_up_within_the_time_for_recovery():
    assert portal_settings.LONG_JOB_GIVEN_UP + 60 <= 120  # one sweep later
