"""How the libraries speak: kinds, terms, and until when something is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.templatetags.portal import badge
from config.templatetags.words import NOTHING, cn_date
from services.actions.equipment import spoken
from services.queries.library import spoken_kinds
from services.states.library import SharingMode

register = template.Library()
SOON = dt.timedelta(days=60)


@register.filter
def kinds(codes: Iterable[str]) -> str:
    """Service kinds of Art 9 by name: 计量、标准."""
    return spoken_kinds(list(codes)) or NOTHING


@register.filter
def sharing_modes(codes: Iterable[str]) -> str:
    return "、".join(str(SharingMode(code).label) for code in codes)


@register.simple_tag
def validity(day: dt.date | None, *, none: str = "长期有效", brief: bool = False) -> SafeString:
    """The last day of something, marked when it has run out or soon will; the day itself still counts. `brief`: only
    the mark, where there is one."""
    if day is None:
        return format_html('<span class="muted">{}</span>', "" if brief else none)
    today = timezone.localdate()
    mark: Any = ""
    if day < today:
        mark = badge(label="已过期", tone="bad")
    elif day <= today + SOON:
        mark = badge(label=f"还有 {(day - today).days} 天", tone="warn")
    return format_html("{}", mark) if brief else format_html("{} {}", cn_date(day), mark)


@register.simple_tag
def fee_words(item: Any) -> str:
    """200.00 元/小时."""
    return "不收费" if item.fee is None else f"{item.fee:,.2f} 元/{item.get_fee_unit_display()}"


@register.simple_tag
def period(during: Any) -> str:
    """2026年6月1日 9:00—11:00."""
    return spoken(during)
