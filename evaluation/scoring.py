"""From locked score sheets to an entry's score: sums, what is left out, rounding, spread.

The measure gives the indicators and their points (annex); how sheets are put together is a setting of the round,
because the measure is silent on it. Everything here is a calculation over plain values: no database, no clock.

Inside, points are whole hundredths (`int`), so sums and ties are exact; at the edges they are `Decimal`. The one
rounding - half up, to two decimals - is done at the very end, on the total and on each dimension by itself, so the
four published dimension scores may differ from the published total by a hundredth or two. "Not scored" is `None` and
never becomes a number: a sheet with a gap has no total and cannot be aggregated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from math import isqrt
from typing import NamedTuple

from ledger.errors import Refused
from measures import Measure

TRIM_FROM = 5
"""Sheets from which a trimmed mean leaves two out; with fewer, too little would remain."""


class Aggregation(StrEnum):
    """How the totals of several sheets become one (a setting of the round)."""

    MEAN = "mean"
    TRIMMED_MEAN = "trimmed_mean"
    MEDIAN = "median"


class Dropped(NamedTuple):
    """A sheet that was left out: its index, and whether as the highest or the lowest."""

    sheet: int
    highest: bool


class TooFewSheets(Refused):
    """An entry has fewer locked sheets than the round asks for; it gets no score, least of all a zero."""

    def __init__(self, locked: int, needed: int) -> None:
        super().__init__(
            "too_few_sheets",
            f"已锁定的评分表只有{locked}份，本次评价至少需要{needed}份，请先补齐评分再汇总。",
        )
        self.locked = locked
        self.needed = needed


class IncompleteSheet(Refused):
    """A sheet has indicators without a score; an empty score is not a zero."""

    def __init__(self, missing: Sequence[Indicator]) -> None:
        names = "、".join(indicator.name for indicator in missing)
        super().__init__(
            "sheet_incomplete", f"还有{len(missing)}项指标没有评分：{names}。请逐项评分后再提交；不得分的请填0。"
        )
        self.codes = tuple(indicator.code for indicator in missing)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A first-level indicator of the annex, such as 基础建设."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A third-level indicator of the annex: the thing an expert gives points for, from 0 to `maximum`."""

    code: str
    name: str
    dimension: str
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class Rubric:
    """The indicators in the annex's order, by dimension, and the step of points that the round has set."""

    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]
    step: Decimal
    spans: tuple[tuple[int, int], ...] = field(init=False)
    """For each dimension, the half-open range of its indicators."""

    def __post_init__(self) -> None:
        if self.step <= 0:
            raise ValueError("The step of points must be positive.")
        step = to_hundredths(self.step)
        if len({indicator.code for indicator in self.indicators}) < len(self.indicators):
            raise ValueError("An indicator code occurs twice.")
        for indicator in self.indicators:
            if indicator.maximum <= 0 or to_hundredths(indicator.maximum) % step:
                raise ValueError(f"{indicator.code}: its maximum is not a positive multiple of the step.")
        spans, start = [], 0
        for dimension in self.dimensions:
            end = start
            while end < len(self.indicators) and self.indicators[end].dimension == dimension.code:
                end += 1
            if end == start:
                raise ValueError(f"{dimension.code}: no indicators, or they do not stand together in its place.")
            spans.append((start, end))
            start = end
        if start != len(self.indicators):
            raise ValueError(f"{self.indicators[start].code}: its dimension is unknown or out of order.")
        object.__setattr__(self, "spans", tuple(spans))


