"""What the pages of supervision read."""

from __future__ import annotations

from typing import Any

from accounts.todo import Todo
from supervision.queries import complaint, improvement, inspection, self_assessment


def todo_for(user: Any) -> list[Todo]:
    """What waits for this person in supervision, from every part of it."""
    return [
        todo
        for source in (self_assessment.todo_for, inspection.todo_for, improvement.todo_for, complaint.todo_for)
        for todo in source(user)
    ]
