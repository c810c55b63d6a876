"""The due instants of config.deadlines as the page of dates and the calendar feed show them to one person."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, When
from django.urls import reverse
from django.utils import timezone

from config.deadline_kind import Kind
from config.deadlines import KINDS


@dataclass(frozen=True)
class Date:
    """One due instant as it is shown. `done`: nothing waits for it any more."""

    at: dt.datetime
    kind: Kind
    thing: Any
    done: bool

    @property
    def overdue(self) -> bool:
        return not self.done and self.at <= timezone.now()

    @property
    def title(self) -> str:
        return self.kind.title(self.thing)

    @property
    def url(self) -> str:
        return self.kind.url(self.thing)

    @property
    def rule(self) -> str:
        return self.kind.rule(self.thing)

    @property
    def concerns(self) -> str:
        return self.kind.concerns(self.thing)

    @property
    def key(self) -> str:
        """What a calendar knows this date by, also after it has been moved."""
        return f"{self.kind.code}-{self.thing.pk}"


@dataclass(frozen=True)
class Many:
    """Dates of one kind at one instant, shown as one line: fifty reports due on one day are one thing to know."""

    dates: tuple[Date, ...]

    @property
    def at(self) -> dt.datetime:
        return self.dates[0].at

    @property
    def kind(self) -> Kind:
        return self.dates[0].kind

    @property
    def done(self) -> bool:
        return self.open == 0

    @property
    def open(self) -> int:
        """How many still wait."""
        return sum(not date.done for date in self.dates)

    @property
    def overdue(self) -> bool:
        return any(date.overdue for date in self.dates)

    @property
    def title(self) -> str:
        return f"{self.kind.label} {len(self.dates)} 件" + (f"，其中 {self.open} 件未办结" if self.open else "")

    @property
    def url(self) -> str:
        return reverse(self.kind.list_url)

    @property
    def rule(self) -> str:
        return self.dates[0].rule

    @property
    def concerns(self) -> str:
        return "、".join([date.concerns for date in self.dates[:2]]) + f"等 {len(self.dates)} 家"

    @property
    def key(self) -> str:
        return f"{self.kind.code}-{self.at:%Y%m%d%H%M}"


APART = 3  # so many of one kind at one instant are still shown apart


def together(dates: list[Date]) -> list[Date | Many]:
    """The dates in their order; more than APART of one kind at one instant become one line."""
    found: list[Date | Many] = []
    for _, group in itertools.groupby(dates, key=lambda date: (date.at, date.kind.code)):
        same = tuple(group)
        if len(same) > APART and same[0].kind.list_url:
            found.append(Many(same))
        else:
            found += same
    return found


def dates_for(user: Any, since: dt.datetime, until: dt.datetime, codes: Iterable[str] = ()) -> list[Date]:
    """Every date between the two instants on the things that `user` may see, earliest first; of these kinds only, when
    some are named. One query for each kind."""
    wanted = set(codes)
    found = []
    for kind in KINDS:
        if wanted and kind.code not in wanted:
            continue
        span = {f"{kind.field}__gte": kind.bound(since), f"{kind.field}__lte": kind.bound(until)}
        still = Case(When(kind.waiting, then=True), default=False, output_field=BooleanField())
        rows = kind.visible_to(user).filter(**span).annotate(still=still)
        found += [Date(kind.instant(getattr(row, kind.field)), kind, row, not row.still) for row in rows]
    return sorted(found, key=lambda date: (date.at, KINDS.index(date.kind), date.thing.pk))
