"""Rounds as pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

import measures
from accounts.rules import is_manager, reads_all
from accounts.todo import Todo
from evaluation.models import Objection, Round, ScoreSheet
from evaluation.states import ApplicationState, EntryState, ObjectionState, RoundState, SheetState
from ledger.moves import State
from measures.setting import Setting


def rounds_visible_to(user: Any) -> QuerySet[Round]:
    """Every round for the bureau and the auditor; what is published for everybody else."""
    if reads_all(user):
        return Round.objects.all()
    return Round.objects.exclude(Q(state=RoundState.DRAFT) | Q(published_at__isnull=True))


def decided_settings(round: Round) -> list[tuple[Setting, Any]]:
    """The silent settings that the bureau has decided, with their values, in the order of the measure."""
    settings = measures.load(round.measure).round_settings
    return [(item, round.setting(item.code)) for item in settings if round.setting(item.code) is not None]


@dataclass(frozen=True)
class Tally:
    """How many things of a kind stand in each state, and where they are listed."""

    label: str
    total: int
    states: list[tuple[str, str, int]]  # (label, tone, how many)


def tally(label: str, rows: QuerySet, states: type[State]) -> Tally:
    """Counted by the database, in the order of the states; states without any are left out."""
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    found = [(state.label, state.tone, counts[state.value]) for state in states if counts.get(state.value)]
    return Tally(label, sum(counts.values()), found)


def tallies(round: Round) -> list[Tally]:
    """The dashboard of a round: what there is of it, by state."""
    return [
        tally("申报", round.applications.all(), ApplicationState),
        tally("参评对象", round.entries.all(), EntryState),
        tally("评分表", ScoreSheet.objects.filter(entry__round=round), SheetState),
        tally("异议", Objection.objects.filter(notice__round=round), ObjectionState),
    ]


def todo_for(user: Any) -> list[Todo]:
    """Rounds and notices that wait for a manager."""
    if not is_manager(user):
        return []
    waiting: dict[str, str] = {
        RoundState.DRAFT: "补充设定并发布评价通知",
        RoundState.INTAKE_CLOSED: "办结受理并开始评审",
        RoundState.RANKED: "起草并发布评价结果公示",
    }
    return [
        Todo(
            title=f"{round.name}：{waiting[round.state]}",
            url=round.get_absolute_url(),
            reason=round.get_state_display(),
        )
        for round in Round.objects.filter(state__in=list(waiting))
    ]
