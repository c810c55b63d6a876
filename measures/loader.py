"""Reads a measure's TOML file into `Measure`, or refuses it with the line that is wrong."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from measures import measure as m
from measures.measure import Measure
from measures.setting import Setting, SettingError
from measures.toml_lines import Document, Table, parse
from measures.toml_values import build, items, number, refuse_twins, whole

FOLDER = Path(__file__).parent
SECTIONS = {"measure", "title", "notice", "self_assessment", "money.award", "rubric"}
LISTS = {
    "service_kinds", "conditions", "materials", "steps", "grounds", "exits", "money.tiers", "dimensions", "groups",
    "indicators", "thresholds", "settings",
}  # fmt: skip
ARTICLE = re.compile(r"\d{1,3}(\(\d{1,2}\))?|附件")
FILE_TYPES = {"pdf", "jpg", "jpeg", "png", "docx", "xlsx"}  # the types whose content the portal can check


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
    Articles(document, last=whole(text_table, "last_article")).check()
    text = build(m.Text, text_table, ignore={"last_article"})
    if text.code != Path(file).stem:
        text_table.refuse(f"文件名是 {Path(file).stem}，code 却是 {text.code}，请改成一致。", "code")
    thresholds = items(document, m.Threshold, "thresholds", optional=True)
    dimensions = read_rubric(document, thresholds)
    conditions = items(
        document,
        m.Condition,
        "conditions",
        thresholds=lambda table: tuple(t for t in thresholds if t.condition == table.values.get("code")),
    )
    check_thresholds(document, {i.code for d in dimensions for i in d.indicators}, {c.code for c in conditions})
    settings = items(document, Setting, "settings", optional=True)
    check_settings(document, settings, dimensions)
    measure = Measure(
        version=hashlib.sha256(content).hexdigest(),
        text=text,
        title=build(m.Title, document.table("title")),
        service_kinds=items(document, m.ServiceKind, "service_kinds"),
        conditions=conditions,
        materials=items(document, m.Material, "materials"),
        steps=items(document, m.Step, "steps"),
        notice=build(m.Notice, document.table("notice")),
        self_assessment=build(m.SelfAssessment, document.table("self_assessment")),
        grounds=items(document, m.Ground, "grounds", optional=True),
        exits=items(document, m.Exit, "exits", optional=True),
        money=read_money(document),
        dimensions=dimensions,
        thresholds=thresholds,
        settings=settings,
    )
    check_numbers(document, measure)
    return measure


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
    rubric = document.table("rubric")
    for key in rubric.values:
        if key not in {"article", "total_points"}:
            rubric.refuse(f"[rubric] 没有「{key}」这一项，请核对名称。", key)
    refuse_wrong_sum(rubric, "total_points", dimension_tables)
    return tuple(dimensions)


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

    def __init__(self, document: Document, last: int) -> None:
        self.document = document
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
            if not isinstance(value, str) or not ARTICLE.fullmatch(value):
                table.refuse('条款号应写成 "15"、"15(4)" 或者 "附件"。', key)
            if value != "附件" and not 1 <= int(value.partition("(")[0]) <= self.last:
                table.refuse(f"办法只有 {self.last} 条，没有第 {value} 条，请核对条款号。", key)


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
    for table, material in zip(document.tables("materials"), measure.materials, strict=True):
        if not 1 <= material.min_files <= material.max_files:
            table.refuse("文件数应是 1 ≤ min_files ≤ max_files。", "min_files")
        for extension in material.file_types:
            if extension not in FILE_TYPES:
                table.refuse(f"不能收 {extension} 文件，只能从 {'、'.join(sorted(FILE_TYPES))} 中选。", "file_types")
    for table, indicator in zip(
        sorted(document.tables("indicators"), key=lambda table: table.values["code"]),
        sorted(measure.indicators, key=lambda indicator: indicator.code),
        strict=True,
    ):
        if not indicator.points:
            table.refuse("指标的分值应大于 0。", "points")
    notice = document.table("notice")
    if not 1 <= measure.notice.days <= 366:
        notice.refuse("公示天数应在 1 至 366 之间。", "days")
    try:
        dt.date(2001, measure.self_assessment.month, measure.self_assessment.day)
    except ValueError:
        document.table("self_assessment").refuse("month 和 day 不是一个日期，请改正。", "day")
    if (measure.title.cap is None) == bool(measure.title.cap_article):
        document.table("title").refuse("名额上限 cap 和它的条款号 cap_article 要一起写，或者都不写。", "cap")
