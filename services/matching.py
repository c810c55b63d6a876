"""Who could serve a need, and why: agencies, specialists and instruments judged over plain values.

A candidate is barred (with the reason) or gets points of 100, each with its reason, so that a person sees what speaks for
whom and decides. The measure and the guide name what to look at (7.3.2: matched precisely), not how much it weighs: the
weights below are ours, shown on the page, and the order they give is a proposal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from measures.words import cn_day

KIND, DISTRICT, QUALIFIED, LOAD, SATISFACTION = 20, 20, 20, 20, 20  # most points of each; together 100
EACH_JOB = 5  # points that a service under way takes off
LEAST_RATINGS = 3  # below, a mean says nothing: half the points
SOON = dt.timedelta(days=30)


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `day` is when it is asked; `qualified` where nobody may serve the kind unqualified."""

    kind: str
    district: str
    day: dt.date
    qualified: bool = False


@dataclass(frozen=True)
class Paper:
    """A qualification: in force from its first to its last day, both included."""

    name: str
    kinds: frozenset[str]
    valid_from: dt.date
    valid_until: dt.date | None

    def in_force(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Candidate:
    """`key` is unique. `papers` is None for what needs none (a person, an instrument); `usable_until` is the last day of
    an instrument's calibration. `load` counts services under way; `satisfaction` is the mean of `ratings`, of 100."""

    key: str
    name: str
    kinds: frozenset[str]
    district: str
    load: int = 0
    satisfaction: Decimal | None = None
    ratings: int = 0
    papers: tuple[Paper, ...] | None = None
    usable_until: dt.date | None = None


@dataclass(frozen=True)
class Reason:
    """`points` of `most`, and why."""

    words: str
    points: int
    most: int


@dataclass(frozen=True)
class Proposal:
    candidate: Candidate
    reasons: tuple[Reason, ...] = ()
    barred: str = ""

    @property
    def points(self) -> int:
        return sum(reason.points for reason in self.reasons)


def propose(wanted: Wanted, candidates: Iterable[Candidate]) -> list[Proposal]:
    """Those who could, best first; of equals the less busy, then by name."""
    judged = [judge(wanted, candidate) for candidate in candidates]
    fit = [proposal for proposal in judged if not proposal.barred]
    return sorted(fit, key=lambda p: (-p.points, p.candidate.load, p.candidate.name, p.candidate.key))


def barred(wanted: Wanted, candidates: Iterable[Candidate]) -> list[Proposal]:
    """Those who cannot, though they serve the kind, with the reason; by name."""
    judged = [judge(wanted, candidate) for candidate in candidates if wanted.kind in candidate.kinds]
    return sorted((p for p in judged if p.barred), key=lambda p: (p.candidate.name, p.candidate.key))


def judge(wanted: Wanted, candidate: Candidate) -> Proposal:
    if why := why_not(wanted, candidate):
        return Proposal(candidate, barred=why)
    return Proposal(
        candidate,
        (
            Reason("服务种类相符", KIND, KIND),
            of_district(wanted, candidate),
            of_papers(wanted, candidate),
            of_load(candidate),
            of_satisfaction(candidate),
        ),
    )


def why_not(wanted: Wanted, candidate: Candidate) -> str:
    if wanted.kind not in candidate.kinds:
        return "不提供这类服务"
    if candidate.usable_until is not None and candidate.usable_until < wanted.day:
        return f"检定校准已于{cn_day(candidate.usable_until)}到期"
    if candidate.papers is None or not wanted.qualified or papers_in_force(wanted, candidate.papers):
        return ""
    of_kind = [paper for paper in candidate.papers if wanted.kind in paper.kinds]
    return "这类服务的资质不在有效期内" if of_kind else "没有登记这类服务的资质"


def papers_in_force(wanted: Wanted, papers: Collection[Paper]) -> list[Paper]:
    """For the kind, on the day; the longest in force last."""
    found = [paper for paper in papers if wanted.kind in paper.kinds and paper.in_force(wanted.day)]
    return sorted(found, key=lambda paper: paper.valid_until or dt.date.max)


def of_district(wanted: Wanted, candidate: Candidate) -> Reason:
    if not wanted.district or not candidate.district:
        return Reason("所在区未知", DISTRICT // 2, DISTRICT)
    near = wanted.district == candidate.district
    return Reason("与企业同区" if near else "与企业不同区", DISTRICT if near else 0, DISTRICT)


def of_papers(wanted: Wanted, candidate: Candidate) -> Reason:
    if candidate.papers is None:
        until = candidate.usable_until
        return Reason(f"检定校准有效期至{cn_day(until)}" if until else "不需要资质", QUALIFIED, QUALIFIED)
    found = papers_in_force(wanted, candidate.papers)
    if not found:
        return Reason("没有登记这类服务的资质；这类服务不要求资质", QUALIFIED // 2, QUALIFIED)
    best = found[-1]
    if best.valid_until is not None and best.valid_until - wanted.day <= SOON:
        return Reason(f"{best.name}将于{cn_day(best.valid_until)}到期", QUALIFIED // 2, QUALIFIED)
    how_long = f"至{cn_day(best.valid_until)}" if best.valid_until else "长期"
    return Reason(f"{best.name}，有效期{how_long}", QUALIFIED, QUALIFIED)


def of_load(candidate: Candidate) -> Reason:
    words = f"正在办理 {candidate.load} 件" if candidate.load else "没有正在办理的服务"
    return Reason(words, max(LOAD - EACH_JOB * candidate.load, 0), LOAD)


def of_satisfaction(candidate: Candidate) -> Reason:
    if candidate.satisfaction is None or candidate.ratings < LEAST_RATINGS:
        return Reason(f"评价不足 {LEAST_RATINGS} 份，不作比较", SATISFACTION // 2, SATISFACTION)
    points = (candidate.satisfaction * SATISFACTION / 100).quantize(Decimal(1), ROUND_HALF_UP)
    mean = candidate.satisfaction.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Reason(f"以往满意度 {mean}（{candidate.ratings} 份）", int(points), SATISFACTION)
