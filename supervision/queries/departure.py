"""Titles that are given up, or whose organisation has ended."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.rules import is_leader, reads_all
from accounts.todo import Todo
from stations.models import Title
from stations.rules import memberships
from stations.states import Level, TitleState
from supervision.models import Departure
from supervision.states.revocation import DepartureState


def departures_visible_to(user: Any) -> QuerySet[Departure]:
    """One's own station's; all for the bureau and the auditor; for a district those of the stations that it supervises."""
    rows = Departure.objects.select_related("title__station__organisation", "title__slot", "asked_by", "statement")
    if not user.is_authenticated:
        return rows.none()
    if reads_all(user):
        return rows
    own = Q(title__station__organisation__in=memberships(user))
    return rows.filter(own | Q(title__station__supervised_by__in=user.districts))


def titles_to_depart(user: Any) -> QuerySet[Title]:
    """Active city titles that this person may ask to end: an owner's own, and all of them for staff."""
    rows = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY).select_related("station__organisation")
    if not user.is_authenticated:
        return rows.none()
    if user.has_perm("supervision.report_termination"):
        return rows
    return rows.filter(station__organisation__in=memberships(user))


def todo_for(user: Any) -> list[Todo]:
    """What a leader has to confirm."""
    if not is_leader(user):
        return []
    asked = departures_visible_to(user).filter(state=DepartureState.ASKED).order_by("asked_at")
    return [
        Todo(
            title=f"确认终止称号：{departure.title.station}",
            url=departure.get_absolute_url(),
            reason=departure.get_kind_display(),
            tone="warn",
        )
        for departure in asked
    ]
