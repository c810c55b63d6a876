"""Scoring: reckoned by hand, and held against an oracle in fractions that is written another way."""

import math
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import measures
from evaluation import scoring
from evaluation.scoring import Aggregation, Dimension, Dropped, Indicator, Rubric, Sheet
from ledger.errors import Refused
from tests.evaluation.rubrics import SMALL, START, annex, sheet

MEAN, TRIMMED, MEDIAN = Aggregation.MEAN, Aggregation.TRIMMED_MEAN, Aggregation.MEDIAN
A, B, C = SMALL.indicators


def refusal(indicator: Indicator, value: str, step: str = "0.5") -> tuple[str, str, str | None]:
    with pytest.raises(Refused) as caught:
        scoring.validate_score(indicator, Decimal(value), Decimal(step))
    return caught.value.code, caught.value.message, caught.value.field


# --- one score ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["0", "0.5", "2.5", "3", "3.0", "3.00"])
def test_a_score_from_zero_to_the_maximum_on_the_step_is_accepted(value: str) -> None:
    scoring.validate_score(A, Decimal(value), Decimal("0.5"))


def test_not_scored_is_no_error_while_the_sheet_is_open() -> None:
    scoring.validate_score(A, None, Decimal("0.5"))


def test_a_score_above_the_maximum_is_refused_with_the_maximum_named() -> None:
    assert refusal(A, "3.5") == (
        "score_out_of_range",
        "“组织架构”满分3分，不能填3.5分，请填写0到3之间的分数。",
        "a",
    )


def test_a_negative_score_is_refused() -> None:
    assert refusal(A, "-0.5")[0] == "score_out_of_range"


def test_a_score_off_the_step_is_refused_with_the_two_nearest_named() -> None:
    assert refusal(C, "7.3") == ("score_off_step", "“经济效益”按每档0.5分评分，请改为7分或7.5分。", "c")
    assert refusal(C, "7.5", step="1") == ("score_off_step", "“经济效益”按每档1分评分，请改为7分或8分。", "c")


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_is_refused(value: str) -> None:
    expected = ("score_not_a_number", "“组织架构”的评分不是数字，请填写0到3之间的分数。", "a")
    assert refusal(A, value) == expected


# --- hundredths --------------------------------------------------------------------------------------------------


def test_hundredths_are_exact_and_refuse_a_third_decimal() -> None:
    assert scoring.to_hundredths(Decimal("18.75")) == 1875
    assert str(scoring.from_hundredths(8640)) == "86.40"
    assert str(scoring.from_hundredths(0)) == "0.00"
    with pytest.raises(ValueError, match=r"^18\.755 has more than two decimals\.$"):
        scoring.to_hundredths(Decimal("18.755"))


@pytest.mark.parametrize(("value", "text"), [("3.00", "3"), ("2.50", "2.5"), ("100", "100"), ("0.00", "0")])
def test_points_read_without_trailing_zeros_or_exponent(value: str, text: str) -> None:
    assert scoring.plain(Decimal(value)) == text


# --- rubric ------------------------------------------------------------------------------------------------------


def test_the_annex_is_a_rubric_of_four_spans_and_nineteen_indicators() -> None:
    rubric = annex()
    assert rubric.spans == ((0, 7), (7, 11), (11, 15), (15, 19))
    assert sum(item.maximum for item in rubric.indicators) == 100


