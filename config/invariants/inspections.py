"""Invariants of inspections and of improvement: draws recomputed, records hashed anew, judges of another side."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.canonical import fingerprint
from ledger.models import JournalEntry
from supervision.draw import CannotDraw, Drawn, redraw
from supervision.models import Inspection, InspectionPlan
from supervision.queries.inspection import inspectors_by_seed, record_fingerprint
from supervision.states.inspection import RECORDED

# fmt: off
INSPECTIONS: dict[str, str] = {
    "improvement_is_done_and_an_item_is_not": """
        SELECT 'improvement plan ' || p.id FROM supervision_improvementplan p
        WHERE (p.state = 'done') = EXISTS (
            SELECT 1 FROM supervision_improvementitem i
            WHERE i.plan_id = p.id AND i.state NOT IN ('accepted', 'withdrawn'))""",
    "station_judged_its_own_improvement": """
        SELECT 'improvement item ' || i.id FROM supervision_improvementitem i
        JOIN supervision_improvementplan p ON p.id = i.plan_id JOIN stations_station s ON s.id = p.station_id
        JOIN ledger_journalentry j ON j.object_type = 'supervision.improvementitem' AND j.object_id = i.id::text
            AND j.move IN ('accept', 'send_back', 'withdraw', 'extend')
        JOIN stations_membership m ON m.user_id = j.actor_id AND m.organisation_id = s.organisation_id
            AND m.joined_at <= j.at AND (m.left_at IS NULL OR m.left_at > j.at)""",
}
# fmt: on


def draws_wrong() -> Iterator[str]:
    """Every draw, made anew from the kept seed and pools, gives the inspections that there are; the pools are those whose
    hash, and the seed is the one, that the journal has from before the draw."""
    for plan in InspectionPlan.objects.exclude(seed="").iterator():
        if fingerprint(plan.pools) != plan.pools_sha256:
            yield f"inspection plan {plan.pk}: its pools are not those that were frozen"
        if told(plan) != [plan.pools_sha256, plan.seed]:
            yield f"inspection plan {plan.pk}: the journal has other pools or another seed"
        if follows(plan) != made(plan):
            yield f"inspection plan {plan.pk}: its inspections do not follow from its seed"


def told(plan: InspectionPlan) -> list[str]:
    rows = JournalEntry.objects.filter(object_type="supervision.inspectionplan", object_id=str(plan.pk))
    facts = rows.filter(move__in=["freeze", "seed"]).order_by("id").values_list("facts", flat=True)
    return [fact.get("pools_sha256") or fact["seed"] for fact in facts]


def follows(plan: InspectionPlan) -> list[tuple[int, tuple[int, ...]]]:
    try:
        drawn = redraw(plan.seed, plan.pools, stations=plan.stations_count, each=plan.inspectors_each)
    except (CannotDraw, KeyError):
        return []
    gone = {row.title.station_id: row for row in plan.inspections.select_related("title", "plan") if row.absent}
    return [(one.station, tuple(sorted(going(one, gone.get(one.station))))) for one in drawn]


def going(drawn: Drawn, inspection: Inspection | None) -> tuple[int, ...]:
    """Who was drawn, or who goes in the place of those who could not; nobody where that cannot be."""
    try:
        return inspectors_by_seed(inspection, inspection.absent) if inspection else drawn.inspectors
    except (CannotDraw, ValueError):
        return ()


def made(plan: InspectionPlan) -> list[tuple[int, tuple[int, ...]]]:
    rows = plan.inspections.order_by("position").select_related("title").prefetch_related("inspectors")
    return [(row.title.station_id, tuple(sorted(person.pk for person in row.inspectors.all()))) for row in rows]


def records_changed() -> Iterator[str]:
    """A recorded inspection says today what its fingerprint was taken of."""
    rows = Inspection.objects.filter(state__in=RECORDED).prefetch_related("inspectors")
    for inspection in rows.iterator(chunk_size=200):
        if record_fingerprint(inspection) != inspection.record_sha256:
            yield f"inspection {inspection.pk}"
