"""Objections as their handlers, and those who filed them, read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.rules import is_intake, is_manager, reads_all
from accounts.todo import Todo
from evaluation.models import Objection
from evaluation.states import ObjectionState


def objections_visible_to(user: Any) -> QuerySet[Objection]:
    """All for the bureau and the auditor, nothing for anybody else. Who objected is not among it."""
    rows = Objection.objects.select_related("entry__station", "entry__round", "notice__round", "investigator")
    return rows if reads_all(user) else rows.none()


def objections_by_number(user: Any = None) -> QuerySet[Objection]:
    """For whoever has the random number of an objection: that is all one needs to follow it."""
    return Objection.objects.select_related("entry__station", "notice")


def todo_for(user: Any) -> list[Todo]:
    """Objections that wait for this person: to be taken up, investigated, decided or answered."""
    if not (is_intake(user) or is_manager(user)):
        return []
    waiting = Q(
        state__in=[ObjectionState.FILED, ObjectionState.UPHELD, ObjectionState.REJECTED, ObjectionState.ACCEPTED]
    )
    mine = Q(state=ObjectionState.INVESTIGATING) & (Q(investigator=user) if not is_manager(user) else Q())
    return [
        Todo(
            title=f"异议：{objection.entry.station}",
            url=objection.get_absolute_url(),
            due_at=objection.due_at,
            reason=objection.get_state_display(),
            tone="warn",
        )
        for objection in objections_visible_to(user).filter(waiting | mine)
    ]
