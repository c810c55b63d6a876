"""Reminders of improvement that is owed: seven, three and one days before, and when it is overdue; each once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.actions import notify
from ledger import moves
from ledger.actors import Job
from ledger.journal import history_of, record
from measures.words import cn_instant
from stations.queries.members import people_of
from supervision.models import ImprovementItem
from supervision.queries.improvement import judges_of
from supervision.states.improvement import OWED

# How long before the due instant, and in what words; the latest that has come is sent
STAGES = (
    (dt.timedelta(days=7), "七日内到期"),
    (dt.timedelta(days=3), "三日内到期"),
    (dt.timedelta(days=1), "一日内到期"),
    (dt.timedelta(), "已超期"),
)
OVERDUE = STAGES[-1][1]
JOB = Job("remind_improvements")


def remind_due(at: dt.datetime) -> int:
    """Remind the station of every item that is due within seven days, or overdue; of what is overdue also those who judge
    it. An extended item begins anew. Returns how many reminders went out."""
    soon = ImprovementItem.objects.filter(state__in=OWED, due_at__lte=at + STAGES[0][0]).order_by("due_at", "pk")
    return sum(remind(item, at=at) for item in soon)


@transaction.atomic
def remind(item: ImprovementItem, *, at: dt.datetime) -> bool:
    """Whether a reminder was due that has not gone out yet."""
    row = moves.lock(item)
    if row.state not in OWED:
        return False
    stage = next((words for before, words in reversed(STAGES) if row.due_at - before <= at), None)
    facts = {"stage": stage, "due_at": row.due_at.isoformat()}
    if stage is None or history_of(row).filter(move="remind", facts=facts).exists():
        return False
    record(row, "remind", actor=JOB, at=at, facts=facts)
    told = list(people_of(row.plan.station.organisation))
    if stage == OVERDUE:
        told += judges_of(row.plan.station)
    notify(
        told,
        at=at,
        key=f"improvement-item:{row.pk}:{row.due_at.isoformat()}:{stage}",
        subject=f"整改{stage}：{row.plan.station}",
        body=f"整改要求：{row.what}\n期限是{cn_instant(row.due_at)}。请尽快完成整改并报送情况。",
        url=row.get_absolute_url(),
    )
    return True