def rubric_of(measure: Measure, step: Decimal) -> Rubric:
    """The rubric of a measure's annex with the step that the round has set."""
    return Rubric(
        dimensions=tuple(Dimension(item.code, item.name) for item in measure.dimensions),
        indicators=tuple(
            Indicator(item.code, item.name, dimension.code, item.points)
            for dimension in measure.dimensions
            for item in dimension.indicators
        ),
        step=step,
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One expert's sheet. `key` is the expert's; of sheets locked at the same instant that with the lower key is the
    earlier. The keys of an entry's sheets are all numbers or all texts."""

    key: int | str
    locked_at: datetime
    scores: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class RunningTotals:
    """What a sheet adds up to so far. Points of what is scored, and how many indicators still wait."""

    total: Decimal
    dimensions: Mapping[str, Decimal]
    scored: int
    missing: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the experts are apart, over all locked sheets, those left out included."""

    lowest: Decimal
    highest: Decimal
    range: Decimal
    deviation: Decimal
    """Population standard deviation, rounded half up to two decimals."""


@dataclass(frozen=True, slots=True)
class EntryScore:
    """The score of an entry and how it came about. Indexes are places in the sheets as given."""

    total: Decimal
    dimensions: Mapping[str, Decimal]
    aggregation: Aggregation
    sheet_totals: tuple[Decimal, ...]
    sheet_dimensions: tuple[Mapping[str, Decimal], ...]
    retained: tuple[int, ...]
    dropped: tuple[Dropped, ...]
    spread: Spread
    threshold: Decimal | None
    flagged: bool


class CompactScore(NamedTuple):
    """The same for ten thousand entries at once: points in hundredths, indexes into the rows as given."""

    id: int
    total: int
    dimensions: tuple[int, ...]
    retained: tuple[int, ...]
    range: int
    deviation: int
    flagged: bool


def to_hundredths(points: Decimal) -> int:
    """Points as whole hundredths; refuses what two decimals cannot hold rather than cut it off."""
    scaled = points * 100
    if scaled != int(scaled):
        raise ValueError(f"{points} has more than two decimals.")
    return int(scaled)


def from_hundredths(hundredths: int) -> Decimal:
    """Hundredths as points with two decimals."""
    return Decimal(hundredths).scaleb(-2)


def plain(points: Decimal) -> str:
    """Points for reading: 3, 2.5, 18.75 - no trailing zeros, no exponent."""
    return f"{points.normalize():f}"


def validate_score(indicator: Indicator, value: Decimal | None, step: Decimal) -> None:
    """Refuse a score outside 0..maximum or off the step. `None` (not scored yet) is fine while a sheet is open."""
    if value is None:
        return
    if not value.is_finite():
        message = f"“{indicator.name}”的评分不是数字，请填写0到{plain(indicator.maximum)}之间的分数。"
        raise Refused("score_not_a_number", message, field=indicator.code)
    if not 0 <= value <= indicator.maximum:
        top = plain(indicator.maximum)
        message = f"“{indicator.name}”满分{top}分，不能填{plain(value)}分，请填写0到{top}之间的分数。"
        raise Refused("score_out_of_range", message, field=indicator.code)
    if value % step:
        below = value - value % step
        message = f"“{indicator.name}”按每档{plain(step)}分评分，请改为{plain(below)}分或{plain(below + step)}分。"
        raise Refused("score_off_step", message, field=indicator.code)


def running_totals(scores: Mapping[str, Decimal | None], rubric: Rubric) -> RunningTotals:
    """Sums of what is scored so far, for the sheet that is being filled in."""
    values = [scores.get(indicator.code) for indicator in rubric.indicators]
    dimensions = {
        dimension.code: sum((value for value in values[start:end] if value is not None), Decimal(0))
        for dimension, (start, end) in zip(rubric.dimensions, rubric.spans, strict=True)
    }
    missing = tuple(item for item, value in zip(rubric.indicators, values, strict=True) if value is None)
    return RunningTotals(
        total=sum(dimensions.values(), Decimal(0)),
        dimensions=dimensions,
        scored=len(values) - len(missing),
        missing=missing,
    )


def sheet_total(scores: Mapping[str, Decimal | None], rubric: Rubric) -> Decimal | None:
    """The sum of a whole sheet, or `None` while one indicator is not scored."""
    sums = running_totals(scores, rubric)
    return None if sums.missing else sums.total


def as_row(scores: Mapping[str, Decimal | None], rubric: Rubric) -> tuple[int, ...]:
    """A whole sheet as hundredths in the rubric's order. Refuses gaps and scores that the rubric does not allow."""
    unknown = scores.keys() - {indicator.code for indicator in rubric.indicators}
    if unknown:
        raise ValueError(f"Scores for indicators that the rubric does not have: {', '.join(sorted(unknown))}.")
    row, missing = [], []
    for indicator in rubric.indicators:
        value = scores.get(indicator.code)
        if value is None:
            missing.append(indicator)
            continue
        validate_score(indicator, value, rubric.step)
        row.append(to_hundredths(value))
    if missing:
        raise IncompleteSheet(missing)
    return tuple(row)


def retain(totals: Sequence[int], aggregation: Aggregation) -> tuple[tuple[int, ...], tuple[Dropped, ...]]:
    """Which sheets count. `totals` are in the order of locking; of equal totals the earlier-locked is left out.

    Leaving out is always a pair: the highest, then of the rest the lowest. A trimmed mean does it once; a median
    does it until one sheet (of an odd number) or two (of an even number) are left, so both follow one rule.
    """
    pairs = 0
    if aggregation == Aggregation.MEDIAN:
        pairs = (len(totals) - 1) // 2
    elif aggregation == Aggregation.TRIMMED_MEAN and len(totals) >= TRIM_FROM:
        pairs = 1
    left = list(range(len(totals)))
    dropped = []
    for _ in range(pairs):
        # max and min answer with the first of equals, and the first is the earlier-locked.
        for pick, highest in ((max, True), (min, False)):
            index = pick(left, key=totals.__getitem__)
            left.remove(index)
            dropped.append(Dropped(index, highest))
    return tuple(left), tuple(dropped)


def mean_half_up(total: int, count: int) -> int:
    """total / count to the nearest whole, halves upwards. Exact: no fraction is ever formed."""
    return (2 * total + count) // (2 * count)


def deviation(totals: Sequence[int]) -> int:
    """Population standard deviation to the nearest whole, halves upwards, by integer square root."""
    count = len(totals)
    # count² times the variance
    squares = count * sum(total * total for total in totals) - sum(totals) ** 2
    return (isqrt(4 * squares) + count) // (2 * count)


def aggregate(
    sheets: Sequence[Sheet],
    rubric: Rubric,
    aggregation: Aggregation | str,
    min_sheets: int,
    spread_threshold: Decimal | None = None,
) -> EntryScore:
    """The score of one entry from its locked sheets, with everything that is needed to print its working.

    Raises `TooFewSheets`, `IncompleteSheet`, or `Refused` for a score off the rubric. An entry is flagged when the
    range of the totals is above the threshold (in points); equal to it is not above.
    """
    aggregation = Aggregation(aggregation)
    keys = [sheet.key for sheet in sheets]
    if len(set(keys)) < len(keys):
        raise ValueError("Two sheets have the same key: an expert scores an entry once.")
    order = sorted(range(len(sheets)), key=lambda index: (sheets[index].locked_at, keys[index]))
    rows = [as_row(sheets[index].scores, rubric) for index in order]
    (compact,) = score_entries([(0, rows)], rubric, aggregation, min_sheets, spread_threshold)
    sums = [running_totals(sheet.scores, rubric) for sheet in sheets]
    totals = tuple(item.total for item in sums)
    _, dropped = retain([sum(row) for row in rows], aggregation)
    codes = [dimension.code for dimension in rubric.dimensions]
    return EntryScore(
        total=from_hundredths(compact.total),
        dimensions=dict(zip(codes, map(from_hundredths, compact.dimensions), strict=True)),
        aggregation=aggregation,
        sheet_totals=totals,
        sheet_dimensions=tuple(item.dimensions for item in sums),
        retained=tuple(sorted(order[place] for place in compact.retained)),
        dropped=tuple(Dropped(order[place], highest) for place, highest in dropped),
        spread=Spread(
            lowest=min(totals),
            highest=max(totals),
            range=from_hundredths(compact.range),
            deviation=from_hundredths(compact.deviation),
        ),
        threshold=spread_threshold,
        flagged=compact.flagged,
    )


def score_entries(
    entries: Iterable[tuple[int, Sequence[Sequence[int]]]],
    rubric: Rubric,
    aggregation: Aggregation | str,
    min_sheets: int,
    spread_threshold: Decimal | None = None,
) -> list[CompactScore]:
    """Scores of many entries from locked sheets: the calculation behind `aggregate`, without the working.

    `entries` are pairs of an id and its rows; a row is a whole sheet in hundredths, in the rubric's order; the rows of
    an entry are in the order of locking. Rows are trusted to be within the rubric, as the database holds them.
    """
    # A plain text, as a stored setting has it, is welcome; a text that is no method is not.
    aggregation = Aggregation(aggregation)
    if min_sheets < 1:
        raise ValueError("A score needs at least one sheet.")
    limit = None if spread_threshold is None else spread_threshold * 100
    width, spans = len(rubric.indicators), rubric.spans
    scores = []
    for entry, rows in entries:
        if len(rows) < min_sheets:
            raise TooFewSheets(len(rows), min_sheets)
        if any(len(row) != width for row in rows):
            raise ValueError(f"A sheet of entry {entry} does not have the rubric's {width} scores.")
        sums = [[sum(row[start:end]) for start, end in spans] for row in rows]
        totals = [sum(dimensions) for dimensions in sums]
        retained, _ = retain(totals, aggregation)
        count = len(retained)
        by_dimension = zip(*(sums[index] for index in retained), strict=True)
        apart = max(totals) - min(totals)
        scores.append(
            CompactScore(
                id=entry,
                total=mean_half_up(sum(totals[index] for index in retained), count),
                dimensions=tuple([mean_half_up(sum(column), count) for column in by_dimension]),
                retained=retained,
                range=apart,
                deviation=deviation(totals),
                flagged=limit is not None and apart > limit,
            )
        )
    return scores
