"""What waits for whom: the leader approves, finance pays and reconciles, the owner enters the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from accounts.todo import Todo
from funding.models import BankAccount, Grant, PaymentItem
from funding.queries.entitlement import open_entitlements
from funding.queries.grant import to_approve, to_cancel, to_recover
from funding.queries.payment import organisations_owned_by
from funding.states.grant import GrantState
from stations.models import Organisation
from stations.states import TitleState


def todo_for(user: Any) -> Iterator[Todo]:
    if user.has_perm("funding.approve_grant") and (count := to_approve(user).count()):
        yield Todo(
            f"审批 {count} 笔资金支持", reverse("funding:grant_approve_all"), reason="由另一位人员拟定，等您审批。"
        )
    if user.has_perm("funding.propose_grant"):
        yield from manager_todos()
    if user.has_perm("funding.pay_grant"):
        yield from finance_todos()
    if not user.roles:
        yield from owner_todos(user)


def manager_todos() -> Iterator[Todo]:
    listed = reverse("funding:grant_list")
    # Support given again is the bureau's choice, and waits for nobody
    if count := open_entitlements().filter(title__state=TitleState.ACTIVE, again=False).count():
        reason = "评价结论已执行，支持对象已算出（办法第十九条）。"
        yield Todo(f"拟定 {count} 个支持对象的资金", reverse("funding:entitlement_list"), reason=reason)
    if count := to_recover().count():
        yield Todo(
            f"{count} 笔已支付资金的称号已撤销",
            f"{listed}?attention=recover",
            reason="是否追回由市局决定，并写明理由。",
            tone="bad",
        )
    if count := to_cancel().count():
        yield Todo(
            f"{count} 笔已批准资金的称号已终止",
            f"{listed}?attention=cancel",
            reason="称号终止的不再支付。",
            tone="warn",
        )


def finance_todos() -> Iterator[Todo]:
    in_batch = PaymentItem.objects.filter(grant=OuterRef("pk"), dropped_at__isnull=True)
    grants = Grant.objects.annotate(in_batch=Exists(in_batch)).aggregate(
        to_pay=Count("pk", filter=Q(state=GrantState.APPROVED, in_batch=False)),
        waiting=Count("pk", filter=Q(state=GrantState.APPROVED, in_batch=True)),
        to_reconcile=Count("pk", filter=Q(state=GrantState.PAID)),
        recovering=Count("pk", filter=Q(state=GrantState.RECOVERING)),
    )
    listed = reverse("funding:grant_list")
    batches = reverse("funding:batch_list")
    if grants["to_pay"]:
        yield Todo(
            f"支付 {grants['to_pay']} 笔已批准的资金", reverse("funding:batch_make"), reason="还没有列入支付批次。"
        )
    if grants["waiting"]:
        yield Todo(f"登记 {grants['waiting']} 笔付款的银行回单", batches, reason="已列入支付批次，还没有登记回单。")
    if grants["to_reconcile"]:
        yield Todo(f"对账 {grants['to_reconcile']} 笔已支付的资金", batches, reason="已登记回单，还没有记账凭证号。")
    if grants["recovering"]:
        yield Todo(
            f"登记 {grants['recovering']} 笔追回资金的退款", f"{listed}?state=recovering", reason="市局已决定追回。"
        )


def owner_todos(user: Any) -> Iterator[Todo]:
    """Organisations of this owner that are to be paid, and nobody knows where to."""
    approved = Grant.objects.filter(organisation=OuterRef("pk"), state=GrantState.APPROVED)
    known = BankAccount.objects.filter(organisation=OuterRef("pk"))
    for organisation in bare(user, approved, known):
        yield Todo(
            f"填写收款账户：{organisation}",
            reverse("funding:account_write", args=[organisation.pk]),
            reason="有一笔资金支持已批准，没有收款账户不能支付。",
            tone="warn",
        )


def bare(user: Any, approved: Any, known: Any) -> list[Organisation]:
    return list(organisations_owned_by(user).filter(Exists(approved), ~Exists(known)))
