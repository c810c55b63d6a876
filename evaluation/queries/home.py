"""What the front page and each person's home show of the evaluation."""

from __future__ import annotations

from typing import Any

from accounts.todo import Todo
from evaluation.queries import award, objections, panel_todo, rounds


def todo_for(user: Any) -> list[Todo]:
    """Rounds, notices, objections and sheets that wait for this person."""
    return [*rounds.todo_for(user), *award.todo_for(user), *objections.todo_for(user), *panel_todo.todo_for(user)]
