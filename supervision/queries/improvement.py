"""Improvement plans as pages need them: whose they are, what is overdue, whose turn it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from accounts.rules import reads_all
from accounts.states import Role
from accounts.todo import Todo
from ledger.errors import Refused
from ledger.models import StoredFile
from measures.periods import Deadline, Rule, deadline
from measures.queries import current_calendar
from stations.models import Station
from stations.rules import memberships
from supervision.models import ImprovementItem, ImprovementPlan
from supervision.queries.year_plan import decided
from supervision.states.improvement import OWED, SETTLED, ItemState

TODOS = 30


def is_of(user: Any, station: str) -> Q:
    """Of the station's organisation, or of the district that supervises it; `station` is the path to it."""
    return Q(**{f"{station}__organisation__in": memberships(user)}) | Q(
        **{f"{station}__supervised_by__in": user.districts}
    )


def improvements_visible_to(user: Any) -> QuerySet[ImprovementPlan]:
    """One's own station's; all for the bureau and the auditor; for a district those of the stations that it supervises."""
    rows = ImprovementPlan.objects.select_related("station__organisation", "inspection", "self_assessment", "issued_by")
    if not user.is_authenticated:
        return rows.none()
    return rows if reads_all(user) else rows.filter(is_of(user, "station"))


def items_visible_to(user: Any) -> QuerySet[ImprovementItem]:
    rows = ImprovementItem.objects.select_related("plan__station__organisation")
    if not user.is_authenticated:
        return rows.none()
    return rows if reads_all(user) else rows.filter(is_of(user, "plan__station"))


def stations_to_improve(user: Any) -> QuerySet[Station]:
    """Stations of which this person may ask for improvement."""
    rows = Station.objects.select_related("organisation").exclude(organisation__in=memberships(user))
    if user.roles & {Role.INTAKE, Role.MANAGER}:
        return rows
    return rows.filter(supervised_by__in=user.districts)


def plan_list(user: Any) -> QuerySet[ImprovementPlan]:
    """With how many items each has and how many of them are settled."""
    return improvements_visible_to(user).annotate(
        asked=Count("items"), settled=Count("items", filter=Q(items__state__in=SETTLED))
    )


def overdue_at(at: dt.datetime) -> Q:
    return Q(state__in=OWED, due_at__lte=at)


def evidence_of(item: ImprovementItem) -> QuerySet[StoredFile]:
    through = ImprovementItem.evidence.through.objects.filter(improvementitem=item)
    return StoredFile.objects.filter(pk__in=through.values("storedfile"))


def usual_deadline(measure: str, at: dt.datetime) -> Deadline:
    """When an item is due for which nobody names a day: the days that the bureau decided for the year, counted as the
    measure counts. Raises Refused `plan_missing`."""
    return deadline(at, int(decided(measure, "improvement_days", at)), Rule.CALENDAR_ROLL, current_calendar())


def usual_day(measure: str, at: dt.datetime) -> dt.date | None:
    """The last day of `usual_deadline`; None while the bureau has not decided."""
    try:
        return usual_deadline(measure, at).last_day
    except Refused:
        return None


def judges_of(station: Station) -> list[User]:
    """Who is told that a station has answered, or has not: its district's staff, or the bureau's where it has none."""
    district = people_with(Role.DISTRICT).filter(
        role_grants__role=Role.DISTRICT,
        role_grants__scope=station.supervised_by_id,
        role_grants__ended_at__isnull=True,
    )
    return list(district) or list(people_with(Role.MANAGER))


def todo_for(user: Any) -> list[Todo]:
    """Items that one's organisation owes, and answers that wait for one's judgement."""
    own = Q(plan__station__organisation__in=memberships(user))
    rows = items_visible_to(user).order_by("due_at")
    owed = rows.filter(own, state__in=OWED)[:TODOS]
    now = timezone.now()
    todos = [
        Todo(
            title=f"整改：{item.what[:40]}",
            url=item.get_absolute_url(),
            due_at=item.due_at,
            reason=f"{item.plan.station}的整改事项"
            + ("，上次报送被退回。" if item.state == ItemState.RETURNED else "。"),
            tone="bad" if item.due_at <= now else "warn",
        )
        for item in owed
    ]
    if not user.roles & {Role.MANAGER, Role.INTAKE, Role.DISTRICT}:
        return todos
    answered = rows.exclude(own).filter(state=ItemState.SUBMITTED).order_by("submitted_at")[:TODOS]
    return todos + [
        Todo(
            title=f"验收整改：{item.plan.station}",
            url=item.get_absolute_url(),
            reason=f"服务站已报送整改情况：{item.what[:40]}",
        )
        for item in answered
    ]
