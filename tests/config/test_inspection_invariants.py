"""Each corruption of a draw, of a recorded inspection, of improvement is found and told by its name.

The database would refuse most of them: the tests switch its triggers off.
"""

import pytest
from django.db import connection, transaction

from accounts.states import Role
from config import invariants
from config.invariants.inspections import INSPECTIONS
from supervision.actions import improvement
from tests.evaluation.panel_cast import picture
from tests.factories import make_user
from tests.supervision.inspection_scene import (
    AT,
    asked_improvement,
    make_stations,
    make_year_plan,
    recorded_inspection,
    two_inspectors,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def supervised(django_db_setup, django_db_blocker):
    """Two stations drawn from three, one inspected, with improvement that was accepted; taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        lin, manager = make_user(name="林"), make_user(Role.MANAGER)
        two_inspectors()
        make_year_plan()
        station = make_stations(3, owner=lin)[0]
        inspection = recorded_inspection(manager, stations_count=2)
        asked_improvement(manager, inspection.title.station, origin=improvement.from_inspection(inspection))
        item = asked_improvement(manager, station).items.get()
        improvement.submit_item(item, actor=lin, at=AT, report="已挂好站牌", evidence=[picture()])
        improvement.accept_item(item, actor=manager, at=AT)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def corrupt(supervised):
    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    with transaction.atomic():
        yield run
        transaction.set_rollback(True)


def told():
    return {broken.name for broken in invariants.check()}


def test_what_went_its_way_breaks_none(supervised):
    assert told() == set()


DRAW, RECORD = "draw_does_not_follow_from_its_seed", "recorded_inspection_was_changed"
DONE, JUDGED = INSPECTIONS
CORRUPTIONS = (
    (DRAW, "UPDATE supervision_inspectionplan SET seed = repeat('0', 64)"),
    (DRAW, "UPDATE supervision_inspectionplan SET pools = jsonb_set(pools, '{stations,0,name}', '\"别的站\"')"),
    (DRAW, "UPDATE supervision_inspectionplan SET inspectors_each = 3"),
    (DRAW, "UPDATE supervision_inspection SET position = 3 - position"),
    (
        DRAW,
        (
            "DELETE FROM supervision_inspection_inspectors WHERE id IN "
            "(SELECT max(id) FROM supervision_inspection_inspectors)"
        ),
    ),
    (DRAW, "DELETE FROM ledger_journalentry WHERE object_type = 'supervision.inspectionplan' AND move = 'seed'"),
    (RECORD, "UPDATE supervision_inspectionfinding SET verdict = 'conforms'"),
    (RECORD, "UPDATE supervision_inspectionfinding SET text = '有站牌'"),
    (RECORD, "DELETE FROM supervision_inspectionfinding_photos"),
    (RECORD, "UPDATE supervision_inspection SET statement = '有异议'"),
    (RECORD, "UPDATE supervision_inspection SET recorded_at = recorded_at + interval '1 day'"),
    (DONE, "UPDATE supervision_improvementitem SET state = 'open'"),
    (
        JUDGED,
        (
            "UPDATE ledger_journalentry SET actor_id = m.user_id FROM stations_membership m "
            "WHERE object_type = 'supervision.improvementitem' AND move = 'accept'"
        ),
    ),
    ("state_is_not_that_of_the_journal", "UPDATE supervision_inspection SET state = 'cancelled'"),
    (
        "guard_of_the_database_is_missing",
        "ALTER TABLE supervision_inspectionfinding DISABLE TRIGGER part_of_a_record_is_final",
    ),
)


@pytest.mark.parametrize(("name", "statement"), CORRUPTIONS)
def test_a_corruption_is_told_by_its_name(corrupt, name, statement):
    if name == JUDGED:  # members of tests join now, and the acceptance was in May
        corrupt("UPDATE stations_membership SET joined_at = '2026-01-01'")
    corrupt(statement)
    assert name in told()