def test_the_rubric_of_the_wuhan_measure_is_its_annex() -> None:
    rubric = scoring.rubric_of(measures.load("wuhan"), Decimal("0.1"))
    assert [item.maximum for item in rubric.indicators] == [item.maximum for item in annex().indicators]
    assert [item.name for item in rubric.dimensions] == ["基础建设", "服务提供", "服务实施", "服务成效"]
    assert rubric.spans == annex().spans
    assert rubric.step == Decimal("0.1")
    first = rubric.indicators[0]
    assert (first.name, first.dimension) == ("组织架构", rubric.dimensions[0].code)
    assert [item.code for item in rubric.indicators] == [item.code for item in measures.load("wuhan").indicators]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"step": Decimal(0)}, "The step of points must be positive."),
        ({"step": Decimal("-0.5")}, "The step of points must be positive."),
        ({"step": Decimal("0.125")}, "0.125 has more than two decimals."),
        ({"step": Decimal("0.3")}, "b: its maximum is not a positive multiple of the step."),
        ({"indicators": (A, B, replace(C, maximum=Decimal(0)))}, "c: its maximum is not a positive multiple"),
        ({"indicators": (A, replace(B, code="a"), C)}, "An indicator code occurs twice."),
        ({"indicators": (A, C, B)}, "b: its dimension is unknown or out of order."),
        ({"indicators": (C, A, B)}, "base: no indicators, or they do not stand together in its place."),
        ({"indicators": (A, B)}, "effect: no indicators, or they do not stand together in its place."),
        (
            {"indicators": (A, B, C, replace(C, code="d", dimension="x"))},
            "d: its dimension is unknown or out of order.",
        ),
        ({"dimensions": (Dimension("base", "基础建设"),)}, "c: its dimension is unknown or out of order."),
    ],
)
def test_a_rubric_that_does_not_hang_together_is_refused(change: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match="^" + complaint.replace(".", r"\.")):
        replace(SMALL, **change)


def test_an_indicator_may_have_a_single_point() -> None:
    one = Rubric((Dimension("d", "维度"),), (Indicator("i", "指标", "d", Decimal(1)),), step=Decimal("0.5"))
    assert one.indicators[0].maximum == 1


def test_the_step_may_be_a_hundredth_and_a_maximum_may_equal_the_step() -> None:
    assert replace(SMALL, step=Decimal("0.01")).step == Decimal("0.01")
    one = Rubric((Dimension("d", "维度"),), (Indicator("i", "指标", "d", Decimal(5)),), step=Decimal(5))
    assert one.spans == ((0, 1),)


# --- one sheet ---------------------------------------------------------------------------------------------------


def test_running_totals_add_up_what_is_scored_and_name_what_waits() -> None:
    sums = scoring.running_totals({"a": Decimal("2.5"), "b": None, "c": Decimal(8)}, SMALL)
    assert sums.total == Decimal("10.5")
    assert sums.dimensions == {"base": Decimal("2.5"), "effect": Decimal(8)}
    assert (sums.scored, sums.missing) == (2, (B,))


def test_a_sheet_with_nothing_scored_adds_up_to_zero_of_zero_but_has_no_total() -> None:
    sums = scoring.running_totals({}, SMALL)
    assert (sums.total, sums.scored, sums.missing) == (0, 0, (A, B, C))
    assert sums.dimensions == {"base": 0, "effect": 0}
    assert {type(points) for points in (sums.total, *sums.dimensions.values())} == {Decimal}
    assert scoring.sheet_total({}, SMALL) is None


def test_a_whole_sheet_has_the_sum_as_its_total_and_zero_is_a_score() -> None:
    assert scoring.sheet_total({"a": Decimal(0), "b": Decimal("3.5"), "c": Decimal(9)}, SMALL) == Decimal("12.5")
    assert scoring.sheet_total({"a": Decimal(0), "b": Decimal(0), "c": Decimal(0)}, SMALL) == 0


def test_a_sheet_becomes_a_row_of_hundredths_in_the_rubrics_order() -> None:
    assert scoring.as_row({"c": Decimal("9.5"), "a": Decimal(3), "b": Decimal(0)}, SMALL) == (300, 0, 950)


def test_a_sheet_with_gaps_is_refused_and_the_gaps_are_named() -> None:
    with pytest.raises(scoring.IncompleteSheet) as caught:
        scoring.as_row({"a": None, "b": Decimal(1)}, SMALL)
    assert caught.value.codes == ("a", "c")
    assert caught.value.code == "sheet_incomplete"
    assert caught.value.message == ("还有2项指标没有评分：组织架构、经济效益。请逐项评分后再提交；不得分的请填0。")


