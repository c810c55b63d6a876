"""Fifty approvals at once against a budget that holds twenty: exactly twenty are approved, every time.

APPROVAL_RUNS says how many runs (five in the suite, twenty by `make faults`); all fifty threads hold a connection of their own.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from funding.actions import grant
from funding.models import BudgetLine, Entitlement, Grant
from ledger.errors import Refused
from tests.funding.scene import DECIDED, LATER, Bureau

pytestmark = pytest.mark.django_db(transaction=True)
ATTEMPTS, HELD = 50, 20
RUNS = int(os.environ.get("APPROVAL_RUNS", "5"))


@pytest.fixture
def threads():
    """Fifty threads that start together; `run(act, arguments)` gives what each returned."""
    barrier = threading.Barrier(ATTEMPTS)

    def attempt(act, argument):
        connection.ensure_connection()
        barrier.wait(timeout=120)
        return act(argument)

    with ThreadPoolExecutor(ATTEMPTS) as pool:
        yield lambda act, arguments: list(pool.map(lambda argument: attempt(act, argument), arguments))
        leave = threading.Barrier(ATTEMPTS)  # each thread closes its own connection, once

        def close(_):
            leave.wait(timeout=120)
            connection.close()

        list(pool.map(close, range(ATTEMPTS)))


@pytest.fixture
def bureau():
    """Fifty entitlements, and a budget for twenty of them."""
    found = Bureau()
    found.entitled(new=ATTEMPTS, tiers=())
    found.line = found.budget(award_support=HELD * 100_000).lines.get(kind="award_support")
    return found


def propose(bureau):
    return [bureau.proposed(due, bureau.line.budget) for due in Entitlement.objects.all()]


def cancel_all(bureau):
    for one in Grant.objects.filter(state__in=["proposed", "approved"]):
        grant.cancel_grant(one, actor=bureau.zhao, reason="下一轮", at=LATER)
    assert BudgetLine.objects.get(pk=bureau.line.pk).committed == 0


def test_exactly_twenty_are_approved_in_every_run(threads, bureau):
    assert bureau.qian.roles

    def attempt(one):
        try:
            return grant.approve_grant(one, actor=bureau.qian, at=LATER).state
        except Refused as refusal:
            return refusal.code

    for run in range(RUNS):
        outcomes = threads(attempt, propose(bureau))
        assert (outcomes.count("approved"), outcomes.count("over_budget")) == (HELD, ATTEMPTS - HELD), f"run {run}"
        assert BudgetLine.objects.get(pk=bureau.line.pk).committed == HELD * 100_000
        cancel_all(bureau)


RAW = """
    WITH said AS (
        INSERT INTO ledger_journalentry (at, object_type, object_id, move, before, after, actor_id, job, reason, facts)
        VALUES (%(at)s, 'funding.grant', %(grant)s::text, 'approve', 'proposed', 'approved', %(who)s, '', '', '{}')
    )
    UPDATE funding_grant SET state = 'approved', decided_by_id = %(who)s, decided_at = %(at)s WHERE id = %(grant)s
"""


def test_raw_sql_that_asks_nobody_does_not_get_past_the_budget(threads, bureau):
    def attempt(one):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(RAW, {"grant": one.pk, "who": bureau.qian.pk, "at": DECIDED})
        except DatabaseError as error:
            return "approved_grants_stay_within_the_budget" in str(error)
        return "approved"

    for run in range(RUNS):
        outcomes = threads(attempt, propose(bureau))
        assert (outcomes.count("approved"), outcomes.count(True)) == (HELD, ATTEMPTS - HELD), f"run {run}"
        assert Grant.objects.filter(state="approved").count() == HELD
        cancel_all(bureau)
