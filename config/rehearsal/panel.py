"""The middle of a round: experts are assigned, declare, score; sites are visited; sheets are reopened and locked."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from config.rehearsal import papers, texts
from config.rehearsal.cast import mandate
from config.rehearsal.plan import DAY
from config.rehearsal.stage import Failed, Stage
from config.rehearsal.stories import Story, act_out
from evaluation import assignment
from evaluation.actions import panel, rounds, sheets, visits
from evaluation.models import Entry, Expert, Indicator, Round, ScoreSheet
from evaluation.queries.panel import (
    available_experts,
    candidates,
    demands,
    entries_to_assign,
    field_names,
)
from evaluation.states import SheetState

HOUR = dt.timedelta(hours=1)
# At these places of the pile a sheet meets with something: a declared conflict, a second look asked for by the chair
DECLARING = (4, 61)
REOPENING = (9, 33)


@dataclass(frozen=True)
class Judge:
    """What makes marks differ: how good each station is, how strict each expert, and chance."""

    qualities: Mapping[int, float]
    strictness: Mapping[int, float]
    indicators: Sequence[Indicator]
    step: Decimal
    random: random.Random

    def marks(self, sheet: ScoreSheet) -> dict[str, tuple[Decimal, str]]:
        """{indicator: (points, reason where points are taken off)}, all on the step."""
        level = self.qualities[sheet.entry_id] + self.strictness[sheet.expert_id]
        found = {}
        for indicator in self.indicators:
            share = min(1.0, max(0.0, self.random.gauss(level, 0.09)))
            points = round(share * float(indicator.max_points / self.step)) * self.step
            reason = ""
            if points < indicator.max_points:
                reason = self.random.choice(texts.DEDUCTIONS[indicator.dimension])
            found[indicator.code] = (points, reason)
        return found


# -- Assignment  ----


def begin_review(stage: Stage, choose: Callable[[Stage], list[tuple[int, int]]] | None = None, paper: str = "") -> None:
    """Entries are made of what was accepted and filed; experts are proposed (or chosen by `choose`), and confirmed as a
    batch with their chair. `paper` is the number of the institution's mandate, where it is not the year's first."""
    dates, manager = stage.dates, stage.cast.manager
    rounds.begin_review(stage.round, actor=manager, at=dates.review)
    mandate(stage.cast, stage.round, dates.review + HOUR, paper)
    pairs = (choose or propose)(stage)
    panel.confirm_assignment(
        stage.round,
        pairs,
        actor=manager,
        at=dates.assigned,
        due_at=dates.scored - HOUR,
        chair=stage.cast.experts[0].user,
    )
    stage.tick(1)


def propose(stage: Stage) -> list[tuple[int, int]]:
    """As `panel.propose_assignment` proposes, but by the places of entries and experts in their lists, so that the same
    seed gives the same pairs whatever numbers the database gave out."""
    round, on = stage.round, stage.dates.assigned.date()
    experts, entries = available_experts(round, on), list(entries_to_assign(round))
    expert_at = {expert.pk: place for place, expert in enumerate(experts)}
    found = assignment.propose(
        [replace(item, id=expert_at[item.id]) for item in candidates(experts)],
        [
            replace(item, id=place, barred=frozenset(expert_at[pk] for pk in item.barred if pk in expert_at))
            for place, item in enumerate(demands(experts, entries, on))
        ],
        stage.sizes.sheets,
        stage.random.randrange(10**6),
        field_names(round.measure),
    )
    if found.shortages:
        short = found.shortages[0]
        raise Failed(
            f"{len(found.shortages)} entries cannot be given {short.needed} experts each: take more experts "
            f"({stage.sizes.experts} now)"
        )
    return [(entries[pair.entry].pk, experts[pair.expert].pk) for pair in found.pairs]


# -- Scoring  ----


def score(stage: Stage) -> None:
    """Every expert declares, scores and hands in; two declare a conflict and are replaced; two are asked to look again."""
    round = stage.round
    pile = list(sheets_of(round))
    judge = judge_of(stage, round)
    first, last = stage.dates.assigned + DAY, stage.dates.scored - 3 * DAY
    stories: list[Story] = []
    for place, sheet in enumerate(pile):
        at = first + (last - first) * place / max(len(pile), 1)
        stories.append(scorer(stage, judge, sheet, place, at))
    stories += [visitor(stage, entry, place) for place, entry in enumerate(visited(stage, round))]
    act_out(stories, stage.tick)
    sheets.lock_sheets(round, actor=stage.cast.manager, at=stage.dates.scored, flagged_seen=True)


def sheets_of(round: Round) -> Iterator[ScoreSheet]:
    rows = ScoreSheet.objects.filter(entry__round=round).exclude(state=SheetState.RECUSED)
    return rows.select_related("entry__round", "entry__station__organisation", "expert__user").order_by("pk").iterator()


def judge_of(stage: Stage, round: Round) -> Judge:
    by_station = {site.station.pk: site.body.quality for site in [*stage.sites, *stage.cast.titled]}
    return Judge(
        qualities={pk: by_station[station] for pk, station in round.entries.values_list("pk", "station")},
        strictness={expert.pk: stage.random.uniform(-0.05, 0.05) for expert in stage.cast.experts},
        indicators=list(round.indicators.order_by("position")),
        step=round.step or Decimal(1),
        random=stage.random,
    )


def scorer(stage: Stage, judge: Judge, sheet: ScoreSheet, place: int, at: dt.datetime) -> Story:
    """One sheet from the conflict gate to handing in."""
    expert = sheet.expert.user
    yield at
    if place in DECLARING:
        sheets.declare_conflict(sheet, actor=expert, at=at, reason=texts.DECLARED)
        yield at + 4 * HOUR
        sheet = substitute(stage, sheet, at + 4 * HOUR)
        expert, at = sheet.expert.user, at + DAY
        yield at
    sheets.declare_clear(sheet, actor=expert, at=at)
    at += 2 * HOUR
    yield at
    comment = stage.random.choice(texts.COMMENTS)
    sheets.save_scores(sheet, actor=expert, at=at, scores=judge.marks(sheet), comment=comment)
    sheets.submit_sheet(sheet, actor=expert, at=at + HOUR / 4)
    if place in REOPENING and sheet.expert_id != stage.cast.experts[0].pk:
        at += DAY
        yield at
        sheets.reopen_sheet(sheet, actor=stage.cast.experts[0].user, at=at, reason=texts.REOPENED)
        yield at + 5 * HOUR
        look_again(judge, sheet, at + 5 * HOUR)


def substitute(stage: Stage, sheet: ScoreSheet, at: dt.datetime) -> ScoreSheet:
    """The manager gives the entry to the expert with the fewest sheets who has nothing to do with it."""
    entry = entries_to_assign(stage.round).get(pk=sheet.entry_id)
    experts = available_experts(stage.round, at.date())
    (need,) = demands(experts, [entry], at.date())
    free = [expert for expert in experts if expert.pk not in need.barred | need.existing | {sheet.expert_id}]
    if not free:
        raise Failed("no expert is left to take the place of one who declared a conflict: take more experts")
    chosen: Expert = min(free, key=lambda expert: (expert.load, expert.pk))  # type: ignore[attr-defined]
    made = panel.replace_expert(sheet, chosen, actor=stage.cast.manager, at=at)
    return ScoreSheet.objects.select_related("entry__round", "expert__user").get(pk=made.pk)


def look_again(judge: Judge, sheet: ScoreSheet, at: dt.datetime) -> None:
    """The expert raises one mark by a step, says why, and hands in again."""
    indicator = judge.indicators[10]
    score = sheet.scores.get(indicator=indicator)
    points = min(indicator.max_points, score.points + 2 * judge.step)  # type: ignore[operator]  # handed in whole
    sheets.save_scores(sheet, actor=sheet.expert.user, at=at, scores={indicator.code: (points, texts.REVISED)})
    sheets.submit_sheet(sheet, actor=sheet.expert.user, at=at + HOUR / 4)


# -- Visits  ----


def visited(stage: Stage, round: Round) -> list[Entry]:
    return list(round.entries.filter(track="new").select_related("station__organisation").order_by("pk")[:2])


def visitor(stage: Stage, entry: Entry, place: int) -> Story:
    """A visit by two of the bureau's people: planned, found indicator by indicator, signed for."""
    at = stage.dates.assigned + (2 + place) * DAY
    yield at
    people = [stage.cast.staff["intake"], stage.cast.staff["manager2"]]
    visit = visits.plan_visit(
        entry,
        actor=stage.cast.manager,
        at=at,
        planned_for=at + 2 * DAY,
        place=entry.station.address,
        visitors=people,
    )
    at += 2 * DAY + HOUR
    yield at
    for code, verdict, text in texts.FINDINGS:
        photos = [papers.picture()] if verdict == "partly" else []
        visits.record_finding(visit, actor=people[0], at=at, indicator=code, verdict=verdict, text=text, photos=photos)
    visits.finish_visit(
        visit,
        actor=people[0],
        at=at + 3 * HOUR,
        summary=texts.VISIT_SUMMARY,
        station_signed_by=entry.station.organisation.contact_name,
        bureau_signed_by=str(people[0]),
        signed_record=papers.pdf("visit"),
    )
