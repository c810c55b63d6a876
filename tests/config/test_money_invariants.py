"""Each corruption of the money is found and told by its name; money that went its way breaks none.

The database would refuse them all: the tests switch its triggers off, and drop the constraint that is in the way.
"""

import pytest
from django.db import connection, transaction

from config.invariants import LOOKS as LOOKS_OF
from config.invariants.money import MONEY
from funding.actions import commendation, publication
from tests.funding.scene import LATER, Bureau

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def year(django_db_setup, django_db_blocker):
    """A paid support, an approved prize and a commendation, for all tests of this module, taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        bureau = Bureau()
        support, prize = bureau.entitled()
        budget = bureau.budget()
        bureau.paid(bureau.approved(support, budget))
        bureau.approved(prize, budget)
        publication.publish_grants(budget, actor=bureau.zhao, at=LATER)
        nominated = commendation.nominate_staff(
            support.station, year=2026, name="何某", post="站长", merit="服务企业", email="he@e.cn", actor=bureau.zhao
        )
        commendation.give_consent(nominated)
        commendation.publish_commendations(year=2026, actor=bureau.qian)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def corrupt(year):
    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    with transaction.atomic():
        yield run
        transaction.set_rollback(True)


LOOKS = (
    "public_list_differs_from_its_hash",
    "state_is_not_that_of_the_journal",
    "journal_of_an_object_has_a_gap",
    "guard_of_the_database_is_missing",
)


def told():
    """Names of what is broken in the money; the round before it is rows put into place, which others would not pass."""
    broken = {name for name in LOOKS if any("funding" in text or "public list" in text for text in LOOKS_OF[name]())}
    with connection.cursor() as cursor:
        for name, statement in MONEY.items():
            cursor.execute(statement)
            if cursor.fetchall():
                broken.add(name)
    return broken


def test_money_that_went_its_way_breaks_none(year):
    assert told() == set()


TWIN = (
    "CREATE TEMP TABLE twin ON COMMIT DROP AS SELECT * FROM funding_grant WHERE kind = '{kind}'",
    "UPDATE twin SET id = id + 1000",
    "INSERT INTO funding_grant SELECT * FROM twin",
)
CORRUPTIONS: dict[str, tuple[str, ...]] = {
    "approved_grants_pass_the_budget": (
        "ALTER TABLE funding_budgetline DROP CONSTRAINT approved_grants_stay_within_the_budget",
        "UPDATE funding_budgetline SET amount = 1",
    ),
    "committed_is_not_the_sum_of_the_grants": ("UPDATE funding_budgetline SET committed = committed - 1",),
    "budget_is_not_the_sum_of_its_lines": ("UPDATE funding_budget SET total = total + 1",),
    "grant_differs_from_its_entitlement": ("UPDATE funding_grant SET ceiling = ceiling + 1, amount_reason = 'x'",),
    "entitlement_above_the_measure": ("UPDATE funding_entitlement SET ceiling = ceiling + 1",),
    "entitlement_without_its_conclusion": ("UPDATE evaluation_conclusion SET plan = '[]'",),
    "organisation_supported_twice": (
        "DROP INDEX one_award_support_per_organisation_and_measure",
        "DROP INDEX an_entitlement_is_granted_once",
        *(line.format(kind="award_support") for line in TWIN),
    ),
    "tier_has_too_many_grants": (
        "DROP INDEX an_entitlement_is_granted_once",
        *(line.format(kind="prize") for line in TWIN),
        "UPDATE funding_scheme SET places = 1 WHERE kind = 'prize'",
    ),
    "grant_approved_by_who_proposed_it": (
        "ALTER TABLE funding_grant DROP CONSTRAINT a_grant_is_approved_by_another_person",
        "UPDATE funding_grant SET decided_by_id = proposed_by_id",
    ),
    "grant_paid_without_approval": (
        "DELETE FROM ledger_journalentry WHERE object_type = 'funding.grant' AND move = 'approve'",
    ),
    "grant_paid_without_a_receipt": ("UPDATE funding_bankreceipt SET amount = 1",),
    "grant_paid_twice": (
        "DROP INDEX a_grant_is_in_one_batch_at_a_time",
        "CREATE TEMP TABLE item ON COMMIT DROP AS SELECT * FROM funding_paymentitem",
        "UPDATE item SET id = id + 1000, number = 'X'",
        "INSERT INTO funding_paymentitem SELECT * FROM item",
        "CREATE TEMP TABLE receipt ON COMMIT DROP AS SELECT * FROM funding_bankreceipt",
        "UPDATE receipt SET id = id + 1000, item_id = item_id + 1000, reference = 'X'",
        "INSERT INTO funding_bankreceipt SELECT * FROM receipt",
    ),
    "receipt_of_a_grant_that_is_not_paid": ("UPDATE funding_grant SET state = 'approved'",),
    "paid_to_another_organisation": (
        "UPDATE funding_bankaccount SET organisation_id = (SELECT max(id) FROM stations_organisation)",
        "UPDATE funding_grant SET organisation_id = (SELECT min(id) FROM stations_organisation)",
    ),
    "commended_without_consent": ("UPDATE funding_consent SET withdrawn_at = now()",),
    "public_list_differs_from_its_hash": ("UPDATE funding_publiclist SET content = '{}'",),
    "state_is_not_that_of_the_journal": ("UPDATE funding_grant SET state = 'recovering'",),
    "guard_of_the_database_is_missing": ("ALTER TABLE funding_grant DISABLE TRIGGER grant_is_counted_in_its_line",),
}


def test_every_invariant_of_the_money_has_a_corruption():
    assert set(MONEY) <= set(CORRUPTIONS)


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_told_by_its_name(corrupt, name):
    corrupt(*CORRUPTIONS[name])
    assert name in told()
