"""Days, instants and sums in words, one way for screens, messages and papers. Wuhan's time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from measures.periods import SHANGHAI


def cn_day(day: dt.date) -> str:
    """2026年11月20日."""
    return f"{day.year}年{day.month}月{day.day}日"


def cn_clock(at: dt.datetime) -> str:
    """2026年11月20日 9:05."""
    local = at.astimezone(SHANGHAI)
    return f"{cn_day(local.date())} {local.hour}:{local.minute:02}"


def cn_instant(at: dt.datetime) -> str:
    """An instant at which something begins or ends: as `cn_clock`, but midnight is said as 24时 of the day before."""
    local = at.astimezone(SHANGHAI)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{cn_day(local.date() - dt.timedelta(days=1))}24时"
    return cn_clock(at)


def in_wan(yuan: Decimal | int) -> Decimal:
    """Yuan in units of ten thousand (万元), as the measures speak."""
    return Decimal(yuan) / 10_000
