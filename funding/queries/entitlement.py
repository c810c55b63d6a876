"""Entitlements as pages and actions need them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

import measures
from evaluation.conclusion import Fate
from evaluation.models import Conclusion, Entry, Ranking
from evaluation.states import ConclusionState, RankingState
from funding.entitlements import Entitled, Standing, entitlements
from funding.models import Entitlement, EntitlementRun, Grant
from funding.states.grant import DEAD, SchemeKind


def conclusions_to_compute() -> QuerySet[Conclusion]:
    """Executed conclusions whose entitlements nobody has computed yet, in the order in which they were decided."""
    done = EntitlementRun.objects.filter(conclusion=OuterRef("pk"))
    executed = Conclusion.objects.filter(~Exists(done), state=ConclusionState.EXECUTED)
    return executed.select_related("round").order_by("decided_at", "pk")


def entitled_by(conclusion: Conclusion) -> tuple[Ranking, dict[int, Entry], list[Entitled]]:
    """The ranking that a conclusion rests on, its entries, and what follows from them for the money.

    Raises Refused `tier_full`.
    """
    ranking = Ranking.objects.get(round=conclusion.round_id, state=RankingState.CONFIRMED)
    entries = {
        entry.pk: entry
        for entry in Entry.objects.filter(pk__in=[item["entry"] for item in conclusion.plan]).select_related(
            "station", "dossier__title"
        )
    }
    ranks = dict(ranking.lines.values_list("entry_id", "rank"))
    standings = [
        Standing(
            entry=item["entry"],
            organisation=entries[item["entry"]].station.organisation_id,
            titled=entries[item["entry"]].dossier_id is not None,
            fate=str(Fate(item["fate"])),
            tier=item.get("tier"),
            rank=ranks[item["entry"]],
        )
        for item in conclusion.plan
    ]
    measure, year = conclusion.round.measure, conclusion.round.year
    earlier = Entitlement.objects.filter(measure=measure)
    supported = earlier.filter(kind=SchemeKind.AWARD_SUPPORT).values_list("organisation_id", flat=True)
    taken = Counter(earlier.filter(kind=SchemeKind.PRIZE, year=year).values_list("tier", flat=True))
    return ranking, entries, entitlements(standings, measures.load(measure).money, supported=supported, taken=taken)


def entitlements_visible_to(user: Any) -> QuerySet[Entitlement]:
    """All of them for those who read the bureau's money, none for others."""
    rows = Entitlement.objects.select_related(
        "station__district", "organisation", "scheme", "title", "run__ranking", "run__conclusion__round"
    )
    return rows if user.has_perm("funding.read_money") else rows.none()


LIVE = Exists(Grant.objects.filter(entitlement=OuterRef("pk")).exclude(state__in=DEAD))


def with_grant(rows: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
    """Each with whether a grant of it is on its way or out: `granted`."""
    return rows.annotate(granted=LIVE)


def open_entitlements() -> QuerySet[Entitlement]:
    """Those for which nothing is proposed."""
    return Entitlement.objects.filter(~LIVE).select_related("station", "organisation", "scheme", "title")
