"""Run by hand what the clock does every minute: manage.py clockwork [--at 2026-11-10T00:00+08:00] [--dry-run]"""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.clockwork import run_clockwork, what_is_due
from config.deadlines import waiting


class Command(BaseCommand):
    help = "Opens, closes and lapses whatever is due, now or at the instant given by --at."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="an instant with its zone, such as 2026-11-10T00:00+08:00")

        parser.add_argument("--dry-run", action="store_true", help="say what is due, and do nothing")

    def handle(self, *args: Any, at: str | None, **options: Any) -> None:
        when = instant(at) if at else timezone.now()
        if options["dry_run"]:
            for due, kind, thing in waiting(when):
                self.stdout.write(f"{timezone.localtime(due):%Y-%m-%d %H:%M}  {kind.label}  {thing}  →  {kind.happens}")
        done = what_is_due(when) if options["dry_run"] else run_clockwork(when)
        if not done:
            self.stdout.write("another process is at it; nothing was done here")
        for name, count in done.items():
            self.stdout.write(f"{name}: {'failed, see the log' if count is None else count}")
        if None in done.values():
            raise CommandError("a job failed")


def instant(text: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--at is not an instant: {text}") from error
    if at.tzinfo is None:
        raise CommandError("--at needs a zone, such as 2026-11-10T00:00+08:00")
    return at
