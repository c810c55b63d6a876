"""What the pages of funding read."""

from __future__ import annotations

from typing import Any

from accounts.todo import Todo
from funding.queries import todo


def todo_for(user: Any) -> list[Todo]:
    """What waits for this person in the money of Art 19."""
    return list(todo.todo_for(user))
