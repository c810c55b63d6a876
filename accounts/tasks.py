"""The mail outbox. PostgreSQL is the truth; a lost or doubled task changes nothing."""

from __future__ import annotations

import datetime as dt
import logging

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Message
from accounts.once import forget_before

log = logging.getLogger(__name__)
BATCH = 50
RETRY_AFTER = [dt.timedelta(minutes=m) for m in (1, 5, 30, 120, 720)]


@shared_task
def deliver_mail() -> int:
    """Send what waits, a batch at a time, each row locked while it is sent. Returns the number sent."""
    sent = 0
    connection = get_connection()
    while batch := send_batch(connection):
        sent += batch
    return sent


@transaction.atomic
def send_batch(connection: BaseEmailBackend) -> int:
    waiting = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(email_state=Message.EmailState.WAITING)
        .filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=timezone.now()))
        .select_related("recipient")
        .order_by("id")[:BATCH]
    )
    return sum(send(message, connection) for message in waiting)


def send(message: Message, connection: BaseEmailBackend) -> int:
    """Send one message; a failure is written down with the time of the next attempt. Returns 1 when sent."""
    address = message.recipient.email if message.recipient else message.address
    link = f"\n\n{settings.SITE_URL}{message.url}" if message.url else ""
    mail = EmailMessage(message.subject, message.body + link, to=[address], connection=connection)
    try:
        mail.send()
    except OSError as error:  # SMTPException is one
        log.warning("mail %s not sent: %s", message.pk, error)
        if message.attempts >= len(RETRY_AFTER):
            message.email_state = Message.EmailState.FAILED
        else:
            message.next_attempt_at = timezone.now() + RETRY_AFTER[message.attempts]
        message.attempts += 1
        message.save(update_fields=["email_state", "next_attempt_at", "attempts"])
        return 0
    message.email_state = Message.EmailState.SENT
    if message.erase_when_sent:
        message.body = message.url = ""
    message.save(update_fields=["email_state", "body", "url"])
    return 1


@shared_task
def forget_posted_forms() -> int:
    """Once a day: the tokens of forms that were posted a week ago and earlier."""
    return forget_before(timezone.now() - dt.timedelta(days=7))
