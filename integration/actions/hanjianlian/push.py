"""Stations, certificates and seals are pushed to the platform: arranged when they change, tried until they are confirmed.

What is to be there is written down with its hash; what was confirmed is written beside it. So nothing is lost when the
broker or the platform is down, and what is there already is not sent again.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from integration.hanjianlian import mapping
from integration.hanjianlian.client import Platform, Trouble, is_configured
from integration.models import SendAttempt, SentDocument
from integration.pauses import about
from integration.queries import hanjianlian as queries
from integration.states.hanjianlian import OF_THE_DOCUMENT, SendOutcome
from ledger import moves
from ledger.canonical import canonical, fingerprint
from ledger.errors import Refused
from ledger.journal import record
from ledger.queue import wake, wake_on_commit
from ledger.turns import turn

TASK = "integration.tasks.push_hanjianlian"
SEALS_AT_ONCE = 1_000
# Seconds until the next try; the last one again and again. While the platform is down one document is tried a minute, and
# when it is back all follow at once; a document that it refuses waits for whoever looks into it.
PAUSES = (60, 120, 300, 600, 1_800, 3_600)
PAUSE_OF_A_REFUSED = 24 * 3_600
BUDGET = 60  # seconds of work in one task


def arrange_documents(at: dt.datetime) -> int:
    """Write down what is to be at the platform and is not yet, and wake a worker when something is due. Idempotent.
    Returns how many documents are new or have changed; none where no platform is configured."""
    if not is_configured():
        return 0
    arranged = keep_documents(at)
    if queries.next_due(at):
        wake(TASK)
    return arranged


@transaction.atomic
def keep_documents(at: dt.datetime) -> int:
    """Two statements besides the reading, however many documents there are."""
    new_seals = islice(queries.seal_documents(queries.last_seal_arranged()), SEALS_AT_ONCE)
    now = [row_of(body, at) for body in chain(queries.station_documents(), queries.certificate_documents(), new_seals)]
    known = known_hashes(now)
    changed = [row for row in now if known.get((row.kind, row.number)) != row.hash]
    SentDocument.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["kind", "number"],
        update_fields=["label", "body", "hash", "arranged_at", "outcome", "next_at", "attempts"],
    )
    return len(changed)


def known_hashes(rows: Iterable[SentDocument]) -> dict[tuple[str, str], str]:
    found = SentDocument.objects.filter(number__in={row.number for row in rows})
    return {(kind, number): known for kind, number, known in found.values_list("kind", "number", "hash")}


def row_of(body: dict[str, Any], at: dt.datetime) -> SentDocument:
    return SentDocument(
        kind=body["type"],
        number=body["id"],
        label=mapping.label_of(body)[:120],
        body=body,
        hash=fingerprint(body),
        arranged_at=at,
        next_at=at,
    )


def push_documents() -> int:
    """Send what is due, the oldest first, until the platform fails or the time is over. Returns how many it confirmed;
    none while another worker is at it."""
    confirmed, end = 0, time.monotonic() + BUDGET
    with turn("hanjianlian:push") as ours:
        if not (ours and is_configured()):
            return 0
        platform = Platform()
        while time.monotonic() < end and (row := queries.next_due(timezone.now())):
            trouble = send(platform, row)
            if trouble is None:
                confirmed += 1
            elif trouble not in OF_THE_DOCUMENT:
                break
            if confirmed == 1:
                hurry()
    return confirmed


def hurry() -> None:
    """The platform is back: what waited for nothing else is due now."""
    late = queries.waiting().filter(attempts__gt=0).exclude(last_problem__in=OF_THE_DOCUMENT)
    late.update(next_at=timezone.now())


def send(platform: Platform, row: SentDocument) -> str | None:
    """One try, and what follows from it. Returns why it failed, None when it was confirmed."""
    at, begun = timezone.now(), time.monotonic()
    try:
        answer = platform.put(mapping.PATHS[row.kind], row.number, canonical(row.body))
    except Trouble as trouble:
        keep_try(row, at, begun, trouble.status, trouble.problem, trouble.excerpt)
        pause = max(pause_after(trouble.problem, row.attempts), trouble.pause)
        SentDocument.objects.filter(pk=row.pk, hash=row.hash).update(
            attempts=row.attempts + 1,
            next_at=timezone.now() + pause,
            last_at=at,
            last_status=trouble.status,
            last_problem=trouble.problem,
        )
        return trouble.problem
    keep_try(row, at, begun, answer.status, "", "")
    done = {"last_at": at, "last_status": answer.status, "last_problem": "", "attempts": 0}
    confirmed = {"confirmed_hash": row.hash, "confirmed_at": timezone.now()}
    rows = SentDocument.objects.filter(pk=row.pk)
    if not rows.filter(hash=row.hash).update(**done, **confirmed, outcome=SendOutcome.CONFIRMED, next_at=None):
        rows.update(**done, **confirmed)  # it has changed meanwhile, and goes again
    return None


def keep_try(row: SentDocument, at: dt.datetime, begun: float, status: int | None, problem: str, excerpt: str) -> None:
    spent = round((time.monotonic() - begun) * 1000)
    SendAttempt.objects.create(
        document=row, hash=row.hash, at=at, milliseconds=spent, status=status, problem=problem, excerpt=excerpt
    )


def pause_after(problem: str, failed: int) -> dt.timedelta:
    """How long to wait after the failure that follows `failed` others."""
    long = PAUSE_OF_A_REFUSED if problem in OF_THE_DOCUMENT else PAUSES[-1]
    return about(PAUSES[failed] if failed < len(PAUSES) else long)


@transaction.atomic
def send_again(document: SentDocument, *, actor: Any, at: dt.datetime | None = None) -> SentDocument:
    """Send a document anew, whatever was confirmed of it. Raises Refused: `not_allowed`, `not_configured`."""
    at = at or timezone.now()
    check_may_send(actor)
    row = moves.lock(document)
    put_back([row], at)
    record(row, "send_again", actor=actor, at=at, facts={"hash": row.hash})
    return row


def check_may_send(actor: Any) -> None:
    moves.require(actor, "integration.manage_hanjianlian", "向汉检链推送")
    if not is_configured():
        raise Refused(
            "not_configured", "还没有配置汉检链的接口地址和密钥，请先在部署环境中设置 HANJIANLIAN_URL 等变量。"
        )


def put_back(rows: Iterable[SentDocument], at: dt.datetime) -> int:
    """The rows wait again and are due now."""
    keys = [row.pk for row in rows]
    wake_on_commit(TASK)
    return SentDocument.objects.filter(pk__in=keys).update(outcome=SendOutcome.WAITING, next_at=at, attempts=0)
