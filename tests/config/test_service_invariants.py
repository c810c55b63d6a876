"""Each corruption of a rating or of a training event is found and told by its name.

The database would refuse some of them: the tests switch its triggers off.
"""

import pytest
from django.db import connection, transaction

from config import invariants
from config.invariants.feedback import SERVICES
from services.actions import training
from tests.factories import make_organisation, make_station, make_user
from tests.services.test_rating import rated, served
from tests.services.test_training import AT, ENDS, FACTS, held, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def served_station(django_db_setup, django_db_blocker):
    """A station with a rating, a concluded training and an open one with a sign-up; taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        lin = make_user(name="林")
        station = make_station(make_organisation(lin))
        rated(served(station, lin), lin)
        event, coming = (training.create_training(station, actor=lin, at=AT, **FACTS) for _ in range(2))
        training.publish_training(event, actor=lin, at=AT)
        training.conclude_training(held(event, 600), actor=lin, at=ENDS)
        training.publish_training(coming, actor=lin, at=AT)
        signed(coming)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def corrupt(served_station):
    def run(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    with transaction.atomic():
        yield run
        transaction.set_rollback(True)


def told():
    return {broken.name for broken in invariants.check()}


def test_what_went_its_way_breaks_none(served_station):
    assert told() == set()


NO_LINK, NO_RATING, NAMED, PLACES, UNRECORDED, UNATTENDED = SERVICES
CORRUPTIONS = (
    (NO_LINK, "UPDATE services_ratinginvitation SET used_at = NULL"),
    (NO_LINK, "UPDATE services_rating SET record_id = record_id + 1"),
    (NO_RATING, "DELETE FROM services_rating"),
    (
        NAMED,
        (
            "UPDATE ledger_journalentry SET job = '', actor_id = (SELECT min(id) FROM accounts_user) "
            "WHERE object_type = 'services.rating'"
        ),
    ),
    (PLACES, "UPDATE services_trainingevent SET capacity = 1"),
    (UNRECORDED, "UPDATE services_trainingattendance SET record_id = NULL"),
    (UNRECORDED, "UPDATE services_servicerecord SET client_code = '91420100MA000000XX' WHERE origin = 'training'"),
    (UNATTENDED, "DELETE FROM services_trainingattendance"),
    ("state_is_not_that_of_the_journal", "UPDATE services_trainingevent SET state = 'cancelled'"),
    (
        "guard_of_the_database_is_missing",
        "ALTER TABLE services_trainingsignup DISABLE TRIGGER services_trainingsignup_keeps_to_the_places",
    ),
)


@pytest.mark.parametrize(("name", "statement"), CORRUPTIONS)
def test_a_corruption_is_told_by_its_name(corrupt, name, statement):
    corrupt(statement)
    assert name in told()
