"""Receipts of the bank: typed one by one or imported as a table, all rows or none; then the books are reconciled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from funding.models import BankReceipt, Grant, PaymentBatch, PaymentItem
from funding.receipts import Problem, ReceiptRow
from funding.states.grant import GrantState
from ledger import moves
from ledger.errors import Refused
from ledger.journal import record


@transaction.atomic
def record_receipt(
    item: PaymentItem, *, amount: int, paid_on: dt.date, reference: str, actor: Any, at: dt.datetime | None = None
) -> BankReceipt:
    """The bank paid this item: the grant is paid from now on.

    Raises Refused: `not_allowed`, `already_paid`, `dropped`, `amount_differs`, `date_wrong`, `reference_used`,
    `reference_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.pay_grant", "登记银行回单")
    grant = moves.lock(item.grant)
    row = moves.lock(item)
    reference = reference.strip()
    if sentence := problem_with(row, amount, paid_on, reference, at):
        code, field, message = sentence
        raise Refused(code, message, field=field)
    receipt = BankReceipt(
        item=row, amount=amount, paid_on=paid_on, reference=reference, recorded_by=actor, recorded_at=at
    )
    try:
        with transaction.atomic():
            receipt.save(force_insert=True)
    except IntegrityError as error:  # somebody typed the same number at the same moment
        raise Refused(
            "reference_used", f"银行流水号 {reference} 刚刚已经登记，请刷新页面核对。", field="reference"
        ) from error
    facts = {"item": row.number, "amount": amount, "paid_on": paid_on.isoformat(), "reference": reference}
    moves.apply(grant, "pay", actor=actor, at=at, facts=facts)
    return receipt


def problem_with(
    item: PaymentItem, amount: int, paid_on: dt.date, reference: str, at: dt.datetime
) -> tuple[str, str | None, str] | None:
    """(code, field, sentence) of what is wrong with a receipt of this item, None when nothing is."""
    return next(faults_of(item, amount, paid_on, reference, at), None)


def faults_of(
    item: PaymentItem, amount: int, paid_on: dt.date, reference: str, at: dt.datetime
) -> Iterator[tuple[str, str | None, str]]:
    if item.dropped_at:
        yield "dropped", None, f"支付编号 {item.number} 已移出批次，不能登记回单。"
    if hasattr(item, "receipt"):
        yield "already_paid", None, f"支付编号 {item.number} 已登记过回单（{item.receipt.reference}），不能重复支付。"
    if amount != item.amount:
        yield (
            "amount_differs",
            "amount",
            f"金额 {amount:,} 元与应付 {item.amount:,} 元不一致，请核对回单；银行付错的，先与银行更正。",
        )
    if paid_on > timezone.localdate(at):
        yield "date_wrong", "paid_on", "付款日期不能晚于今天，请按回单填写。"
    if paid_on < timezone.localdate(item.batch.made_at):
        yield "date_wrong", "paid_on", "付款日期不能早于支付批次生成的日期，请按回单填写。"
    if not reference:
        yield "reference_missing", "reference", "请填写银行流水号。"
    elif BankReceipt.objects.filter(reference=reference).exists():
        yield "reference_used", "reference", f"银行流水号 {reference} 已经登记过，请核对是不是同一张回单。"


def problems_of(batch: PaymentBatch, rows: Sequence[ReceiptRow], at: dt.datetime) -> list[Problem]:
    """What is wrong with the rows of a table, measured against the batch: a sentence for each."""
    items = {item.number: item for item in batch.items.select_related("receipt", "batch")}
    problems = []
    for row in rows:
        item = items.get(row.number)
        if item is None:
            problems.append(Problem(row.line, f"本批次没有支付编号 {row.number}，请核对批次和编号。"))
        elif wrong := problem_with(item, row.amount, row.paid_on, row.reference, at):
            problems.append(Problem(row.line, wrong[2]))
    return problems


@transaction.atomic
def import_receipts(
    batch: PaymentBatch, rows: Sequence[ReceiptRow], *, actor: Any, at: dt.datetime | None = None
) -> list[BankReceipt]:
    """All receipts of a table, or none. Raises Refused `receipts_wrong` with a sentence for each bad row."""
    at = at or timezone.now()
    moves.require(actor, "funding.pay_grant", "导入银行回单")
    if problems := problems_of(batch, rows, at):
        raise Refused("receipts_wrong", "".join(map(str, problems)), field="table")
    items = {item.number: item for item in batch.items.all()}
    done = [
        record_receipt(
            items[row.number], amount=row.amount, paid_on=row.paid_on, reference=row.reference, actor=actor, at=at
        )
        for row in sorted(rows, key=lambda row: row.number)
    ]
    facts = {"receipts": [receipt.reference for receipt in done]}
    record(batch, "import", actor=actor, at=at, facts=facts)
    return done


@transaction.atomic
def reconcile_grant(grant: Grant, *, voucher: str, actor: Any, at: dt.datetime | None = None) -> Grant:
    """The payment stands in the books under this voucher. Raises Refused: `not_allowed`, `wrong_state`, `voucher_missing`."""
    at = at or timezone.now()
    if not voucher.strip():
        raise Refused("voucher_missing", "请填写记账凭证号。", field="voucher")
    moves.apply(grant, "reconcile", actor=actor, at=at, facts={"voucher": voucher.strip()}, voucher=voucher.strip())
    return grant


@transaction.atomic
def reconcile_batch(batch: PaymentBatch, *, voucher: str, actor: Any, at: dt.datetime | None = None) -> list[Grant]:
    """Every paid grant of a batch under one voucher. Raises Refused: as reconcile_grant, `nothing_to_reconcile`."""
    at = at or timezone.now()
    paid = Grant.objects.filter(
        payments__batch=batch, payments__dropped_at__isnull=True, state=GrantState.PAID
    ).order_by("pk")
    found = [reconcile_grant(grant, voucher=voucher, actor=actor, at=at) for grant in paid]
    if not found:
        raise Refused("nothing_to_reconcile", "这个批次没有已支付、等待对账的资金。")
    return found
