"""Reads a measure's TOML file into `Measure`, or refuses it with the line that is wrong."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from measures import measure as m
from measures.articles import NUMBERINGS
from measures.measure import Measure
from measures.setting import Setting, SettingError
from measures.toml_lines import Document, Table, parse
from measures.toml_values import build, items, number, refuse_twins, whole

Section = TypeVar("Section")

FOLDER = Path(__file__).parent
SECTIONS = {"measure", "title", "notice", "self_assessment", "money.award", "rubric"}
LISTS = {
    "service_kinds", "conditions", "materials", "steps", "grounds", "exits", "money.tiers", "dimensions", "groups",
    "indicators", "thresholds", "settings", "forms", "form_fields",
}  # fmt: skip
# What a document may not have at all; it then says so, so that a section that was forgotten is not taken for silence
SILENCES = ("title", "conditions", "materials", "steps", "notice", "self_assessment", "rubric")
RUBRIC = ("rubric", "dimensions", "groups", "indicators")
FILE_TYPES = {"pdf", "jpg", "jpeg", "png", "docx", "xlsx"}  # the types whose content the portal can check


@cache
def codes() -> tuple[str, ...]:
    """The measures that there are a file of, by the alphabet."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def load(code: str) -> Measure:
    """The measure `code`, read once per process. Raises MeasureError; FileNotFoundError when there is no such file."""
    path = FOLDER / f"{code}.toml"
    return read(path.read_bytes(), path.name)


def read(content: bytes, file: str) -> Measure:
    """The measure that the bytes of `file` describe. Raises MeasureError."""
    document = parse(content, file)
    document.refuse_unknown(SECTIONS | LISTS | {"money"})
    text_table = document.table("measure")
    text = build(m.Text, text_table, ignore={"last_article"})
    Articles(document, text.numbering, last=whole(text_table, "last_article")).check()
    check_silence(document, text)
    if text.code != Path(file).stem:
        text_table.refuse(f"文件名是 {Path(file).stem}，code 却是 {text.code}，请改成一致。", "code")
    thresholds = items(document, m.Threshold, "thresholds", optional=True)
    dimensions = read_rubric(document, thresholds)
    conditions = items(
        document,
        m.Condition,
        "conditions",
        optional=True,
        thresholds=lambda table: tuple(t for t in thresholds if t.condition == table.values.get("code")),
    )
    check_thresholds(document, {i.code for d in dimensions for i in d.indicators}, {c.code for c in conditions})
    settings = items(document, Setting, "settings", optional=True)
    check_settings(document, settings, dimensions)
    measure = Measure(
        version=hashlib.sha256(content).hexdigest(),
        text=text,
        said_title=section(document, m.Title, "title"),
        service_kinds=items(document, m.ServiceKind, "service_kinds"),
        conditions=conditions,
        materials=items(document, m.Material, "materials", optional=True),
        steps=items(document, m.Step, "steps", optional=True),
        said_notice=section(document, m.Notice, "notice"),
        said_self_assessment=section(document, m.SelfAssessment, "self_assessment"),
        grounds=items(document, m.Ground, "grounds", optional=True),
        exits=items(document, m.Exit, "exits", optional=True),
        money=read_money(document),
        dimensions=dimensions,
        thresholds=thresholds,
        settings=settings,
        forms=read_forms(document),
    )
    check_numbers(document, measure)
    return measure


def section(document: Document, kind: type[Section], name: str) -> Section | None:
    """The section `[name]`, or None where the document is silent on it."""
    table = document.optional_table(name)
    return build(kind, table) if table else None


def check_silence(document: Document, text: m.Text) -> None:
    """What is not there was declared as a silence of the document, and what is declared is not there."""
    table = document.table("measure")
    for name in text.silent:
        if name not in SILENCES:
            table.refuse(f"silent 只能从 {'、'.join(SILENCES)} 中选，没有 {name}。", "silent")
    for name in SILENCES:
        for part in RUBRIC if name == "rubric" else (name,):
            found = document.tables(part, optional=True) if part in LISTS else [document.optional_table(part)]
            if name in text.silent and any(found):
                document.first(part).refuse(f"silent 说没有规定 {name}，这里却写了，请改成一致。")
            if name not in text.silent and not any(found):
                shape = f"[[{part}]]，至少要有一项" if part in LISTS else f"[{part}] 一节，请补上"
                document.refuse(f"缺少 {shape}；文件没有规定的，写进 [measure] 的 silent。")


# -- Parts that hang together  ----


