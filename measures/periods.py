"""Periods counted in days, and named dates: pure arithmetic over a calendar that is handed in.

民法典 200-204: the day on which a period begins is not counted; a period ends at 24:00 of its last day; when that last
day is a day of rest, the first working day after it is the last day. Days are days of Asia/Shanghai, whatever zone the
start is written in.

A day of a year whose schedule is not published yet is judged by weekends and by the holidays that are fixed in the
solar year; every answer that rests on such a day is marked provisional and names the year.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = dt.timedelta(days=1)
MOST_DAYS = 366  # no period of a measure is longer than a year
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

# 全国年节及纪念日放假办法 (2024-11-10), Art 2: the days that fall on the same solar date every year. Spring Festival,
# 清明, 端午 and 中秋 move; nobody knows their days off, nor the make-up workdays, before the State Council's schedule.
FIXED_HOLIDAYS: Mapping[tuple[int, int], str] = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


class Rule(enum.StrEnum):
    """How a period in days is counted."""

    CALENDAR = "calendar"
    CALENDAR_ROLL = "calendar_roll"
    WORKING_DAYS = "working_days"

    @property
    def label(self) -> str:
        return RULE_LABELS[self]


RULE_LABELS: Mapping[str, str] = {
    Rule.CALENDAR: "按自然日计算，末日不顺延",
    Rule.CALENDAR_ROLL: "按自然日计算，末日遇休息日顺延至下一个工作日",
    Rule.WORKING_DAYS: "按工作日计算",
}


@dataclass(frozen=True)
class Day:
    """What the calendar says about one day."""

    date: dt.date
    working: bool
    why: str
    published: bool


@dataclass(frozen=True)
class Calendar:
    """One version of the statutory calendar.

    `off` and `makeup` map a date to the name of its holiday: days off, and weekend days worked in exchange. `published`
    holds the years whose schedule the State Council has published.
    """

    version: str
    published: frozenset[int]
    off: Mapping[dt.date, str] = field(default_factory=dict)
    makeup: Mapping[dt.date, str] = field(default_factory=dict)

    def day(self, date: dt.date) -> Day:
        """Whether `date` is worked, and why; of an unpublished year as far as that can be known."""
        published = date.year in self.published
        weekend = date.weekday() >= 5
        if date in self.makeup:
            return Day(date, True, f"{self.makeup[date]}调休上班", published)
        if date in self.off:
            return Day(date, False, f"{self.off[date]}放假", published)
        fixed = FIXED_HOLIDAYS.get((date.month, date.day))
        if fixed and not published:
            return Day(date, False, f"{fixed}放假", published)
        why = WEEKDAYS[date.weekday()] if weekend else "工作日"
        return Day(date, not weekend, why, published)


@dataclass(frozen=True)
class CountedDay:
    """One line of the working: a date, whether it counts towards the period, and why (Chinese)."""

    date: dt.date
    counted: bool
    why: str


@dataclass(frozen=True)
class Deadline:
    """The end of a period and how it was found.

    `closes_at` is 24:00 of `last_day` in Asia/Shanghai, that is 00:00 of the day after. Of `days`, exactly as many are
    counted as the period has, and the last is `last_day`. When `provisional`, nothing may advance on it:
    `provisional_years` names the years whose schedule is missing.
    """

    last_day: dt.date
    closes_at: dt.datetime
    provisional: bool
    provisional_years: tuple[int, ...]
    rule: Rule
    calendar_version: str
    days: tuple[CountedDay, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON; `provisional_years` is there only when there are any."""
        answer: dict[str, Any] = {
            "last_day": self.last_day.isoformat(),
            "closes_at": self.closes_at.isoformat(),
            "provisional": self.provisional,
            "rule": self.rule.value,
            "calendar_version": self.calendar_version,
            "days": [{"date": day.date.isoformat(), "counted": day.counted, "why": day.why} for day in self.days],
        }
        if self.provisional:
            answer["provisional_years"] = list(self.provisional_years)
        return answer


def deadline(start: dt.datetime, days: int, rule: Rule | str, calendar: Calendar) -> Deadline:
    """When a period of `days` that begins at the aware instant `start` ends.

    Raises ValueError for a start without a time zone, for a number of days outside 1..366, for an unknown rule.
    """
    if start.tzinfo is None:
        raise ValueError("起算时间须带时区，例如 2026-09-28T10:00+08:00。")
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"天数须在 1 至 {MOST_DAYS} 之间。")
    rule = Rule(rule)
    first = start.astimezone(SHANGHAI).date()
    working = Working(calendar, [CountedDay(first, False, "起算当日，不计入")])
    if rule is Rule.WORKING_DAYS:
        working.count_working_days(days)
    else:
        working.count_days(days, roll=rule is Rule.CALENDAR_ROLL)
    return working.deadline(rule)


def due_date(year: int, month: int, day: int, rule: Rule | str, calendar: Calendar) -> Deadline:
    """When a named date (期日, such as 「10月底前」) is over; under `calendar_roll`, a day of rest gives grace.

    Raises ValueError for a date that does not exist and for `working_days`, which counts nothing here.
    """
    rule = Rule(rule)
    if rule is Rule.WORKING_DAYS:
        raise ValueError("指定日期只能不顺延（calendar）或者顺延至下一个工作日（calendar_roll）。")
    working = Working(calendar, [])
    working.end_on(dt.date(year, month, day), "指定的日期", roll=rule is Rule.CALENDAR_ROLL)
    return working.deadline(rule)


@dataclass
class Working:
    """The lines of a calculation while it is made, and the unpublished years on which it leans."""

    calendar: Calendar
    lines: list[CountedDay]
    unpublished: set[int] = field(default_factory=set)

    def count_days(self, days: int, *, roll: bool) -> None:
        first = self.lines[0].date
        for number in range(1, days):
            self.add(first + number * ONE_DAY, True, f"第{number}日")
        self.end_on(first + days * ONE_DAY, f"第{days}日", roll=roll)

    def count_working_days(self, days: int) -> None:
        number, date = 0, self.lines[0].date
        while number < days:
            date += ONE_DAY
            day = self.look_up(date)
            number += day.working
            self.add(date, day.working, f"第{number}个工作日（{day.why}）" if day.working else f"{day.why}，不计入")

    def end_on(self, date: dt.date, name: str, *, roll: bool) -> None:
        """Let the period end on `date`, or, when it rolls, on the first working day from there."""
        if not roll:
            self.add(date, True, f"{name}，最后一日")
            return
        day = self.look_up(date)
        found = "顺延后的最后一日" if not day.working else "最后一日"
        while not day.working:
            self.add(day.date, False, f"{day.why}，顺延")
            day = self.look_up(day.date + ONE_DAY)
        self.add(day.date, True, f"{name}，{found}（{day.why}）")

    def look_up(self, date: dt.date) -> Day:
        day = self.calendar.day(date)
        if day.published:
            return day
        self.unpublished.add(date.year)
        return replace(day, why=f"{day.why}，暂定：{date.year}年放假安排尚未公布")

    def add(self, date: dt.date, counted: bool, why: str) -> None:
        self.lines.append(CountedDay(date, counted, why))

    def deadline(self, rule: Rule) -> Deadline:
        last = self.lines[-1].date
        return Deadline(
            last_day=last,
            closes_at=dt.datetime.combine(last + ONE_DAY, dt.time(), tzinfo=SHANGHAI),
            provisional=bool(self.unpublished),
            provisional_years=tuple(sorted(self.unpublished)),
            rule=rule,
            calendar_version=self.calendar.version,
            days=tuple(self.lines),
        )
