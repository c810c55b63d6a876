"""Two hundred attempts at once for the last free places: exactly the free ones are awarded, every time.

AWARD_RUNS says how many runs (five in the suite, twenty by `make faults`); all two hundred threads hold a connection of their own.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from ledger.errors import Refused
from stations import actions
from stations.models import Slot, Station, Title
from stations.queries import active_titles, free_slots
from tests.factories import make_organisation, make_slots, make_station, make_title, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ATTEMPTS = 200
RUNS = int(os.environ.get("AWARD_RUNS", "5"))


@pytest.fixture
def threads():
    """Two hundred threads that start together; `run(act, arguments)` gives what each returned."""
    barrier = threading.Barrier(ATTEMPTS)

    def attempt(act, argument):
        connection.ensure_connection()
        barrier.wait(timeout=120)
        return act(argument)

    with ThreadPoolExecutor(ATTEMPTS) as pool:
        yield lambda act, arguments: list(pool.map(lambda argument: attempt(act, argument), arguments))
        leave = threading.Barrier(ATTEMPTS)  # each thread closes its own connection, once

        def close(_):
            leave.wait(timeout=120)
            connection.close()

        list(pool.map(close, range(ATTEMPTS)))


@pytest.fixture
def candidates():
    organisation = make_organisation()
    sample = make_station(organisation)
    fields = {"district": sample.district, "supervised_by": sample.district, "address": "一路"}
    Station.objects.bulk_create(
        Station(organisation=organisation, name=f"候选服务站{n}", **fields) for n in range(ATTEMPTS)
    )
    return list(Station.objects.filter(name__startswith="候选服务站"))


def leave_free(number):
    """Titles in all places but the last `number` ones of a random-looking choice."""
    slots = make_slots()
    for slot in slots[: len(slots) - number]:
        make_title(slot=slot)


def end_all_awards(leader):
    for title in active_titles().filter(station__name__startswith="候选"):
        actions.end_title(
            title, move="terminate", actor=leader, article="试验", decision="武市监〔2026〕9号", reason="下一轮"
        )


def test_exactly_the_free_places_are_awarded_in_every_run(threads, candidates):
    leader = make_user("leader")
    assert leader.roles
    leave_free(3)

    def attempt(station):
        try:
            return actions.award_title(station, actor=leader, basis="并发").slot.number
        except Refused as refusal:
            return refusal.code

    for run in range(RUNS):
        outcomes = threads(attempt, candidates)
        won = sorted(outcome for outcome in outcomes if isinstance(outcome, int))
        assert won == [48, 49, 50], f"run {run}"
        assert outcomes.count("no_free_slot") == ATTEMPTS - 3
        assert active_titles().count() == 50
        end_all_awards(leader)


def test_raw_sql_that_asks_nobody_does_not_get_past_the_places(threads, candidates):
    leader = make_user("leader")
    leave_free(3)
    free = list(free_slots("wuhan").values_list("pk", flat=True))
    numbers = iter(range(10_000_000))

    def attempt(job):
        number, station, slot = job
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO stations_title (station_id, level, state, slot_id, number, awarded_at, basis, ended_article, ended_decision)"
                    " VALUES (%s, 'city', 'active', %s, %s, %s, '绕过', '', '')",
                    [station.pk, slot, f"RAW-{number}", timezone.now()],
                )
        except DatabaseError:
            return False
        return True

    everyone = list(Slot.objects.filter(measure="wuhan").values_list("pk", flat=True))
    for run in range(RUNS):
        # a hundred attempts at the free places, a hundred at places anywhere
        aims = [free[n % 3] if n % 2 else everyone[n // 2 % 50] for n in range(ATTEMPTS)]
        outcomes = threads(attempt, list(zip(numbers, candidates, aims, strict=False)))
        assert outcomes.count(True) == 3, f"run {run}"
        assert Title.objects.filter(state="active").count() == 50
        end_all_awards(leader)
