"""A TOML file whose tables know on which line they and their keys stand, so that a mistake can be pointed at.

`tomllib` reads the values; a small scan of the text finds the lines. The scan knows what our files use: table headers,
keys at the beginning of a line, arrays over several lines; not three-quoted strings, which are refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

from measures.measure import MeasureError

HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
KEY = re.compile(r"\s*([\w-]+)\s*=")
STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')


@dataclass
class Place:
    """Where one table stands: the line of its header and those of its keys, all from 1."""

    line: int
    keys: dict[str, int] = field(default_factory=dict)


@dataclass
class Table:
    """One table: its values, and how to complain about it."""

    file: str
    name: str
    values: dict[str, Any]
    place: Place

    def refuse(self, problem: str, key: str = "") -> NoReturn:
        raise MeasureError(self.file, self.line(key), problem)

    def line(self, key: str = "") -> int:
        return self.place.keys.get(key, self.place.line)


@dataclass
class Document:
    """A parsed file. Tables are asked for by name; what nobody asked for is unknown."""

    file: str
    values: dict[str, Any]
    places: dict[str, list[Place]]
    last_line: int

    def table(self, name: str) -> Table:
        """The table `[name]`, which must be there once."""
        found = self.optional_table(name)
        if found is None:
            raise MeasureError(self.file, self.last_line, f"缺少 [{name}] 一节，请补上。")
        return found

    def optional_table(self, name: str) -> Table | None:
        values = self.lookup(name)
        if values is None:
            return None
        place = self.places.get(name, [Place(1)])[0]
        if not isinstance(values, dict):
            raise MeasureError(self.file, place.line, f"{name} 应写成一节 [{name}]。")
        return Table(self.file, name, values, place)

    def tables(self, name: str, *, optional: bool = False) -> list[Table]:
        """All tables `[[name]]`, in the order of the file; at least one unless `optional`."""
        values = self.lookup(name)
        if not values and not optional:
            raise MeasureError(self.file, self.last_line, f"缺少 [[{name}]]，至少要有一项。")
        places = self.places.get(name, [])
        if values and (not isinstance(values, list) or len(values) != len(places)):
            raise MeasureError(self.file, places[0].line if places else 1, f"{name} 的每一项应写成 [[{name}]]。")
        return [Table(self.file, name, value, place) for value, place in zip(values or [], places, strict=True)]

    def lookup(self, name: str) -> Any:
        node: Any = self.values
        for part in name.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        return node

    def refuse(self, problem: str) -> NoReturn:
        """Refuse what is missing: at the end of the file."""
        raise MeasureError(self.file, self.last_line, problem)

    def first(self, name: str) -> Table:
        """The first table of this name, of a section or of a list."""
        found = self.lookup(name)
        return self.tables(name)[0] if isinstance(found, list) else self.table(name)

    def refuse_unknown(self, known: set[str]) -> None:
        """Refuse the first table, or key before any table, that no measure has."""
        for key, line in self.places[""][0].keys.items():
            raise MeasureError(self.file, line, f"「{key}」不在任何一节里，请移到所属的 [节] 之下。")
        for name, places in sorted(self.places.items(), key=lambda item: item[1][0].line):
            if name and name not in known:
                raise MeasureError(self.file, places[0].line, f"不认识 [{name}] 这一节，请核对名称。")


def parse(content: bytes, file: str) -> Document:
    """Read `content`. Raises MeasureError at the line that is no TOML."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise MeasureError(file, line, "不是 UTF-8 编码，请另存为 UTF-8。") from error
    last_line = max(1, text.count("\n") + (not text.endswith("\n")))
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        raise MeasureError(file, int(match[1]) if match else last_line, f"TOML 语法错误：{error}") from error
    return Document(file, values, find_places(text, file), last_line)


def find_places(text: str, file: str) -> dict[str, list[Place]]:
    """Lines of all tables, by name; the keys before any table are under the empty name."""
    places: dict[str, list[Place]] = {"": [Place(1)]}
    current = places[""][0]
    for number, line in statements(text, file):
        header = HEADER.match(line)
        key = KEY.match(line)
        if header:
            current = Place(number)
            places.setdefault(header[2], []).append(current)
        elif key:
            current.keys[key[1]] = number
    return places


def statements(text: str, file: str) -> Iterator[tuple[int, str]]:
    """The lines that begin a statement: not those inside an array that goes on over several lines."""
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        bare = STRING_OR_COMMENT.sub("", line)
        if '"""' in line or "'''" in line:
            raise MeasureError(file, number, "请不要用三个引号的多行文字，改用一行的文字或者数组。")
        if depth == 0:
            yield number, line
        depth += sum(bare.count(mark) for mark in "[{") - sum(bare.count(mark) for mark in "]}")