def test_a_row_refuses_scores_off_the_rubric() -> None:
    with pytest.raises(Refused, match="score_off_step"):
        scoring.as_row({"a": Decimal("0.2"), "b": Decimal(1), "c": Decimal(1)}, SMALL)
    with pytest.raises(ValueError, match=r"^Scores for indicators that the rubric does not have: x, y\.$"):
        scoring.as_row({"a": Decimal(1), "b": Decimal(1), "c": Decimal(1), "y": Decimal(1), "x": None}, SMALL)


# --- which sheets count ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totals", "method", "left", "dropped"),
    [
        ([70, 90, 80], MEAN, (0, 1, 2), ()),
        ([70, 90, 80, 85], TRIMMED, (0, 1, 2, 3), ()),
        ([70, 90, 80, 85, 75], TRIMMED, (2, 3, 4), (Dropped(1, True), Dropped(0, False))),
        ([70, 90, 80, 85, 75, 72], TRIMMED, (2, 3, 4, 5), (Dropped(1, True), Dropped(0, False))),
        # Of equals the earlier-locked goes.
        ([90, 70, 90, 70, 80], TRIMMED, (2, 3, 4), (Dropped(0, True), Dropped(1, False))),
        ([80] * 5, TRIMMED, (2, 3, 4), (Dropped(0, True), Dropped(1, False))),
        ([80], MEDIAN, (0,), ()),
        ([80, 70], MEDIAN, (0, 1), ()),
        ([80, 70, 90], MEDIAN, (0,), (Dropped(2, True), Dropped(1, False))),
        ([60, 90, 70, 80], MEDIAN, (2, 3), (Dropped(1, True), Dropped(0, False))),
        ([80, 80, 70], MEDIAN, (1,), (Dropped(0, True), Dropped(2, False))),
        (
            [1, 2, 3, 4, 5],
            MEDIAN,
            (2,),
            (Dropped(4, True), Dropped(0, False), Dropped(3, True), Dropped(1, False)),
        ),
        (
            [5] * 6,
            MEDIAN,
            (4, 5),
            (Dropped(0, True), Dropped(1, False), Dropped(2, True), Dropped(3, False)),
        ),
    ],
)
def test_which_sheets_are_left_out(totals: list[int], method: Aggregation, left: tuple, dropped: tuple) -> None:
    assert scoring.retain(totals, method) == (left, dropped)


# --- rounding ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "count", "mean"),
    [(10, 3, 3), (11, 3, 4), (5, 2, 3), (7, 2, 4), (9, 4, 2), (10, 4, 3), (0, 5, 0), (8, 1, 8), (201, 2, 101)],
)
def test_the_mean_is_rounded_half_up(total: int, count: int, mean: int) -> None:
    assert scoring.mean_half_up(total, count) == mean


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([800], 0),
        ([800, 800], 0),
        ([1, 2], 1),  # 0.5 goes up
        ([0, 100], 50),
        ([200, 400, 400, 400, 500, 500, 700, 900], 200),
        ([1, 2, 3, 4], 1),  # 1.118
        ([0, 3, 6], 2),  # 2.449
        ([0, 4, 8], 3),  # 3.266
    ],
)
def test_the_deviation_is_that_of_the_whole_population(totals: list[int], expected: int) -> None:
    assert scoring.deviation(totals) == expected


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=12))
def test_the_deviation_agrees_with_exact_fractions(totals: list[int]) -> None:
    mean = Fraction(sum(totals), len(totals))
    variance = sum((total - mean) ** 2 for total in totals) / len(totals)
    answer = scoring.deviation(totals)
    low = max(Fraction(answer) - Fraction(1, 2), Fraction(0))
    assert low**2 <= variance < (answer + Fraction(1, 2)) ** 2


