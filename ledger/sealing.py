"""Sealing the journal, and showing that nothing in it was changed since."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef

from ledger import chain, events
from ledger.models import EventKind, JournalEntry, Seal, SealedRow

BATCH = 20_000  # rows of one seal at most
EVERY = dt.timedelta(hours=1)
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('ledger_seal'))"


def seal_due(at: dt.datetime) -> int:
    """Seal what has been written since, once an hour. Returns how many seals were made."""
    last = Seal.objects.last()
    if last and at - last.sealed_at < EVERY:
        return 0
    made = 0
    while seal_journal(at=at):
        made += 1
    return made


@transaction.atomic
def seal_journal(*, at: dt.datetime) -> Seal | None:
    """Close a batch of the rows that are in no seal yet, the oldest first; None when there are none, or while somebody
    else is sealing. A row that is committed late goes into the next seal."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return None
    entries = list(unsealed().order_by("id")[:BATCH])
    if not entries:
        return None
    salts = [secrets.token_hex(16) for _ in entries]
    leaves = [chain.leaf_of(content(entry), salt) for entry, salt in zip(entries, salts, strict=True)]
    last = Seal.objects.last()
    seal = Seal(number=last.number + 1 if last else 1, sealed_at=at, rows=len(leaves), root=chain.root_of(leaves))
    seal.previous = last.hash if last else chain.NOTHING_BEFORE
    seal.hash = hash_of(seal)
    seal.save(force_insert=True)
    SealedRow.objects.bulk_create(
        [
            SealedRow(seal=seal, entry=entry, position=position, salt=salt, leaf=leaf)
            for position, (entry, salt, leaf) in enumerate(zip(entries, salts, leaves, strict=True))
        ],
        batch_size=2_000,
    )
    events.publish(EventKind.JOURNAL_SEALED, seal, published(seal), at=at)
    return seal


def unsealed() -> models.QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(~Exists(SealedRow.objects.filter(entry=OuterRef("pk"))))


def seals() -> models.QuerySet[Seal]:
    return Seal.objects.all()


def sealed_rows() -> models.QuerySet[SealedRow]:
    """Rows in their seals, with both. Whose rows they are is for the caller to narrow."""
    return SealedRow.objects.select_related("entry", "seal")


def content(entry: JournalEntry) -> dict[str, Any]:
    """A journal row as it is hashed: everything that it says; the actor by number."""
    return {
        "id": entry.pk,
        "at": instant(entry.at),
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "move": entry.move,
        "before": entry.before,
        "after": entry.after,
        "actor": entry.actor_id,
        "job": entry.job,
        "reason": entry.reason,
        "facts": entry.facts,
    }


def instant(at: dt.datetime) -> str:
    """In UTC, always with six digits of a second: one spelling for one instant."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def hash_of(seal: Seal) -> str:
    return chain.seal_hash(
        number=seal.number, sealed_at=instant(seal.sealed_at), rows=seal.rows, root=seal.root, previous=seal.previous
    )


def published(seal: Seal) -> dict[str, Any]:
    """A seal as everybody may read it."""
    return {
        "number": seal.number,
        "sealed_at": instant(seal.sealed_at),
        "rows": seal.rows,
        "root": seal.root,
        "previous": seal.previous,
        "hash": seal.hash,
    }


def proof_of(leaf: SealedRow) -> dict[str, Any]:
    """That a row stands in its seal, without a word of what is in the row. Two queries."""
    seal = leaf.seal
    leaves = list(seal.leaves.order_by("position").values_list("leaf", flat=True))
    return {
        "seal": published(seal),
        "row": leaf.entry_id,
        "position": leaf.position,
        "leaf": leaf.leaf,
        "path": [asdict(step) for step in chain.path_of(leaves, leaf.position)],
    }


def disclosed(leaf: SealedRow) -> dict[str, Any]:
    """The row itself with its salt and its proof: for whom the keeper of the journal gives it to. Three queries."""
    return {"content": content(leaf.entry), "salt": leaf.salt, "proof": proof_of(leaf)}


def faults() -> Iterator[str]:
    """Whatever in the chain does not follow from the journal as it is now, or from the seal before."""
    previous = chain.NOTHING_BEFORE
    for number, seal in enumerate(Seal.objects.iterator(), start=1):
        if (seal.number, seal.previous) != (number, previous):
            yield f"seal {seal.number} does not follow the one before it"
        leaves = []
        for row in seal.leaves.select_related("entry").order_by("position").iterator(chunk_size=2_000):
            if row.leaf != chain.leaf_of(content(row.entry), row.salt):
                yield f"seal {seal.number}: journal row {row.entry_id} is not what was sealed"
            leaves.append(row.leaf)
        if len(leaves) != seal.rows or seal.root != chain.root_of(leaves):
            yield f"seal {seal.number}: its root is not that of its rows"
        if seal.hash != chain.seal_hash(
            number=seal.number,
            sealed_at=instant(seal.sealed_at),
            rows=seal.rows,
            root=seal.root,
            previous=seal.previous,
        ):
            yield f"seal {seal.number}: its hash is not that of what it says"
        previous = seal.hash
