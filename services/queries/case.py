"""Typical cases: what everybody reads, and what the station and the bureau work on."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.states import Role
from accounts.todo import Todo
from services.models import TypicalCase
from services.states.case import CaseState
from stations.queries import stations_visible_to
from stations.rules import memberships

UNFINISHED = (CaseState.DRAFT, CaseState.DISCARDED)  # nobody's business but the station's


def published_cases(user: Any = None) -> QuerySet[TypicalCase]:
    """What everybody reads."""
    rows = TypicalCase.objects.filter(state=CaseState.PUBLISHED)
    return rows.select_related("station__organisation", "station__district").order_by("-published_at", "-pk")


def cases_visible_to(user: Any) -> QuerySet[TypicalCase]:
    """A station's own; for the bureau, the auditor and its district those that were handed in."""
    rows = TypicalCase.objects.select_related("station__organisation", "reviewed_by")
    if not user.is_authenticated:
        return rows.none()
    own = rows.filter(station__organisation__in=memberships(user))
    handed_in = rows.filter(station__in=stations_visible_to(user).values("pk")).exclude(state__in=UNFINISHED)
    return own | handed_in


def years() -> list[int]:
    """The years of what is published, newest first, for a select."""
    found = TypicalCase.objects.filter(state=CaseState.PUBLISHED).order_by("-year").values_list("year", flat=True)
    return list(found.distinct())


def todo_for(user: Any) -> list[Todo]:
    """Cases to review, one line for all; cases of one's own stations that came back, each."""
    if not user.is_authenticated:
        return []
    todos = []
    if user.roles & {Role.INTAKE, Role.MANAGER}:
        count = TypicalCase.objects.filter(state=CaseState.SUBMITTED).count()
        if count:
            url = f"{reverse('services:case_list')}?state={CaseState.SUBMITTED}"
            todos.append(Todo(f"审核典型案例（{count} 篇）", url, reason="服务站提交了典型案例", tone="info"))
    if memberships(user):
        returned = TypicalCase.objects.filter(
            station__organisation__in=memberships(user), state=CaseState.RETURNED
        ).order_by("pk")
        todos += [
            Todo(f"修改典型案例：{case}", case.get_absolute_url(), reason="审核后退回修改", tone="warn")
            for case in returned[:10]
        ]
    return todos
