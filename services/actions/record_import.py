"""Service records out of a station's own table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from ledger import moves
from ledger.errors import Refused
from services.actions.record import add_records, require
from services.queries.record_import import plan_of_records
from services.states.record import Origin
from services.table import Row
from stations.models import Station


@dataclass(frozen=True)
class Imported:
    """How many rows were added, how many of these do not count, and how many were there already."""

    added: int
    set_aside: int
    known: int


@transaction.atomic
def import_records(
    station: Station, rows: list[Row], *, actor: Any, at: dt.datetime | None = None, sha256: str = ""
) -> Imported:
    """Add the services of these rows, except those that are there already: the same file twice adds nothing. All of them
    or none: the page before has told which rows of the file cannot be taken, and they are not among `rows`.

    `sha256` is that of the file, for the journal. Raises Refused: `not_allowed`, `rows_changed` (something that a row
    rests on has changed since).
    """
    at = at or timezone.now()
    require(actor, "services.add_record", "导入服务记录", station)
    moves.lock(station)  # two who import the same file go one after the other
    plan = plan_of_records(station, rows, at)
    if plan.problems:
        first = plan.problems[0]
        raise Refused("rows_changed", f"第 {first.row} 行：{first.message}。没有导入任何一行，请重新核对。")
    facts = [line.row.facts for line in plan.added]
    add_records(station, facts, actor=actor, at=at, origin=Origin.IMPORTED, file=sha256)
    return Imported(len(facts), plan.set_aside, len(plan.known))
