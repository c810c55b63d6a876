"""Events for the world outside: written in the writer's transaction, numbered when that is over, read by number.

A number is given only to a row that is committed, by one hand at a time, and the hand lets go only when its numbers are
committed too. So whoever has read up to N never misses a smaller number, however late a transaction commits: what it
wrote gets the next number after its commit (docs/adr/0012).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models, transaction

from ledger.models import Event

Subject = models.Model | tuple[str, str]  # a thing, or (type, id) of what was never kept, such as a rejected record
BATCH = 5_000

WAITING = "SELECT EXISTS (SELECT FROM ledger_event WHERE seq IS NULL)"
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('ledger_event.seq'))"
NUMBER = """
    UPDATE ledger_event SET seq = last.seq + waiting.place
    FROM (SELECT coalesce(max(seq), 0) AS seq FROM ledger_event) AS last,
         (SELECT id, row_number() OVER (ORDER BY id) AS place
          FROM (SELECT id FROM ledger_event WHERE seq IS NULL ORDER BY id LIMIT %s) AS batch) AS waiting
    WHERE ledger_event.id = waiting.id
"""


def publish(
    kind: str, subject: Subject, data: Mapping[str, Any], *, at: dt.datetime, for_station: int | None = None
) -> None:
    """Tell the world, when the caller's transaction commits. `data` holds only what everybody may read, or, with
    `for_station` (the key of a station, for kinds in PRIVATE_EVENTS), what whoever it has authorised may read.

    Two events of one subject keep their order when both are published under the subject's row lock.
    """
    publish_all(kind, [(subject, data)], at=at, for_station=for_station)


def publish_all(
    kind: str,
    subjects: Iterable[tuple[Subject, Mapping[str, Any]]],
    *,
    at: dt.datetime,
    for_station: int | None = None,
) -> None:
    """One event of this kind for each (subject, data), in their order, in one statement."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is published inside the transaction of what happened")
    rows = []
    for subject, data in subjects:
        of, number = (subject._meta.label_lower, subject.pk) if isinstance(subject, models.Model) else subject
        rows.append(
            Event(kind=kind, subject_type=of, subject_id=str(number), data=dict(data), at=at, for_station=for_station)
        )
    Event.objects.bulk_create(rows)


def number() -> int:
    """Number what was committed since the last time, in the order in which it was written. Returns how many were
    numbered; none while somebody else is at it, whose numbers show with his commit."""
    numbered = 0
    while is_anything_waiting():
        batch = number_batch()
        numbered += batch
        if batch < BATCH:
            break
    return numbered


def is_anything_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0]


@transaction.atomic
def number_batch() -> int:
    with connection.cursor() as cursor:
        # a statement of its own: what NUMBER sees must be younger than the lock
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(NUMBER, [BATCH])
        return cursor.rowcount


def after(seq: int) -> models.QuerySet[Event]:
    """The numbered events after `seq`, in their order. Whose they are is for the caller to narrow."""
    return Event.objects.filter(seq__gt=seq).order_by("seq")


def last() -> int:
    """The number of the newest numbered event, 0 when there is none. Nothing at or below it is still to come."""
    return Event.objects.aggregate(last=models.Max("seq"))["last"] or 0
