"""What of the panel waits for whom: sheets for experts, a second look for the chair, entries short of experts."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.rules import is_manager
from accounts.states import STAFF
from accounts.todo import Todo
from evaluation.models import Entry, SiteVisit
from evaluation.queries.sheets import UNFINISHED, institution_progress, own_sheets, rounds_with_progress
from evaluation.states import EntryState, RoundState, SheetState, VisitState

WORDS = {
    SheetState.GATED: "请先声明是否存在利益冲突。",
    SheetState.OPEN: "请逐项评分并提交。",
    SheetState.REOPENED: "评审组长请您复核。",
}


def todo_for(user: Any) -> list[Todo]:
    if is_manager(user):
        return [*rounds_short_of_experts(), *visits_to_record(user)]
    if user.roles & STAFF:
        return visits_to_record(user)
    return [
        *sheets_to_score(user),
        *visits_to_record(user),
        *rounds_to_head(user),
        *experts_to_follow(user),
    ]


def sheets_to_score(user: Any) -> list[Todo]:
    waiting = (
        own_sheets(user)
        .filter(state__in=UNFINISHED)
        .select_related("entry__station__organisation")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )
    return [
        Todo(
            title=f"评分：{sheet.entry.station.organisation}",
            url=reverse("evaluation:sheet_detail", args=[sheet.pk]),
            due_at=sheet.due_at,
            reason=WORDS[SheetState(sheet.state)],
            tone="warn" if sheet.state == SheetState.REOPENED else "neutral",
        )
        for sheet in waiting[:20]
    ]


def experts_to_follow(user: Any) -> list[Todo]:
    """For the manager of a third-party institution: what its own experts have not handed in, round by round."""
    waiting = (
        institution_progress(user)
        .filter(state__in=UNFINISHED)
        .order_by("entry__round__name")
        .values_list("entry__round__name")
        .annotate(number=Count("pk"), due=Min("due_at"))
    )
    return [
        Todo(
            title=f"督促本机构专家评分：{name}",
            url=reverse("evaluation:institution_progress"),
            due_at=due,
            reason=f"还有 {number} 份评分表没有提交。",
        )
        for name, number, due in waiting
    ]


def visits_to_record(user: Any) -> list[Todo]:
    """Visits to go on, and those whose record is still to be written: the hour of a visit is no date by which it is
    due, so a visit under way is not overdue."""
    now = timezone.now()
    planned = SiteVisit.objects.filter(visitors=user, state=VisitState.PLANNED)
    return [
        Todo(
            title=f"现场核查：{visit.entry.station.organisation}",
            url=reverse("evaluation:visit_detail", args=[visit.pk]),
            due_at=visit.planned_for if visit.planned_for > now else None,
            reason=f"地点：{visit.place}" if visit.planned_for > now else "到了核查时间。请逐项记录，双方签字后完成。",
            tone="neutral" if visit.planned_for > now else "warn",
        )
        for visit in planned.select_related("entry__station__organisation").order_by("planned_for", "pk")
    ]


def rounds_to_head(user: Any) -> list[Todo]:
    """The rounds under review whose panel the person heads."""
    return [
        Todo(
            title=f"评审进度：{round.name}",
            url=reverse("evaluation:panel_progress", args=[round.pk]),
            reason="您是本轮评审组长。分差大的，可以请专家复核。",
        )
        for round in rounds_with_progress(user).filter(state=RoundState.REVIEWING)
    ]


def rounds_short_of_experts() -> list[Todo]:
    """Rounds under review with entries that have fewer live sheets than the round asks for."""
    live = Count("sheets", filter=~Q(sheets__state=SheetState.RECUSED))
    short = (
        Entry.objects.filter(round__state=RoundState.REVIEWING, state__in=[EntryState.ASSIGNED, EntryState.SCORING])
        .annotate(live=live)
        .filter(live__lt=F("round__min_sheets"))
        .order_by("round_id")
        .values_list("round_id", "round__name")
    )
    counted: dict[tuple[int, str], int] = {}
    for row in short:
        counted[row] = counted.get(row, 0) + 1
    return [
        Todo(
            title=f"{name}：分配专家",
            url=reverse("evaluation:panel_board", args=[pk]),
            reason=f"{number}个参评对象的评分表不够。",
            tone="warn",
        )
        for (pk, name), number in counted.items()
    ]
