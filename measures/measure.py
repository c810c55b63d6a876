"""What a measure says, as frozen typed values. `measures/README.md` explains the file that they are read from.

Every item carries `article`: "15(4)" is 第十五条第（四）项, "附件" the annex. Points are Decimals; money is whole yuan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from measures.articles import Clause
from measures.periods import Rule
from measures.setting import Setting

Item = TypeVar("Item")


class MeasureError(Exception):
    """A file that cannot be a measure. `line` is the line of the file that is wrong, from 1."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file} 第{line}行：{problem}")
        self.file, self.line, self.problem = file, line, problem


class Silent(LookupError):
    """What was asked is something that the measure does not speak of at all; see `Measure.says`."""


@dataclass(frozen=True, kw_only=True)
class Text(Clause):
    """The document itself: what it is called, who made it, how long it is valid.

    `numbering`: how it counts its parts, see README.md. `silent`: the sections of a measure that it does not have.
    """

    code: str
    name: str
    short_name: str
    authority: str
    stage: str
    validity_years: int | None = None
    numbering: str = "articles"
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Title(Clause):
    """The title that a station is given, the cap on it, and the words that a station's name must not carry."""

    name: str
    short_name: str
    cap: int | None = None
    cap_article: str = ""
    forbidden_words: tuple[str, ...] = ()
    forbidden_words_source: str = ""


@dataclass(frozen=True, kw_only=True)
class ServiceKind(Clause):
    """A kind of service. `qi_component` places it in the international taxonomy of quality infrastructure; `tier`, where
    the document has two, says whether it is to be offered (basic) or may be (extended)."""

    code: str
    name: str
    text: str
    qi_component: str
    tier: str = ""

    @property
    def tier_words(self) -> str:
        return {"basic": "基础性服务", "extended": "拓展性服务"}.get(self.tier, "")


@dataclass(frozen=True, kw_only=True)
class Threshold(Clause):
    """A number that the measure names: `value` in `unit`, compared by `op` (one of >= > <= < ==)."""

    code: str
    label: str
    op: str
    value: Decimal
    unit: str
    indicator: str = ""
    condition: str = ""

    def is_met(self, figure: Decimal | int) -> bool:
        match self.op:
            case ">=":
                return figure >= self.value
            case ">":
                return figure > self.value
            case "<=":
                return figure <= self.value
            case "<":
                return figure < self.value
            case _:
                return figure == self.value

    @property
    def text(self) -> str:
        """The threshold in words: 不少于 5 名."""
        words = {">=": "不少于", ">": "高于", "<=": "不超过", "<": "低于", "==": "等于"}
        return f"{words[self.op]} {self.value:f} {self.unit}"


@dataclass(frozen=True, kw_only=True)
class Condition(Clause):
    """A condition of application. When `computed`, failing it blocks submission; `judged` is left to a person."""

    code: str
    name: str
    text: str
    computed: bool
    judged: str = ""
    thresholds: tuple[Threshold, ...] = field(default=(), metadata={"derived": True})


@dataclass(frozen=True, kw_only=True)
class Material(Clause):
    """A material to hand in. `generated` says that the portal offers it ready filled, or as a template."""

    code: str
    name: str
    hint: str
    generated: bool
    file_types: tuple[str, ...]
    min_files: int
    max_files: int


@dataclass(frozen=True, kw_only=True)
class Step(Clause):
    code: str
    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Notice(Clause):
    """The public notice of results: its days, and how they are counted unless the round says otherwise."""

    days: int
    rule: Rule


@dataclass(frozen=True, kw_only=True)
class SelfAssessment(Clause):
    """The yearly report: the named date by the end of which it is due, and whether a day of rest gives grace."""

    month: int
    day: int
    grace_rule: Rule


@dataclass(frozen=True, kw_only=True)
class Ground(Clause):
    """A ground on which a title may be revoked; a person decides (可以)."""

    code: str
    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Exit(Clause):
    """A way in which a title ends. `discretionary`: a person decides; otherwise the measure leaves no choice."""

    code: str
    name: str
    text: str
    discretionary: bool


@dataclass(frozen=True, kw_only=True)
class AwardGrant(Clause):
    """Support at first award: at most `ceiling` yuan, and, when `once`, once for an organisation."""

    ceiling: int
    once: bool


@dataclass(frozen=True, kw_only=True)
class PrizeTier(Clause):
    """A prize tier: at most `places` stations, `amount` yuan each."""

    tier: int
    name: str
    places: int
    amount: int


@dataclass(frozen=True, kw_only=True)
class Money:
    award: AwardGrant | None = None
    tiers: tuple[PrizeTier, ...] = ()

    @property
    def prize_places(self) -> int:
        return sum(tier.places for tier in self.tiers)

    @property
    def prize_total(self) -> int:
        """The most that the prizes of one year can cost, in yuan."""
        return sum(tier.places * tier.amount for tier in self.tiers)


