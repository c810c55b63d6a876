"""The year's money on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from funding.models import Budget, Grant, MatchingFund
from funding.states.grant import OUT, GrantState, SchemeKind


@dataclass(frozen=True)
class LineFigures:
    """One line of the year's money, in yuan. `paid` is a part of `committed`; `recovered` a part of `paid`."""

    label: str
    amount: int
    committed: int
    paid: int
    recovered: int
    proposed: int
    grants: int

    @property
    def free(self) -> int:
        return self.amount - self.committed


def budgets_visible_to(user: Any) -> QuerySet[Budget]:
    return Budget.objects.all() if user.has_perm("funding.read_money") else Budget.objects.none()


def figures_of(budget: Budget) -> list[LineFigures]:
    """Its lines, and then their sum, in two queries."""
    sums = {
        row["line"]: row
        for row in Grant.objects.filter(line__budget=budget)
        .order_by()
        .values("line")
        .annotate(
            paid=Sum("amount", filter=Q(state__in=OUT), default=0),
            recovered=Sum("amount", filter=Q(state=GrantState.RECOVERED), default=0),
            proposed=Sum("amount", filter=Q(state=GrantState.PROPOSED), default=0),
            grants=Count("pk", filter=Q(decided_at__isnull=False) & ~Q(state__in=["rejected", "cancelled"])),
        )
    }
    none = {"paid": 0, "recovered": 0, "proposed": 0, "grants": 0}
    lines = [
        LineFigures(
            SchemeKind(line.kind).label,
            line.amount,
            line.committed,
            *(sums.get(line.pk, none)[name] for name in ("paid", "recovered", "proposed", "grants")),
        )
        for line in budget.lines.all()
    ]
    names = ("amount", "committed", "paid", "recovered", "proposed", "grants")
    return [*lines, LineFigures("合计", *(sum(getattr(line, name) for line in lines) for name in names))]


def matching_total(year: int) -> int:
    """What districts gave besides, in yuan: not in any sum of the budget."""
    found = MatchingFund.objects.filter(year=year, withdrawn_at__isnull=True).aggregate(sum=Sum("amount", default=0))
    return found["sum"]
