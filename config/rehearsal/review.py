"""A round whose experts are at work: its applications are accepted, its sheets are given out, some are handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import islice

from config.rehearsal import panel, texts
from config.rehearsal.plan import DAY
from config.rehearsal.stage import Stage
from config.rehearsal.stories import Story, act_out
from evaluation.actions import sheets, visits
from evaluation.models import ScoreSheet
from evaluation.queries.panel import available_experts, entries_to_assign

HOUR = dt.timedelta(hours=1)
BY_HAND = 2  # so many experts are given every entry, the first of the pool; the others take turns
SUBMITTED, HALF, GATED = "submitted", "half", "gated"
# How far the sheets of an expert are, one entry after another
PACES = {
    0: (SUBMITTED, HALF, GATED, SUBMITTED, GATED),
    1: (GATED, SUBMITTED, HALF, GATED, SUBMITTED),
    2: (SUBMITTED, GATED, SUBMITTED, HALF, GATED),
}


def everybody_in_turn(stage: Stage) -> list[tuple[int, int]]:
    """The first experts of the pool score every entry, the rest one each: pairs of entry and expert, without conflicts
    because nobody of the pool ever worked for these applicants."""
    free = {expert.pk for expert in available_experts(stage.round, stage.dates.assigned.date())}
    pool = [expert.pk for expert in stage.cast.experts if expert.pk in free]
    first, others = pool[:BY_HAND], pool[BY_HAND:]
    return [
        (entry.pk, expert)
        for place, entry in enumerate(entries_to_assign(stage.round).order_by("pk"))
        for expert in [*first, others[place % len(others)]]
    ]


def work_on_sheets(stage: Stage, *, until: dt.datetime) -> None:
    """Each expert goes at an own pace; what would be done after `until` is not done yet. A visit is still to come."""
    round = stage.round
    judge = panel.judge_of(stage, round)
    seats = {expert.pk: min(place, BY_HAND) for place, expert in enumerate(stage.cast.experts)}
    entries = {pk: place for place, pk in enumerate(round.entries.order_by("pk").values_list("pk", flat=True))}
    stories: list[Story] = []
    for number, sheet in enumerate(panel.sheets_of(round)):
        pace = PACES[seats[sheet.expert_id]][entries[sheet.entry_id] % 5]
        at = stage.dates.assigned + DAY + number * 2 * HOUR
        stories.append(worker(judge, sheet, pace, at))
    act_out(stories, stage.tick, until=until)
    plan_visit(stage, until - DAY, until + 2 * DAY)


def worker(judge: panel.Judge, sheet: ScoreSheet, pace: str, at: dt.datetime) -> Story:
    expert = sheet.expert.user
    yield at
    if pace == GATED:
        return
    sheets.declare_clear(sheet, actor=expert, at=at)
    marks = judge.marks(sheet)
    at += 2 * HOUR
    yield at
    if pace == HALF:
        half = dict(islice(marks.items(), len(marks) // 2))
        sheets.save_scores(sheet, actor=expert, at=at, scores=half)
        return
    sheets.save_scores(sheet, actor=expert, at=at, scores=marks, comment=texts.COMMENTS[sheet.entry_id % 4])
    sheets.submit_sheet(sheet, actor=expert, at=at + HOUR / 4)


def plan_visit(stage: Stage, at: dt.datetime, planned_for: dt.datetime) -> None:
    """A clerk and an expert who has declared to have nothing to do with it will look at the second station."""
    entry = stage.round.entries.select_related("station__organisation").order_by("pk")[1]
    people: Sequence = [stage.cast.experts[1].user, stage.cast.intake]
    visits.plan_visit(
        entry,
        actor=stage.cast.manager,
        at=at,
        planned_for=planned_for.replace(minute=0, second=0, microsecond=0),
        place=entry.station.address,
        visitors=people,
    )
