"""Grants: proposed from entitlements, approved or sent back by another person, cancelled, recovered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from funding.models import Budget, BudgetLine, Entitlement, Grant, PaymentItem
from funding.queries.entitlement import open_entitlements
from funding.states.grant import DEAD, GrantState, SchemeKind
from ledger import moves
from ledger.errors import Refused
from ledger.journal import record
from stations.queries.members import people_of
from stations.states import TitleState
from supervision.queries.year_plan import decided


@transaction.atomic
def propose_grant(
    entitlement: Entitlement,
    *,
    budget: Budget,
    amount: int,
    amount_reason: str = "",
    again_reason: str = "",
    actor: Any,
    at: dt.datetime | None = None,
) -> Grant:
    """Propose `amount` whole yuan for an entitlement, out of a budget.

    Raises Refused: `not_allowed`, `title_ended`, `already_proposed`, `already_supported`, `plan_missing`,
    `above_ceiling`, `amount_wrong`, `reason_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.propose_grant", "拟定资金支持")
    due = lock_entitlement(entitlement)
    if due.grants.exclude(state__in=DEAD).exists():
        raise Refused("already_proposed", f"{due.station}的这笔资金支持已经拟定，不能重复拟定。")
    check_title(due)
    check_amount(due, amount, amount_reason)
    check_once(due, again_reason, at)
    line = BudgetLine.objects.get(budget=budget, kind=due.kind)
    grant = Grant.objects.create(
        entitlement=due,
        line=line,
        organisation=due.organisation,
        measure=due.measure,
        kind=due.kind,
        ceiling=due.ceiling,
        amount=amount,
        amount_reason=amount_reason.strip(),
        again=due.again,
        again_reason=again_reason.strip() if due.again else "",
        proposed_by=actor,
        proposed_at=at,
    )
    facts = {
        "amount": amount,
        "ceiling": due.ceiling,
        "amount_reason": amount_reason,
        "again_reason": again_reason,
        "year": budget.year,
    }
    record(grant, "propose", actor=actor, at=at, after=grant.state, facts=facts)
    return grant


def lock_entitlement(entitlement: Entitlement) -> Entitlement:
    rows = Entitlement.objects.select_related("station", "organisation", "scheme", "title")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=entitlement.pk)


def check_title(due: Entitlement) -> None:
    if due.title.state != TitleState.ACTIVE:
        raise Refused(
            "title_ended",
            f"{due.station}的称号现在是「{due.title.get_state_display()}」，不能给予资金支持。",
        )


def check_amount(due: Entitlement, amount: int, reason: str) -> None:
    if amount < 1:
        raise Refused("amount_wrong", "金额请填写以元为单位的正整数。", field="amount")
    if amount > due.ceiling:
        raise Refused("above_ceiling", f"办法规定最高 {due.ceiling:,} 元，请改为不超过这个数的金额。", field="amount")
    if amount < due.ceiling and not reason.strip():
        raise Refused("reason_missing", f"金额低于最高金额 {due.ceiling:,} 元，请写明理由。", field="amount_reason")


def check_once(due: Entitlement, reason: str, at: dt.datetime) -> None:
    """The one-off support is given again only where the bureau has decided so for the year, and with a reason."""
    if not due.again:
        others = Grant.objects.filter(organisation=due.organisation, measure=due.measure, kind=due.kind, again=False)
        if due.kind == SchemeKind.AWARD_SUPPORT and others.exclude(state__in=DEAD).exists():
            raise Refused("already_supported", f"{due.organisation}已经享受过一次性支持，不能重复（办法第十九条）。")
        return
    if not decided(due.measure, "award_support_again", at):
        raise Refused(
            "already_supported",
            f"{due.organisation}已列为一次性支持对象。年度监督安排没有允许再次享受，不能重复（办法第十九条）。",
        )
    if not reason.strip():
        raise Refused("reason_missing", "这家单位再次享受一次性支持，请写明理由。", field="again_reason")


@transaction.atomic
def propose_all(budget: Budget, *, actor: Any, at: dt.datetime | None = None) -> list[Grant]:
    """Propose every open entitlement of the budget's year at its ceiling, all or none; those that need a decision of
    their own (title ended, support given again) are left for one by one.

    Raises Refused: `not_allowed`, `nothing_to_propose`, and as propose_grant.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.propose_grant", "批量拟定资金支持")
    found = [due for due in proposable(budget) if not skipped_because(due)]
    if not found:
        raise Refused("nothing_to_propose", "没有可以批量拟定的支持对象，请查看列表中的说明。")
    return [propose_grant(due, budget=budget, amount=due.ceiling, actor=actor, at=at) for due in found]


def proposable(budget: Budget) -> list[Entitlement]:
    """The open entitlements of the budget's year, in the order of the ranking."""
    return list(open_entitlements().filter(measure=budget.measure, year=budget.year).order_by("kind", "rank", "pk"))


def skipped_because(due: Entitlement) -> str:
    """Why an entitlement is not proposed together with the others; empty when it is."""
    if due.title.state != TitleState.ACTIVE:
        return f"称号{due.title.get_state_display()}"
    return "再次享受一次性支持，请单独拟定并写明理由" if due.again else ""


@transaction.atomic
def approve_grant(grant: Grant, *, actor: Any, at: dt.datetime | None = None) -> Grant:
    """Approve, by another person than proposed. Approvals of one line queue at it; approving twice does it once.

    Raises Refused: `not_allowed`, `wrong_state`, `title_ended`, `over_budget`.
    """
    at = at or timezone.now()
    row = moves.lock(grant)
    if row.state == GrantState.APPROVED and row.decided_by == actor:
        return row
    moves.check(row.MOVES["approve"], actor, row, "")
    check_title(row.entitlement)
    line = moves.lock(row.line)
    if row.amount > line.free:
        raise Refused(
            "over_budget",
            f"「{line.get_kind_display()}」只剩 {line.free:,} 元，不够批准这笔 {row.amount:,} 元。"
            "请先由财务人员调整预算，或者退回。",
        )
    facts = {"amount": row.amount, "line": line.pk, "free_before": line.free}
    moves.apply(row, "approve", actor=actor, at=at, facts=facts, decided_by=actor, decided_at=at)
    tell(row, "approved", "已批准", f"金额 {row.amount:,} 元。请单位管理员核对收款账户。", at=at)
    return row


@transaction.atomic
def approve_all(grants: Sequence[Grant], *, actor: Any, at: dt.datetime | None = None) -> list[Grant]:
    """Approve all of these, or none. Raises Refused as approve_grant does, for the first that cannot be."""
    if not grants:
        raise Refused("nothing_to_approve", "没有等待您审批的资金支持。")
    # All grants before any line: nobody who approves one of them meanwhile waits for us while we wait for him.
    numbers = [grant.pk for grant in grants]
    rows = list(Grant.objects.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True, of=("self",)))
    return [approve_grant(grant, actor=actor, at=at) for grant in rows]


@transaction.atomic
def reject_grant(grant: Grant, *, actor: Any, reason: str, at: dt.datetime | None = None) -> Grant:
    """Send a proposal back with the reason; the entitlement can be proposed anew.

    Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`.
    """
    at = at or timezone.now()
    moves.apply(grant, "reject", actor=actor, at=at, reason=reason, decided_by=actor, decided_at=at)
    notify(
        [grant.proposed_by],
        at=at,
        key=f"grant:{grant.pk}:rejected",
        subject=f"{grant}已退回",
        body=f"理由：{reason}",
        url=grant.get_absolute_url(),
    )
    return grant


@transaction.atomic
def cancel_grant(grant: Grant, *, actor: Any, reason: str, at: dt.datetime | None = None) -> Grant:
    """Cancel what is not paid yet; an approved amount goes back to its line.

    Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`, `in_a_batch`.
    """
    at = at or timezone.now()
    row = moves.lock(grant)
    if PaymentItem.objects.filter(grant=row, dropped_at__isnull=True).exists() and row.state == GrantState.APPROVED:
        raise Refused("in_a_batch", "这笔资金已列入支付批次，请财务人员先把它移出批次，再取消。")
    was_approved = row.state == GrantState.APPROVED
    moves.apply(row, "cancel", actor=actor, at=at, reason=reason)
    if was_approved:
        tell(row, "cancelled", "已取消", f"理由：{reason}", at=at)
    return row


@transaction.atomic
def recover_grant(grant: Grant, *, actor: Any, reason: str, at: dt.datetime | None = None) -> Grant:
    """Ask a paid grant back, as after a revocation; a person decides.

    Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`.
    """
    at = at or timezone.now()
    moves.apply(grant, "recover", actor=actor, at=at, reason=reason)
    tell(grant, "recovering", "需要退回", f"请退回已拨付的 {grant.amount:,} 元。理由：{reason}", at=at)
    return grant


@transaction.atomic
def record_repayment(
    grant: Grant, *, actor: Any, repaid_on: dt.date, reference: str, at: dt.datetime | None = None
) -> Grant:
    """The money came back, whole. It stays counted in the year's approved sum: it went to the treasury.

    Raises Refused: `not_allowed`, `wrong_state`, `date_wrong`, `reference_missing`.
    """
    at = at or timezone.now()
    if repaid_on > timezone.localdate(at):
        raise Refused("date_wrong", "退款日期不能晚于今天，请按银行回单填写。", field="repaid_on")
    if not reference.strip():
        raise Refused("reference_missing", "请填写退款的银行流水号。", field="reference")
    facts = {"repaid_on": repaid_on.isoformat(), "reference": reference, "amount": grant.amount}
    moves.apply(
        grant, "repay", actor=actor, at=at, facts=facts, repaid_on=repaid_on, repaid_reference=reference.strip()
    )
    return grant


def tell(grant: Grant, event: str, what: str, body: str, *, at: dt.datetime) -> None:
    notify(
        people_of(grant.organisation),
        at=at,
        key=f"grant:{grant.pk}:{event}",
        subject=f"{grant}{what}",
        body=body,
        url=grant.get_absolute_url(),
    )
