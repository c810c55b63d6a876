"""A concluded round and the money beside it, as the tests of funding need them: rows put into place for what the round
did, and the real actions from there on."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import User
from accounts.states import Role
from evaluation.models import Conclusion, Entry, Ranking, RankingLine, Round
from evaluation.states import RoundState, Track
from funding.actions import account, batch, budget, entitlement, grant, receipt
from funding.models import Budget, Entitlement, Grant, PaymentBatch
from ledger.actors import Job
from ledger.canonical import fingerprint
from ledger.journal import record
from stations.models import Station
from tests.factories import make_entry, make_organisation, make_round, make_station, make_title, make_user

SHANGHAI = ZoneInfo("Asia/Shanghai")
DECIDED = dt.datetime(2026, 11, 16, 10, tzinfo=SHANGHAI)
LATER = dt.datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
AMOUNTS = {"award_support": 2_000_000, "prize": 400_000}


def concluded(
    *, new: int = 1, tiers: Sequence[int | None] = (1,), year: int = 2026, owner: User | None = None
) -> Conclusion:
    """An executed conclusion: so many new stations with a title, and a titled one in each of `tiers` (None: kept, without
    a prize). With `owner`, every station is of an organisation of that person's."""
    evaluation = concluded_round(year)
    entries = []
    for _ in range(new):
        entry = make_entry(evaluation, station_of(owner))
        make_title(entry.station, awarded_at=DECIDED)
        entries.append((entry, "award", None))
    entries += [(make_entry(evaluation, station_of(owner), Track.TITLED), "retain", tier) for tier in tiers]
    ranking = confirmed(evaluation, [entry for entry, _, _ in entries])
    plan = [
        {"entry": entry.pk, "station": entry.station.name, "fate": fate, "tier": tier, "promoted": False, "label": ""}
        for entry, fate, tier in entries
    ]
    return Conclusion.objects.create(
        round=ranking.round,
        state="executed",
        plan=plan,
        plan_sha256=fingerprint(plan),
        proposed_by=make_user(Role.MANAGER),
        proposed_at=DECIDED,
        decided_by=make_user(Role.LEADER),
        decided_at=DECIDED,
    )


def concluded_round(year: int) -> Round:
    """A round that ended, with the journal row that the database asks for."""
    evaluation = make_round(RoundState.DRAFT, year=year)
    with transaction.atomic():
        record(evaluation, "conclude", actor=Job("test"), at=DECIDED, before="draft", after=RoundState.CONCLUDED)
        Round.objects.filter(pk=evaluation.pk).update(state=RoundState.CONCLUDED)
    evaluation.refresh_from_db()
    return evaluation


def station_of(owner: User | None) -> Station:
    return make_station(make_organisation(owner))


def confirmed(evaluation: Any, entries: Sequence[Entry]) -> Ranking:
    ranking = Ranking.objects.create(
        round=evaluation,
        number=1,
        state="confirmed",
        computed_at=DECIDED,
        confirmed_at=DECIDED,
        settings={},
        inputs_sha256="0" * 64,
    )
    ranks = {Track.NEW: 0, Track.TITLED: 0}
    for entry in entries:
        ranks[entry.track] += 1
        RankingLine.objects.create(
            ranking=ranking,
            entry=entry,
            track=entry.track,
            total=Decimal(90),
            dimensions={},
            rank=ranks[entry.track],
            outcome="award" if entry.track == Track.NEW else "retain",
            spread=Decimal(0),
            deviation=Decimal(0),
            working={"sheets": []},
        )
    return ranking


class Bureau:
    """Zhao proposes, Qian approves, Sun pays; Lin owns every organisation."""

    def __init__(self) -> None:
        self.zhao = make_user(Role.MANAGER, name="赵")
        self.qian = make_user(Role.LEADER, name="钱")
        self.sun = make_user(Role.FINANCE, name="孙")
        self.lin = make_user(name="林")

    def entitled(self, **wanted: Any) -> list[Entitlement]:
        run = entitlement.compute_entitlements(concluded(owner=self.lin, **wanted), actor=self.zhao, at=DECIDED)
        return list(run.entitlements.order_by("kind", "rank"))

    def budget(self, year: int = 2026, **amounts: int) -> Budget:
        return budget.open_budget(
            measure="wuhan", year=year, amounts={**AMOUNTS, **amounts}, source="预算批复", actor=self.sun, at=LATER
        )

    def proposed(self, due: Entitlement, budget: Budget, amount: int | None = None, **facts: Any) -> Grant:
        return grant.propose_grant(due, budget=budget, amount=amount or due.ceiling, actor=self.zhao, at=LATER, **facts)

    def approved(self, due: Entitlement, budget: Budget) -> Grant:
        return grant.approve_grant(self.proposed(due, budget), actor=self.qian, at=LATER)

    def account(self, organisation: Any, number: str = "6222 0210 0112 3456 789") -> Any:
        return account.write_account(
            organisation, holder=organisation.name, bank="工商银行武汉光谷支行", number=number, actor=self.lin, at=LATER
        )

    def batch(self, *grants: Grant) -> PaymentBatch:
        for one in grants:
            self.account(one.organisation)
        return batch.make_batch(list(grants), actor=self.sun, at=LATER)

    def paid(self, one: Grant) -> Grant:
        made = self.batch(one)
        receipt.record_receipt(
            made.items.get(),
            amount=one.amount,
            paid_on=LATER.date(),
            reference=f"REF{one.pk}",
            actor=self.sun,
            at=LATER,
        )
        one.refresh_from_db()
        return one
