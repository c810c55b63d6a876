"""The append-only journal: one row for each change of state, and for each act that later needs proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models

from ledger.actors import Job
from ledger.models import JournalEntry


def record(
    obj: models.Model,
    move: str,
    *,
    actor: Any,
    at: dt.datetime,
    before: str = "",
    after: str = "",
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> JournalEntry:
    """Write one journal row about `obj`, in the caller's transaction. No write without a name: a user or a Job.

    Raises ValueError when there is no actor.
    """
    entry = entry_of(obj, move, actor=actor, at=at, before=before, after=after, reason=reason, facts=facts)
    entry.save(force_insert=True)
    return entry


def record_all(
    rows: Iterable[Any],
    move: str,
    *,
    actor: Any,
    at: dt.datetime,
    after: str,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """One journal row for each of these rows, which go from the state that they have to `after`."""
    JournalEntry.objects.bulk_create(
        entry_of(row, move, actor=actor, at=at, before=row.state, after=after, reason=reason, facts=facts)
        for row in rows
    )


def entry_of(
    obj: models.Model,
    move: str,
    *,
    actor: Any,
    at: dt.datetime,
    before: str,
    after: str,
    reason: str,
    facts: Mapping[str, Any] | None,
) -> JournalEntry:
    if actor is None:
        raise ValueError("a journal row needs an actor or a job")
    by_job = isinstance(actor, Job)
    return JournalEntry(
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        move=move,
        before=before,
        after=after,
        actor=None if by_job else actor,
        job=actor.name if by_job else "",
        at=at,
        reason=reason,
        facts=dict(facts or {}),
    )


def history_of(*objects: models.Model) -> models.QuerySet[JournalEntry]:
    """The journal of these objects, newest first, with the people in it."""
    wanted = models.Q(pk__in=[])
    for obj in objects:
        wanted |= models.Q(object_type=obj._meta.label_lower, object_id=str(obj.pk))
    return JournalEntry.objects.filter(wanted).select_related("actor").order_by("-id")


def last_word(obj: models.Model) -> int:
    """The number of the newest journal row about `obj`, 0 when there is none: a form that carries it can tell whether
    somebody else has acted since."""
    return history_of(obj).values_list("id", flat=True).first() or 0


def changed_since(kinds: Sequence[str], since: dt.datetime) -> dict[str, set[str]]:
    """{kind: ids of the things of which something was recorded at `since` or later}."""
    found: dict[str, set[str]] = {kind: set() for kind in kinds}
    rows = JournalEntry.objects.filter(object_type__in=kinds, recorded_at__gte=since)
    for kind, pk in rows.order_by().values_list("object_type", "object_id").distinct():
        found[kind].add(pk)
    return found


# A row is dated by the begin of its transaction, and seen when that commits: the oldest transaction still under way
# may yet bring rows of its time.
COMPLETE_UNTIL = """
    SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def complete_until() -> dt.datetime:
    """Up to when every recorded change can be seen. Who asks next time what has `changed_since` this instant misses
    nothing. To be asked before the rows are read."""
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE_UNTIL)
        return cursor.fetchone()[0]


LAST_WORD = """
    SELECT coalesce(max(entry.id), 0) FROM unnest(%s::text[]) AS kind, LATERAL (
        SELECT id FROM ledger_journalentry WHERE object_type = kind ORDER BY id DESC LIMIT 1
    ) AS entry
"""
# Whoever writes a row holds this lock on the table from before the row has its number until it is committed.
NOBODY_IS_WRITING = """
    NOT EXISTS (
        SELECT FROM pg_locks
        WHERE relation = 'ledger_journalentry'::regclass AND mode = 'RowExclusiveLock' AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND pid IS DISTINCT FROM pg_backend_pid()
    )
"""


def last_word_on(kinds: Sequence[str]) -> int:
    """Number of the newest journal row about any thing of these kinds ("evaluation.publicnotice"), 0 when there is none.
    Every change leaves a row, so this is the version of a page that shows them."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_WORD, [list(kinds)])
        return cursor.fetchone()[0]


def settled_word_on(kinds: Sequence[str]) -> tuple[int, bool]:
    """The last word, and whether it is settled: rows are numbered when they are written and seen when they are
    committed, so while somebody writes, a row of a smaller number may yet come, which the last word would not tell."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({LAST_WORD}), {NOBODY_IS_WRITING}", [list(kinds)])
        return cursor.fetchone()
