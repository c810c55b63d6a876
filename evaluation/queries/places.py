"""What the pages of a ranking show: the field, an entry against it, its marks sheet by sheet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

import measures
from accounts.states import Role
from evaluation.charts import DimensionBar, entry_chart, round_chart
from evaluation.models import Entry, Ranking, RankingLine, Round, Score
from evaluation.models.ranking import Outcome
from evaluation.queries.ranking import lines_of, rubric_of_round, score_of
from evaluation.ranking import Ranked
from evaluation.scoring import Rubric
from evaluation.states import Track
from evaluation.working import Line, show_rank, show_working
from ledger.charts import Chart

READERS = frozenset({Role.MANAGER, Role.LEADER, Role.AUDITOR})


def ranking_lines_visible_to(user: Any) -> QuerySet[RankingLine]:
    rows = RankingLine.objects.select_related(
        "ranking__round", "entry__station__organisation", "entry__station__district"
    )
    return rows if user.is_authenticated and user.roles & READERS else rows.none()


@dataclass(frozen=True)
class Field:
    """All the lines of one track of a ranking, summed up."""

    total: int
    outcomes: Mapping[str, int]
    flagged: int
    chart: Chart


def fields_of(ranking: Ranking) -> dict[str, Field]:
    """{track: Field} of the tracks that have entries. Read once per process: lines of a ranking never change."""
    return _fields(
        ranking.pk, ranking.computed_at, Decimal(ranking.settings["pass_mark"]), ranking.settings["free_slots"]
    )


@lru_cache(maxsize=32)
def _fields(ranking: int, computed_at: dt.datetime, pass_mark: Decimal, free_slots: int) -> dict[str, Field]:
    rows = RankingLine.objects.filter(ranking=ranking).values_list("track", "total", "outcome", "flagged")
    found: dict[str, Field] = {}
    every = list(rows)
    for track in Track:
        mine = [row for row in every if row[0] == track]
        if not mine:
            continue
        # Those of an undecided tie stand at the boundary itself: one of them gets the last free slot
        slots = (Outcome.AWARD, Outcome.UNDECIDED) if track == Track.NEW else ()
        placed = [total for _, total, outcome, _ in mine if outcome in slots]
        found[str(track)] = Field(
            total=len(mine),
            outcomes=Counter(outcome for *_, outcome, _ in mine),
            flagged=sum(flagged for *_, flagged in mine),
            chart=round_chart(
                f"round-{track}",
                f"{track.label}总分分布",
                [total for _, total, *_ in mine],
                pass_mark,
                # while places are left over, nobody has the last of them
                min(placed, default=None) if len(placed) >= free_slots else None,
            ),
        )
    return found


def dimension_names(round: Round) -> dict[str, str]:
    return {dimension.code: dimension.name for dimension in measures.load(round.measure).dimensions}


@dataclass(frozen=True)
class Marks:
    """One indicator with the points that each sheet gave it, in the order of the sheets; experts are not named."""

    code: str
    name: str
    maximum: Decimal
    points: Sequence[Decimal | None]


@dataclass(frozen=True)
class Summary:
    """An entry's place with all that it rests on, as page and paper show it."""

    line: RankingLine
    working: list[Line]
    rank: Line
    marks: list[Marks]
    sheets: list[str]
    chart: Chart
    settings: list[tuple[str, str]]


def summary_of(line: RankingLine) -> Summary:
    """The printed working of a place, computed anew from its locked sheets: seven queries, whatever the field."""
    round, rubric = line.ranking.round, rubric_of_round(line.ranking.round)
    names = dimension_names(round)
    order = line.ranking.settings["tie_order"]
    dimensions = {code: Decimal(points) for code, points in line.dimensions.items()}
    ranked = Ranked(
        line.entry_id, line.rank, (line.total, *(dimensions[code] for code in order)), line.working["shared"]
    )
    return Summary(
        line=line,
        working=show_working(score_of(line, rubric), rubric),
        rank=show_rank(ranked, order, names),
        marks=marks_of(line.working["sheets"], rubric),
        sheets=[f"评分表{number}" for number in range(1, len(line.working["sheets"]) + 1)],
        chart=chart_of(line, rubric),
        settings=settings_in_words(line.ranking),
    )


def marks_of(sheets: Sequence[int], rubric: Rubric) -> list[Marks]:
    rows = Score.objects.filter(sheet__in=sheets).values_list("sheet", "indicator__code", "points")
    given = {(sheet, code): points for sheet, code, points in rows}
    return [
        Marks(item.code, item.name, item.maximum, [given.get((sheet, item.code)) for sheet in sheets])
        for item in rubric.indicators
    ]


def chart_of(line: RankingLine, rubric: Rubric) -> Chart:
    """The entry's dimensions against all of its track in the same ranking."""
    peers = RankingLine.objects.filter(ranking=line.ranking_id, track=line.track)
    field = list(peers.values_list("dimensions", flat=True))
    bars = [
        DimensionBar(
            name=dimension.name,
            maximum=sum((item.maximum for item in rubric.indicators if item.dimension == dimension.code), Decimal(0)),
            score=Decimal(line.dimensions[dimension.code]),
            field=[Decimal(row[dimension.code]) for row in field],
        )
        for dimension in rubric.dimensions
    ]
    return entry_chart(
        f"entry-{line.pk}", f"{line.entry.station}各维度得分与{line.entry.get_track_display()}全场", bars
    )


def settings_in_words(ranking: Ranking) -> list[tuple[str, str]]:
    """The settings under which the ranking was computed, in words."""
    kept, names = ranking.settings, dimension_names(ranking.round)
    return [
        ("合格分数线", f"{kept['pass_mark']} 分"),
        ("汇总方法", dict(Round._meta.get_field("aggregation").flatchoices)[kept["aggregation"]]),
        ("最少评分表数", f"{kept['min_sheets']} 份"),
        ("分差提示线", f"{kept['spread_threshold']} 分" if kept["spread_threshold"] is not None else "不设"),
        ("同分排序依据", "、".join(names.get(code, code) for code in kept["tie_order"])),
    ]


@dataclass(frozen=True)
class Tie:
    """A tie at a boundary, in words: which entries, how many of them have a place before it."""

    boundary: str
    label: str
    before: int
    entries: list[Entry]
    lines: Mapping[int, RankingLine]


BOUNDARIES = {
    "last_slot": "最后一个空余名额",
    "tier_1": "一等次的最后一位",
    "tier_2": "二等次的最后一位",
    "tier_3": "三等次的最后一位",
}


def boundary_label(boundary: str) -> str:
    return BOUNDARIES.get(boundary, boundary)


def ties_in_words(ranking: Ranking, ties: Sequence[Mapping[str, Any]]) -> list[Tie]:
    """`ties` as a ranking keeps them: [{boundary, entries, places}]. Two queries, whatever their number; none of none."""
    if not ties:
        return []
    wanted = {entry for tie in ties for entry in tie["entries"]}
    lines = {line.entry_id: line for line in lines_of(ranking).filter(entry__in=wanted)}
    return [
        Tie(
            boundary=tie["boundary"],
            label=boundary_label(tie["boundary"]),
            before=tie["places"][tie["boundary"]],
            entries=[lines[entry].entry for entry in tie["entries"]],
            lines=lines,
        )
        for tie in ties
    ]
