"""What a station says of a year, beside what is counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.errors import Refused
from ledger.journal import record
from services.annexes import STATISTICS
from services.models import YearText
from services.models.year_text import LONGEST
from services.queries.year_text import FIELDS
from services.rules.record import EARLIEST_YEAR, closes_on
from stations.models import Station


@transaction.atomic
def write_year_text(
    station: Station,
    year: int,
    *,
    actor: Any,
    seen: int | None = None,
    at: dt.datetime | None = None,
    **facts: Any,
) -> YearText:
    """Write the texts of a year; what is not given becomes empty. `seen` is the version that the form showed, 0 for none.

    Raises Refused: `not_allowed`, `year_wrong`, `year_closed`, `stale`, `text_too_long`, `money_negative`.
    """
    at = at or timezone.now()
    moves.require(actor, "services.write_year_text", "填写年度情况", station)
    check_year(year, at)
    values = {name: facts.get(name) for name in FIELDS}
    values = {name: value if name == "investment" else (value or "").strip() for name, value in values.items()}
    check_values(values)
    moves.lock(station)  # two people who write the first text of a year at once
    row = YearText.objects.filter(station=station, year=year).first() or YearText(station=station, year=year)
    if seen is not None and seen != row.version:
        raise Refused("stale", "您打开本页以后，本单位另有人修改了这一年的情况。请先复制您写的内容，再重新打开本页。")
    for name, value in values.items():
        setattr(row, name, value)
    row.changed_at = at
    row.version += 1
    row.save()
    record(row, "write", actor=actor, at=at, facts={"year": year})
    return row


def check_year(year: int, at: dt.datetime) -> None:
    today = timezone.localdate(at)
    if not EARLIEST_YEAR <= year <= today.year:
        raise Refused("year_wrong", "只能填写今年和以前年度的情况，请核对年度。")
    if today > closes_on(year):
        raise Refused("year_closed", f"{year} 年的情况已于次年 1 月 31 日截止，不能再改动。")


def longest(name: str) -> int:
    """The length of a column: that of the annex, ours where it sets none."""
    return STATISTICS.field(name).max_chars or LONGEST


def check_values(values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name == "investment":
            if value is not None and value < 0:
                raise Refused("money_negative", "投入经费不能是负数，请改正。", field=name)
        elif len(value) > longest(name):
            raise Refused(
                "text_too_long",
                f"「{STATISTICS.field(name).name}」最多 {longest(name)} 字，现在有 {len(value)} 字，请缩短。",
                field=name,
            )
