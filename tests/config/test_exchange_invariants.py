"""Each corruption of what was exchanged with 汉检链 is found and told by its name; the database would refuse some."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from config import invariants
from config.invariants.exchange import EXCHANGE
from integration.actions.hanjianlian import pull, push, reconciliation
from tests.integration.conftest import platform, running_platform  # noqa: F401  fixtures
from tests.integration.hanjianlian_scene import make_seal, make_titled, receipt

pytestmark = pytest.mark.django_db
CORRUPTIONS = {
    "document_is_confirmed_without_an_answer_that_says_so": "UPDATE integration_sendattempt SET status = 500",
    "anchoring_receipt_says_something_else_than_its_verdict": "UPDATE ledger_seal SET root = repeat('0', 64)",
    "reconciliation_counts_other_differences_than_it_kept": "DELETE FROM integration_discrepancy",
}


@pytest.fixture
def exchanged(platform):  # noqa: F811
    make_titled()
    platform.told["anchor-receipts"] = [receipt(make_seal())]
    push.arrange_documents(timezone.now())
    push.push_documents()
    pull.pull_due()
    platform.held["stations"].clear()
    reconciliation.reconcile(reconciliation.open_run())


def broken():
    return {one.name for one in invariants.check()} & EXCHANGE.keys()


def test_what_was_exchanged_in_due_form_breaks_nothing(exchanged):
    assert not broken()


def test_every_invariant_of_the_exchange_has_its_corruption():
    assert CORRUPTIONS.keys() == EXCHANGE.keys()


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_told_by_its_name(exchanged, name):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(CORRUPTIONS[name])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        assert name in broken()
        transaction.set_rollback(True)
