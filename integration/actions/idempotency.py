"""One key, one effect, one answer.

The lock on a key, what the request does and the answer that is kept all belong to one transaction. So a key is never
"running" in a table: while its request runs the lock is held, and when the process or its machine dies PostgreSQL
rolls everything back and gives the lock away - at once when the connection breaks, otherwise after the time limits on
statements and idle transactions (config.settings, 60 s). The next request with the key then does the work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from integration.models import IdempotencyKey
from ledger.errors import Refused

KEPT = dt.timedelta(days=7)


@dataclass(frozen=True)
class Answer:
    """What a machine client is told. `repeated`: it was told so before, nothing was done this time."""

    status: int
    content_type: str
    body: str
    repeated: bool = False


def answer_once(
    client_id: str, key: str, fingerprint: str, work: Callable[[], Answer], *, at: dt.datetime | None = None
) -> Answer:
    """The answer of `work`, which runs in this transaction at most once for a client's key; later, the same answer.

    `work` takes back what it did itself when its answer is a refusal: the refusal is kept like any other answer. An
    answer of 500 and above is not kept, and what was done is taken back, so that the request can be tried again.

    Raises Refused: `request_still_running` (409), `idempotency_key_reused` (422).
    """
    with transaction.atomic():
        take_lock(client_id, key)
        kept = IdempotencyKey.objects.filter(client_id=client_id, key=key).first()
        if kept is not None:
            return repeat(kept, fingerprint)
        answer = work()
        if answer.status >= 500:
            transaction.set_rollback(True)
            return answer
        IdempotencyKey.objects.create(
            client_id=client_id,
            key=key,
            fingerprint=fingerprint,
            status=answer.status,
            content_type=answer.content_type,
            body=answer.body,
            created_at=at or timezone.now(),
        )
        return answer


def take_lock(client_id: str, key: str) -> None:
    """Hold the key until the end of the transaction. Must be a statement of its own: the one that looks for the kept
    answer has to begin after it. Raises Refused: `request_still_running`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency\n{client_id}\n{key}"]
        )
        (ours,) = cursor.fetchone()
    if not ours:
        raise Refused(
            "request_still_running", "同一 Idempotency-Key 的请求正在处理，请稍后用同一标识重发，以取得结果。"
        )


def repeat(kept: IdempotencyKey, fingerprint: str) -> Answer:
    if kept.fingerprint != fingerprint:
        raise Refused(
            "idempotency_key_reused", "这个 Idempotency-Key 已用于另一请求（地址或正文不同）。新的请求请使用新的标识。"
        )
    return Answer(kept.status, kept.content_type, kept.body, repeated=True)


def forget_old_keys(at: dt.datetime) -> int:
    """For the clockwork: drop the answers that are seven days old. Returns how many."""
    return IdempotencyKey.objects.filter(created_at__lte=at - KEPT).delete()[0]
