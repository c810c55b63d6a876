"""Where an application stands and what comes next: for the applicant's page, for the home page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.rules import is_intake
from accounts.todo import Todo
from evaluation.models import Application, ApplicationVersion, Entry, ReturnRequest, Round
from evaluation.parts import names
from evaluation.queries.application import (
    STEPS,
    Readiness,
    measure_of,
    open_return,
    own_applications,
    return_deadline,
)
from evaluation.states import ApplicationState, EntryState, RoundState
from ledger.journal import history_of
from ledger.models import JournalEntry
from stations.models import Station
from stations.rules import memberships
from stations.states import Level, TitleState

A = ApplicationState
STAGES = ("填报", "提交", "受理", "评审", "公示", "结果")
# How far an application is: the index of the stage that is under way
STAGE_OF = {A.DRAFT: 0, A.WITHDRAWN: 0, A.SUBMITTED: 2, A.RETURNED: 2, A.ACCEPTED: 3, A.ENTERED: 3}
STAGE_OF_ROUND = {RoundState.IN_NOTICE: 4, RoundState.CONCLUDED: 5}
ENDED = {A.NOT_ACCEPTED: 2, A.LAPSED: 1}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a step bar; `state` is done, current, problem or todo."""

    label: str
    state: str
    url: str = ""
    note: str = ""
    code: str = ""


def stages_of(application: Application, result: Entry | None = None) -> list[Step]:
    """The way of an application through the round, and where it is on it. `result`: the entry, once its outcome is
    public."""
    if application.state in ENDED:
        here, look = ENDED[A(application.state)], "problem"
    else:
        here, look = STAGE_OF[A(application.state)], "current"
        if application.state == A.ENTERED:
            here = STAGE_OF_ROUND.get(RoundState(application.round.state), here)
        if application.state == A.RETURNED:
            look = "problem"
    note = EntryState(result.state).public_label if result else application.get_state_display()
    steps = [Step(label, "done") for label in STAGES[:here]]
    steps.append(Step(STAGES[here], look, note=note))
    return steps + [Step(label, "todo") for label in STAGES[here + 1 :]]


def tasks_of(application: Application, readiness: Readiness, current: str = "") -> list[Step]:
    """The steps of filling in, each done or with what it still lacks."""
    found = []
    for code, label in STEPS:
        lacking = len(readiness.problems) if code == "check" else len(readiness.of(code))
        state, note = ("todo", f"还差{lacking}处") if lacking else ("done", "")
        if code == "check" and not lacking:
            state, note = "todo", "可以提交"
        if code == current:
            state = "current"
        found.append(Step(label, state, reverse(f"evaluation:application_{code}", args=[application.pk]), note, code))
    return found


STEP_OF_ITEM = {
    "organisation": "organisation",
    "station": "organisation",
    "conditions": "conditions",
    "team": "abilities",
    "kinds": "abilities",
}


def url_of_item(application: Application, code: str) -> str:
    """Where an item of a return is mended."""
    step = STEP_OF_ITEM.get(code, "materials")
    anchor = f"#material-{code}" if step == "materials" else ""
    return reverse(f"evaluation:application_{step}", args=[application.pk]) + anchor


@dataclass(frozen=True, slots=True)
class ReturnItem:
    code: str
    name: str
    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class OpenReturn:
    """The return that waits: its items with where each is mended, until when, and whether that may still move."""

    request: ReturnRequest
    items: tuple[ReturnItem, ...]
    due_at: dt.datetime
    provisional: bool


def return_of(application: Application) -> OpenReturn | None:
    request = open_return(application)
    if request is None:
        return None
    known = names(measure_of(application))
    items = tuple(
        ReturnItem(
            item["code"], known.get(item["code"], item["code"]), item["reason"], url_of_item(application, item["code"])
        )
        for item in request.items
    )
    provisional = return_deadline(application.round, request.returned_at).provisional
    return OpenReturn(request, items, application.due_at or request.due_at, provisional)


def versions_of(application: Application) -> QuerySet[ApplicationVersion]:
    return application.versions.select_related("submitted_by", "return_request").order_by("-number")


# Every file and every verdict is in the journal; on a page they stand where they belong
DETAILS = ("add_material", "remove_material", "replace_projects", "judge_material")


def milestones_of(application: Application) -> QuerySet[JournalEntry]:
    """The journal of an application without the single files and verdicts, newest first."""
    return history_of(application).exclude(move__in=DETAILS)


def last_reason(application: Application) -> str:
    """The reason with which the application came into its present state."""
    entry = history_of(application).filter(after=application.state).first()
    return entry.reason if entry else ""


# -- What can be begun  ----


def open_rounds(user: Any) -> QuerySet[Round]:
    """Rounds that take applications now."""
    now = timezone.now()
    return Round.objects.filter(state=RoundState.OPEN, opens_at__lte=now, closes_at__gt=now)


def own_stations(user: Any) -> QuerySet[Station]:
    return Station.objects.filter(organisation__in=memberships(user)).order_by("name")


def stations_that_may_apply(user: Any, evaluation: Round) -> QuerySet[Station]:
    """Own stations without an application in the round and without an active city title."""
    titled = Station.objects.filter(titles__level=Level.CITY, titles__state=TitleState.ACTIVE).values("pk")
    return own_stations(user).exclude(applications__round=evaluation).exclude(pk__in=titled)


# -- What waits for whom  ----


def application_todos(user: Any) -> list[Todo]:
    """Drafts and returns of one's own organisations; for intake, the submissions that wait."""
    todos = [
        Todo(
            title=f"{'补正' if row.state == A.RETURNED else '完成'}申报：{row.station}",
            url=f"/applications/{row.pk}/",
            due_at=row.due_at,
            reason="市局退回补正，逾期未补正的申报失效。"
            if row.state == A.RETURNED
            else "申报还没有提交，截止后不再接收。",
            tone="bad" if row.state == A.RETURNED else "warn",
        )
        for row in own_applications(user).filter(state__in=[A.DRAFT, A.RETURNED]).select_related("station")
    ]
    if is_intake(user):
        waiting = Application.objects.filter(state=A.SUBMITTED).select_related("station").order_by("due_at", "pk")
        todos += [
            Todo(
                title=f"审查申报 {row.number}：{row.station}",
                url=f"/intake/{row.pk}/",
                due_at=row.due_at,
                reason="申报已提交，等待审查材料的完整性（第十五条第（二）项）。",
                tone="info",
            )
            for row in waiting[:20]
        ]
    return todos
