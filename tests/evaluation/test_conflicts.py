"""Conflicts: who may not score whom, at the edges of names, codes and dates."""

from datetime import date

import pytest

from evaluation.conflicts import Conflict, ConflictKind, Employment, ExpertFacts, Party, find_conflicts, same_party
from evaluation.dates import years_after

ON = date(2026, 11, 20)
APPLICANT = Party("武汉光谷计量检测有限公司", "91420100MA4K0001X2")
OTHER = Party("湖北标准研究院", "12420000123456789X")


def kinds(expert: ExpertFacts, on: date = ON) -> list[str]:
    return [str(conflict.kind) for conflict in find_conflicts(expert, [APPLICANT], on)]


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2023, 11, 20), 3, date(2026, 11, 20)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 28)),
    ],
)
def test_years_end_on_the_corresponding_day_or_the_last_of_the_month(day: date, years: int, later: date) -> None:
    assert years_after(day, years) == later


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Party("甲", "91420100MA4K0001X2"), Party("乙", "91420100ma4k0001x2"), True),
        (Party("甲", "９１４２０１００ＭＡ４Ｋ０００１Ｘ２"), Party("乙", "91420100-MA4K0001X2 "), True),
        (Party("甲", ""), Party("乙", ""), False),
        (Party("甲", " - "), Party("乙", ""), False),
        (Party("", "1"), Party("", "2"), False),
        (Party("（甲）公司", "1"), Party("(甲) 公司", "2"), True),
        (Party("ABC检测", ""), Party("ａｂｃ 检测", "1"), True),
        (Party("武汉甲公司"), Party("武汉乙公司"), False),
    ],
)
def test_organisations_are_the_same_by_code_or_by_name(one: Party, other: Party, same: bool) -> None:
    assert same_party(one, other) is same
    assert same_party(other, one) is same


def test_an_expert_with_nothing_in_common_has_no_conflict() -> None:
    expert = ExpertFacts(OTHER, (Employment(OTHER, date(2000, 1, 1), None),), institution=OTHER)
    assert find_conflicts(expert, [APPLICANT], ON) == []
    assert find_conflicts(ExpertFacts(None), [APPLICANT], ON) == []
    assert find_conflicts(ExpertFacts(APPLICANT), [], ON) == []


def test_an_expert_of_the_applicant_is_in_conflict() -> None:
    assert find_conflicts(ExpertFacts(Party("其他名称", APPLICANT.credit_code)), [OTHER, APPLICANT], ON) == [
        Conflict(
            ConflictKind.SAME_ORGANISATION,
            "专家现工作单位是参评单位“武汉光谷计量检测有限公司”，应当回避。",
        )
    ]


def test_an_expert_of_an_institution_that_applies_is_in_conflict() -> None:
    assert find_conflicts(ExpertFacts(OTHER, institution=APPLICANT), [APPLICANT], ON) == [
        Conflict(ConflictKind.OWNER, "专家所属的第三方机构就是参评单位“武汉光谷计量检测有限公司”，应当回避。")
    ]


@pytest.mark.parametrize(
    ("until", "on", "bound"),
    [
        (date(2023, 11, 20), ON, True),  # the third anniversary itself
        (date(2023, 11, 19), ON, False),
        (date(2026, 11, 20), ON, True),
        (date(2027, 1, 1), ON, True),
        (date(2024, 2, 29), date(2027, 2, 28), True),
        (date(2024, 2, 29), date(2027, 3, 1), False),
        (None, ON, True),
    ],
)
def test_an_employer_of_the_last_three_years_is_a_conflict_both_edges_included(
    until: date | None, on: date, bound: bool
) -> None:
    expert = ExpertFacts(OTHER, (Employment(APPLICANT, date(2010, 1, 1), until),))
    assert kinds(expert, on) == (["employed"] if bound else [])


def test_the_sentence_on_an_employer_gives_the_dates() -> None:
    left = ExpertFacts(OTHER, (Employment(APPLICANT, None, date(2024, 2, 29)),))
    assert find_conflicts(left, [APPLICANT], ON)[0].sentence == (
        "专家2024年2月29日从参评单位“武汉光谷计量检测有限公司”离职，至2027年2月28日（含当日）未超过3年，应当回避。"
    )
    unknown = ExpertFacts(OTHER, (Employment(APPLICANT),))
    assert find_conflicts(unknown, [APPLICANT], ON, years=5)[0].sentence == (
        "专家任职经历中有参评单位“武汉光谷计量检测有限公司”且没有离职日期，应当回避；如已离职满5年，请补填离职日期。"
    )


def test_the_number_of_years_is_the_bureaus() -> None:
    expert = ExpertFacts(OTHER, (Employment(APPLICANT, None, date(2021, 11, 20)),))
    assert find_conflicts(expert, [APPLICANT], ON) == []
    assert len(find_conflicts(expert, [APPLICANT], ON, years=5)) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("曾共同承担课题。", "专家本人声明回避：曾共同承担课题。"),
        ("  ", "专家本人声明回避：未说明理由。"),
        ("", "专家本人声明回避：未说明理由。"),
    ],
)
def test_a_declared_conflict_counts_even_without_words(words: str, sentence: str) -> None:
    expert = ExpertFacts(OTHER, declared=words)
    assert find_conflicts(expert, [APPLICANT], ON) == [Conflict(ConflictKind.DECLARED, sentence)]


def test_all_reasons_are_given_at_once() -> None:
    expert = ExpertFacts(APPLICANT, (Employment(APPLICANT),), APPLICANT, "亲属关系")
    assert kinds(expert) == ["same_organisation", "owner", "employed", "declared"]
