"""The statutory calendar as the period arithmetic wants it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from measures.models import CalendarDay, CalendarVersion
from measures.periods import Calendar
from measures.schedules import Schedule


def current_calendar() -> Calendar:
    """The calendar in force. One query; the days themselves are kept in the process, keyed by what was imported."""
    latest = CalendarVersion.objects.order_by("-number").values_list("number", "digest").first()
    return cached_calendar(*latest) if latest else Calendar("v0", frozenset())


def calendar_at(number: int) -> Calendar:
    """The calendar as it was when version `number` was the last: what a published notice was counted by.

    Raises CalendarVersion.DoesNotExist.
    """
    return cached_calendar(number, CalendarVersion.objects.values_list("digest", flat=True).get(number=number))


@lru_cache(maxsize=16)
def cached_calendar(number: int, digest: str) -> Calendar:
    return build_calendar(number)


def build_calendar(number: int) -> Calendar:
    versions = CalendarVersion.objects.filter(number__lte=number).order_by("year", "-number").distinct("year")
    years = dict(versions.values_list("pk", "year"))
    days: dict[dt.date, tuple[bool, str]] = {}
    # By year, so that a paper that sets days of the December before has the last word on them.
    found = CalendarDay.objects.filter(version__in=years).order_by("version__year", "date")
    for date, is_workday, name in found.values_list("date", "is_workday", "name"):
        days[date] = (is_workday, name)
    return Calendar(
        version=f"v{number}",
        published=frozenset(years.values()),
        off={date: name for date, (is_workday, name) in days.items() if not is_workday},
        makeup={date: name for date, (is_workday, name) in days.items() if is_workday},
    )


def schedule_of(year: int) -> Schedule | None:
    """The last imported schedule of `year`, or None while the year is provisional."""
    version = CalendarVersion.objects.filter(year=year).order_by("-number").first()
    return schedule_in(version) if version else None


def schedule_in(version: CalendarVersion) -> Schedule:
    days = list(version.days.values_list("date", "is_workday", "name"))
    return Schedule(
        year=version.year,
        source=version.source,
        papers=tuple(version.papers),
        off={date: name for date, is_workday, name in days if not is_workday},
        makeup={date: name for date, is_workday, name in days if is_workday},
    )


def missing_years(today: dt.date) -> tuple[int, ...]:
    """Years whose schedule should be here by `today` and is not: this year, and from 25 October the next.

    The State Council's paper for the next year came between 25 October and 8 December in 2018-2025.
    """
    expected = [today.year] if (today.month, today.day) < (10, 25) else [today.year, today.year + 1]
    published = set(CalendarVersion.objects.filter(year__in=expected).values_list("year", flat=True))
    return tuple(year for year in expected if year not in published)


@dataclass(frozen=True)
class YearState:
    """Whether the schedule of a year is known. `late`: it should have been imported by now."""

    year: int
    published: bool
    source: str
    late: bool

    @property
    def label(self) -> str:
        return "已公布" if self.published else "未导入，请尽快导入" if self.late else "暂定，等待国务院办公厅公布"

    @property
    def tone(self) -> str:
        return "good" if self.published else "warn" if self.late else "neutral"


def year_states(today: dt.date) -> list[YearState]:
    """This year's schedule and the next one's. From 1 December on, the next year's is late while it is missing."""
    states = []
    for year in (today.year, today.year + 1):
        version = CalendarVersion.objects.filter(year=year).order_by("-number").first()
        late = version is None and today >= dt.date(year - 1, 12, 1)
        states.append(YearState(year, version is not None, version.source if version else "", late))
    return states
