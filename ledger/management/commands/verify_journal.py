"""Recompute every seal from the journal as it is now: manage.py verify_journal [--seals FILE] [--row N --out FILE]"""

from __future__ import annotations

import json
from argparse import FileType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import sealing


class Command(BaseCommand):
    help = "Check that the journal is what was sealed; write seals or a row for docs/verify_seal.py."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seals", type=FileType("w", encoding="utf-8"), help="write all seals into this file")
        parser.add_argument("--row", type=int, help="number of a journal row to write with its salt and proof")
        parser.add_argument("--out", type=FileType("w", encoding="utf-8"), help="where to write the row")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seals"]:
            write([sealing.published(seal) for seal in sealing.seals()], options["seals"])
        if options["row"]:
            leaf = sealing.sealed_rows().filter(entry=options["row"]).first()
            if leaf is None:
                raise CommandError(f"journal row {options['row']} is in no seal (yet)")
            write(sealing.disclosed(leaf), options["out"] or self.stdout)
        broken = list(sealing.faults())
        for fault in broken:
            self.stdout.write(fault)
        if broken:
            raise CommandError(f"{len(broken)} breaks")
        sealed, waiting = sealing.sealed_rows().count(), sealing.unsealed().count()
        self.stdout.write(
            f"{sealing.seals().count()} seals of {sealed} rows are sound; {waiting} rows wait for the next"
        )


def write(content: Any, file: Any) -> None:
    file.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    if hasattr(file, "name"):
        file.close()
