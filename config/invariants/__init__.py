"""The invariants of the house, checked on live data: each break has a name and says which thing it is about.

The database holds them by constraints and triggers; this looks whether it has. Nothing is written. Not here, because
there is no data to look at: what people may see (the role matrix of the tests).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection

from config.invariants import files, guards, inspections, records
from config.invariants.events import EVENTS
from config.invariants.exchange import EXCHANGE
from config.invariants.exits import EXITS
from config.invariants.feedback import SERVICES
from config.invariants.inspections import INSPECTIONS
from config.invariants.libraries import LIBRARIES
from config.invariants.money import MONEY
from config.invariants.needs import NEEDS
from config.invariants.statements import STATEMENTS as OF_THE_ROUND
from ledger import sealing


@dataclass(frozen=True)
class Broken:
    """One break: the name of the invariant, and what is wrong with which thing."""

    name: str
    text: str


STATEMENTS = {**OF_THE_ROUND, **MONEY, **INSPECTIONS, **EXITS, **EVENTS, **EXCHANGE, **SERVICES, **LIBRARIES, **NEEDS}
Look = Callable[[], Iterator[str]]
LOOKS: dict[str, Look] = {
    "notice_differs_from_its_hash": records.notices_changed,
    "version_differs_from_its_hash": records.versions_changed,
    "self_assessment_differs_from_its_hash": records.self_assessments_changed,
    "plan_differs_from_its_hash": records.plans_changed,
    "ranking_does_not_follow_from_its_sheets": records.rankings_wrong,
    "expert_scored_an_employer": records.employers_scored,
    "state_is_not_that_of_the_journal": records.states_unjournalled,
    "journal_of_an_object_has_a_gap": records.journal_gaps,
    "journal_is_not_what_was_sealed": sealing.faults,
    "public_list_differs_from_its_hash": records.lists_changed,
    "draw_does_not_follow_from_its_seed": inspections.draws_wrong,
    "recorded_inspection_was_changed": inspections.records_changed,
    "personal_data_in_a_notice": records.personal_data_published,
    "guard_of_the_database_is_missing": guards.missing_triggers,
    "constraint_of_the_database_is_missing": guards.missing_constraints,
}
FILES: dict[str, Look] = {"file_is_not_what_was_stored": files.changed_files}


def names(*, with_files: bool = False) -> list[str]:
    return [*STATEMENTS, *LOOKS, *(FILES if with_files else ())]


def check(*, with_files: bool = False) -> list[Broken]:
    """Every break there is. With `with_files` every stored file is read and compared with its hash."""
    found: list[Broken] = []
    with connection.cursor() as cursor:
        for name, statement in STATEMENTS.items():
            cursor.execute(statement)
            found += [Broken(name, row[0]) for row in cursor.fetchall()]
    looks = {**LOOKS, **(FILES if with_files else {})}
    for name, look in looks.items():
        found += [Broken(name, text) for text in look()]
    return found
