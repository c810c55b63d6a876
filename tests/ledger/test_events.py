"""Events are numbered after their commit: every reader gets every event once, in order, however late a writer commits."""

import os
import random
import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ledger import events
from ledger.models import Event, EventKind

RUNS = int(os.environ.get("FEED_RUNS", "2"))
WRITERS, READERS, EACH = 8, 2, 12
THING = ("ledger.thing", "1")


def publish(name="1", **data):
    with transaction.atomic():
        events.publish(EventKind.JOURNAL_SEALED, ("ledger.thing", name), data, at=timezone.now())


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
        after, chance = 0, random.Random(f"{self.seed}-reader-{number}")  # noqa: S311
        while True:
            over = self.writing == 0
            numbered = events.number()
            page = list(events.after(after)[: chance.choice([1, 5, 20])])
            self.seen[number] += page
            after = page[-1].seq if page else after
            if over and not page and not numbered and not Event.objects.filter(seq__isnull=True).exists():
                if events.after(after).exists():
                    continue
                return


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(RUNS))
def test_two_readers_see_what_eight_writers_commit_late_each_once_and_in_order(seed):
    race = Race(seed)
    race.run()
    assert race.faults == []
    for seen in race.seen:
        assert [event.seq for event in seen] == list(range(1, WRITERS * EACH + 1))
        assert not any(event.data["lost"] for event in seen)
        for writer in range(WRITERS):
            own = [event.data["count"] for event in seen if event.data["writer"] == writer]
            assert own == list(range(EACH))


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_commits_late_comes_after_what_was_read_and_holds_up_nobody():
    begun, go_on = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            events.publish(EventKind.JOURNAL_SEALED, ("ledger.thing", "slow"), {}, at=timezone.now())
            begun.set()
            go_on.wait(20)
        connection.close()

    job = threading.Thread(target=slow)
    job.start()
    assert begun.wait(20)
    publish("quick")
    events.number()
    first = list(events.after(0))
    go_on.set()
    job.join(20)
    events.number()
    assert [event.subject_id for event in first] == ["quick"]
    assert [event.subject_id for event in events.after(first[-1].seq)] == ["slow"]


@pytest.mark.django_db
def test_what_is_taken_back_is_never_told():
    with transaction.atomic():
        events.publish(EventKind.JOURNAL_SEALED, THING, {}, at=timezone.now())
        transaction.set_rollback(True)
    publish("kept")
    assert events.number() == 1
    assert [(event.seq, event.subject_id) for event in events.after(0)] == [(1, "kept")]


@pytest.mark.django_db
def test_numbering_twice_changes_nothing():
    publish()
    assert (events.number(), events.number()) == (1, 0)


@pytest.mark.django_db
def test_many_are_numbered_in_turns_and_without_a_gap(monkeypatch):
    monkeypatch.setattr(events, "BATCH", 3)
    with transaction.atomic():
        subjects = [(("ledger.thing", str(place)), {}) for place in range(10)]
        events.publish_all(EventKind.JOURNAL_SEALED, subjects, at=timezone.now())
    assert events.number() == 10
    assert [(event.seq, event.subject_id) for event in events.after(0)] == [(n + 1, str(n)) for n in range(10)]


@pytest.mark.django_db
@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.update(data={"other": 1}),
        lambda row: row.update(seq=9, kind=EventKind.STATION_REVOKED),
        lambda row: row.update(seq=None),
        lambda row: row.delete(),
    ],
    ids=["content", "kind with the number", "number taken away", "deleted"],
)
def test_the_database_refuses_every_change_but_the_number(change, numbered):
    publish()
    if numbered:
        events.number()
    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        change(Event.objects.all())


@pytest.mark.django_db
def test_a_number_once_given_stays():
    publish()
    events.number()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Event.objects.update(seq=7)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "station"), [(EventKind.RECORD_ACCEPTED, None), (EventKind.STATION_AWARDED, 1), ("gossip", None)]
)
def test_an_event_is_of_a_known_kind_and_public_or_of_one_station(kind, station):
    with pytest.raises(IntegrityError), transaction.atomic():
        events.publish(kind, THING, {}, at=timezone.now(), for_station=station)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        events.publish(EventKind.JOURNAL_SEALED, THING, {}, at=timezone.now())
