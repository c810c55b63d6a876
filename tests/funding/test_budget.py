import pytest
from django.db import IntegrityError, connection, transaction

from funding.actions import budget
from funding.models import BudgetLine
from ledger.errors import Refused
from ledger.journal import history_of
from tests.funding.scene import AMOUNTS, LATER, Bureau

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return Bureau()


def refused(act, *args, **facts):
    with pytest.raises(Refused) as refusal:
        act(*args, **facts)
    return refusal.value.code


def at_once():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_budget_is_opened_once_a_year_with_its_lines(bureau):
    opened = bureau.budget()
    assert opened.total == 2_400_000
    assert {line.kind: line.amount for line in opened.lines.all()} == AMOUNTS
    assert refused(bureau.budget) == "already_open"
    at_once()


@pytest.mark.parametrize("amount", [-1, None, "5", 2_000_000_000])
def test_amounts_are_whole_yuan(bureau, amount):
    assert refused(bureau.budget, prize=amount) == "amount_wrong"


def test_only_finance_opens_and_changes_it(bureau):
    facts = {"measure": "wuhan", "year": 2026, "amounts": AMOUNTS, "source": "x"}
    assert refused(budget.open_budget, **facts, actor=bureau.zhao) == "not_allowed"
    assert refused(budget.open_budget, **{**facts, "source": " "}, actor=bureau.sun) == "source_missing"
    change = {"amounts": AMOUNTS, "reason": "x"}
    assert refused(budget.change_budget, bureau.budget(), **change, actor=bureau.qian) == "not_allowed"


def test_a_change_has_a_reason_and_never_goes_below_what_is_approved(bureau):
    support, _ = bureau.entitled()
    opened = bureau.budget()
    bureau.approved(support, opened)
    change = {"actor": bureau.sun, "at": LATER}
    assert refused(budget.change_budget, opened, amounts=AMOUNTS, reason=" ", **change) == "reason_missing"
    low = {**AMOUNTS, "award_support": 99_999}
    assert refused(budget.change_budget, opened, amounts=low, reason="压减", **change) == "below_approved"
    changed = budget.change_budget(opened, amounts={**AMOUNTS, "award_support": 100_000}, reason="压减", **change)
    assert changed.total == 500_000
    entry = history_of(opened).first()
    assert (entry.reason, entry.facts["before"]["award_support"]) == ("压减", 2_000_000)
    at_once()


def test_the_database_keeps_lines_total_and_count_in_step(bureau):
    support, _ = bureau.entitled()
    opened = bureau.budget()
    bureau.approved(support, opened)
    with pytest.raises(IntegrityError, match="approved_grants_stay_within_the_budget"), transaction.atomic():
        BudgetLine.objects.filter(kind="award_support").update(amount=99_999)
    with pytest.raises(IntegrityError, match="never set"), transaction.atomic():
        BudgetLine.objects.filter(kind="award_support").update(committed=0)
    BudgetLine.objects.filter(kind="prize").update(amount=1)
    with pytest.raises(IntegrityError, match="its total is"):
        at_once()