# --- an entry, by hand -------------------------------------------------------------------------------------------

FIVE = (
    sheet(1, "3", "4", "9"),  # 7 + 9 = 16, the highest
    sheet(2, "2.5", "3", "8"),  # 5.5 + 8 = 13.5
    sheet(3, "2", "3", "8.5"),  # 5 + 8.5 = 13.5
    sheet(4, "1", "2", "5"),  # 3 + 5 = 8, the lowest
    sheet(5, "3", "4", "7"),  # 7 + 7 = 14
)


def test_the_mean_of_five_sheets() -> None:
    score = scoring.aggregate(FIVE, SMALL, MEAN, min_sheets=3)
    assert score.sheet_totals == (16, Decimal("13.5"), Decimal("13.5"), 8, 14)
    assert str(score.total) == "13.00"  # 65 / 5
    assert {code: str(value) for code, value in score.dimensions.items()} == {"base": "5.50", "effect": "7.50"}
    assert (score.retained, score.dropped) == ((0, 1, 2, 3, 4), ())
    assert score.sheet_dimensions[3] == {"base": 3, "effect": 5}
    assert score.aggregation is MEAN


def test_the_trimmed_mean_leaves_out_the_highest_and_the_lowest_total() -> None:
    score = scoring.aggregate(FIVE, SMALL, TRIMMED, min_sheets=5)
    assert str(score.total) == "13.67"  # 41 / 3
    assert {code: str(value) for code, value in score.dimensions.items()} == {"base": "5.83", "effect": "7.83"}
    assert (score.retained, score.dropped) == ((1, 2, 4), (Dropped(0, True), Dropped(3, False)))


def test_the_median_takes_its_dimension_scores_from_the_middle_sheets() -> None:
    odd = scoring.aggregate(FIVE, SMALL, MEDIAN, min_sheets=1)
    # In order 8, 13.5, 13.5, 14, 16: of the two with 13.5 neither is an extreme; the middle one is the later or the
    # earlier by the rule of leaving out: 16 and 8 go, then 14 and the earlier 13.5.
    assert (str(odd.total), odd.retained) == ("13.50", (2,))
    assert {code: str(value) for code, value in odd.dimensions.items()} == {"base": "5.00", "effect": "8.50"}
    even = scoring.aggregate(FIVE[:4], SMALL, MEDIAN, min_sheets=1)
    assert (str(even.total), even.retained) == ("13.50", (1, 2))
    assert {code: str(value) for code, value in even.dimensions.items()} == {"base": "5.25", "effect": "8.25"}


def test_the_spread_is_taken_over_all_sheets_those_left_out_included() -> None:
    spread = scoring.aggregate(FIVE, SMALL, TRIMMED, min_sheets=5).spread
    assert (spread.lowest, spread.highest, str(spread.range)) == (8, 16, "8.00")
    assert str(spread.deviation) == "2.66"  # sqrt(7.1) = 2.664...


@pytest.mark.parametrize(
    ("threshold", "flagged"), [(None, False), ("8", False), ("7.99", True), ("8.005", False), ("0", True)]
)
def test_an_entry_is_flagged_only_above_the_threshold(threshold: str | None, flagged: bool) -> None:
    limit = None if threshold is None else Decimal(threshold)
    score = scoring.aggregate(FIVE, SMALL, MEAN, 1, limit)
    assert (score.flagged, score.threshold) == (flagged, limit)


def test_the_order_of_the_sheets_as_given_does_not_matter_only_the_order_of_locking() -> None:
    same = [sheet(minute, "2", "2", "5") for minute in (5, 3, 1, 2, 4)]
    score = scoring.aggregate(same, SMALL, TRIMMED, min_sheets=5)
    # The earliest (given third) goes as the highest, the next (given fourth) as the lowest.
    assert score.dropped == (Dropped(2, True), Dropped(3, False))
    assert score.retained == (0, 1, 4)