@dataclass(frozen=True, kw_only=True)
class Indicator(Clause):
    """A third-level indicator, the thing that is scored: 0..`points`. `checks` are what an expert looks at, in turn.
    `online`: what outside platforms tell of the station's services there is shown beside it."""

    code: str
    name: str
    points: Decimal
    checks: tuple[str, ...]
    online: bool = False
    group: str = field(metadata={"derived": True})
    dimension: str = field(metadata={"derived": True})
    thresholds: tuple[Threshold, ...] = field(default=(), metadata={"derived": True})


@dataclass(frozen=True, kw_only=True)
class Group(Clause):
    """A second-level indicator."""

    code: str
    name: str
    points: Decimal
    indicators: tuple[Indicator, ...] = field(metadata={"derived": True})
    dimension: str = field(metadata={"derived": True})


@dataclass(frozen=True, kw_only=True)
class Dimension(Clause):
    """A first-level indicator, one of the areas that are evaluated. `number` begins the codes of what is below it."""

    code: str
    number: str
    name: str
    points: Decimal
    groups: tuple[Group, ...] = field(metadata={"derived": True})

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for group in self.groups for indicator in group.indicators)


@dataclass(frozen=True, kw_only=True)
class FormField(Clause):
    """A field or column. `typed`: a person fills it in; otherwise it is counted. `max_chars`: the length it prints."""

    code: str
    form: str
    name: str
    unit: str = ""
    typed: bool = True
    max_chars: int | None = None


@dataclass(frozen=True, kw_only=True)
class Form(Clause):
    """A form that the document prints in its annexes. `max_chars`: about how long it is in all."""

    code: str
    name: str
    max_chars: int | None = None
    fields: tuple[FormField, ...] = field(metadata={"derived": True})

    def field(self, code: str) -> FormField:
        return find(self.fields, code)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A whole measure. `version` is the SHA-256 of the file's bytes: a published round keeps it.

    A document may be silent on a whole section: its lists are then empty, and to ask for its `title`, `notice` or
    `self_assessment` raises Silent.
    """

    version: str
    text: Text
    said_title: Title | None
    service_kinds: tuple[ServiceKind, ...]
    conditions: tuple[Condition, ...]
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    said_notice: Notice | None
    said_self_assessment: SelfAssessment | None
    grounds: tuple[Ground, ...]
    exits: tuple[Exit, ...]
    money: Money
    dimensions: tuple[Dimension, ...]
    thresholds: tuple[Threshold, ...]
    settings: tuple[Setting, ...]
    forms: tuple[Form, ...]

    def says(self, section: str) -> bool:
        """Whether the document speaks of a section at all; the sections are those of `Text.silent`."""
        return section not in self.text.silent

    @property
    def title(self) -> Title:
        return said(self.said_title, "title")

    @property
    def notice(self) -> Notice:
        return said(self.said_notice, "notice")

    @property
    def self_assessment(self) -> SelfAssessment:
        return said(self.said_self_assessment, "self_assessment")

    @property
    def code(self) -> str:
        return self.text.code

    @property
    def name(self) -> str:
        return self.text.name

    @property
    def cap(self) -> int | None:
        """The most titles that may be active at a time; None when the measure sets no cap."""
        return self.said_title.cap if self.said_title else None

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        return tuple(group for dimension in self.dimensions for group in dimension.groups)

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators in the order of the annex."""
        return tuple(indicator for group in self.groups for indicator in group.indicators)

    @cached_property
    def total_points(self) -> Decimal:
        return sum((dimension.points for dimension in self.dimensions), Decimal(0))

    @property
    def round_settings(self) -> tuple[Setting, ...]:
        return tuple(setting for setting in self.settings if setting.scope == "round")

    @property
    def supervision_settings(self) -> tuple[Setting, ...]:
        return tuple(setting for setting in self.settings if setting.scope == "supervision")

    # Look-ups by code; each raises KeyError with the code when the measure has no such thing.

    def indicator(self, code: str) -> Indicator:
        return find(self.indicators, code)

    def dimension(self, code: str) -> Dimension:
        return find(self.dimensions, code)

    def group(self, code: str) -> Group:
        return find(self.groups, code)

    def service_kind(self, code: str) -> ServiceKind:
        return find(self.service_kinds, code)

    def condition(self, code: str) -> Condition:
        return find(self.conditions, code)

    def material(self, code: str) -> Material:
        return find(self.materials, code)

    def threshold(self, code: str) -> Threshold:
        return find(self.thresholds, code)

    def setting(self, code: str) -> Setting:
        return find(self.settings, code)

    def ground(self, code: str) -> Ground:
        return find(self.grounds, code)

    def step(self, code: str) -> Step:
        return find(self.steps, code)

    def exit(self, code: str) -> Exit:
        return find(self.exits, code)

    def form(self, code: str) -> Form:
        return find(self.forms, code)


def said(clause: Item | None, section: str) -> Item:
    if clause is None:
        raise Silent(section)
    return clause


def find(items: tuple[Item, ...], code: str) -> Item:
    for item in items:
        if item.code == code:  # type: ignore[attr-defined]
            return item
    raise KeyError(code)
