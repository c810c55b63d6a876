"""Take in the State Council's yearly schedule of days off."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from measures import actions, queries
from measures.schedules import Schedule, ScheduleError, differences, packaged_schedules, parse_schedule


class Command(BaseCommand):
    help = "导入国务院办公厅公布的年度放假安排（JSON，格式见 measures/README.md）；原有版本保留"

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("file", nargs="?", type=Path, help="JSON 文件")
        source.add_argument("--packaged", action="store_true", help="导入 chinesecalendar 已有、而库中没有的年份")
        parser.add_argument("--dry-run", action="store_true", help="只显示会有哪些变化，不写入")
        parser.add_argument("--by", default="命令行", help="导入人，记入版本历史（默认 %(default)s）")

    def handle(self, *args: Any, file: Path | None, packaged: bool, by: str, **options: Any) -> None:
        dry_run = options["dry_run"]
        if not by.strip():
            raise CommandError("--by 不能为空，请写明导入人。")
        if packaged:
            self.import_packaged(by.strip(), dry_run=dry_run)
        elif file:
            self.import_file(file, by.strip(), dry_run=dry_run)

    def import_file(self, file: Path, by: str, *, dry_run: bool) -> None:
        try:
            schedule = parse_schedule(file.read_bytes())
        except OSError as error:
            raise CommandError(f"读不到文件 {file}（{error.strerror}），请核对路径。") from error
        except ScheduleError as error:
            raise CommandError(f"{file}：{error}") from error
        self.show_differences(schedule)
        if dry_run:
            self.stdout.write("试运行，没有写入。")
            return
        version = actions.import_calendar(schedule, imported_by=by)
        self.stdout.write(f"{schedule.year}年的放假安排现为 v{version.number}。已公布的公示期不受影响。")

    def show_differences(self, schedule: Schedule) -> None:
        changed = differences(queries.schedule_of(schedule.year), schedule)
        self.stdout.write(f"{schedule.year}年：{len(changed)} 天有变化。")
        for line in changed:
            self.stdout.write(f"  {line}")

    def import_packaged(self, by: str, *, dry_run: bool) -> None:
        if dry_run:
            years = tuple(s.year for s in packaged_schedules() if queries.schedule_of(s.year) is None)
        else:
            years = actions.import_packaged_years(imported_by=by)
        verb = "将导入" if dry_run else "已导入"
        self.stdout.write(f"{verb}：{'、'.join(map(str, years))}" if years else "chinesecalendar 没有库中缺少的年份。")