def test_sheets_locked_at_one_instant_are_told_apart_by_their_key() -> None:
    same = [sheet(1, "2", "2", "5", key=key) for key in "dbeac"]
    assert scoring.aggregate(same, SMALL, TRIMMED, min_sheets=5).dropped == (Dropped(3, True), Dropped(1, False))


def test_keys_that_are_numbers_are_compared_as_numbers() -> None:
    same = [replace(sheet(1, "2", "2", "5"), key=key) for key in (10, 9, 11, 8, 100)]
    assert scoring.aggregate(same, SMALL, TRIMMED, min_sheets=5).dropped == (Dropped(3, True), Dropped(1, False))


def test_a_method_may_be_given_as_it_is_stored_but_must_be_one() -> None:
    assert scoring.aggregate(FIVE, SMALL, "median", 1) == scoring.aggregate(FIVE, SMALL, MEDIAN, 1)
    assert scoring.aggregate(FIVE, SMALL, "median", 1).aggregation is MEDIAN
    rows = [(1, [scoring.as_row(item.scores, SMALL) for item in FIVE])]
    assert scoring.score_entries(rows, SMALL, "median", 1) == scoring.score_entries(rows, SMALL, MEDIAN, 1)
    for unknown in ("", "MEDIAN", "average"):
        with pytest.raises(ValueError, match="is not a valid Aggregation"):
            scoring.aggregate(FIVE, SMALL, unknown, 1)
        with pytest.raises(ValueError, match="is not a valid Aggregation"):
            scoring.score_entries(rows, SMALL, unknown, 1)


def test_too_few_sheets_give_no_score_at_all() -> None:
    with pytest.raises(scoring.TooFewSheets) as caught:
        scoring.aggregate(FIVE[:2], SMALL, MEAN, min_sheets=3)
    assert (caught.value.code, caught.value.locked, caught.value.needed) == ("too_few_sheets", 2, 3)
    assert caught.value.message == "已锁定的评分表只有2份，本次评价至少需要3份，请先补齐评分再汇总。"
    assert str(scoring.aggregate(FIVE[:3], SMALL, MEAN, min_sheets=3).total) == "14.33"
    assert str(scoring.aggregate(FIVE[:1], SMALL, MEAN, min_sheets=1).total) == "16.00"
    with pytest.raises(scoring.TooFewSheets):
        scoring.aggregate((), SMALL, MEAN, min_sheets=1)


def test_a_round_that_asks_for_no_sheets_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"^A score needs at least one sheet\.$"):
        scoring.aggregate(FIVE, SMALL, MEAN, min_sheets=0)


def test_a_sheet_with_a_gap_is_never_aggregated() -> None:
    with pytest.raises(scoring.IncompleteSheet):
        scoring.aggregate([*FIVE, sheet(6, "3", None, "9")], SMALL, MEAN, min_sheets=1)


def test_one_expert_cannot_have_two_sheets_on_an_entry() -> None:
    twice = (sheet(1, "3", "4", "9", key="x"), sheet(2, "3", "4", "9", key="x"))
    with pytest.raises(ValueError, match=r"^Two sheets have the same key: an expert scores an entry once\.$"):
        scoring.aggregate(twice, SMALL, MEAN, min_sheets=1)


def test_a_row_of_the_wrong_length_is_refused_in_bulk() -> None:
    with pytest.raises(ValueError, match=r"^A sheet of entry 7 does not have the rubric's 3 scores\.$"):
        scoring.score_entries([(7, [(1, 2, 3), (1, 2)])], SMALL, MEAN, 1)


def test_scoring_in_bulk_keeps_ids_and_order() -> None:
    scores = scoring.score_entries(
        [(9, [(300, 400, 1000), (100, 150, 500)]), (4, [(0, 0, 5), (0, 0, 0)])], SMALL, MEAN, 2, Decimal("9.5")
    )
    assert scores == [
        scoring.CompactScore(9, 1225, (475, 750), (0, 1), 950, 475, False),
        scoring.CompactScore(4, 3, (0, 3), (0, 1), 5, 3, False),
    ]
    assert scoring.score_entries([], SMALL, MEAN, 1) == []


