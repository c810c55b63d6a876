"""When a period ends, and how its days were counted."""

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from measures.periods import WEEKDAYS, Deadline, Rule, deadline
from measures.queries import current_calendar


class Command(BaseCommand):
    help = "计算期间的最后一日和截止时刻，并逐日列出计算过程"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--start", required=True, help="起算时间，须带时区，例如 2026-09-28T10:00+08:00")
        parser.add_argument("--days", required=True, type=int, help="天数，起算当日不计入")
        parser.add_argument(
            "--rule", choices=list(Rule), default=Rule.CALENDAR_ROLL, help="计算办法（默认 %(default)s）"
        )
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, start: str, days: int, rule: str, **options: Any) -> None:
        try:
            instant = dt.datetime.fromisoformat(start)
        except ValueError:
            raise CommandError(f"「{start}」不是时间，请写成 2026-09-28T10:00+08:00 的样子。") from None
        try:
            end = deadline(instant, days, rule, current_calendar())
        except OverflowError:
            raise CommandError(f"「{start}」离现在太远，请改用较近的时间。") from None
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(end.as_json(), ensure_ascii=False) if options["json"] else as_table(end))


def as_table(end: Deadline) -> str:
    """The working, a line a day, with the answer below it."""
    lines = [
        f"{day.date:%Y-%m-%d} {WEEKDAYS[day.date.weekday()]}  {'计' if day.counted else '—'}  {day.why}"
        for day in end.days
    ]
    lines += [
        "",
        f"最后一日：{end.last_day:%Y-%m-%d}（{WEEKDAYS[end.last_day.weekday()]}）{'　暂定' if end.provisional else ''}",
        f"截止时刻：{end.closes_at.isoformat()}",
        f"计算办法：{end.rule.label}",
        f"日历版本：{end.calendar_version}",
    ]
    if end.provisional:
        years = "、".join(f"{year}年" for year in end.provisional_years)
        lines.append(
            f"暂定原因：{years}的放假安排尚未公布，春节、清明、端午、中秋和调休无法推定。公布后请导入并重新计算。"
        )
    return "\n".join(lines)
