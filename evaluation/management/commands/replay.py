"""Compute a past ranking anew from the locked sheets and compare: manage.py replay --round 12 [--version 2]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.models import Ranking
from evaluation.queries.allocation import replay
from evaluation.states import RankingState


class Command(BaseCommand):
    help = "Recomputes a round's confirmed ranking (or the version given) under its stored settings and compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--round", type=int, required=True, help="the number of the round in its address")
        parser.add_argument("--version", type=int, dest="number", help="a version; without it the confirmed one")

    # --version is a flag of every Django command; here it is the version of a ranking
    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {"state": RankingState.CONFIRMED} if options["number"] is None else {"number": options["number"]}
        ranking = Ranking.objects.select_related("round").filter(round=options["round"], **wanted).first()
        if ranking is None:
            raise CommandError("there is no such ranking")
        found = replay(ranking)
        for difference in found.differences:
            self.stderr.write(difference)
        if found.differences:
            raise CommandError(f"{len(found.differences)} differences in {found.entries} entries")
        self.stdout.write(f"version {ranking.number}: {found.entries} entries, the same")
