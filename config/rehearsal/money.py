"""The money of a year: the budget in January; after the conclusion what Art 19 gives, approved, paid, in the books."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

import measures
from config.rehearsal.cast import Cast, Site
from config.rehearsal.plan import DAY, clock
from config.rehearsal.stage import Stage, strike
from evaluation.models import Conclusion
from evaluation.states import ConclusionState
from funding.actions.account import write_account
from funding.actions.batch import make_batch
from funding.actions.budget import open_budget
from funding.actions.grant import approve_all, propose_all, propose_grant
from funding.actions.receipt import reconcile_batch, record_receipt
from funding.models import Budget, Entitlement, Grant
from funding.states.grant import GrantState, SchemeKind

HOUR = dt.timedelta(hours=1)
AWARDS_PAID_FOR = 6  # first awards that the year's budget has room for, at the ceiling
LESS = 60_000  # what the last of the new stations gets, with a reason


def open_year(cast: Cast, year: int) -> Budget:
    """The prizes in full, and room for some first awards."""
    money = measures.load(settings.MEASURE).money
    ceiling = money.award.ceiling if money.award else 0
    return open_budget(
        measure=settings.MEASURE,
        year=year,
        amounts={SchemeKind.AWARD_SUPPORT: AWARDS_PAID_FOR * ceiling, SchemeKind.PRIZE: money.prize_total},
        source=f"武市财演〔{year}〕1号（演练）",
        actor=cast.staff["finance"],
        at=clock(dt.date(year, 1, 20), 10),
    )


def spend(stage: Stage) -> None:
    """The clock computes who is entitled; a manager proposes, the leader approves, finance pays and keeps the books.
    Where the budget does not reach, the last ones wait."""
    cast, year = stage.cast, stage.dates.year
    executed = Conclusion.objects.filter(round=stage.round, state=ConclusionState.EXECUTED).latest("decided_at")
    decided = executed.decided_at
    assert decided is not None  # noqa: S101 - it is executed
    strike(decided + HOUR)
    budget = Budget.objects.get(measure=settings.MEASURE, year=year)
    at = decided + DAY
    propose_less(stage, budget, at)
    propose_all(budget, actor=cast.manager, at=at + HOUR)
    approve_all(affordable(budget), actor=cast.leader, at=at + DAY)
    approved = list(Grant.objects.filter(line__budget=budget, state=GrantState.APPROVED).order_by("pk"))
    sites = {site.station.organisation_id: site for site in [*cast.titled, *stage.sites]}
    for grant in approved:
        give_account(sites[grant.organisation_id], at + 2 * DAY)
    pay(cast, approved, at + 3 * DAY)


def propose_less(stage: Stage, budget: Budget, at: dt.datetime) -> None:
    """The lowest ranked of the new stations gets less than the most that it may get: that takes a reason."""
    due = Entitlement.objects.filter(year=budget.year, kind=SchemeKind.AWARD_SUPPORT, again=False).order_by(
        "-rank", "pk"
    )
    if last := due.first():
        propose_grant(
            last,
            budget=budget,
            amount=LESS,
            amount_reason="设备购置投入较少，按实际投入的六成支持。",
            actor=stage.cast.manager,
            at=at,
        )


def affordable(budget: Budget) -> list[Grant]:
    """Proposed grants in the order of the ranking, as many as each line of the budget holds."""
    left = {line.pk: line.amount - line.committed for line in budget.lines.all()}
    found = []
    for grant in Grant.objects.filter(line__budget=budget, state=GrantState.PROPOSED).order_by(
        "entitlement__rank", "pk"
    ):
        if grant.amount <= left[grant.line_id]:
            left[grant.line_id] -= grant.amount
            found.append(grant)
    return found


def give_account(site: Site, at: dt.datetime) -> None:
    write_account(
        site.station.organisation,
        holder=site.station.organisation.name,
        bank="演练银行武汉江汉支行",
        number=f"6222{site.body.number:012d}",
        actor=site.owner,
        at=at,
    )


def pay(cast: Cast, grants: list[Grant], at: dt.datetime) -> None:
    """One batch, a receipt for each payment; all but the last are reconciled before the year ends."""
    if not grants:
        return
    finance = cast.staff["finance"]
    batch = make_batch(grants, actor=finance, at=at)
    for item in batch.items.order_by("pk"):
        record_receipt(
            item,
            amount=item.amount,
            paid_on=(at + 2 * DAY).date(),
            reference=f"YL{batch.number}{item.pk:06d}",
            actor=finance,
            at=at + 3 * DAY,
        )
    reconcile_batch(batch, voucher=f"记账{at.year}-12-{batch.pk:03d}", actor=finance, at=at + 4 * DAY)
