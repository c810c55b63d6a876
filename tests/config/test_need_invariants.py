"""Each corruption of a need, or of what came of one, is found and told by its name.

The database would refuse some of them: the tests switch its triggers off.
"""

import pytest
from django.db import connection, transaction

from config import invariants
from config.invariants.needs import NEEDS
from services.actions import need_archive, need_match, need_progress, rating
from services.models import RatingInvitation
from services.queries.need_match import candidates
from tests.factories import make_user
from tests.services.need_scene import AT, DAY, HOUR, assessed, served_station
from tests.services.test_need_work import GOOD, agency_of, delivered, under_way

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cases(django_db_setup, django_db_blocker):
    """A station with a case that went all its way, one that is rated, one under way, and one that waits for an agency; all
    of it taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        lin = make_user(name="林")
        station = served_station(lin)
        first, second = (with_problems(under_way(station, lin), lin) for _ in range(2))
        for need in (first, second):
            delivered(station, lin, need=need)
            invitation = RatingInvitation.objects.get(record__delivery__need=need)
            rating.rate(invitation, marks=GOOD, integrity="clean", at=AT + 2 * DAY)
        need_archive.archive_need(first, actor=lin, at=AT + 3 * DAY)
        under_way(station, lin)
        waiting = assessed(station, lin)
        agency_of(station, "汉阳计量所", number=9)
        key = candidates(waiting, station)["agency"][0].key
        need_match.propose_matches(waiting, actor=lin, keys=[key], at=AT + 2 * HOUR)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)


def with_problems(need, lin):
    need_progress.add_progress(
        need, actor=lin, at=AT + 5 * HOUR, text="上门", problems_found=2, problems_solved=1, problems="探针磨损。"
    )
    return need


@pytest.fixture
def corrupt(cases):
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


def test_what_went_its_way_breaks_none(cases):
    assert told() == set()


CORRUPTIONS = (
    ("delivered_need_without_its_record", "UPDATE services_need SET state = 'delivered' WHERE state = 'in_progress'"),
    ("delivered_need_without_its_record", "DELETE FROM services_delivery"),
    ("need_record_without_a_delivery", "DELETE FROM services_delivery"),
    ("record_of_a_need_says_something_else", "UPDATE services_progress SET problems_solved = 2"),
    (
        "record_of_a_need_says_something_else",
        "UPDATE services_servicerecord SET problems_found = 7 WHERE origin = 'need'",
    ),
    ("rated_need_without_its_rating", "DELETE FROM services_rating"),
    ("rated_need_without_its_rating", "UPDATE services_need SET state = 'delivered' WHERE state = 'rated'"),
    ("archived_need_without_its_archive", "DELETE FROM services_casearchive"),
    ("archived_need_without_its_archive", "UPDATE services_need SET state = 'archived' WHERE state = 'rated'"),
    ("case_numbers_have_a_gap", "DELETE FROM services_casenumber WHERE number = 2"),
    ("case_numbers_have_a_gap", "DELETE FROM services_casenumber WHERE number = 3"),
    ("case_numbers_have_a_gap", "UPDATE services_casecounter SET last = 9"),
    ("case_without_its_number", "DELETE FROM services_casenumber WHERE number = 2"),
    ("contract_of_other_parties", "UPDATE services_contract SET client_code = '91420100MA000000XX'"),
    ("contract_of_other_parties", "UPDATE services_contract SET provider = ''"),
    ("contract_of_other_parties", "UPDATE services_need SET state = 'matched' WHERE state = 'in_progress'"),
    ("need_under_way_without_a_contract", "DELETE FROM services_contract"),
    ("contract_does_not_add_up", "UPDATE services_contractitem SET amount = amount + 1"),
    ("contract_does_not_add_up", "DELETE FROM services_contractitem"),
    ("need_matched_without_an_agency", "UPDATE services_needmatch SET state = 'declined' WHERE state = 'accepted'"),
    ("ended_need_still_asks", "UPDATE services_need SET state = 'withdrawn' WHERE state = 'assessed'"),
)


@pytest.mark.parametrize(("name", "statement"), CORRUPTIONS)
def test_a_corruption_is_told_by_its_name(corrupt, name, statement):
    corrupt(statement)
    assert name in told()


def test_every_invariant_of_needs_has_been_broken_once():
    assert {name for name, _ in CORRUPTIONS} == set(NEEDS)
