"""Play a whole round on an empty database, from the evaluation notice to the award, and report what came of it.

With --years, so many whole years: reports, exits, refilled places, grants; the report is then {"years": [...]}.

manage.py rehearse --year 2026 --titled 48 --applicants 60 --experts 15 --objections 4 --seed 7 --json report.json
manage.py rehearse --applicants 300 --experts 60 --scratch
manage.py rehearse --years 3 --scratch --json report.json
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import measures
from config import invariants
from config.rehearsal.plan import Sizes
from config.rehearsal.play import rehearse
from config.rehearsal.report import report, year_report
from config.rehearsal.scratch import scratch_database
from config.rehearsal.stage import Failed, Stage
from config.rehearsal.years import rehearse_years
from ledger.errors import Refused


class Command(BaseCommand):
    help = "Play a whole round on an empty database through the actions of the screens. Same seed, same report."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, default=2026)
        parser.add_argument(
            "--years",
            type=int,
            help="play so many years in a row, the first being --year, with all of supervision and money",
        )
        parser.add_argument("--titled", type=int, default=48, help="stations that hold a title (at most the cap)")
        parser.add_argument("--applicants", type=int, default=60)
        parser.add_argument("--experts", type=int, default=15)
        parser.add_argument("--objections", type=int, default=4)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--json", metavar="FILE", help="write the report there")
        parser.add_argument("--scratch", action="store_true", help="on a database made for it and dropped afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        sizes = Sizes(
            titled=options["titled"],
            applicants=options["applicants"],
            experts=options["experts"],
            objections=options["objections"],
        )
        refuse_odd(sizes)
        begun = time.perf_counter()
        try:
            if options["scratch"]:
                with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder, scratch_database(folder):
                    found = self.play(sizes, options)
            else:
                found = self.play(sizes, options)
        except (Failed, Refused) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            Path(options["json"]).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        for one in found.get("years", [found]):
            self.close(one)
        self.stdout.write(f"{time.perf_counter() - begun:.1f} s in all")

    def play(self, sizes: Sizes, options: dict[str, Any]) -> dict[str, Any]:
        stream = sys.stderr if sys.stderr.isatty() else None
        year, seed = options["year"], options["seed"]
        if options["years"]:
            return {"years": rehearse_years(sizes, year, options["years"], seed, self.tell_year, stream)}
        return self.tell(*rehearse(sizes, year, seed, stream))

    def tell_year(self, stage: Stage, timings: dict[str, float]) -> dict[str, Any]:
        return self.tell(stage, timings, year_report)

    def tell(
        self, stage: Stage, timings: dict[str, float], report: Callable[..., dict[str, Any]] = report
    ) -> dict[str, Any]:
        """The report of what was played, once every invariant has been looked at. Raises Failed when one is broken."""
        begun = time.perf_counter()
        breaks = invariants.check()
        timings["invariants"] = time.perf_counter() - begun
        for broken in breaks:
            self.stderr.write(f"{broken.name}: {broken.text}")
        if breaks:
            raise Failed(f"{len(breaks)} invariants are broken after the rehearsal; they are named above.")
        return report(stage, timings, "ok")

    def close(self, found: dict[str, Any]) -> None:
        """The closing table of a round, or of a year."""
        self.stdout.write(f"{found['year']}")
        for phase, taken in found["timings"].items():
            self.stdout.write(f"{phase:<18} {taken:>8.2f} s")
        outcomes = Counter((entry["track"], entry["outcome"]) for entry in found["entries"])
        for (track, outcome), number in sorted(outcomes.items()):
            self.stdout.write(f"{track:<8} {outcome:<10} {number:>7}")
        slots = found["slots"]
        self.stdout.write(
            f"titles: {slots['active_before']} before, {slots['freed']} freed, {slots['awarded']} awarded, "
            f"{slots['active_after']} of {slots['cap']} after"
        )
        if "budget" in found:
            self.close_year(found)
        self.stdout.write(f"journal rows: {found['journal_rows']}; invariants: {found['invariants']}")

    def close_year(self, found: dict[str, Any]) -> None:
        for kind, number in found["self_assessments"].items():
            self.stdout.write(f"{'reports':<8} {kind:<10} {number:>7}")
        for kind, number in sorted(Counter(ended["kind"] for ended in found["exits"]).items()):
            self.stdout.write(f"{'exits':<8} {kind:<10} {number:>7}")
        money = found["budget"]
        self.stdout.write(
            f"budget {money['total']:,} yuan, approved {money['approved']:,}, paid {money['paid']:,} "
            f"in {len(found['grants'])} grants"
        )


def refuse_odd(sizes: Sizes) -> None:
    cap = measures.load("wuhan").cap or 0
    if not 0 <= sizes.titled <= cap:
        raise CommandError(f"--titled is 0 to {cap}, the measure's cap")
    if sizes.applicants < 0 or sizes.objections < 0 or sizes.titled + sizes.applicants == 0:
        raise CommandError("a round needs applicants or titled stations, and no number of them is negative")
    if sizes.experts < sizes.sheets + 2:
        raise CommandError(
            f"--experts is {sizes.sheets + 2} or more: each entry gets {sizes.sheets}, and some are recused"
        )
