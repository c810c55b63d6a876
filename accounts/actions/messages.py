"""Messages to people. Rows are written with the change that they tell of; mail leaves after the commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Message, User
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from ledger.moves import lock, require
from ledger.queue import wake_on_commit

UNSENT = (Message.EmailState.WAITING, Message.EmailState.FAILED)


@transaction.atomic
def notify(
    recipients: Iterable[User], *, key: str, subject: str, body: str, url: str = "", at: dt.datetime | None = None
) -> int:
    """Tell people something, in-site and by e-mail. `key` names the event: the same event is told a person once.

    Returns the number of people asked to be told. `url` is a path of the portal.
    `at` is when it happened, and dates the message; the mail leaves when it leaves.
    """
    at = at or timezone.now()
    rows = [
        Message(recipient=user, key=key, subject=subject, body=body, url=url, created_at=at)
        for user in {user.pk: user for user in recipients if user.is_active}.values()
    ]
    return put_into_outbox(rows)


@transaction.atomic
def notify_address(
    address: str,
    *,
    key: str,
    subject: str,
    body: str,
    url: str = "",
    erase_when_sent: bool = False,
    at: dt.datetime | None = None,
) -> int:
    """Tell somebody without an account by e-mail, for example who filed an objection.

    `erase_when_sent`: the text holds a link that opens something (an invitation); it is not kept after it has left.
    """
    row = Message(
        address=address,
        key=key,
        subject=subject,
        body=body,
        url=url,
        created_at=at or timezone.now(),
        erase_when_sent=erase_when_sent,
    )
    return put_into_outbox([row])


def put_into_outbox(rows: list[Message]) -> int:
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        wake_on_commit("accounts.tasks.deliver_mail")
    return len(rows)


def mark_read(messages: Any, *, actor: User) -> int:
    """Mark these messages of `actor` as read; those of others are left alone."""
    return messages.filter(recipient=actor, read_at__isnull=True).update(read_at=timezone.now())


@transaction.atomic
def resend_mail(message: Message, *, actor: User, at: dt.datetime | None = None) -> None:
    """Put a mail that waits for its next attempt, or was given up, at the front again.

    Raises Refused: `not_allowed`, `mail_is_gone` (sent meanwhile).
    """
    require(actor, "accounts.manage_outbox", "重发邮件")
    row = lock(message)
    if row.email_state not in UNSENT:
        raise Refused("mail_is_gone", "这封邮件已经发出，不需要重发。")
    row.email_state, row.attempts, row.next_attempt_at = Message.EmailState.WAITING, 0, None
    row.save(update_fields=["email_state", "attempts", "next_attempt_at"])
    record(row, "resend", actor=actor, at=at or timezone.now())
    wake_on_commit("accounts.tasks.deliver_mail")


@transaction.atomic
def silence_outbox(*, actor: Job) -> int:
    """What waits in the outbox stays in-site only: the people of a rehearsal have no mail. By a command, never by a page.

    Raises Refused `not_allowed`.
    """
    if not isinstance(actor, Job):
        raise Refused("not_allowed", "只有演练数据的邮件可以不发，由命令办理。")
    return Message.objects.filter(email_state__in=UNSENT).update(email_state=Message.EmailState.NONE)
