"""Why an expert may not score an entry: conflicts that can be computed, and those that were declared.

The measure only says that experts evaluate (Art 15(3)); recusal is the bureau's own rule (design, invariant 5). The
calculation is over plain values. It errs on the side of caution: a doubtful match is a conflict, which staff can see
with its reason, and an employment without an end is one that lasts.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from evaluation.dates import years_after

COOLING_YEARS = 3
"""Years after leaving an employer during which an expert does not judge it."""


class ConflictKind(StrEnum):
    """What a conflict rests on."""

    SAME_ORGANISATION = "same_organisation"
    EMPLOYED = "employed"
    OWNER = "owner"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as far as it is known: its 统一社会信用代码 (may be empty) and its name."""

    name: str
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Employment:
    """A time with an employer, both days included; `until` is None while it lasts or when its end is not known."""

    employer: Party
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """What is known of an expert. `declared` is the expert's own words on this entry, None if nothing was declared."""

    employer: Party | None
    employments: tuple[Employment, ...] = ()
    institution: Party | None = None
    declared: str | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """One reason, with a Chinese sentence for staff."""

    kind: ConflictKind
    sentence: str


def find_conflicts(
    expert: ExpertFacts, applicants: Iterable[Party], on: date, years: int = COOLING_YEARS
) -> list[Conflict]:
    """All reasons why the expert may not, on a day, score an entry of these applicants (建设主体 and its station)."""
    found: list[Conflict] = []
    for applicant in applicants:
        if expert.employer and same_party(expert.employer, applicant):
            sentence = f"专家现工作单位是参评单位“{applicant.name}”，应当回避。"
            found.append(Conflict(ConflictKind.SAME_ORGANISATION, sentence))
        if expert.institution and same_party(expert.institution, applicant):
            sentence = f"专家所属的第三方机构就是参评单位“{applicant.name}”，应当回避。"
            found.append(Conflict(ConflictKind.OWNER, sentence))
        found += [
            Conflict(ConflictKind.EMPLOYED, _employed(employment, applicant, years))
            for employment in expert.employments
            if same_party(employment.employer, applicant) and _still_bound(employment, on, years)
        ]
    if expert.declared is not None:
        words = expert.declared.strip() or "未说明理由"
        found.append(Conflict(ConflictKind.DECLARED, f"专家本人声明回避：{words.rstrip('。')}。"))
    return found


def same_party(one: Party, other: Party) -> bool:
    """Equal credit codes, or equal names once written alike. Two empty codes say nothing."""
    codes = normalise_code(one.credit_code), normalise_code(other.credit_code)
    names = normalise_name(one.name), normalise_name(other.name)
    return bool(codes[0] and codes[0] == codes[1]) or bool(names[0] and names[0] == names[1])


def normalise_code(code: str) -> str:
    """A credit code in half-width capitals without blanks or dashes."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code).upper() if sign.isalnum())


def normalise_name(name: str) -> str:
    """A name without blanks and punctuation, full-width and half-width written alike, in small letters."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum())


def _still_bound(employment: Employment, on: date, years: int) -> bool:
    """Both edges count: on the day of the third anniversary the expert is still bound."""
    return employment.until is None or on <= years_after(employment.until, years)


def _employed(employment: Employment, applicant: Party, years: int) -> str:
    if employment.until is None:
        return (
            f"专家任职经历中有参评单位“{applicant.name}”且没有离职日期，应当回避；如已离职满{years}年，请补填离职日期。"
        )
    left, free = employment.until, years_after(employment.until, years)
    return f"专家{_day(left)}从参评单位“{applicant.name}”离职，至{_day(free)}（含当日）未超过{years}年，应当回避。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
