"""The year's budget: opened, and changed with a reason, never below what is approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from funding.models import Budget, BudgetLine
from funding.states.grant import SchemeKind
from ledger import moves
from ledger.errors import Refused
from ledger.journal import record

MOST = 1_000_000_000


@transaction.atomic
def open_budget(
    *, measure: str, year: int, amounts: Mapping[str, int], source: str, actor: Any, at: dt.datetime | None = None
) -> Budget:
    """Open the budget of a year. `amounts`: {kind of line: whole yuan}, for every kind.

    Raises Refused: `not_allowed`, `already_open`, `amount_wrong`, `source_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.manage_budget", "设立预算")
    checked(amounts)
    if not source.strip():
        raise Refused("source_missing", "请写明预算依据，例如部门预算批复的文号。", field="source")
    budget, new = Budget.objects.get_or_create(
        measure=measure, year=year, defaults={"total": sum(amounts.values()), "source": source.strip()}
    )
    if not new:
        raise Refused("already_open", f"{year} 年度的预算已经设立，请打开它，用“调整预算”修改。", field="year")
    BudgetLine.objects.bulk_create(BudgetLine(budget=budget, kind=kind, amount=amounts[kind]) for kind in SchemeKind)
    record(budget, "open", actor=actor, at=at, facts={"year": year, "amounts": dict(amounts), "source": source})
    return budget


@transaction.atomic
def change_budget(
    budget: Budget, *, amounts: Mapping[str, int], reason: str, actor: Any, at: dt.datetime | None = None
) -> Budget:
    """Give the lines other amounts, never below what is approved.

    Raises Refused: `not_allowed`, `amount_wrong`, `reason_missing`, `below_approved` naming the line.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.manage_budget", "调整预算", budget)
    checked(amounts)
    if not reason.strip():
        raise Refused("reason_missing", "请填写调整预算的理由，例如批复文号。", field="reason")
    row = moves.lock(budget)
    lines = {line.kind: line for line in row.lines.select_for_update(no_key=True).order_by("pk")}
    before = {kind: line.amount for kind, line in lines.items()}
    for kind, line in lines.items():
        if amounts[kind] < line.committed:
            raise Refused(
                "below_approved",
                f"「{line.get_kind_display()}」已批准 {line.committed:,} 元，预算不能低于这个数。",
                field=kind,
            )
        line.amount = amounts[kind]
        line.save(update_fields=["amount"])
    row.total = sum(amounts.values())
    row.save(update_fields=["total"])
    record(row, "change", actor=actor, at=at, reason=reason, facts={"before": before, "after": dict(amounts)})
    return row


def checked(amounts: Mapping[str, int]) -> None:
    for kind in SchemeKind:
        amount = amounts.get(kind)
        if not isinstance(amount, int) or not 0 <= amount <= MOST:
            raise Refused("amount_wrong", f"「{kind.label}」请填写以元为单位的整数，没有的填 0。", field=str(kind))
