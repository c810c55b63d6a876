"""The parts of a document: how they are numbered, and how a screen cites one."""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMERALS = "零一二三四五六七八九十"


def numeral(number: int) -> str:
    """A number below 100 as the law writes it: 19 is 十九, 20 is 二十."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones]
    return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")


def citation(article: str) -> str:
    """How a screen cites `article`: 第十五条第（四）项; 六（三） of a document in sections; 5.2.1 or 附件3 as it stands."""
    match = re.fullmatch(r"(\d+)(?:\((\d+)\))?", article)
    if not match:
        return article.replace("(", "（").replace(")", "）")
    item = f"第（{numeral(int(match[2]))}）项" if match[2] else ""
    return f"第{numeral(int(match[1]))}条{item}"


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Anything of a measure that rests on one of its articles."""

    article: str

    @property
    def citation(self) -> str:
        return citation(self.article)


@dataclass(frozen=True)
class Numbering:
    """How a document counts its parts: what a number looks like, what the whole of it is called, and its first part."""

    pattern: str
    example: str
    part: str

    def is_number(self, value: object) -> bool:
        return isinstance(value, str) and bool(re.fullmatch(self.pattern, value, re.ASCII))

    @staticmethod
    def first(value: str) -> int | None:
        """The article, chapter or section that a number is of; None for an annex."""
        head = re.match(r"\d+|[一二三四五六七八九十]", value)
        return (int(head[0]) if head[0].isdigit() else NUMERALS.index(head[0])) if head else None


NUMBERINGS = {
    "articles": Numbering(r"\d{1,3}(\(\d{1,2}\))?|附件", '"15"、"15(4)" 或者 "附件"', "条"),
    "clauses": Numbering(r"\d{1,2}(\.\d{1,2})*[a-z]?|附录[A-Z]", '"5.2.1"、"6.2.1.1a" 或者 "附录A"', "章"),
    "sections": Numbering(
        r"[一二三四五六七八九十](\([一二三四五六七八九十]\))?\d{0,2}|附件\d?", '"三1"、"六(三)" 或者 "附件3"', "节"
    ),
}
