"""What a company is asked about a service: the five aspects of the annex (indicator 3.2.1), the five steps that it may
answer in, and the question on integrity of the national guide (8.2.3). Data and arithmetic only, no ORM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

INDICATOR, THRESHOLD = "3.2.1", "satisfaction"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One of the five: `name` as the annex has it, `question` as a company reads it."""

    code: str
    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five answers; `points` is what it counts, of 100."""

    number: int
    label: str
    points: int


ASPECTS = (
    Aspect("place", "服务场所便利度", "找到服务站、联系服务站方便吗？"),
    Aspect("response", "服务响应及时度", "提出需求以后，答复和办理及时吗？"),
    Aspect("skill", "服务水平专业度", "服务人员专业吗，问题说清楚、解决好了吗？"),
    Aspect("conduct", "服务人员廉洁度", "服务人员廉洁规范吗，收费和说好的一样吗？"),
    Aspect("outcome", "服务期望达成度", "服务的结果达到您的期望了吗？"),
)
CODES = tuple(aspect.code for aspect in ASPECTS)
NAMES = {aspect.code: aspect.name for aspect in ASPECTS}

# (step - least) / (most - least) x 100: the measure speaks of points of a hundred and is silent on the scale
STEPS = (
    Step(5, "非常满意", 100),
    Step(4, "满意", 75),
    Step(3, "一般", 50),
    Step(2, "不满意", 25),
    Step(1, "非常不满意", 0),
)
LABELS = {step.number: step.label for step in STEPS}
POOR = 2  # this step and below: the annex asks for an improvement where somebody was not satisfied


def points_of(step: int) -> int:
    return (step - 1) * 25


def mean_points(marks: Mapping[str, int]) -> Decimal:
    """The points of one rating: the mean of its five aspects, of 100."""
    return rounded(Decimal(sum(points_of(marks[code]) for code in CODES)) / len(CODES))


def rounded(points: Decimal) -> Decimal:
    """To two decimals, half up, once at the end."""
    return points.quantize(Decimal("0.01"), ROUND_HALF_UP)


def is_poor(marks: Mapping[str, int]) -> bool:
    """Whether the company was not satisfied with something."""
    return any(marks[code] <= POOR for code in CODES)
