"""Requests are counted in PostgreSQL, the same for all processes, in one statement (docs/adr/0008)."""

from __future__ import annotations

import datetime as dt
import math

from django.db import connection
from django.utils import timezone

from integration.models import RequestCount

COUNT = """
    INSERT INTO integration_requestcount (subject, stretch, seen_until, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (subject, stretch) DO UPDATE SET count = integration_requestcount.count + 1
    RETURNING count
"""


def count_request(subject: str, *, most: int, seconds: int, at: dt.datetime | None = None) -> int:
    """Count one request of `subject`. 0 while it is among the `most` of this stretch of time; otherwise the seconds
    until the next stretch begins."""
    now = (at or timezone.now()).timestamp()
    stretch = int(now // seconds)
    ends = (stretch + 1) * seconds
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [subject[:120], stretch, dt.datetime.fromtimestamp(ends, dt.UTC)])
        (count,) = cursor.fetchone()
    return 0 if count <= most else max(math.ceil(ends - now), 1)


def forget_counts(at: dt.datetime) -> int:
    """Drop the counts of stretches that have ended. Returns how many."""
    return RequestCount.objects.filter(seen_until__lt=at).delete()[0]
