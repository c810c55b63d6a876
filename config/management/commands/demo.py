"""The demo of `make run`.

manage.py demo --if-empty     make it, unless somebody is in already
manage.py demo --accounts     print the demo accounts that are there
"""

from __future__ import annotations

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from config.rehearsal.demo import accounts_text, make_demo
from config.rehearsal.stage import Failed
from ledger.errors import Refused


class Command(BaseCommand):
    help = "Fill an empty database with a finished round, a round in public notice and a round in intake."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are accounts already")
        parser.add_argument("--accounts", action="store_true", help="print the demo accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            self.stdout.write(accounts_text(), ending="")
        elif not (options["if_empty"] and User.objects.exists()):
            self.fill()

    def fill(self) -> None:
        self.stdout.write("demo: making a year of data, once ...")
        self.stdout.flush()
        begun = time.perf_counter()
        try:
            make_demo(timezone.now(), sys.stderr if sys.stderr.isatty() else None)
        except (Failed, Refused) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"demo: ready after {time.perf_counter() - begun:.0f} s")
