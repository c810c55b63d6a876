"""What the pages of the services read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from accounts.todo import Todo
from services.queries import case, equipment, media_report, need, need_work, rating, training

SOURCES: tuple[Callable[[Any], Iterable[Todo]], ...] = (
    equipment.todo_for,
    need.todo_for,
    need_work.todo_for,
    rating.todo_for,
    training.todo_for,
    media_report.todo_for,
    case.todo_for,
)


def todo_for(user: Any) -> list[Todo]:
    """What waits for this person in the services, from every part of them."""
    return [todo for source in SOURCES for todo in source(user)]
