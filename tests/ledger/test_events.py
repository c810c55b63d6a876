"""Events are numbered after their commit: every reader gets every event once, in order, however late a writer commits.

The race of many writers is in tests/integration/test_feed.py, read by the interface."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ledger import events
from ledger.models import Event, EventKind

THING = ("ledger.thing", "1")


def publish(name="1", **data):
    with transaction.atomic():
        events.publish(EventKind.JOURNAL_SEALED, ("ledger.thing", name), data, at=timezone.now())


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
