"""Messages to people. Rows are written with the change that they tell of; mail leaves after the commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Message, User
from ledger.queue import wake_on_commit


@transaction.atomic
def notify(recipients: Iterable[User], *, key: str, subject: str, body: str, url: str = "") -> int:
    """Tell people something, in-site and by e-mail. `key` names the event: the same event is told a person once.

    Returns the number of people asked to be told. `url` is a path of the portal.
    """
    rows = [
        Message(recipient=user, key=key, subject=subject, body=body, url=url, created_at=timezone.now())
        for user in {user.pk: user for user in recipients if user.is_active}.values()
    ]
    return put_into_outbox(rows)


@transaction.atomic
def notify_address(address: str, *, key: str, subject: str, body: str, url: str = "") -> int:
    """Tell somebody without an account by e-mail, for example who filed an objection."""
    row = Message(address=address, key=key, subject=subject, body=body, url=url, created_at=timezone.now())
    return put_into_outbox([row])


def put_into_outbox(rows: list[Message]) -> int:
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        wake_on_commit("accounts.tasks.deliver_mail")
    return len(rows)


def mark_read(messages: Any, *, actor: User) -> int:
    """Mark these messages of `actor` as read; those of others are left alone."""
    return messages.filter(recipient=actor, read_at__isnull=True).update(read_at=timezone.now())


def set_large_type(user: User, *, large: bool) -> None:
    """Remember 大字版 with the account, for the person's other devices."""
    User.objects.filter(pk=user.pk).update(large_type=large)
