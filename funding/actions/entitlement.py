"""Entitlements of Art 19: computed once from each executed conclusion, by the clock or by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

import measures
from evaluation.models import Conclusion, Entry
from evaluation.states import ConclusionState
from funding.entitlements import Entitled
from funding.models import Entitlement, EntitlementRun, Scheme
from funding.queries.entitlement import conclusions_to_compute, entitled_by
from funding.states.grant import SchemeKind
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from stations.models import Title
from stations.states import Level

JOB = Job("compute_entitlements_due")


@transaction.atomic
def sync_schemes(measure: str, *, actor: Any, at: dt.datetime | None = None) -> dict[int, Scheme]:
    """What the measure's file says of money, as rows that the database holds entitlements to: {tier: scheme}, 0 for the
    support at first award. Changed only when the file has changed, and then with a journal row."""
    at = at or timezone.now()
    money = measures.load(measure).money
    wanted: dict[int, dict[str, Any]] = {}
    if money.award:
        wanted[0] = {
            "kind": SchemeKind.AWARD_SUPPORT,
            "name": SchemeKind.AWARD_SUPPORT.label,
            "ceiling": money.award.ceiling,
            "article": money.award.article,
            "places": None,
        }
    for tier in money.tiers:
        wanted[tier.tier] = {
            "kind": SchemeKind.PRIZE,
            "name": f"{tier.name}支持",
            "ceiling": tier.amount,
            "article": tier.article,
            "places": tier.places,
        }
    found = {}
    for tier_number, facts in wanted.items():
        scheme, new = Scheme.objects.get_or_create(
            measure=measure, kind=facts["kind"], tier=tier_number, defaults=facts
        )
        if not new and any(getattr(scheme, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(scheme, name, value)
            scheme.save()
            new = True
        if new:
            record(scheme, "sync_schemes", actor=actor, at=at, facts=facts)
        found[tier_number] = scheme
    return found


@transaction.atomic
def compute_entitlements(conclusion: Conclusion, *, actor: Any, at: dt.datetime | None = None) -> EntitlementRun:
    """What follows for the money from an executed conclusion and its ranking. Asked twice, the first answer stands.

    Raises Refused: `not_allowed`, `not_concluded`, `tier_full`.
    """
    at = at or timezone.now()
    if not isinstance(actor, Job):
        moves.require(actor, "funding.compute_entitlements", "计算资金支持对象")
    row = moves.lock(conclusion)
    if done := EntitlementRun.objects.filter(conclusion=row).first():
        return done
    if row.state != ConclusionState.EXECUTED:
        raise Refused("not_concluded", "评价结论还没有批准执行，批准后才能计算资金支持对象。")
    schemes = sync_schemes(row.round.measure, actor=actor, at=at)
    # Two conclusions at once queue here: the second sees whom the first has entitled.
    list(Scheme.objects.filter(measure=row.round.measure).order_by("pk").select_for_update(no_key=True))
    ranking, entries, found = entitled_by(row)
    run = EntitlementRun.objects.create(conclusion=row, ranking=ranking, computed_at=at, count=len(found))
    Entitlement.objects.bulk_create(
        entitlement_of(run, schemes[one.tier], entries[one.entry], one, row) for one in found
    )
    facts = {"round": row.round_id, "ranking": ranking.pk, "ranking_number": ranking.number, "count": len(found)}
    record(run, "compute", actor=actor, at=at, facts=facts)
    return run


def entitlement_of(
    run: EntitlementRun, scheme: Scheme, entry: Entry, one: Entitled, conclusion: Conclusion
) -> Entitlement:
    return Entitlement(
        run=run,
        scheme=scheme,
        kind=scheme.kind,
        measure=scheme.measure,
        year=conclusion.round.year,
        entry=entry,
        station=entry.station,
        organisation_id=entry.station.organisation_id,
        title=title_of(entry, conclusion),
        rank=one.rank,
        tier=one.tier,
        seat=one.seat,
        ceiling=one.ceiling,
        article=one.article,
        again=one.again,
    )


def title_of(entry: Entry, conclusion: Conclusion) -> Title:
    """The title that was kept, or the one that this conclusion awarded."""
    if entry.dossier is not None:
        return entry.dossier.title
    awarded = entry.station.titles.filter(level=Level.CITY, awarded_at__gte=conclusion.decided_at)
    return awarded.earliest("awarded_at")


def compute_entitlements_due(at: dt.datetime) -> int:
    """The clock: every executed conclusion whose entitlements are not computed yet, each dated by its own decision.
    Returns how many."""
    due = list(conclusions_to_compute().filter(decided_at__lte=at))
    for conclusion in due:
        compute_entitlements(conclusion, actor=JOB, at=conclusion.decided_at)
    return len(due)
