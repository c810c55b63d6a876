"""What the pages of supervision read."""

from __future__ import annotations

from typing import Any

from accounts.todo import Todo
from supervision.queries import complaint, departure, improvement, inspection, revocation, self_assessment

SOURCES = (
    self_assessment.todo_for,
    inspection.todo_for,
    improvement.todo_for,
    complaint.todo_for,
    revocation.todo_for,
    departure.todo_for,
)


def todo_for(user: Any) -> list[Todo]:
    """What waits for this person in supervision, from every part of it."""
    return [todo for source in SOURCES for todo in source(user)]