# --- an entry, against an oracle ---------------------------------------------------------------------------------


def oracle(sheets: list[Sheet], rubric: Rubric, method: Aggregation) -> tuple[str, dict[str, str], set[int]]:
    """The rule told another way: sort, cut off both ends, take fractions, round by floor(x + 1/2)."""
    totals = {index: sum(map(Fraction, item.scores.values())) for index, item in enumerate(sheets)}
    when = {index: item.locked_at for index, item in enumerate(sheets)}
    pairs = {MEAN: 0, TRIMMED: 1 if len(sheets) > 4 else 0, MEDIAN: math.ceil(len(sheets) / 2) - 1}[method]
    left = set(totals)
    for _ in range(pairs):
        left.discard(min(left, key=lambda i: (-totals[i], when[i])))
        left.discard(min(left, key=lambda i: (totals[i], when[i])))

    def shown(values: list[Fraction]) -> str:
        cents = math.floor(sum(values) / len(values) * 100 + Fraction(1, 2))
        return f"{cents // 100}.{cents % 100:02d}"

    dimensions = {
        dimension.code: shown(
            [
                sum(
                    Fraction(sheets[i].scores[item.code])
                    for item in rubric.indicators
                    if item.dimension == dimension.code
                )
                for i in left
            ]
        )
        for dimension in rubric.dimensions
    }
    return shown([totals[i] for i in left]), dimensions, left


@st.composite
def panels(draw: st.DrawFn) -> tuple[Rubric, list[Sheet]]:
    rubric = annex(draw(st.sampled_from(["0.1", "0.25", "0.5", "1"])))
    # Few distinct levels make equal totals common.
    levels = draw(st.sampled_from([2, 5, 40]))
    minutes = draw(st.lists(st.integers(0, 600), min_size=1, max_size=9, unique=True))
    sheets = []
    for minute in minutes:
        scores = {}
        for item in rubric.indicators:
            steps = int(item.maximum / rubric.step)
            scores[item.code] = (draw(st.integers(0, levels)) * steps // levels) * rubric.step
        sheets.append(Sheet(f"e{minute}", START + timedelta(minutes=minute), scores))
    return rubric, sheets


@settings(max_examples=60, deadline=None)
@given(panels(), st.sampled_from(Aggregation))
def test_scores_agree_with_the_oracle_and_in_bulk(panel: tuple[Rubric, list[Sheet]], method: Aggregation) -> None:
    rubric, sheets = panel
    score = scoring.aggregate(sheets, rubric, method, 1, Decimal(10))
    total, dimensions, left = oracle(sheets, rubric, method)
    assert str(score.total) == total
    assert {code: str(value) for code, value in score.dimensions.items()} == dimensions
    assert set(score.retained) == left
    assert list(score.retained) == sorted(score.retained)
    assert sorted([*score.retained, *(item.sheet for item in score.dropped)]) == list(range(len(sheets)))
    assert score.flagged == (max(score.sheet_totals) - min(score.sheet_totals) > 10)

    locked = sorted(sheets, key=lambda item: item.locked_at)
    rows = [[int(item.scores[i.code] * 100) for i in rubric.indicators] for item in locked]
    (bulk,) = scoring.score_entries([(1, rows)], rubric, method, 1, Decimal(10))
    assert scoring.from_hundredths(bulk.total) == score.total
    assert [scoring.from_hundredths(value) for value in bulk.dimensions] == list(score.dimensions.values())
    assert {locked[place].key for place in bulk.retained} == {sheets[index].key for index in score.retained}
    assert scoring.from_hundredths(bulk.range) == score.spread.range
    assert scoring.from_hundredths(bulk.deviation) == score.spread.deviation
    assert bulk.flagged == score.flagged
