"""Reminders of what a person has to do by an instant: each stage once, and nothing decided by the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from accounts.actions.messages import notify
from accounts.models import User
from ledger.journal import history_of, record
from measures.words import cn_instant

# How long before the due instant, and in what words; the latest that has come is sent
Stages = tuple[tuple[dt.timedelta, str], ...]
STAGES: Stages = (
    (dt.timedelta(days=3), "三日内到期"),
    (dt.timedelta(days=1), "一日内到期"),
    (dt.timedelta(), "已超期"),
)
EARLIEST = STAGES[0][0]


def stage_of(due_at: dt.datetime, at: dt.datetime, stages: Stages = STAGES) -> str:
    """The words of the stage that has come, empty before the first."""
    return next((words for before, words in reversed(stages) if due_at - before <= at), "")


def remind_once(
    row: Any,
    *,
    what: str,
    due_at: dt.datetime,
    people: Iterable[User],
    subject: str,
    actor: Any,
    at: dt.datetime,
    stages: Stages = STAGES,
    body: str = "期限是{due}，请尽快办理。系统不会自动作出结论。",
) -> bool:
    """Whether a reminder about `row`, which the caller has locked, was due that has not gone out yet.

    `what` names the deadline where a thing has several ("receipt"), empty where it has one; with the thing, the stage
    and the due instant it is told once, so that a moved date is reminded of anew. `subject` ends before the stage; in
    `body`, {due} stands for the date.
    """
    words = stage_of(due_at, at, stages)
    if not words:
        return False
    facts = {"stage": words, "due_at": due_at.isoformat(), **({"what": what} if what else {})}
    if history_of(row).filter(move="remind", facts__contains=facts).exists():
        return False
    record(row, "remind", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    notify(
        people,
        at=at,
        key=":".join(filter(None, [row._meta.model_name, str(row.pk), what, f"{due_at:%Y%m%d%H%M}", words])),
        subject=f"{subject}{words}",
        body=body.replace("{due}", cn_instant(due_at)),
        url=row.get_absolute_url(),
    )
    return True
