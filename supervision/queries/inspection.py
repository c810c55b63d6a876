"""Inspections as pages need them: plans, pools, the draw shown so that it can be recomputed, checklists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

import measures
from accounts.models import RoleGrant, User
from accounts.rules import reads_all
from accounts.states import Role
from accounts.todo import Todo
from ledger.canonical import fingerprint
from ledger.models import StoredFile
from measures.measure import Indicator
from stations.models import District, Membership, Title
from stations.rules import memberships
from stations.states import Level, TitleState
from supervision.draw import inspector_key, pools_as_kept, redraw, station_key, substituted
from supervision.models import Inspection, InspectionFinding, InspectionPlan
from supervision.states.inspection import OPEN, RECORDED, InspectionPlanState, InspectionState, Verdict

BARRED_FOR = dt.timedelta(days=3 * 365)  # who has left an organisation does not inspect it for three years


# -- Whose is what  ----


def inspection_plans_visible_to(user: Any) -> QuerySet[InspectionPlan]:
    """All for the bureau and the auditor, its own for a district."""
    rows = InspectionPlan.objects.select_related("district", "created_by")
    if not user.is_authenticated:
        return rows.none()
    return rows if reads_all(user) else rows.filter(district__in=user.districts)


def inspections_visible_to(user: Any) -> QuerySet[Inspection]:
    """All for the bureau and the auditor; to a district those of the stations that it supervises; to inspectors those that
    they were drawn for; to the station's own people what has been recorded, and nothing before: nobody announces an
    inspection."""
    rows = Inspection.objects.select_related("plan", "title__station__organisation").prefetch_related("inspectors")
    if not user.is_authenticated:
        return rows.none()
    if reads_all(user):
        return rows
    drawn = Exists(Inspection.inspectors.through.objects.filter(inspection=OuterRef("pk"), user=user))
    district = Q(title__station__supervised_by__in=user.districts)
    own = Q(title__station__organisation__in=memberships(user))
    return rows.filter(((drawn | district) & ~own) | (own & Q(state__in=RECORDED)))


def scopes_of(user: Any) -> list[District | None]:
    """For whom this person plans inspections: None is the city."""
    city: list[District | None] = [None] if Role.MANAGER in user.roles else []
    return [*city, *District.objects.filter(code__in=user.districts)]


def plan_list(user: Any) -> QuerySet[InspectionPlan]:
    """With how many inspections each has, and how many of them are done."""
    return inspection_plans_visible_to(user).annotate(
        drawn=Count("inspections"),
        made=Count("inspections", filter=Q(inspections__state__in=[*RECORDED, InspectionState.CANCELLED])),
    )


# -- Pools  ----


def station_pool(plan: InspectionPlan) -> list[dict[str, Any]]:
    """Stations with an active title in the plan's scope, by number: the city's titles, or any title of a station that the
    district supervises. A station with two titles is there once."""
    titles = Title.objects.filter(state=TitleState.ACTIVE).select_related("station__organisation", "slot")
    if plan.district_id:
        titles = titles.filter(station__supervised_by=plan.district_id)
    else:
        titles = titles.filter(level=Level.CITY, slot__measure=plan.measure)
    found: dict[int, dict[str, Any]] = {}
    for title in titles.order_by("station_id", "level", "pk"):
        row = {
            "id": title.station_id,
            "name": str(title.station),
            "organisation": title.station.organisation_id,
            "organisation_name": str(title.station.organisation),
            "title": title.pk,
            "number": title.number,
        }
        found.setdefault(title.station_id, row)
    return list(found.values())


def inspector_pool(plan: InspectionPlan, at: dt.datetime) -> list[dict[str, Any]]:
    """People who may be drawn, by number: the bureau's own and every district's for a plan of the city, the district's own
    for its plan; each with the organisations that he or she belongs to, or has left within three years."""
    grants = RoleGrant.objects.filter(ended_at__isnull=True)
    if plan.district_id:
        grants = grants.filter(role=Role.DISTRICT, scope=plan.district_id)
    else:
        grants = grants.filter(role__in=[Role.INTAKE, Role.MANAGER, Role.DISTRICT])
    lately = Q(left_at__isnull=True) | Q(left_at__gt=at - BARRED_FOR)
    ties = Prefetch("memberships", Membership.objects.filter(lately).order_by("organisation_id"), to_attr="ties")
    people = User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("pk").prefetch_related(ties)
    return [
        {"id": person.pk, "name": str(person), "barred": sorted({tie.organisation_id for tie in person.ties})}
        for person in people
    ]


def pools_of(plan: InspectionPlan, at: dt.datetime) -> dict[str, Any]:
    """The pools as they are now, or as they were frozen when the plan was drawn."""
    if plan.pools:
        return plan.pools
    return {"stations": station_pool(plan), "inspectors": inspector_pool(plan, at)}


# -- The draw, shown  ----


@dataclass(frozen=True)
class DrawLine:
    """A station of the pool with its key; drawn at `position`, or None; the numbers and names of who inspects it."""

    station: int
    name: str
    organisation: str
    key: str
    position: int | None
    inspectors: tuple[tuple[int, str, str], ...]  # number, name, key


def inspectors_by_seed(inspection: Inspection, absent: Sequence[int]) -> tuple[int, ...]:
    """Who goes to this station by the draw of its plan, when these people cannot. Raises as draw.substituted."""
    plan = inspection.plan
    lots, inspectors = pools_as_kept(plan.pools)
    drawn = redraw(plan.seed, plan.pools, stations=plan.stations_count, each=plan.inspectors_each)
    first = next(one for one in drawn if one.station == inspection.title.station_id)
    lot = next(lot for lot in lots if lot.station == first.station)
    return substituted(plan.seed, lot, inspectors, first.inspectors, absent)


def draw_lines(plan: InspectionPlan) -> list[DrawLine]:
    """Every station of the frozen pool in the order of its key: the first ones are those that were drawn. Recomputed from
    the seed each time it is shown."""
    if not plan.seed:
        return []
    drawn = redraw(plan.seed, plan.pools, stations=plan.stations_count, each=plan.inspectors_each)
    going = {one.station: (place, one.inspectors) for place, one in enumerate(drawn, start=1)}
    names = {row["id"]: row["name"] for row in plan.pools["inspectors"]}
    lines = []
    for row in plan.pools["stations"]:
        place, people = going.get(row["id"], (None, ()))
        keys = tuple((person, names[person], inspector_key(plan.seed, row["id"], person)) for person in people)
        key = station_key(plan.seed, row["id"])
        lines.append(DrawLine(row["id"], row["name"], row["organisation_name"], key, place, keys))
    return sorted(lines, key=lambda line: line.key)


# -- An inspection  ----


@dataclass(frozen=True)
class CheckLine:
    """An indicator of the measure and what was found about it, None so far."""

    indicator: Indicator
    finding: InspectionFinding | None

    @property
    def verdict(self) -> str:
        return self.finding.verdict if self.finding else Verdict.NOT_CHECKED.value


def checklist(inspection: Inspection) -> list[tuple[str, list[CheckLine]]]:
    """(name of the dimension, its indicators with what was found), in the order of the annex."""
    found = {finding.indicator: finding for finding in inspection.findings.prefetch_related("photos")}
    law = measures.load(inspection.plan.measure)
    return [
        (part.name, [CheckLine(indicator, found.get(indicator.code)) for indicator in part.indicators])
        for part in law.dimensions
    ]


def nonconformities(inspection: Inspection) -> list[InspectionFinding]:
    return list(inspection.findings.filter(verdict=Verdict.DOES_NOT_CONFORM))


def photos_of(inspection: Inspection) -> QuerySet[StoredFile]:
    through = InspectionFinding.photos.through.objects.filter(inspectionfinding__inspection=inspection)
    return StoredFile.objects.filter(pk__in=through.values("storedfile"))


def record_content(inspection: Inspection) -> dict[str, Any]:
    """What a recorded inspection says, as plain values: hashed when it is recorded, and again to prove that it stands."""
    findings = inspection.findings.prefetch_related("photos")
    return {
        "inspection": inspection.pk,
        "plan": inspection.plan_id,
        "title": inspection.title_id,
        "inspectors": sorted(person.pk for person in inspection.inspectors.all()),
        "findings": [
            {
                "indicator": finding.indicator,
                "name": finding.name,
                "verdict": finding.verdict,
                "text": finding.text,
                "photos": sorted(photo.sha256 for photo in finding.photos.all()),
            }
            for finding in findings
        ],
        "summary": inspection.summary,
        "representative": inspection.representative,
        "statement": inspection.statement,
        "recorded_at": inspection.recorded_at and inspection.recorded_at.astimezone(dt.UTC).isoformat(),
    }


def record_fingerprint(inspection: Inspection) -> str:
    return fingerprint(record_content(inspection))


# -- Whose turn it is  ----


def todo_for(user: Any) -> list[Todo]:
    """Inspections to make for who was drawn; recorded ones to settle, and drafts to draw, for who planned them."""
    if not user.roles & {Role.INTAKE, Role.MANAGER, Role.DISTRICT}:
        return []
    mine = inspections_visible_to(user).filter(state__in=OPEN, inspectors=user).order_by("due_at")[:20]
    todos = [
        Todo(
            title=f"监督检查：{inspection.title.station}",
            url=inspection.get_absolute_url(),
            due_at=inspection.due_at,
            reason=f"您在“{inspection.plan}”中被抽为检查人员。",
            tone="bad" if inspection.due_at <= timezone.now() else "warn",
        )
        for inspection in mine
    ]
    return todos + plans_to_settle(user)


def plans_to_settle(user: Any) -> list[Todo]:
    """Plans of one's own scope that wait to be drawn, or whose inspections are recorded and not settled."""
    if Role.MANAGER not in user.roles and not user.districts:
        return []
    scope = Q(district__in=user.districts)
    if Role.MANAGER in user.roles:
        scope |= Q(district__isnull=True)
    waiting = Count("inspections", filter=Q(inspections__state=InspectionState.RECORDED))
    found = []
    for plan in InspectionPlan.objects.filter(scope).annotate(waiting=waiting).order_by("pk"):
        if plan.state == InspectionPlanState.DRAFT:
            found.append(Todo(f"随机抽取：{plan}", plan.get_absolute_url(), reason="检查计划已起草，还没有抽取。"))
        elif plan.waiting:
            reason = "检查记录已形成，请提出整改或者办结。"
            found.append(Todo(f"{plan}：{plan.waiting} 站的检查结果待处理", plan.get_absolute_url(), reason=reason))
    return found
