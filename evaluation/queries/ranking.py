"""What a ranking is computed from, and what was computed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

from django.db.models import QuerySet

import measures
from evaluation.models import Entry, Indicator, Ranking, RankingLine, Round, ScoreSheet
from evaluation.scoring import Dimension, EntryScore, Rubric, Sheet, aggregate
from evaluation.scoring import Indicator as RubricLine
from evaluation.states import EntryState, RankingState, SheetState
from ledger.canonical import fingerprint

# (entry id, [(sheet id, scores in hundredths in the rubric's order)] in the order of locking)
EntryRows = tuple[int, list[tuple[int, tuple[int, ...]]]]


def rubric_of_round(round: Round) -> Rubric:
    """The rubric as the round froze it; names of the dimensions are those of its measure."""
    names = {dimension.code: dimension.name for dimension in measures.load(round.measure).dimensions}
    lines: Sequence[Indicator] = list(round.indicators.order_by("position"))
    codes = list(dict.fromkeys(line.dimension for line in lines))
    return Rubric(
        dimensions=tuple(Dimension(code, names.get(code, code)) for code in codes),
        indicators=tuple(RubricLine(line.code, line.name, line.dimension, line.max_points) for line in lines),
        step=round.step or Decimal(1),
    )


def locked_rows(round: Round) -> list[EntryRows]:
    """Every locked sheet of the round's scored entries as rows of hundredths: one query, whatever the number."""
    states = [EntryState.SCORED, EntryState.RANKED]
    return rows_of(ScoreSheet.objects.filter(entry__round=round, entry__state__in=states))


def rows_of(sheets: QuerySet[ScoreSheet]) -> list[EntryRows]:
    """The marks of the locked ones among `sheets`, by entry, in the order of locking."""
    rows = (
        sheets.filter(state=SheetState.LOCKED)
        .order_by("entry_id", "locked_at", "expert_id")
        .values_list("entry_id", "id", "marks")
    )
    return [
        (entry, [(sheet, tuple(marks)) for _, sheet, marks in found])  # type: ignore[arg-type]  # no locked sheet without marks
        for entry, found in groupby(rows.iterator(chunk_size=5_000), key=itemgetter(0))
    ]


def fingerprint_of(rows: Sequence[EntryRows]) -> str:
    """SHA-256 over every locked sheet that a ranking rests on."""
    return fingerprint(rows)


def current_ranking(round: Round) -> Ranking | None:
    """The ranking that counts: the confirmed one, or the newest that was not superseded."""
    return round.rankings.exclude(state=RankingState.SUPERSEDED).order_by("-number").first()


def lines_of(ranking: Ranking | None) -> QuerySet[RankingLine]:
    """Places with the station and district of each, titled and new apart, best first; none before the first ranking."""
    if ranking is None:
        return RankingLine.objects.none()
    return (
        ranking.lines.select_related("entry__station__organisation", "entry__station__district")
        .order_by("track", "rank", "entry_id")
        .defer("working")
    )


def not_ready(round: Round) -> QuerySet[Entry]:
    """Entries of the round whose sheets are not locked yet."""
    return round.entries.filter(state__in=[EntryState.ASSIGNED, EntryState.SCORING])


def score_of(line: RankingLine, rubric: Rubric) -> EntryScore:
    """The score of one place computed anew from its locked sheets, with all that its printed working shows."""
    settings = line.ranking.settings
    wanted: list[int] = line.working["sheets"]
    found = {
        sheet.pk: sheet for sheet in ScoreSheet.objects.filter(pk__in=wanted).prefetch_related("scores__indicator")
    }
    sheets = [
        Sheet(
            key=sheet.expert_id,
            locked_at=sheet.locked_at,  # type: ignore[arg-type]  # a ranking rests on locked sheets only
            scores={score.indicator.code: score.points for score in sheet.scores.all()},
        )
        for sheet in (found[pk] for pk in wanted)
    ]
    threshold = settings["spread_threshold"]
    return aggregate(
        sheets,
        rubric,
        settings["aggregation"],
        settings["min_sheets"],
        None if threshold is None else Decimal(threshold),
    )
