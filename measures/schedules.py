"""The State Council's yearly schedule of days off: as a file, as the package `chinesecalendar` has it, and compared.

A file has the shape of NateScarlet/holiday-cn, one JSON object per year; `measures/README.md` shows one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import chinese_calendar

from measures.periods import FIXED_HOLIDAYS, WEEKDAYS

FIRST_YEAR, LAST_YEAR = 2004, 2100
MOST_BYTES = 256 * 1024
PACKAGE = "chinesecalendar"
# Two distributions own the import name `chinese_calendar`; the other one carries older years.
if max(chinese_calendar.holidays).year < 2026:
    raise ImportError(f"{PACKAGE} has no 2026: another distribution has overwritten its files, install it again")


class ScheduleError(ValueError):
    """A schedule that cannot be right; the message is a Chinese sentence that says what to do."""


@dataclass(frozen=True)
class Schedule:
    """The days off and the make-up workdays that one year's paper sets, each with the name of its holiday.

    A paper may also set days of the December before its year.
    """

    year: int
    source: str
    papers: tuple[str, ...]
    off: Mapping[dt.date, str]
    makeup: Mapping[dt.date, str]

    def days(self) -> dict[dt.date, tuple[bool, str]]:
        """Every date that the paper sets, in order: whether it is worked, and the holiday."""
        days = {date: (False, name) for date, name in self.off.items()}
        days |= {date: (True, name) for date, name in self.makeup.items()}
        return dict(sorted(days.items()))

    def digest(self, previous: str) -> str:
        """Names this schedule and, through `previous`, all that were imported before it."""
        days = [[date.isoformat(), *day] for date, day in self.days().items()]
        content = json.dumps([previous, self.year, days], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """One date about which two schedules disagree, in words: before, after."""

    date: dt.date
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.date}（{WEEKDAYS[self.date.weekday()]}）：{self.before} → {self.after}"


def differences(before: Schedule | None, after: Schedule) -> tuple[Difference, ...]:
    """What importing `after` changes; before the first schedule of a year all its days are new."""
    old, new = before.days() if before else {}, after.days()
    return tuple(
        Difference(date, in_words(old.get(date)), in_words(new.get(date)))
        for date in sorted(old.keys() | new.keys())
        if old.get(date) != new.get(date)
    )


def in_words(day: tuple[bool, str] | None) -> str:
    if day is None:
        return "没有安排"
    worked, name = day
    return f"{name}{'调休上班' if worked else '放假'}"


def packaged_schedules() -> tuple[Schedule, ...]:
    """Every year that the installed `chinesecalendar` knows."""
    names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    years = sorted({date.year for date in chinese_calendar.holidays})
    return tuple(
        Schedule(
            year=year,
            source=f"{PACKAGE} {version(PACKAGE)}（按国务院办公厅历年通知整理）",
            papers=(),
            off={date: names[name] for date, name in chinese_calendar.holidays.items() if date.year == year},
            makeup={date: names[name] for date, name in chinese_calendar.workdays.items() if date.year == year},
        )
        for year in years
    )


# -- A file  ----


def parse_schedule(content: bytes) -> Schedule:
    """The schedule in a JSON file. Raises ScheduleError."""
    answer = parse_json(content)
    year = answer.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise ScheduleError(f"year 应是 {FIRST_YEAR} 至 {LAST_YEAR} 之间的年份，请改正。")
    lines = answer.get("days")
    if not isinstance(lines, list) or not lines:
        raise ScheduleError(f"days 里没有日期：{year}年的放假安排可能尚未公布，请在公布后再导入。")
    off: dict[dt.date, str] = {}
    makeup: dict[dt.date, str] = {}
    for number, line in enumerate(lines, start=1):
        date, name, is_off = parse_day(line, number, year)
        if date in (makeup if is_off else off):
            raise ScheduleError(f"第 {number} 项：{date} 既写了放假又写了上班，请按通知只留一项。")
        if date in (off if is_off else makeup):
            raise ScheduleError(f"第 {number} 项：{date} 写了两次，请删去一项。")
        (off if is_off else makeup)[date] = name
    refuse_incomplete(year, off)
    source = answer.get("source", f"国务院办公厅关于{year}年部分节假日安排的通知")
    if not isinstance(source, str) or not source.strip() or len(source) > 200:
        raise ScheduleError("source 应是通知的名称，不超过 200 字。")
    return Schedule(year, source.strip(), parse_papers(answer.get("papers")), off, makeup)


def parse_json(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        raise ScheduleError(f"文件超过 {MOST_BYTES // 1024} KB，不像是一年的放假安排，请核对文件。")
    try:
        answer = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ScheduleError("文件不是 UTF-8 编码的 JSON，请核对文件。") from error
    if not isinstance(answer, dict):
        raise ScheduleError("文件的最外层应是 { }，内有 year、papers、days 三项。")
    return answer


def parse_papers(papers: object) -> tuple[str, ...]:
    if not isinstance(papers, list) or not papers:
        raise ScheduleError("papers 里没有网址，请填写国务院办公厅通知原文的网址。")
    for paper in papers:
        good = isinstance(paper, str) and len(paper) <= 300 and not any(mark.isspace() for mark in paper)
        try:
            parts = urlsplit(paper) if good else None
        except ValueError:
            parts = None
        if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ScheduleError(f"papers 里的「{str(paper)[:80]}」不是网址，请填写以 https:// 开头的完整网址。")
    return tuple(papers)


def parse_day(line: object, number: int, year: int) -> tuple[dt.date, str, bool]:
    """One entry of `days`: the date, the holiday, whether it is off."""
    if not isinstance(line, dict):
        raise ScheduleError(f'第 {number} 项应写成 {{"name": …, "date": …, "isOffDay": …}}。')
    name, text, is_off = line.get("name"), line.get("date"), line.get("isOffDay")
    if not isinstance(name, str) or not name.strip() or len(name) > 30:
        raise ScheduleError(f"第 {number} 项没有节日名称 name，请补上（不超过 30 字）。")
    try:
        date = dt.datetime.strptime(str(text), "%Y-%m-%d").date()  # noqa: DTZ007  a plain date has no zone
    except ValueError:
        raise ScheduleError(
            f"第 {number} 项的 date「{str(text)[:40]}」不是日期，请写成 {year}-10-01 的样子。"
        ) from None
    if not isinstance(is_off, bool):
        raise ScheduleError(f"第 {number} 项（{date}）的 isOffDay 应填 true（放假）或 false（调休上班）。")
    if date.year != year and (date.year, date.month) != (year - 1, 12):
        raise ScheduleError(f"第 {number} 项：{date} 不在 {year}年（也不在上一年的 12 月），请核对日期。")
    if not is_off and date.weekday() < 5:
        raise ScheduleError(
            f"第 {number} 项：{date} 是{WEEKDAYS[date.weekday()]}，本来就上班，不会是调休上班日，请核对。"
        )
    return date, name.strip(), is_off


def refuse_incomplete(year: int, off: Mapping[dt.date, str]) -> None:
    """Every paper gives at least the holidays that are fixed in the solar year (5月2日 since 2025)."""
    for (month, day), name in FIXED_HOLIDAYS.items():
        if (month, day) == (5, 2) and year < 2025:
            continue
        if dt.date(year, month, day) not in off:
            raise ScheduleError(f"缺少{name} {year}-{month:02}-{day:02} 放假：安排不完整，请对照通知补全。")
