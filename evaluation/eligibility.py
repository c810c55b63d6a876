"""The conditions of application (Art 13), each with what was computed and what a person will judge.

Pure: facts in, checks out. A condition that the measure marks `computed` and that fails blocks a submission; one that is
left to judgement - or that nobody has written a computation for - is never decided here: `met` stays None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evaluation.dates import years_after
from measures import Measure
from measures.measure import Condition


@dataclass(frozen=True, slots=True)
class Specialist:
    """A specialist of the team: by a relevant degree or by whole years of work (Art 13(5))."""

    relevant_degree: bool
    years: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of an applicant on `on`, the day of application. `answers` are the texts by condition code: what was
    written for a person to judge, by field label; an empty one is missing. `evidenced` are the service kinds (Art 9) with
    a description and at least one piece of evidence, `claimed` all that were named."""

    on: date
    founded_on: date
    heads: int
    chief_quality_officers: int
    specialists: tuple[Specialist, ...]
    claimed: frozenset[str]
    evidenced: frozenset[str]
    answers: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    firms_last_year: int | None = None
    firms_year_before: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One condition held against the facts. `met` is None where only a person can tell; `missing` are Chinese sentences
    that say what to do, and each of them blocks submission."""

    code: str
    name: str
    citation: str
    text: str
    met: bool | None
    computed: str
    judged: str
    missing: tuple[str, ...]


def check_conditions(measure: Measure, facts: Facts, *, other_counts: bool = True) -> tuple[Check, ...]:
    """Every condition of the measure in its order. `other_counts`: whether 「其他特色服务」 is one of the service kinds that
    count, on which the measure is silent."""
    return tuple(check_condition(measure, condition, facts, other_counts) for condition in measure.conditions)


def check_condition(measure: Measure, condition: Condition, facts: Facts, other_counts: bool) -> Check:
    unanswered = tuple(
        f"请填写“{label}”。" for label, value in facts.answers.get(condition.code, {}).items() if is_empty(value)
    )
    met: bool | None = None
    computed = ""
    missing: tuple[str, ...] = ()
    compute = COMPUTATIONS.get(condition.code)
    if compute:
        computed, missing = compute(measure, condition, facts, other_counts)
    if compute and condition.computed:
        met = not missing
    return Check(
        code=condition.code,
        name=condition.name,
        citation=condition.citation,
        text=condition.text,
        met=met,
        computed=computed,
        judged=condition.judged,
        missing=(*missing, *unanswered),
    )


def is_empty(value: object) -> bool:
    """Nothing written, or a box not ticked. Nought is an answer."""
    return value is None or value == "" or value is False


Computation = tuple[str, tuple[str, ...]]


def operation(measure: Measure, condition: Condition, facts: Facts, other_counts: bool) -> Computation:
    """Years since the founding to the day of application, the day itself included (民法典 1259)."""
    years = int(thresholds(condition)["operating_years"])
    ripe_on = years_after(facts.founded_on, years)
    told = f"成立于{day(facts.founded_on)}，到{day(facts.on)}已持续{whole_years(facts.founded_on, facts.on)}"
    if facts.founded_on > facts.on:
        return told, ("成立日期在将来，请核对登记证书后更正单位信息。",)
    if ripe_on > facts.on:
        return told, (f"单位持续运营须满{years}年，要到{day(ripe_on)}才满，请核对成立日期；属实的，本次不能申报。",)
    return told, ()


def day(date_: date) -> str:
    return f"{date_.year}年{date_.month}月{date_.day}日"


def whole_years(since: date, until: date) -> str:
    years = max(until.year - since.year - 1, 0)
    while years_after(since, years + 1) <= until:
        years += 1
    return f"满{years}年"


def team(measure: Measure, condition: Condition, facts: Facts, other_counts: bool) -> Computation:
    """One head, one chief quality officer, and, besides them, the specialists who qualify."""
    limits = thresholds(condition)
    wanted, years = int(limits["specialists"]), int(limits["specialist_years"])
    fit = sum(person.relevant_degree or person.years >= years for person in facts.specialists)
    told = f"站长{facts.heads}名、首席质量官{facts.chief_quality_officers}名、符合要求的专业人员{fit}名"
    if len(facts.specialists) > fit:
        told += f"（另有{len(facts.specialists) - fit}名专业背景和从业年数都不够）"
    missing = []
    if facts.heads != limits["directors"]:
        missing.append("须有站长1名，请在服务站的团队名单里登记。")
    if facts.chief_quality_officers != limits["chief_quality_officers"]:
        missing.append("须有首席质量官1名，请在服务站的团队名单里登记。")
    if fit < wanted:
        missing.append(
            f"须有质量、标准化相关专业背景或者从业满{years}年的专业人员{wanted}名及以上，现有{fit}名，还差{wanted - fit}名。"
        )
    return told, tuple(missing)


def abilities(measure: Measure, condition: Condition, facts: Facts, other_counts: bool) -> Computation:
    """Service kinds with evidence, each counted once."""
    wanted = int(thresholds(condition)["abilities"])
    counted = countable(facts.evidenced, other_counts)
    bare = facts.claimed - facts.evidenced
    told = f"有证明材料的服务能力{len(counted)}类"
    names = {kind.code: kind.name for kind in measure.service_kinds}
    if not other_counts and OTHER in facts.evidenced:
        told += "（“其他特色服务”本次不计入）"
    missing = []
    if len(counted) < wanted:
        missing.append(
            f"须具备{wanted}类及以上有证明材料的服务能力，现有{len(counted)}类，还差{wanted - len(counted)}类。"
        )
        missing += [f"“{names.get(code, code)}”还没有证明材料，上传后才能计入。" for code in sorted(bare)]
    return told, tuple(missing)


def record(measure: Measure, condition: Condition, facts: Facts, other_counts: bool) -> Computation:
    """Firms served in two years, side by side; whether that is steady growth (稳步增长) a person judges."""
    last, before = facts.firms_last_year, facts.firms_year_before
    if last is None or before is None:
        return "", ()
    told = f"上一年度服务企业{last}家，再上一年度{before}家，"
    return told + ("没有减少" if last >= before else "有所减少，由人按书面说明判断"), ()


OTHER = "other"


def countable(kinds: Iterable[str], other_counts: bool) -> frozenset[str]:
    return frozenset(kind for kind in kinds if other_counts or kind != OTHER)


def thresholds(condition: Condition) -> dict[str, Decimal]:
    return {threshold.code: threshold.value for threshold in condition.thresholds}


COMPUTATIONS: Mapping[str, Callable[[Measure, Condition, Facts, bool], Computation]] = {
    "operation": operation,
    "team": team,
    "abilities": abilities,
    "record": record,
}
