"""One TOML table into one frozen dataclass: every key known, every value of the right type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import MISSING, fields
from decimal import Decimal
from typing import Any, TypeVar, get_type_hints

from measures import measure as m
from measures.periods import Rule
from measures.setting import Choice, Setting
from measures.toml_lines import Document, Table

QI_COMPONENTS = ("metrology", "standardization", "conformity_assessment", "accreditation", "beyond_core")
ONE_OF: Mapping[tuple[type, str], tuple[str, ...]] = {
    (m.Text, "numbering"): ("articles", "clauses", "sections"),
    (m.ServiceKind, "qi_component"): QI_COMPONENTS,
    (m.ServiceKind, "tier"): ("basic", "extended"),
    (m.Threshold, "op"): (">=", ">", "<=", "<", "=="),
    (Setting, "kind"): ("integer", "decimal", "boolean", "choice", "order"),
    (Setting, "scope"): ("round", "supervision"),
}

Thing = TypeVar("Thing")


def items(
    document: Document,
    kind: type[Thing],
    name: str,
    /,
    *,
    optional: bool = False,
    ignore: Set[str] = frozenset(),
    **derived: Callable[[Table], Any],
) -> tuple[Thing, ...]:
    """All `[[name]]` as `kind`, in order, no code twice. `derived` fields are computed from the table; the keys to
    `ignore` are read by those."""
    tables = document.tables(name, optional=optional)
    refuse_twins(tables)
    return tuple(
        build(kind, table, ignore=ignore, **{key: make(table) for key, make in derived.items()}) for table in tables
    )


def refuse_twins(tables: list[Table], key: str = "code") -> None:
    seen: dict[Any, int] = {}
    for table in tables:
        code = table.values.get(key)
        if isinstance(code, str | int) and code in seen:
            table.refuse(f"{key} 「{code}」在第{seen[code]}行已经用过，请换一个。", key)
        seen[str(code) if code is None else code] = table.line(key)


def build(kind: type[Thing], table: Table, /, *, ignore: Set[str] = frozenset(), **derived: Any) -> Thing:
    """One table as the dataclass `kind`: every key known, present unless it has a default, and of the right type."""
    hints = get_type_hints(kind)
    wanted = {f.name: f for f in fields(kind) if "derived" not in f.metadata}  # type: ignore[arg-type]
    for key in table.values:
        if key not in wanted and key not in ignore:
            table.refuse(f"[{table.name}] 没有「{key}」这一项，请核对名称。可以填的有：{'、'.join(wanted)}。", key)
    values = dict(derived)
    for key, spec in wanted.items():
        if key in table.values:
            values[key] = convert(table, key, hints[key], ONE_OF.get((kind, key), ()))
        elif spec.default is MISSING:
            problem = "缺少条款号 article，请写明依据哪一条。" if key == "article" else f"缺少「{key}」，请补上。"
            table.refuse(f"[{table.name}] {problem}")
    return kind(**values)


def convert(table: Table, key: str, hint: Any, allowed: tuple[str, ...]) -> Any:
    """The value of `key` as the type `hint` wants it; a text is one of `allowed`, where any are named."""
    if hint in CONVERTERS:
        return CONVERTERS[hint](table, key)
    value = table.values[key]
    if not isinstance(value, str) or not value.strip():
        table.refuse(f"「{key}」应是不为空的文字。", key)
    if allowed and value not in allowed:
        table.refuse(f"「{key}」只能是 {'、'.join(allowed)}，不能是 {value}。", key)
    return value


def whole(table: Table, key: str) -> int:
    value = table.values.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        table.refuse(f"[{table.name}] 的「{key}」应是不小于 0 的整数。", key)
    return value


def number(table: Table, key: str) -> Decimal:
    value = table.values.get(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite() or value < 0:
        table.refuse(f"「{key}」应是不小于 0 的数字。", key)
    return Decimal(value)


def choices(table: Table, key: str) -> tuple[Choice, ...]:
    pairs = table.values[key]
    good = isinstance(pairs, list) and all(
        isinstance(pair, dict) and set(pair) == {"value", "label"} and all(isinstance(v, str) for v in pair.values())
        for pair in pairs
    )
    if not good or not pairs:
        table.refuse(f'「{key}」应是一列 {{ value = "…", label = "…" }}。', key)
    if len({pair["value"] for pair in pairs}) != len(pairs):
        table.refuse(f"「{key}」里有两项的 value 相同，请换一个。", key)
    return tuple(Choice(**pair) for pair in pairs)


def yes_or_no(table: Table, key: str) -> bool:
    value = table.values[key]
    if not isinstance(value, bool):
        table.refuse(f"「{key}」应填 true 或 false。", key)
    return value


def rule(table: Table, key: str) -> Rule:
    value = table.values[key]
    if value not in list(Rule):
        table.refuse(f"「{key}」只能是 {'、'.join(Rule)}。", key)
    return Rule(value)


def texts(table: Table, key: str) -> tuple[str, ...]:
    value = table.values[key]
    if not isinstance(value, list) or not value or not all(isinstance(part, str) and part.strip() for part in value):
        table.refuse(f"「{key}」应是一列不为空的文字。", key)
    return tuple(value)


CONVERTERS: Mapping[Any, Callable[[Table, str], Any]] = {
    int: whole,
    int | None: whole,
    Decimal: number,
    Decimal | None: number,
    bool: yes_or_no,
    Rule: rule,
    tuple[str, ...]: texts,
    tuple[Choice, ...]: choices,
}