def read_money(document: Document) -> m.Money:
    award = document.optional_table("money.award")
    tables = document.tables("money.tiers", optional=True)
    refuse_twins(tables, "tier")
    tiers = tuple(build(m.PrizeTier, table) for table in tables)
    for place, (table, tier) in enumerate(zip(tables, tiers, strict=True), start=1):
        if tier.tier != place:
            table.refuse(f"等次应从 1 起依次写，这里应是 {place}。", "tier")
        if not tier.places or not tier.amount:
            table.refuse("名额和金额都应大于 0。", "places" if not tier.places else "amount")
    return m.Money(award=build(m.AwardGrant, award) if award else None, tiers=tiers)


def read_rubric(document: Document, thresholds: tuple[m.Threshold, ...]) -> tuple[m.Dimension, ...]:
    """Dimensions with their groups and indicators; codes say what hangs under what, points add up at every level."""
    rubric = document.optional_table("rubric")
    if rubric is None:
        return ()
    dimension_tables = document.tables("dimensions")
    group_tables, indicator_tables = document.tables("groups"), document.tables("indicators")
    for tables in (dimension_tables, group_tables, indicator_tables):
        refuse_twins(tables)
    refuse_twins(dimension_tables, "number")
    refuse_orphans(group_tables, dimension_tables, "number", "一级指标")
    refuse_orphans(indicator_tables, group_tables, "code", "二级指标")
    dimensions = []
    for dimension_table in dimension_tables:
        dimension_code, groups = dimension_table.values.get("code", ""), []
        for group_table in below(group_tables, dimension_table.values.get("number")):
            group_code = group_table.values["code"]
            members = below(indicator_tables, group_code)
            indicators = tuple(
                build(
                    m.Indicator,
                    table,
                    group=group_code,
                    dimension=dimension_code,
                    thresholds=tuple(t for t in thresholds if t.indicator == table.values["code"]),
                )
                for table in members
            )
            groups.append(build(m.Group, group_table, dimension=dimension_code, indicators=indicators))
            refuse_wrong_sum(group_table, "points", members)
        dimensions.append(build(m.Dimension, dimension_table, groups=tuple(groups)))
    for dimension_table in dimension_tables:
        refuse_wrong_sum(dimension_table, "points", below(group_tables, dimension_table.values["number"]))
    for key in rubric.values:
        if key not in {"article", "total_points"}:
            rubric.refuse(f"[rubric] 没有「{key}」这一项，请核对名称。", key)
    refuse_wrong_sum(rubric, "total_points", dimension_tables)
    return tuple(dimensions)


def read_forms(document: Document) -> tuple[m.Form, ...]:
    """The forms of the annexes, each with its fields in order. A field's code is unique within its form."""
    form_tables = document.tables("forms", optional=True)
    codes = {table.values.get("code") for table in form_tables}
    fields: dict[str, list[m.FormField]] = {}
    for table in document.tables("form_fields", optional=True):
        one = build(m.FormField, table)
        if one.form not in codes:
            table.refuse(f"表格 {one.form} 不存在，请核对 code。", "form")
        members = fields.setdefault(one.form, [])
        if one.code in {other.code for other in members}:
            table.refuse(f"表格 {one.form} 里已经有 {one.code} 这一栏，请换一个 code。", "code")
        members.append(one)
    for table in form_tables:
        if table.values.get("code") not in fields:
            table.refuse("这个表格没有任何一栏，请用 [[form_fields]] 写上。", "code")
    return items(
        document, m.Form, "forms", optional=True, fields=lambda table: tuple(fields[str(table.values["code"])])
    )


def below(tables: list[Table], parent: Any) -> list[Table]:
    """The tables whose code is `parent` and one more part."""
    return [table for table in tables if str(table.values.get("code", "")).rpartition(".")[0] == parent]


def refuse_orphans(tables: list[Table], parents: list[Table], key: str, level: str) -> None:
    known = {parent.values.get(key) for parent in parents}
    for table in tables:
        code = table.values.get("code")
        if not isinstance(code, str) or not re.fullmatch(r"[0-9]+(\.[0-9]+)+", code, re.ASCII):
            table.refuse("code 应是用点隔开的编号，例如 1.1.1。", "code")
        if code.rpartition(".")[0] not in known:
            table.refuse(f"编号 {code} 的{level} {code.rpartition('.')[0]} 不存在，请核对编号。", "code")


def refuse_wrong_sum(table: Table, key: str, parts: list[Table]) -> None:
    """Refuse at the line of the total; the message names the lines of its parts, one of which may be the culprit."""
    total, added = number(table, key), sum((number(part, "points") for part in parts), Decimal(0))
    if total != added:
        lines = "、".join(str(part.line("points")) for part in parts) or "无"
        name = table.values.get("name", "总分")
        table.refuse(f"「{name}」写的是 {total} 分，下级各项（第 {lines} 行）合计 {added} 分，请核对。", key)


