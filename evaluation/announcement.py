"""The words and the content of public notices: pure functions from plain values to what is frozen, hashed and shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from measures import Measure
from measures.articles import numeral
from measures.periods import Rule
from measures.setting import SILENT, Setting, setting_text
from measures.words import cn_instant

HEADING = re.compile(r"^[一二三四五六七八九十]{1,3}、")
SUBHEADING = re.compile(r"^（[一二三四五六七八九十]{1,3}）")
ENTRY_LABELS = {
    ("new", "award"): "拟授予称号",
    ("new", "reserve"): "候补",
    ("new", "fail"): "拟不通过",
    ("titled", "retain"): "拟保留称号",
    ("titled", "fail"): "拟不通过（拟摘牌）",
}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a body: `level` 1 for 一、, 2 for （一）, 0 for plain text."""

    text: str
    level: int


def paragraphs(body: str) -> list[Paragraph]:
    """The body of a notice as it is set: one paragraph a line, headings known by their numbers."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    return [Paragraph(line, 1 if HEADING.match(line) else 2 if SUBHEADING.match(line) else 0) for line in lines]


def title_name(measure: Measure) -> str:
    """The name of the title in running text: its inner quotation marks become outer ones there."""
    return measure.title.name.translate(str.maketrans("‘’", "“”"))


def evaluation_body(measure: Measure, *, year: int, window: tuple[dt.datetime, dt.datetime], **words: Any) -> str:
    """The body of an evaluation notice (Art 15(1)): who may apply, with what, when, and how it is evaluated.

    `words`: `settings` [(setting, value)], `requirements`, `contact`.
    """
    opens_at, closes_at = window
    title = title_name(measure)
    sections = [
        (
            "申报条件",
            [
                f"申报单位应当满足《{measure.name}》{measure.conditions[0].citation.split('第（')[0]}规定的基本条件：",
                *numbered(item.text for item in measure.conditions),
            ],
        ),
        ("申报材料", ["申报单位应当提交以下材料：", *numbered(item.name for item in measure.materials)]),
        (
            "申报时间和方式",
            [
                f"申报时间自{cn_instant(opens_at)}起，至{cn_instant(closes_at)}止。申报单位在本网站登录后在线填报、上传材料。"
            ],
        ),
        ("评价程序和办法", [step.text for step in measure.steps] + silent(words.get("settings", ()))),
    ]
    if requirements := words.get("requirements", "").strip():
        sections.append(("其他要求", requirements.splitlines()))
    sections.append(("费用", ["本次评价不收取任何费用。"]))
    if contact := words.get("contact", "").strip():
        sections.append(("咨询方式", contact.splitlines()))
    lines = [f"根据《{measure.name}》，现组织开展{year}年度{title}评价，有关事项通知如下。"]
    for number, (heading, texts) in enumerate(sections, start=1):
        lines += [f"{numeral(number)}、{heading}", *texts]
    return "\n".join(lines)


def numbered(texts: Iterable[str]) -> list[str]:
    return [f"{number}. {text.rstrip('；。')}。" for number, text in enumerate(texts, start=1)]


def silent(settings: Iterable[tuple[Setting, Any]]) -> list[str]:
    """What the bureau set where the measure is silent, each marked as such."""
    lines = [f"{setting.label}：{setting_text(setting, value)}。" for setting, value in settings]
    return [f"以下事项{SILENT}：", *numbered(lines)] if lines else []


def result_body(measure: Measure, *, year: int, counts: Mapping[str, int], days: int, day_rule: str) -> str:
    """The body of a result notice (Art 15(4)): what is published, for how long, how to object."""
    said = "、".join(f"{label}{counts[label]}个" for label in ENTRY_LABELS.values() if counts.get(label))
    return "\n".join(
        [
            f"根据《{measure.name}》{measure.notice.citation}，现将{year}年度{title_name(measure)}评价结果予以公示：{said}。名单附后。",
            "一、公示时间",
            f"自发布之日起公示{days}日，{Rule(day_rule).label}，发布当日不计入。截止时间和每一日的计算见本网站公示页面。",
            "二、提出异议",
            (
                "公示期内，任何单位或个人对评价结果有异议的，可以在本网站公示页面在线提出，说明理由，并可以提交证据材料。"
                "提出异议不需要注册账号；异议人的身份和联系方式依法保密。"
            ),
            "市市场监管局对异议进行调查核实，并将核实结果反馈提出异议的单位或个人。",
        ]
    )


def entry_label(track: str, outcome: str) -> str:
    return ENTRY_LABELS.get((track, outcome), outcome)
