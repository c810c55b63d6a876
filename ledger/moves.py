"""Guarded moves: the only code that writes `state`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record, record_all

Tone = str  # "neutral" | "info" | "good" | "warn" | "bad"


class State(models.TextChoices):
    """States of one kind of thing. A row is `NAME = value, public label, tone, staff label` (Django takes the last)."""

    public_label: str
    tone: str

    def __new__(cls, value: str, public_label: str = "", tone: str = "neutral") -> State:  # Django splits the label off
        obj = str.__new__(cls, value)
        obj._value_ = value
        obj.public_label = public_label
        obj.tone = tone
        return obj


@dataclass(frozen=True)
class Move:
    """One line of a MOVES table: from which states, to which, by whose permission, and in what words."""

    name: str
    sources: frozenset[str]
    target: str
    permission: str
    label: str
    states: type[State]
    by_clock: bool = False
    needs_reason: bool = False


Moves = Mapping[str, Move]


def move(
    name: str,
    sources: Iterable[str] | str,
    target: State,
    permission: str,
    label: str,
    *,
    by_clock: bool = False,
    needs_reason: bool = False,
) -> Move:
    states = {sources} if isinstance(sources, str) else set(sources)
    return Move(
        name, frozenset(str(s) for s in states), str(target), permission, label, type(target), by_clock, needs_reason
    )


def moves(*lines: Move) -> Moves:
    table = {line.name: line for line in lines}
    if len(table) != len(lines):
        raise ValueError("two moves of one name")
    return table


def apply(
    obj: models.Model,
    name: str,
    *,
    actor: Any,
    at: dt.datetime,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Make the named move on `obj`, writing `changes` in the same statement, or raise Refused.

    Takes the row lock, checks the permission and the state of the locked row, writes the journal, and refreshes
    `obj`. Must run inside a transaction.

    Raises Refused: `not_allowed`, `wrong_state` (somebody else was first), `reason_missing`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a move is made inside a transaction")
    line: Move = obj.MOVES[name]  # type: ignore[attr-defined]
    row = lock(obj)
    check(line, actor, row, reason)
    before = row.state
    for field, value in {**changes, "state": line.target}.items():
        setattr(row, field, value)
        setattr(obj, field, value)
    record(row, name, actor=actor, at=at, before=before, after=line.target, reason=reason, facts=facts)
    row.save(update_fields=["state", *changes])


def apply_all(
    rows: models.QuerySet,
    name: str,
    *,
    actor: Any,
    at: dt.datetime,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    **changes: Any,
) -> int:
    """Make the named move on every row of a query, all or none, with one lock, one update and one journal row each.

    For batches such as a confirmed ranking. Raises Refused as `apply`, for the first row that cannot move. Returns how
    many moved.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a move is made inside a transaction")
    line: Move = rows.model.MOVES[name]
    locked = list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))
    for row in locked:
        check(line, actor, row, reason)
    record_all(locked, name, actor=actor, at=at, after=line.target, reason=reason, facts=facts)
    rows.model._base_manager.filter(pk__in=[row.pk for row in locked]).update(state=line.target, **changes)
    return len(locked)


def check(line: Move, actor: Any, row: Any, reason: str) -> None:
    """Raise Refused unless `actor` may make this move on the locked row as it stands."""
    check_permission(line, actor, row)
    if row.state not in line.sources:
        raise Refused(
            "wrong_state",
            f"现在的状态是「{row.get_state_display()}」，不能{line.label}。"
            "可能别人已经先办理了，请刷新页面查看最新情况。",
        )
    if line.needs_reason and not reason.strip():
        raise Refused("reason_missing", f"请填写{line.label}的理由。", field="reason")


def lock(obj: models.Model) -> Any:
    """The row of `obj`, read again under its lock."""
    return type(obj)._base_manager.select_for_update(no_key=True, of=("self",)).get(pk=obj.pk)


def check_permission(line: Move, actor: Any, row: models.Model) -> None:
    if isinstance(actor, Job) and line.by_clock:
        return
    require(actor, line.permission, line.label, row)


def require(actor: Any, permission: str, label: str, obj: models.Model | None = None) -> None:
    """For an act that is no move: refuse with `not_allowed` unless `actor` is a person who may do it. `label` is the
    act in words (登记专家)."""
    if actor is None or isinstance(actor, Job) or not actor.has_perm(permission, obj):
        raise Refused("not_allowed", f"您没有{label}的权限。如需办理，请联系本单位的管理员。")


def may(actor: Any, obj: models.Model, name: str) -> bool:
    """Whether the button for this move is shown to `actor` on `obj`: state and permission both fit."""
    line: Move = obj.MOVES[name]  # type: ignore[attr-defined]
    return obj.state in line.sources and actor.has_perm(line.permission, obj)  # type: ignore[attr-defined]