# -- Things that one table alone cannot know  ----


class Articles:
    """Every table that states law carries its article, and the article exists."""

    def __init__(self, document: Document, numbering: str, last: int) -> None:
        self.document = document
        self.numbering = NUMBERINGS[numbering]
        self.last = last

    def check(self) -> None:
        silent = {"settings"}  # a setting is there because no article says it
        for name in sorted((SECTIONS | LISTS) - silent):
            found = self.document.tables(name, optional=True) if name in LISTS else [self.document.optional_table(name)]
            for table in found:
                if table is not None:
                    self.check_table(table)

    def check_table(self, table: Table) -> None:
        for key in ("article", "cap_article"):
            value = table.values.get(key)
            if value is None and key == "article":
                table.refuse(f"[{table.name}] 缺少条款号 article，请写明依据哪一条。")
            if value is None:
                continue
            if not self.numbering.is_number(value):
                table.refuse(f"条款号应写成 {self.numbering.example}。", key)
            first, part = self.numbering.first(str(value)), self.numbering.part
            if first is not None and not 1 <= first <= self.last:
                table.refuse(f"办法只有 {self.last} {part}，没有第 {value} {part}，请核对条款号。", key)


def check_thresholds(document: Document, indicators: set[str], conditions: set[str]) -> None:
    for table in document.tables("thresholds", optional=True):
        indicator, condition = table.values.get("indicator"), table.values.get("condition")
        if (indicator is None) == (condition is None):
            table.refuse(
                "每个数值要求应写明一个 indicator（指标）或者一个 condition（条件），不能都写或者都不写。", "code"
            )
        if indicator is not None and indicator not in indicators:
            table.refuse(f"指标 {indicator} 不存在，请核对编号。", "indicator")
        if condition is not None and condition not in conditions:
            table.refuse(f"条件 {condition} 不存在，请核对 code。", "condition")


def check_settings(document: Document, settings: tuple[Setting, ...], dimensions: tuple[m.Dimension, ...]) -> None:
    known = {indicator.code for dimension in dimensions for indicator in dimension.indicators}
    order = {dimension.code for dimension in dimensions}
    for table, setting in zip(document.tables("settings", optional=True), settings, strict=True):
        for code in setting.indicators:
            if code not in known:
                table.refuse(f"指标 {code} 不存在，请核对编号。", "indicators")
        if (setting.kind in {"choice", "order"}) != bool(setting.choices):
            table.refuse("kind 是 choice 或 order 时要写 choices，其他时候不写。", "choices")
        if setting.kind == "order" and {choice.value for choice in setting.choices} != order:
            table.refuse(f"choices 应是各一级指标的 code：{'、'.join(sorted(order))}。", "choices")
        if setting.min is not None and setting.max is not None and setting.min > setting.max:
            table.refuse("min 大于 max，请改正。", "min")
        try:
            setting.clean(setting.suggestion)
        except SettingError as error:
            table.refuse(f"建议值 suggestion 不合这一项自己的要求：{error}", "suggestion")


def check_numbers(document: Document, measure: Measure) -> None:
    """Numbers that must make sense together within one table."""
    check_materials(document, measure)
    for table, indicator in zip(
        sorted(document.tables("indicators", optional=True), key=lambda table: table.values["code"]),
        sorted(measure.indicators, key=lambda indicator: indicator.code),
        strict=True,
    ):
        if not indicator.points:
            table.refuse("指标的分值应大于 0。", "points")
    if measure.said_notice and not 1 <= measure.said_notice.days <= 366:
        document.table("notice").refuse("公示天数应在 1 至 366 之间。", "days")
    if report := measure.said_self_assessment:
        try:
            dt.date(2001, report.month, report.day)
        except ValueError:
            document.table("self_assessment").refuse("month 和 day 不是一个日期，请改正。", "day")
    if (title := measure.said_title) and (title.cap is None) == bool(title.cap_article):
        document.table("title").refuse("名额上限 cap 和它的条款号 cap_article 要一起写，或者都不写。", "cap")


def check_materials(document: Document, measure: Measure) -> None:
    for table, material in zip(document.tables("materials", optional=True), measure.materials, strict=True):
        if not 1 <= material.min_files <= material.max_files:
            table.refuse("文件数应是 1 ≤ min_files ≤ max_files。", "min_files")
        for extension in material.file_types:
            if extension not in FILE_TYPES:
                table.refuse(f"不能收 {extension} 文件，只能从 {'、'.join(sorted(FILE_TYPES))} 中选。", "file_types")
