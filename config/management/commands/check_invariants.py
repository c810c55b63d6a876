"""Check every invariant on live data: manage.py check_invariants [--files] [--json]"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import invariants


class Command(BaseCommand):
    help = "Check the invariants of the house on live data, name each break, and fail when there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--files", action="store_true", help="read every stored file and compare it with its hash")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = invariants.names(with_files=options["files"])
        breaks = invariants.check(with_files=options["files"])
        if options["json"]:
            answer = {"checked": checked, "broken": [asdict(broken) for broken in breaks]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            for broken in breaks:
                self.stdout.write(f"{broken.name}: {broken.text}")
            self.stdout.write(f"{len(checked)} invariants checked, {len(breaks)} breaks")
        if breaks:
            raise CommandError(f"{len(breaks)} breaks")
