"""The conditions of Article 13 at their edges, with the numbers of the measure itself."""

from dataclasses import replace
from datetime import date

import pytest

import measures
from evaluation.eligibility import Check, Facts, Specialist, check_conditions, whole_years

WUHAN = measures.load("wuhan")
KINDS = tuple(kind.code for kind in WUHAN.service_kinds)
FIVE = (Specialist(True, 0), Specialist(True, 0), Specialist(False, 5), Specialist(False, 5), Specialist(True, 9))
GOOD = Facts(
    on=date(2026, 11, 20),
    founded_on=date(2024, 11, 20),
    heads=1,
    chief_quality_officers=1,
    specialists=FIVE,
    claimed=frozenset(KINDS[:5]),
    evidenced=frozenset(KINDS[:5]),
)


def check(code: str, *, other_counts: bool = True, **changes: object) -> Check:
    facts = replace(GOOD, **changes)  # type: ignore[arg-type]
    return next(item for item in check_conditions(WUHAN, facts, other_counts=other_counts) if item.code == code)


def test_the_seven_conditions_come_in_the_order_of_the_measure_and_four_wait_for_a_person() -> None:
    checks = check_conditions(WUHAN, GOOD)
    assert [item.code for item in checks] == [condition.code for condition in WUHAN.conditions]
    assert checks[0].citation == "第十三条第（一）项"
    assert [item.met for item in checks] == [True, None, None, None, True, True, None]
    assert all(item.judged for item in checks)
    assert not any(item.missing for item in checks)


@pytest.mark.parametrize(
    ("founded", "on", "met"),
    [
        (date(2024, 11, 20), date(2026, 11, 20), True),
        (date(2024, 11, 21), date(2026, 11, 20), False),
        (date(2024, 2, 29), date(2026, 2, 28), True),
        (date(2024, 2, 29), date(2026, 2, 27), False),
        (date(1990, 1, 1), date(2026, 2, 27), True),
        (date(2026, 11, 21), date(2026, 11, 20), False),
    ],
)
def test_two_years_of_operation_are_met_on_the_corresponding_day(founded: date, on: date, met: bool) -> None:
    result = check("operation", founded_on=founded, on=on)
    assert result.met is met
    assert bool(result.missing) is not met


def test_the_sentences_on_operation_say_what_was_computed_and_when_it_will_do() -> None:
    assert check("operation").computed == "成立于2024年11月20日，到2026年11月20日已持续满2年"
    assert "要到2027年3月1日才满" in check("operation", founded_on=date(2025, 3, 1)).missing[0]
    assert "成立日期在将来" in check("operation", founded_on=date(2027, 1, 1)).missing[0]


@pytest.mark.parametrize(
    ("since", "until", "years"),
    [
        (date(2024, 2, 29), date(2025, 2, 27), "满0年"),
        (date(2024, 2, 29), date(2025, 2, 28), "满1年"),
        (date(2024, 2, 29), date(2028, 2, 28), "满3年"),
        (date(2024, 2, 29), date(2028, 2, 29), "满4年"),
        (date(2024, 11, 20), date(2024, 11, 20), "满0年"),
    ],
)
def test_whole_years(since: date, until: date, years: str) -> None:
    assert whole_years(since, until) == years


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"specialists": FIVE[:4]}, "现有4名，还差1名"),
        ({"specialists": (*FIVE[:4], Specialist(False, 4))}, "现有4名，还差1名"),
        ({"heads": 0}, "须有站长1名"),
        ({"heads": 2}, "须有站长1名"),
        ({"chief_quality_officers": 0}, "须有首席质量官1名"),
        ({"chief_quality_officers": 2}, "须有首席质量官1名"),
    ],
)
def test_a_team_that_is_short_is_told_of_what(changes: dict, words: str) -> None:
    result = check("team", **changes)
    assert result.met is False
    assert len(result.missing) == 1
    assert words in result.missing[0]


def test_a_team_of_one_one_and_five_meets_the_condition() -> None:
    assert check("team").computed == "站长1名、首席质量官1名、符合要求的专业人员5名"
    more = check("team", specialists=(*FIVE, Specialist(False, 4)))
    assert (more.met, more.computed) == (
        True,
        "站长1名、首席质量官1名、符合要求的专业人员5名（另有1名专业背景和从业年数都不够）",
    )


def test_five_abilities_with_evidence_are_needed() -> None:
    four = check("abilities", evidenced=frozenset(KINDS[:4]))
    assert four.met is False
    assert four.missing[0].endswith("现有4类，还差1类。")
    assert WUHAN.service_kinds[4].name in four.missing[1]
    assert check("abilities", evidenced=frozenset(KINDS), claimed=frozenset(KINDS)).met is True


def test_whether_the_tenth_kind_counts_is_the_bureaus_choice() -> None:
    five = frozenset({*KINDS[:4], "other"})
    assert "other" in KINDS
    assert check("abilities", evidenced=five, claimed=five).met is True
    without = check("abilities", evidenced=five, claimed=five, other_counts=False)
    assert without.met is False
    assert "本次不计入" in without.computed


@pytest.mark.parametrize(
    ("last", "before", "told"),
    [
        (100, 100, "上一年度服务企业100家，再上一年度100家，没有减少"),
        (99, 100, "上一年度服务企业99家，再上一年度100家，有所减少，由人按书面说明判断"),
        (0, 0, "上一年度服务企业0家，再上一年度0家，没有减少"),
        (None, 100, ""),
        (100, None, ""),
    ],
)
def test_growth_is_shown_and_left_to_a_person(last: int | None, before: int | None, told: str) -> None:
    result = check("record", firms_last_year=last, firms_year_before=before)
    assert (result.met, result.computed, result.missing) == (None, told, ())


@pytest.mark.parametrize(("value", "asked"), [("", True), (None, True), (False, True), (0, False), ("有", False)])
def test_what_is_not_answered_is_asked_for_and_nought_is_an_answer(value: object, asked: bool) -> None:
    result = check("management", answers={"management": {"财务状况": value}})
    assert result.missing == (("请填写“财务状况”。",) if asked else ())
    assert result.met is None


def test_a_computed_condition_that_is_not_known_here_is_left_to_a_person() -> None:
    strange = replace(WUHAN.conditions[0], code="strange")
    assert strange.computed
    (result,) = check_conditions(replace(WUHAN, conditions=(strange,)), GOOD)
    assert (result.met, result.computed, result.missing) == (None, "", ())
