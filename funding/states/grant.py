"""States of a grant: proposed by one person, approved by another, paid once, and accounted for."""

from django.db import models

from ledger.moves import State, move, moves


class SchemeKind(models.TextChoices):
    """Art 19: support at the first award, and the prizes of titled stations; also the lines of a budget."""

    AWARD_SUPPORT = "award_support", "新授牌一次性支持"
    PRIZE = "prize", "年度评价等次支持"


class GrantState(State):
    PROPOSED = "proposed", "办理中", "warn", "待审批"
    APPROVED = "approved", "已批准", "info", "已批准，待支付"
    PAID = "paid", "已支付", "good", "已支付，待对账"
    RECONCILED = "reconciled", "已支付", "good", "已对账"
    REJECTED = "rejected", "未批准", "bad", "已退回"
    CANCELLED = "cancelled", "已取消", "neutral", "已取消"
    RECOVERING = "recovering", "收回中", "bad", "追回中"
    RECOVERED = "recovered", "已收回", "neutral", "已追回"


G = GrantState
# Money that is promised or out. What was recovered went back to the treasury, not into the year's line.
COMMITTED = (G.APPROVED, G.PAID, G.RECONCILED, G.RECOVERING, G.RECOVERED)
# Money that left the bureau's account
OUT = (G.PAID, G.RECONCILED, G.RECOVERING, G.RECOVERED)
# Grants that count for nothing any more: the entitlement is free to be proposed anew
DEAD = (G.REJECTED, G.CANCELLED)

GRANT_MOVES = moves(
    move("approve", G.PROPOSED, G.APPROVED, "funding.approve_grant", "批准资金支持"),
    move("reject", G.PROPOSED, G.REJECTED, "funding.approve_grant", "退回资金支持", needs_reason=True),
    move("cancel", {G.PROPOSED, G.APPROVED}, G.CANCELLED, "funding.cancel_grant", "取消资金支持", needs_reason=True),
    move("pay", G.APPROVED, G.PAID, "funding.pay_grant", "登记支付"),
    move("reconcile", G.PAID, G.RECONCILED, "funding.pay_grant", "对账"),
    move("recover", {G.PAID, G.RECONCILED}, G.RECOVERING, "funding.recover_grant", "追回资金", needs_reason=True),
    move("repay", G.RECOVERING, G.RECOVERED, "funding.pay_grant", "登记退款"),
)
