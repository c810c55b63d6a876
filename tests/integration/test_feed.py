"""The feed: every event once and in order, the public ones for everybody, those of a station for whom it lets read."""

import os
import random
import threading
import time

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integration.actions.client import disable_client, withdraw_authorisation
from integration.models import StationAuthorisation
from integration.states.client import Scope
from ledger import events
from ledger.models import PRIVATE_EVENTS, Event, EventKind
from tests.factories import make_station
from tests.integration.scene import bearer, make_client, make_token

RUNS = int(os.environ.get("FEED_RUNS", "2"))
WRITERS, READERS, EACH = 8, 2, 12
THING = ("ledger.thing", "1")
FEED = "/api/v1/feed/"


class Race:
    """Writers that commit late by chance, and readers that ask for what comes after the last that they have."""

    def __init__(self, seed):
        self.seed = seed
        self.writing = WRITERS
        self.lock = threading.Lock()
        self.seen = [[] for _ in range(READERS)]
        self.faults = []

    def run(self):
        jobs = [threading.Thread(target=self.guard, args=(self.write, n)) for n in range(WRITERS)]
        jobs += [threading.Thread(target=self.guard, args=(self.read, n)) for n in range(READERS)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join(60)

    def guard(self, work, number):
        try:
            work(number)
        except BaseException as fault:
            self.faults.append(fault)
            raise
        finally:
            connection.close()

    def write(self, number):
        """Several events in a transaction that stays open for a random while; some transactions are taken back."""
        chance = random.Random(f"{self.seed}-{number}")  # noqa: S311  chance, no secret
        done = 0
        while done < EACH:
            size = min(chance.choice([1, 1, 2, 3]), EACH - done)
            lost = chance.random() < 0.2
            with transaction.atomic():
                for place in range(size):
                    data = {"writer": number, "count": done + place, "lost": lost}
                    events.publish(EventKind.JOURNAL_SEALED, THING, data, at=timezone.now())
                    time.sleep(chance.random() * 0.004)
                time.sleep(chance.choice([0, 0.002, 0.03]))
                transaction.set_rollback(lost)
            done += 0 if lost else size
        with self.lock:
            self.writing -= 1

    def read(self, number):
        """Follow the feed until everything is written and numbered, and nothing more comes."""
        client, after, chance = Client(), 0, random.Random(f"{self.seed}-reader-{number}")  # noqa: S311  as above
        while True:
            over = self.writing == 0 and not Event.objects.filter(seq__isnull=True).exists()
            answer = client.get("/api/v1/feed/", {"after": after, "limit": chance.choice([1, 5, 20])}).json()
            self.seen[number] += answer["events"]
            after = answer["next_after"]
            if over and not answer["events"]:
                return


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(RUNS))
def test_two_readers_see_what_eight_writers_commit_late_each_once_and_in_order(seed, settings):
    settings.API_CALLS_PER_MINUTE = {**settings.API_CALLS_PER_MINUTE, "address": 1_000_000}
    race = Race(seed)
    race.run()
    assert race.faults == []
    for seen in race.seen:
        assert [event["seq"] for event in seen] == list(range(1, WRITERS * EACH + 1))
        assert not any(event["data"]["lost"] for event in seen)
        for writer in range(WRITERS):
            own = [event["data"]["count"] for event in seen if event["data"]["writer"] == writer]
            assert own == list(range(EACH))


def publish(kind=EventKind.STATION_AWARDED, name="1", station=None):
    with transaction.atomic():
        events.publish(kind, ("stations.station", name), {"名称": name}, at=timezone.now(), for_station=station)


def ask(client, token="", **query):
    answer = client.get(FEED, query, headers=bearer(token) if token else {})
    assert answer.status_code == 200, answer.content
    return answer.json()


def names(answer):
    return [event["subject"]["id"] for event in answer["events"]]


@pytest.fixture
def world(db):
    """A public event, a record of a station that lets our client read, one of a station that does not, a public one."""
    station, other = make_station(), make_station()
    machine = make_client(station)[0]
    publish(name="first")
    publish(EventKind.RECORD_ACCEPTED, "ours", station.pk)
    publish(EventKind.RECORD_REJECTED, "theirs", other.pk)
    publish(EventKind.NOTICE_CLOSED, "last")
    return machine


def test_everybody_reads_what_is_public_as_it_is_pushed(client, world):
    answer = ask(client)
    assert names(answer) == ["first", "last"]
    assert (answer["next_after"], answer["more"]) == (4, False)
    event = answer["events"][0]
    assert (event["id"], event["seq"], event["type"]) == ("evt_1", 1, "station.awarded")
    assert event["data"] == {"名称": "first"}
    assert event["timestamp"].endswith("Z")


def test_a_client_reads_the_records_of_the_stations_that_let_it(client, world):
    assert names(ask(client, make_token(world))) == ["first", "ours", "last"]


def test_a_token_without_the_scope_reads_what_everybody_reads(client, world):
    assert names(ask(client, make_token(world, [Scope.SERVICES_WRITE]))) == ["first", "last"]


def test_a_leave_that_was_withdrawn_or_never_named_events_shows_nothing(client, world):
    given = StationAuthorisation.objects.get()
    token = make_token(world)
    StationAuthorisation.objects.update(scopes=[Scope.SERVICES_READ])
    assert names(ask(client, token)) == ["first", "last"]
    StationAuthorisation.objects.update(scopes=[Scope.EVENTS_READ])
    assert names(ask(client, token)) == ["first", "ours", "last"]
    withdraw_authorisation(given, actor=given.given_by)
    assert names(ask(client, token)) == ["first", "last"]


def test_a_disabled_client_reads_nothing_by_its_token(client, world):
    token = make_token(world)
    disable_client(world, actor=world.registered_by, reason="停用")
    assert client.get(FEED, headers=bearer(token)).status_code == 401


def test_no_private_event_is_public(client, db):
    station = make_station()
    for kind in EventKind:
        publish(kind, kind, station.pk if kind in PRIVATE_EVENTS else None)
    assert {event["type"] for event in ask(client)["events"]} == {*EventKind.values} - PRIVATE_EVENTS


def test_a_reader_goes_on_where_it_was_and_past_what_is_not_for_it(client, world):
    first = ask(client, limit=1)
    assert (names(first), first["next_after"], first["more"]) == (["first"], 1, True)
    second = ask(client, after=first["next_after"], limit=1)
    assert (names(second), second["next_after"]) == (["last"], 4)
    publish(EventKind.RECORD_REJECTED, "theirs again", make_station().pk)
    third = ask(client, after=second["next_after"])
    assert (names(third), third["next_after"], third["more"]) == ([], 5, False)


def test_who_has_read_further_than_there_is_is_told_where_the_end_is(client, world):
    """After a restore from an older backup."""
    assert ask(client, after=900) == {"events": [], "next_after": 4, "more": False}


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={2**63}", "limit=0", "limit=1001", "since=3"])
def test_a_question_that_cannot_be_meant_is_refused_by_its_name(client, db, query):
    answer = client.get(f"{FEED}?{query}")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_the_feed_costs_the_same_at_three_and_at_three_hundred_events(client, world):
    token, counts = make_token(world), []
    for many in (3, 300):
        with transaction.atomic():
            subjects = [(("stations.station", str(number)), {}) for number in range(many)]
            events.publish_all(EventKind.STATION_AWARDED, subjects, at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            ask(client, token, limit=1000)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
