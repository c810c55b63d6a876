"""The secret address of a person's calendar feed: made, made anew, ended."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import CalendarFeed, User
from accounts.queries.calendar_feed import digest_of
from ledger.journal import record
from ledger.moves import lock


@transaction.atomic
def make_calendar_feed(user: User, *, actor: User, at: dt.datetime | None = None) -> str:
    """Give the person a new secret, which is told this once and not kept; an older one ends. Returns the secret."""
    at = at or timezone.now()
    end_calendar_feed(user, actor=actor, at=at)
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(user=user, token_sha256=digest_of(token), made_at=at)
    record(feed, "make", actor=actor, at=at)
    return token


@transaction.atomic
def end_calendar_feed(user: User, *, actor: User, at: dt.datetime | None = None) -> bool:
    """The secret no longer opens anything. Whether there was one; asked twice, nothing happens."""
    at = at or timezone.now()
    lock(user)
    feed = CalendarFeed.objects.filter(user=user, ended_at__isnull=True).first()
    if feed is None:
        return False
    feed.ended_at = at
    feed.save(update_fields=["ended_at"])
    record(feed, "end", actor=actor, at=at)
    return True
