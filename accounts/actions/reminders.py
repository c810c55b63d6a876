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
STAGES = ((dt.timedelta(days=3), "三日内到期"), (dt.timedelta(days=1), "一日内到期"), (dt.timedelta(), "已超期"))
EARLIEST = STAGES[0][0]


def remind_once(
    row: Any, *, what: str, due_at: dt.datetime, people: Iterable[User], subject: str, actor: Any, at: dt.datetime
) -> bool:
    """Whether a reminder about `row`, which the caller has locked, was due that has not gone out yet.

    `what` names the deadline where a thing has several ("receipt"), empty where it has one; with the thing, the stage
    and the due instant it is told once, so that a moved date is reminded of anew. `subject` ends before the stage.
    """
    words = next((words for before, words in reversed(STAGES) if due_at - before <= at), None)
    if words is None:
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
        body=f"期限是{cn_instant(due_at)}，请尽快办理。系统不会自动作出结论。",
        url=row.get_absolute_url(),
    )
    return True
