"""Whose calendar feed it is."""

from __future__ import annotations

import hashlib
from typing import Any

from accounts.models import CalendarFeed, User


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def feed_of(user: Any) -> CalendarFeed | None:
    """The feed that the person has now."""
    return CalendarFeed.objects.filter(user=user.pk, ended_at__isnull=True).first()


def owner_of(token: str) -> User | None:
    """The active person to whom this secret belongs, None when it opens nothing (any more)."""
    feeds = CalendarFeed.objects.filter(token_sha256=digest_of(token), ended_at__isnull=True, user__is_active=True)
    feed = feeds.select_related("user").first()
    return feed.user if feed else None
