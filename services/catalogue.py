"""The catalogue of services: the items under each kind of the measure, and what each counts as under other documents.

    from services.catalogue import CATALOGUE
    item = CATALOGUE.item("standards.comparison")
    item.counts  # "firms_compared": the figure of the annex that this service adds to, or ""
    item.schemes["tangshan"]  # "standards": the kind that it is there; "" where that document has no such kind

Read from `catalogue.toml`, once per process. The words of a kind are those of the measure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType

import measures
from measures.measure import Measure, ServiceKind, find
from measures.toml_lines import Document, Table, parse
from measures.toml_values import build, items, refuse_twins

FILE = Path(__file__).parent / "catalogue.toml"
IN_EVERY_KIND = {"training": "firms_trained", "consulting": ""}  # last part of the code: what it counts


@dataclass(frozen=True, kw_only=True)
class Item:
    """One service that a station offers. `code` is `<kind>.<name>`; records keep it."""

    code: str
    name: str
    text: str
    counts: str = ""
    note: str = ""
    kind: str = field(metadata={"derived": True})
    schemes: Mapping[str, str] = field(metadata={"derived": True})


@dataclass(frozen=True, kw_only=True)
class Head:
    """What the catalogue stands on: the measure whose kinds it divides, the documents that it translates to."""

    measure: str
    schemes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    head: Head
    items: tuple[Item, ...]

    @property
    def measure(self) -> Measure:
        return measures.load(self.head.measure)

    @property
    def schemes(self) -> tuple[Measure, ...]:
        """The other documents under which services are counted as well."""
        return tuple(measures.load(code) for code in self.head.schemes)

    @property
    def kinds(self) -> tuple[ServiceKind, ...]:
        return self.measure.service_kinds

    @cached_property
    def by_code(self) -> Mapping[str, Item]:
        return {item.code: item for item in self.items}

    def item(self, code: str) -> Item:
        """The item of this code. Raises KeyError."""
        return self.by_code[code]

    def kind_of(self, item: Item) -> ServiceKind:
        return self.measure.service_kind(item.kind)

    def items_of(self, kind: str) -> tuple[Item, ...]:
        """The items under a kind of the measure, in the order of the file."""
        return tuple(item for item in self.items if item.kind == kind)

    def counted_as(self, threshold: str) -> frozenset[str]:
        """The codes of the items whose services add to a threshold of the annex."""
        return frozenset(item.code for item in self.items if item.counts == threshold)

    def items_in(self, scheme: str, kind: str) -> frozenset[str]:
        """The codes of the items that are of `kind` under the document `scheme`."""
        return frozenset(item.code for item in self.items if item.schemes[scheme] == kind)

    def choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """For a select: each kind with its items."""
        return [(kind.name, [(item.code, item.name) for item in self.items_of(kind.code)]) for kind in self.kinds]


@cache
def load() -> Catalogue:
    """The catalogue of the portal. Raises MeasureError with the line that is wrong."""
    return read(FILE.read_bytes(), FILE.name)


def read(content: bytes, file: str) -> Catalogue:
    """The catalogue that the bytes of `file` describe. Raises MeasureError."""
    document = parse(content, file)
    document.refuse_unknown({"catalogue", "kinds", "items"})
    head = build(Head, document.table("catalogue"))
    measure = measures.load(head.measure)
    check_schemes(document, head)
    usual = read_kinds(document, head, measure)
    found = items(
        document,
        Item,
        "items",
        ignore=set(head.schemes),
        kind=lambda table: kind_of(table, measure),
        schemes=lambda table: placed(table, head.schemes, usual[kind_of(table, measure)]),
    )
    check_counts(document, measure)
    check_every_kind(document, found, measure)
    catalogue = Catalogue(head=head, items=found)
    check_reached(document, catalogue)
    return catalogue


def read_kinds(document: Document, head: Head, measure: Measure) -> dict[str, Mapping[str, str]]:
    """{kind: {scheme: kind there}}: every kind of the measure, each with every scheme."""
    tables = document.tables("kinds")
    refuse_twins(tables)
    for table in tables:
        for key in table.values:
            if key != "code" and key not in head.schemes:
                table.refuse(f"[kinds] 没有「{key}」这一项，请核对名称。", key)
        if table.values.get("code") not in {kind.code for kind in measure.service_kinds}:
            table.refuse(f"《{measure.name}》没有 {table.values.get('code')} 这一类服务，请核对 code。", "code")
        for scheme in head.schemes:
            if scheme not in table.values:
                table.refuse(f'缺少「{scheme}」，请写明在那里算哪一类；没有这一类的写 ""。')
    usual = {table.values["code"]: placed(table, head.schemes, {}) for table in tables}
    for kind in measure.service_kinds:
        if kind.code not in usual:
            document.table("catalogue").refuse(f"缺少 {kind.code} 的 [[kinds]]，请补上。")
    return usual


def placed(table: Table, schemes: tuple[str, ...], usual: Mapping[str, str]) -> Mapping[str, str]:
    """Where a kind or an item counts: what its table says, otherwise what is `usual`."""
    return MappingProxyType({**usual, **{scheme: table.values[scheme] for scheme in schemes if scheme in table.values}})


def check_schemes(document: Document, head: Head) -> None:
    """What a kind or an item counts as under another document is a kind of that document."""
    for table in [*document.tables("kinds"), *document.tables("items")]:
        for scheme in head.schemes:
            there = measures.load(scheme)
            kind = table.values.get(scheme, "")
            if not isinstance(kind, str):
                table.refuse(f'「{scheme}」应是文字：那个文件里服务类别的 code，或者 ""。', scheme)
            if kind and kind not in {known.code for known in there.service_kinds}:
                table.refuse(f"《{there.name}》没有 {kind} 这一类服务，请核对 code。", scheme)


def check_reached(document: Document, catalogue: Catalogue) -> None:
    """No kind of another document is left without an item: it would always count nought."""
    for scheme in catalogue.head.schemes:
        for kind in measures.load(scheme).service_kinds:
            if not catalogue.items_in(scheme, kind.code):
                document.table("catalogue").refuse(f"没有一个事项算作 {scheme} 的 {kind.code}，请补上。", "schemes")


def kind_of(table: Table, measure: Measure) -> str:
    """The kind that the code of an item begins with."""
    code = table.values.get("code")
    if not isinstance(code, str) or not re.fullmatch(r"[a-z_]+\.[a-z_]+", code):
        table.refuse("code 应是“类别.事项”，小写字母和下划线，例如 standards.comparison。", "code")
    kind = code.partition(".")[0]
    if kind not in {known.code for known in measure.service_kinds}:
        table.refuse(f"《{measure.name}》没有 {kind} 这一类服务，请核对 code。", "code")
    return kind


def check_counts(document: Document, measure: Measure) -> None:
    """What an item counts is a figure of the annex that is counted in firms."""
    figures = {threshold.code for threshold in measure.thresholds if threshold.unit == "家"}
    for table in document.tables("items"):
        if table.values.get("counts", "") not in figures | {""}:
            table.refuse(f"counts 只能是 {'、'.join(sorted(figures))}，或者不写。", "counts")


def check_every_kind(document: Document, found: tuple[Item, ...], measure: Measure) -> None:
    """Every kind has its training and its consulting: what is delivered always has an item to be recorded under."""
    for kind in measure.service_kinds:
        for name, counts in IN_EVERY_KIND.items():
            code = f"{kind.code}.{name}"
            if code not in {item.code for item in found}:
                document.table("catalogue").refuse(f"缺少事项 {code}，每一类服务都要有培训和咨询。")
            if find(found, code).counts != counts:
                table = next(table for table in document.tables("items") if table.values["code"] == code)
                table.refuse(f"{code} 的 counts 应是 {counts or '空（不写）'}。", "counts")


CATALOGUE = load()
