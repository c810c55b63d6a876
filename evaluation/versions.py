"""Frozen versions of an application: their canonical bytes, their hash, and what differs between two of them.

Pure: a snapshot is the plain JSON value that `queries.snapshot` makes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.parts import ANSWERS, OUTSIDE, PROJECTS, SNAPSHOT_KEYS, names
from measures import Measure
from measures.words import cn_day

Snapshot = Mapping[str, Any]


def content_of(snapshot: Snapshot, code: str) -> dict[str, Any]:
    """What a snapshot says in one part or material."""
    content = {key: snapshot.get(key) for key in SNAPSHOT_KEYS.get(code, ())}
    answers = {name: snapshot["answers"].get(name) for name, part in ANSWERS.items() if part == code}
    if answers:
        content["answers"] = answers
    if code == PROJECTS:
        content["projects"] = snapshot["projects"]
    if code in snapshot["materials"]:
        content["files"] = snapshot["materials"][code]
    return content


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comparison: what it is about, its text before and after ("" where there was none)."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A part or material that differs between two versions."""

    code: str
    name: str
    lines: tuple[Line, ...]


def changed_codes(before: Snapshot, after: Snapshot, codes: Iterable[str]) -> list[str]:
    return [code for code in codes if content_of(before, code) != content_of(after, code)]


def with_outside_of(previous: Snapshot, fresh: Snapshot, named: Iterable[str]) -> dict[str, Any]:
    """`fresh`, but what is kept outside the application stands as in `previous` unless it is named in the return: a
    telephone number changed since must neither slip into a supplement nor bar it."""
    kept = [key for code in OUTSIDE - set(named) for key in SNAPSHOT_KEYS[code]]
    return {**fresh, **{key: previous[key] for key in kept}}


def changes(before: Snapshot, after: Snapshot, measure: Measure, labels: Mapping[str, str]) -> list[Change]:
    """What differs, part by part, as lines to be shown side by side. `labels` names the fields in Chinese."""
    known = names(measure)
    return [
        Change(code, known[code], compare(content_of(before, code), content_of(after, code), labels))
        for code in changed_codes(before, after, known)
    ]


def compare(before: Any, after: Any, labels: Mapping[str, str], label: str = "") -> tuple[Line, ...]:
    """Lines of difference of two JSON values. Rows of a list are matched by what names them, not by their place."""
    if before == after:
        return ()
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys = dict.fromkeys([*before, *after])
        return tuple(
            line for key in keys for line in compare(before.get(key), after.get(key), labels, labels.get(key, label))
        )
    if isinstance(before, list) and isinstance(after, list):
        return compare_rows(before, after, labels, label)
    return (Line(label, spoken(before, labels), spoken(after, labels)),)


def compare_rows(before: list[Any], after: list[Any], labels: Mapping[str, str], label: str) -> tuple[Line, ...]:
    gone = [row for row in before if row not in after]
    new = [row for row in after if row not in before]
    partner = {name_of(row): row for row in new}
    lines = []
    for row in gone:
        other = partner.pop(name_of(row), None)
        lines.append(Line(label, spoken(row, labels), spoken(other, labels)))
    lines += [Line(label, "", spoken(row, labels)) for row in partner.values()]
    return tuple(lines)


NAMING = ("key", "name", "kind", "platform")


def name_of(row: Any) -> Any:
    if isinstance(row, Mapping):
        return next((row[key] for key in NAMING if row.get(key)), str(row))
    return row


# An id, a hash or a code says nothing to a reader; the name beside it does
SILENT = {"key", "sha256", "size", "content_type", "kind", "role", "platform"}


ISO_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def spoken(value: Any, labels: Mapping[str, str]) -> str:
    """A JSON value in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        pairs = [(labels.get(key, ""), spoken(item, labels)) for key, item in value.items() if key not in SILENT]
        return "；".join(f"{label}：{text}" if label else text for label, text in pairs if text)
    if isinstance(value, list):
        return "、".join(filter(None, (spoken(item, labels) for item in value)))
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return cn_day(dt.date.fromisoformat(value))
    return str(value)
