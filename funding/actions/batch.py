"""Batches of payments: made of approved grants, handed to the finance office as a table, items dropped where need be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from funding.models import Budget, Grant, PaymentBatch, PaymentItem
from funding.queries.payment import Payee, grants_to_pay, items_of, payable, payee
from ledger import moves
from ledger.errors import Refused
from ledger.journal import record


@transaction.atomic
def make_batch(grants: Sequence[Grant], *, actor: Any, at: dt.datetime | None = None) -> PaymentBatch:
    """Put approved grants into a new batch, each with its amount and the account as they are now.

    Raises Refused: `not_allowed`, `nothing_to_pay`, `not_payable` naming what has no account or no title any more.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.pay_grant", "生成支付批次")
    if not grants:
        raise Refused("nothing_to_pay", "请至少选择一笔已批准的资金。")
    numbers = sorted(grant.pk for grant in grants)
    list(Grant.objects.filter(pk__in=numbers).order_by("pk").select_for_update(no_key=True, of=("self",)))
    rows = list(grants_to_pay().filter(pk__in=numbers).order_by("pk"))
    if len(rows) < len(set(numbers)):
        raise Refused("stale", "所选资金里有的已列入别的批次或已取消，请刷新页面后重新选择。")
    if wrong := [str(row.entitlement.station) for row in rows if not payable(row)]:
        raise Refused(
            "not_payable", f"以下服务站没有收款账户，或者称号已经终止，不能支付：{'、'.join(wrong)}。请取消勾选。"
        )
    list(Budget.objects.order_by("pk").select_for_update(no_key=True))  # batches are numbered one at a time
    year = timezone.localdate(at).year
    batch = PaymentBatch.objects.create(number=next_number(year), year=year, made_by=actor, made_at=at)
    PaymentItem.objects.bulk_create(
        PaymentItem(
            batch=batch,
            number=f"{batch.number}-{position:03d}",
            grant=row,
            account_id=row.account_id,  # type: ignore[attr-defined]  # annotated by grants_to_pay
            amount=row.amount,
        )
        for position, row in enumerate(rows, start=1)
    )
    facts = {"grants": numbers, "total": sum(row.amount for row in rows)}
    record(batch, "make", actor=actor, at=at, facts=facts)
    return batch


def next_number(year: int) -> str:
    """FK2026-001 and so on."""
    last = PaymentBatch.objects.filter(number__startswith=f"FK{year}-").order_by("-pk").first()
    return f"FK{year}-{int(last.number.partition('-')[2]) + 1 if last else 1:03d}"


@transaction.atomic
def drop_item(item: PaymentItem, *, reason: str, actor: Any, at: dt.datetime | None = None) -> PaymentItem:
    """Take a payment out of its batch: the bank sent it back, or it is to be cancelled. The grant can be paid anew.

    Raises Refused: `not_allowed`, `already_paid`, `already_dropped`, `reason_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.pay_grant", "移出支付批次")
    if not reason.strip():
        raise Refused("reason_missing", "请填写移出批次的理由。", field="reason")
    row = moves.lock(item)
    if hasattr(row, "receipt"):
        raise Refused("already_paid", f"支付编号 {row.number} 已登记银行回单，不能移出批次。")
    if row.dropped_at:
        raise Refused("already_dropped", f"支付编号 {row.number} 已经移出批次。")
    row.dropped_at = at
    row.save(update_fields=["dropped_at"])
    record(row.batch, "drop", actor=actor, at=at, reason=reason, facts={"item": row.number, "grant": row.grant_id})
    return row


@transaction.atomic
def reveal_accounts(
    batch: PaymentBatch, *, reason: str, actor: Any, at: dt.datetime | None = None, act: str = "reveal"
) -> list[tuple[PaymentItem, Payee]]:
    """The accounts of a batch in the open, once, for the finance role; who looked and why stands in the journal.
    `act`: reveal on the screen, or export in the table for the finance office.

    Raises Refused: `not_allowed`, `reason_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.reveal_account", "查看收款账户", batch)
    if not reason.strip():
        raise Refused("reason_missing", "请填写查看收款账户的用途。", field="reason")
    items = list(items_of(batch).filter(dropped_at__isnull=True))
    record(batch, act, actor=actor, at=at, reason=reason, facts={"items": [item.number for item in items]})
    return [(item, payee(item.account)) for item in items]
