"""Complaints as those who handle them, those who filed them, and the stations that are asked, read them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Case, DateTimeField, F, Q, QuerySet, When
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from accounts.rules import reads_all
from accounts.states import Role
from accounts.todo import Todo
from ledger.models import StoredFile
from measures.periods import Deadline, Rule, deadline
from measures.queries import current_calendar
from stations.models import Membership, Station
from stations.queries import directory
from stations.rules import memberships
from supervision.models import Complaint, ComplaintStatement
from supervision.queries.year_plan import plan_in_force
from supervision.states.complaint import COMPLAINT_UNDER_WAY, ComplaintState, Finding, StatementState

NEXT_DUE = Case(
    When(state=ComplaintState.RECEIVED, then=F("receipt_due_at")),
    When(state__in=COMPLAINT_UNDER_WAY, then=F("answer_due_at")),
    output_field=DateTimeField(),
)


def complaints_visible_to(user: Any) -> QuerySet[Complaint]:
    """All for the bureau and the auditor; for district staff those about stations that their district supervises;
    nothing for anybody else. Who complained is not among it. `next_due` is what waits now."""
    rows = Complaint.objects.select_related("station__organisation", "investigator").annotate(next_due=NEXT_DUE)
    if reads_all(user):
        return rows
    scope = user.districts if user.is_authenticated else frozenset()
    return rows.filter(station__supervised_by__in=scope) if scope else rows.none()


def founded_complaints(user: Any) -> QuerySet[Complaint]:
    """Those of them that were found true, in full or in part: something may follow."""
    return complaints_visible_to(user).filter(finding__in=[Finding.FOUNDED, Finding.PARTLY])


def complaints_by_number(user: Any = None) -> QuerySet[Complaint]:
    """For whoever has the random number of a complaint: that is all one needs to follow it."""
    return Complaint.objects.select_related("station__organisation")


def files_on(complaint: Complaint) -> QuerySet[StoredFile]:
    """What the complainant and the station have handed in."""
    given = complaint.statements.values("files")
    return StoredFile.objects.filter(Q(pk__in=complaint.evidence.values("pk")) | Q(pk__in=given))


def statements_visible_to(user: Any) -> QuerySet[ComplaintStatement]:
    """What the stations of one's own organisations are asked."""
    rows = ComplaintStatement.objects.select_related("complaint__station__organisation", "given_by")
    return rows.filter(complaint__station__organisation__in=memberships(user))


def stations_to_complain_about() -> QuerySet[Station]:
    """Every station of the public directory, ended titles included, by name."""
    return directory().prefetch_related(None).order_by("name")


def possible_investigators(station: Station) -> QuerySet[User]:
    """People of the bureau and of the district that supervises the station, none of whom acts or acted for its
    organisation."""
    district = User.objects.filter(
        is_active=True,
        role_grants__role=Role.DISTRICT,
        role_grants__scope=station.supervised_by_id,
        role_grants__ended_at__isnull=True,
    )
    known = people_with(Role.INTAKE, Role.MANAGER).values("pk")
    own = Membership.objects.filter(organisation=station.organisation_id).values("user")
    rows = User.objects.filter(Q(pk__in=known) | Q(pk__in=district.values("pk")))
    return rows.exclude(pk__in=own).order_by("name", "pk")


def receipt_period(at: dt.datetime) -> Deadline | None:
    """Until when it is decided whether a complaint received at `at` is taken up; None while the bureau has not decided
    the year plan: a complaint is taken in all the same."""
    plan = plan_in_force(settings.MEASURE, timezone.localdate(at).year)
    days = plan.setting("complaint_receipt_days") if plan else None
    return deadline(at, days, Rule.WORKING_DAYS, current_calendar()) if days else None


# -- What waits  ----


def todo_for(user: Any) -> list[Todo]:
    """Complaints and requests for a statement that wait for this person."""
    return [*complaint_todos(user), *statement_todos(user)]


def complaint_todos(user: Any) -> list[Todo]:
    waiting = Q(state__in=[ComplaintState.INVESTIGATING, ComplaintState.CONCLUDED], investigator=user.pk)
    if user.roles & {Role.INTAKE, Role.MANAGER}:
        waiting |= Q(state__in=[ComplaintState.RECEIVED, ComplaintState.ACCEPTED, ComplaintState.CONCLUDED])
    elif not user.districts:
        return []
    rows = complaints_visible_to(user).filter(waiting).exclude(station__organisation__in=memberships(user))
    return [
        Todo(
            title=f"投诉：{complaint.station}",
            url=complaint.get_absolute_url(),
            due_at=complaint.due_at,
            reason=complaint.get_state_display(),
            tone="warn",
        )
        for complaint in rows
    ]


def statement_todos(user: Any) -> list[Todo]:
    if not memberships(user):
        return []
    return [
        Todo(
            title=f"向监管部门说明情况：{statement.complaint.station}",
            url=statement.get_absolute_url(),
            due_at=statement.due_at,
            reason="监管部门正在核查有关本服务站的反映。",
            tone="warn",
        )
        for statement in statements_visible_to(user).filter(state=StatementState.ASKED)
    ]
