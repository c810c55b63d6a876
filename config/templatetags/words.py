"""Filters for what is read: dates, money, scores, masks."""

import datetime as dt
from decimal import Decimal

from django import template
from django.utils import timezone

from accounts.masks import mask_email, mask_name, mask_phone
from measures import words as in_words

register = template.Library()
NOTHING = "—"


@register.filter
def cn_date(value: dt.date | dt.datetime | None) -> str:
    """2026年11月20日, in Wuhan's time."""
    if value is None or value == "":
        return NOTHING
    day = timezone.localtime(value) if isinstance(value, dt.datetime) else value
    return in_words.cn_day(day)


@register.filter
def cn_datetime(value: dt.datetime | None) -> str:
    """2026年11月20日 9:05, in Wuhan's time."""
    if value is None or value == "":
        return NOTHING
    return in_words.cn_clock(value)


@register.filter
def cn_deadline(value: dt.datetime | None) -> str:
    """An instant at which something closes. Midnight is said as 24时 of the day that ends with it."""
    if value is None or value == "":
        return NOTHING
    return in_words.cn_instant(value)


@register.filter
def money(value: Decimal | int | None) -> str:
    """Yuan with thousands and two decimals: 300,000.00 元."""
    return NOTHING if value is None else f"{value:,.2f} 元"


@register.filter
def wan(value: Decimal | int | None) -> str:
    """Yuan in units of ten thousand, as the measure speaks: 30万元."""
    if value is None:
        return NOTHING
    return f"{in_words.in_wan(value).normalize():f}万元"


@register.filter
def score(value: Decimal | None) -> str:
    """A total with its two decimals; not scored is a dash and never a nought."""
    return NOTHING if value is None else f"{value:.2f}"


@register.filter
def points(value: Decimal | None) -> str:
    """A single score without idle noughts: 2.5, 3."""
    return NOTHING if value is None else f"{value.normalize():f}"


@register.filter
def file_size(value: int | None) -> str:
    """Bytes as a person says them."""
    if value is None:
        return NOTHING
    if value < 1024:
        return f"{value} 字节"
    if value < 1024 * 1024:
        return f"{value / 1024:.0f} KB"
    return f"{value / 1024 / 1024:.1f} MB"


for mask in (mask_phone, mask_name, mask_email):
    register.filter(mask)
