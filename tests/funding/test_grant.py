import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.states import Role
from funding.actions import entitlement, grant
from funding.models import BudgetLine, Entitlement, EntitlementRun, Grant
from funding.queries import todo_for
from ledger.errors import Refused
from ledger.journal import history_of
from stations.actions import end_title
from tests.factories import make_executed_case, make_user
from tests.funding.scene import DECIDED, LATER, Bureau, concluded

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return Bureau()


def refused(act, *args, **facts):
    with pytest.raises(Refused) as refusal:
        act(*args, **facts)
    return refusal.value.code


def at_once():
    """What is checked at the end of a transaction is checked now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_entitlements_follow_from_a_conclusion_and_are_computed_once(bureau):
    conclusion = concluded(new=2, tiers=(1, 1, 2, 3, None))
    run = entitlement.compute_entitlements(conclusion, actor=bureau.zhao, at=DECIDED)
    found = list(run.entitlements.order_by("kind", "rank").values_list("kind", "tier", "rank", "ceiling", "article"))
    assert found == [
        ("award_support", 0, 1, 100_000, "19"),
        ("award_support", 0, 2, 100_000, "19"),
        ("prize", 1, 1, 50_000, "19"),
        ("prize", 1, 2, 50_000, "19"),
        ("prize", 2, 3, 30_000, "19"),
        ("prize", 3, 4, 10_000, "19"),
    ]
    assert entitlement.compute_entitlements(conclusion, actor=bureau.zhao) == run
    assert entitlement.compute_entitlements_due(LATER) == 0
    assert Entitlement.objects.count() == 6


def test_the_clock_computes_what_nobody_computed_and_dates_it_by_the_decision():
    concluded()
    assert entitlement.compute_entitlements_due(DECIDED - dt.timedelta(seconds=1)) == 0
    assert entitlement.compute_entitlements_due(LATER) == 1
    assert entitlement.compute_entitlements_due(LATER) == 0
    run = EntitlementRun.objects.get()
    assert run.computed_at == DECIDED
    assert history_of(run).get().job == "compute_entitlements_due"


def test_only_the_manager_computes(bureau):
    assert refused(entitlement.compute_entitlements, concluded(), actor=bureau.sun) == "not_allowed"


def test_a_proposal_is_approved_by_another_person_and_counted_in_its_line(bureau):
    (support, _) = bureau.entitled()
    line = bureau.budget().lines.get(kind="award_support")
    proposed = bureau.proposed(support, line.budget, 80_000, amount_reason="按项目投入核定")
    line.refresh_from_db()
    assert line.committed == 0

    grant.approve_grant(proposed, actor=bureau.qian, at=LATER)
    grant.approve_grant(proposed, actor=bureau.qian, at=LATER)

    line.refresh_from_db()
    assert (line.committed, line.free) == (80_000, 1_920_000)
    assert bureau.lin.messages_received.filter(subject__endswith="已批准").count() == 1
    at_once()


def test_who_proposed_does_not_approve(bureau):
    (support, _) = bureau.entitled()
    bureau.zhao.role_grants.create(role=Role.LEADER)
    bureau.zhao.__dict__.pop("roles", None)
    bureau.zhao.__dict__.pop("current_grants", None)
    proposed = bureau.proposed(support, bureau.budget())
    assert refused(grant.approve_grant, proposed, actor=bureau.zhao) == "not_allowed"
    with pytest.raises(IntegrityError, match="a_grant_is_approved_by_another_person"), transaction.atomic():
        Grant.objects.filter(pk=proposed.pk).update(decided_by=bureau.zhao)


@pytest.mark.parametrize(
    ("amount", "reason", "code"),
    [
        (100_001, "", "above_ceiling"),
        (0, "", "amount_wrong"),
        (-5, "", "amount_wrong"),
        (60_000, " ", "reason_missing"),
    ],
)
def test_a_wrong_amount_is_refused_with_a_sentence(bureau, amount, reason, code):
    (support, _) = bureau.entitled()
    budget = bureau.budget()
    propose = {"budget": budget, "amount": amount, "amount_reason": reason, "actor": bureau.zhao, "at": LATER}
    assert refused(grant.propose_grant, support, **propose) == code


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"amount": 100_001}, "a_grant_stays_within_the_ceiling"),
        ({"amount": 100_001, "ceiling": 200_000}, "not that of its entitlement"),
        ({"amount": 5}, "less_than_the_ceiling_has_a_reason"),
        ({"state": "approved"}, "begins as a proposal"),
    ],
)
def test_the_database_refuses_what_the_action_would(bureau, changes, name):
    (support, _) = bureau.entitled()
    line = bureau.budget().lines.get(kind="award_support")
    facts = {
        "entitlement": support,
        "line": line,
        "organisation": support.organisation,
        "measure": "wuhan",
        "kind": "award_support",
        "ceiling": 100_000,
        "amount": 100_000,
        "proposed_by": bureau.zhao,
        "proposed_at": LATER,
    }
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Grant.objects.create(**{**facts, **changes})


def test_an_entitlement_is_granted_once_and_again_after_it_was_sent_back(bureau):
    (support, _) = bureau.entitled()
    budget = bureau.budget()
    first = bureau.proposed(support, budget)
    assert refused(bureau.proposed, support, budget) == "already_proposed"
    grant.reject_grant(first, actor=bureau.qian, reason="请核对金额", at=LATER)
    assert bureau.zhao.messages_received.filter(body__contains="请核对金额").exists()
    assert bureau.proposed(support, budget).state == "proposed"


def test_one_off_support_is_given_again_only_where_the_year_plan_allows_it_and_with_a_reason(bureau, monkeypatch):
    conclusion = concluded(new=2, tiers=())
    stations = [entry.station for entry in conclusion.round.entries.order_by("pk").select_related("station")]
    stations[1].organisation = stations[0].organisation
    stations[1].save()
    entitlement.compute_entitlements(conclusion, actor=bureau.zhao, at=DECIDED)
    first, second = Entitlement.objects.order_by("rank")
    assert (first.again, second.again) == (False, True)
    assert [todo.title for todo in todo_for(bureau.zhao)] == ["拟定 1 个支持对象的资金"]
    budget = bureau.budget()
    bureau.proposed(first, budget)
    assert refused(bureau.proposed, second, budget) == "plan_missing"
    monkeypatch.setattr(grant, "decided", lambda measure, code, at: False)
    assert refused(bureau.proposed, second, budget, again_reason="确有需要") == "already_supported"
    monkeypatch.setattr(grant, "decided", lambda measure, code, at: True)
    assert refused(bureau.proposed, second, budget) == "reason_missing"
    assert bureau.proposed(second, budget, again_reason="集体研究同意").again


def test_an_organisation_has_one_live_support_in_the_database(bureau):
    support, prize = bureau.entitled()
    twin = bureau.proposed(support, bureau.budget())
    twin.pk, twin.entitlement = None, prize
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        with (
            pytest.raises(IntegrityError, match="one_award_support_per_organisation_and_measure"),
            transaction.atomic(),
        ):
            twin.save(force_insert=True)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def test_a_seat_above_the_tier_and_a_ceiling_above_the_measure_are_refused_by_the_database(bureau):
    prize = bureau.entitled()[1]
    prize.pk, prize.seat, prize.entry = None, 4, concluded(new=0, year=2030).round.entries.get()
    with pytest.raises(IntegrityError, match="at most"), transaction.atomic():
        prize.save(force_insert=True)
    prize.seat, prize.ceiling = 2, 50_001
    with pytest.raises(IntegrityError, match="at most"), transaction.atomic():
        prize.save(force_insert=True)


def test_what_is_more_than_the_line_holds_is_not_approved(bureau):
    support, prize = bureau.entitled()
    budget = bureau.budget(award_support=99_999)
    over = bureau.proposed(support, budget)
    assert refused(grant.approve_grant, over, actor=bureau.qian, at=LATER) == "over_budget"
    bureau.approved(prize, budget)
    assert BudgetLine.objects.get(kind="award_support").committed == 0


def test_a_title_that_was_revoked_is_given_nothing(bureau):
    support, prize = bureau.entitled()
    budget = bureau.budget()
    proposed = bureau.proposed(support, budget)
    for due in (support, prize):
        make_executed_case(due.title)
        end_title(
            due.title,
            move="revoke",
            actor=bureau.qian,
            article="第十八条",
            decision="武市监〔2026〕9号",
            reason="材料不实",
        )
    assert refused(grant.approve_grant, proposed, actor=bureau.qian, at=LATER) == "title_ended"
    assert refused(bureau.proposed, prize, budget) == "title_ended"
    with pytest.raises(IntegrityError, match="the title has ended"), transaction.atomic():
        Grant.objects.filter(pk=proposed.pk).update(state="approved", decided_by=bureau.qian, decided_at=LATER)


def test_all_open_entitlements_are_proposed_at_once_but_for_those_that_need_a_word(bureau):
    found = bureau.entitled(new=2, tiers=(1, 2))
    make_executed_case(found[0].title)
    end_title(
        found[0].title,
        move="revoke",
        actor=bureau.qian,
        article="第十八条",
        decision="武市监〔2026〕9号",
        reason="材料不实",
    )
    budget = bureau.budget()
    assert [grant.skipped_because(due) for due in grant.proposable(budget)] == ["称号已撤销（第十八条）", "", "", ""]
    made = grant.propose_all(budget, actor=bureau.zhao, at=LATER)
    assert [one.amount for one in made] == [100_000, 50_000, 30_000]
    assert refused(grant.propose_all, budget, actor=bureau.zhao, at=LATER) == "nothing_to_propose"
    grant.approve_all(made, actor=bureau.qian, at=LATER)
    assert {one.state for one in Grant.objects.all()} == {"approved"}


def test_approving_all_is_all_or_nothing(bureau):
    bureau.entitled(new=2, tiers=())
    budget = bureau.budget(award_support=150_000)
    made = grant.propose_all(budget, actor=bureau.zhao, at=LATER)
    with pytest.raises(Refused, match="over_budget"), transaction.atomic():
        grant.approve_all(made, actor=bureau.qian, at=LATER)
    assert {one.state for one in Grant.objects.all()} == {"proposed"}


def test_a_cancelled_grant_gives_its_money_back_to_the_line(bureau):
    (support, _) = bureau.entitled()
    one = bureau.approved(support, bureau.budget())
    assert refused(grant.cancel_grant, one, actor=bureau.zhao, reason=" ") == "reason_missing"
    assert refused(grant.cancel_grant, one, actor=bureau.sun, reason="x") == "not_allowed"
    grant.cancel_grant(one, actor=bureau.zhao, reason="单位放弃", at=LATER)
    assert BudgetLine.objects.get(kind="award_support").committed == 0
    at_once()


def test_money_of_a_revoked_title_is_recovered_and_stays_counted(bureau):
    (support, _) = bureau.entitled()
    one = bureau.paid(bureau.approved(support, bureau.budget()))
    make_executed_case(support.title)
    end_title(
        support.title,
        move="revoke",
        actor=bureau.qian,
        article="第十八条",
        decision="武市监〔2026〕9号",
        reason="材料不实",
    )
    assert refused(grant.recover_grant, one, actor=make_user(), reason="x") == "not_allowed"
    grant.recover_grant(one, actor=bureau.zhao, reason="称号撤销", at=LATER)
    repay = {"actor": bureau.sun, "at": LATER, "reference": "TK1"}
    tomorrow = LATER.date() + dt.timedelta(days=1)
    assert refused(grant.record_repayment, one, repaid_on=tomorrow, **repay) == "date_wrong"
    grant.record_repayment(one, repaid_on=LATER.date(), **repay)
    assert one.state == "recovered"
    assert BudgetLine.objects.get(kind="award_support").committed == 100_000
    at_once()


@pytest.mark.parametrize("statement", ["UPDATE funding_grant SET amount = 1", "DELETE FROM funding_grant"])
def test_a_grant_stays_as_it_was_proposed(bureau, statement):
    (support, _) = bureau.entitled()
    bureau.proposed(support, bureau.budget())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
