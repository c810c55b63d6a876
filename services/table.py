"""A table of a library as XLSX: described once, then read row by row, written, and offered as a template to fill in.

Pure: bytes and plain values, no ORM. The bytes were checked by `ledger.uploads` before (size, what they unpack to). One
wrong cell never hides another: every problem is told with the row that Excel shows, and the cells as they were typed are
kept, so that the rows that were not taken can be given back.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from ledger.errors import Refused

MOST_ROWS = 2000
EXAMPLE_MARK = "（示例）"
SPLIT = re.compile(r"[、，,;；/\n]+")
PROBLEM = "问题"


class WrongCell(Exception):
    """A cell that cannot be read; the text says what to write instead."""


def text(raw: Any) -> str:
    """A cell as it was meant: whole numbers without a point, days as days, the apostrophe of our exports taken off."""
    if raw is None:
        return ""
    if isinstance(raw, dt.datetime):
        return f"{raw:%Y-%m-%d}"
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    said = ILLEGAL_CHARACTERS_RE.sub("", str(raw)).strip()
    return said[1:] if len(said) > 1 and said[0] == "'" and said[1] in "=+-@＝＋－＠" else said


def day(raw: Any) -> dt.date | None:
    if isinstance(raw, dt.datetime):
        return raw.date()
    said = text(raw)
    if not said:
        return None
    match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", said)
    with contextlib.suppress(ValueError):
        if match:
            return dt.date(*map(int, match.groups()))
    raise WrongCell(f"“{said}”不是日期，请写成 2026-03-01")


def whole(raw: Any) -> int:
    said = text(raw)
    if not said.isascii() or not said.isdigit() or len(said) > 6:
        if not said:
            return 0
        raise WrongCell(f"“{said}”不是整数，请只填数字")
    return int(said)


def money(raw: Any) -> Decimal | None:
    said = text(raw).replace(",", "").replace("，", "").removesuffix("元")
    if not said:
        return None
    try:
        amount = Decimal(said)
    except InvalidOperation:
        raise WrongCell(f"“{said}”不是金额，请只填数字") from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 8 or amount != round(amount, 2):
        raise WrongCell(f"“{said}”不能作为金额，最多两位小数")
    return amount


def yes(raw: Any) -> bool:
    said = text(raw)
    if said not in {"", "是", "否"}:
        raise WrongCell(f"“{said}”请改填“是”或者“否”")
    return said == "是"


def one_of(names: Mapping[str, Any], empty: Any = "") -> Callable[[Any], Any]:
    """Read the name of one thing as its code; nothing is `empty`."""

    def read(raw: Any) -> Any:
        said = text(raw)
        if not said:
            return empty
        if said not in names:
            raise WrongCell(f"没有“{said}”，请从中选：{'、'.join(names)}")
        return names[said]

    return read


def some_of(names: Mapping[str, str]) -> Callable[[Any], list[str]]:
    """Read several names, parted by 、, as their codes in the order of `names`."""

    def read(raw: Any) -> list[str]:
        said = [part.strip() for part in SPLIT.split(text(raw)) if part.strip()]
        if unknown := [part for part in said if part not in names]:
            raise WrongCell(f"没有“{'、'.join(unknown)}”，请从中选：{'、'.join(names)}，几项之间用顿号隔开")
        return [code for name, code in names.items() if name in said]

    return read


@dataclass(frozen=True)
class Cell:
    """One column. `key` names the fact; `write` finds the value in a line that is exported, by its key without it."""

    head: str
    key: str
    read: Callable[[Any], Any] = text
    write: Callable[[Any], object] | None = None
    required: bool = False
    example: str = ""
    choices: Sequence[str] = ()
    hint: str = ""


@dataclass(frozen=True)
class Table:
    title: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    most: int = MOST_ROWS  # rows of one file


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row, in a sentence that says what to do. `row` is the number that Excel shows."""

    row: int
    message: str


@dataclass(frozen=True)
class Row:
    """One filled row: what was read of it, and the cells as they were typed. Columns that the file leaves out are in
    neither: what is not asked for stays as it is."""

    row: int
    facts: dict[str, Any]
    typed: dict[str, str]


@dataclass
class Reading:
    """A whole file: rows that can be read, and for the others their problems and their cells."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    typed: dict[int, dict[str, str]] = field(default_factory=dict)


def read_table(table: Table, content: bytes) -> Reading:
    """The rows of the first sheet, columns found by their heads in whatever order. Empty rows and examples are skipped.

    Raises Refused: `table_unreadable`, `table_head`, `table_empty`, `table_too_long`.
    """
    lines = lines_of(content, table.most)
    heads = [text(cell).rstrip("*") for cell in lines[0]] if lines else []
    if missing := [cell.head for cell in table.cells if cell.required and cell.head not in heads]:
        raise Refused(
            "table_head", f"表头缺少：{'、'.join(missing)}。请用本页的模板填写，不要改动表头。", field="table"
        )
    places = {cell: heads.index(cell.head) for cell in table.cells if cell.head in heads}
    found = Reading()
    for number, line in enumerate(lines[1:], start=2):
        raw = {cell: line[place] if place < len(line) else None for cell, place in places.items()}
        typed = {cell.head: text(value) for cell, value in raw.items()}
        if any(typed.values()) and not any(said.startswith(EXAMPLE_MARK) for said in typed.values()):
            take_row(found, number, raw, typed)
    if not found.typed:
        raise Refused("table_empty", "表里没有填写内容，请在表头下面每行填写一项。", field="table")
    if len(found.typed) > table.most:
        raise Refused("table_too_long", f"一次最多导入 {table.most} 行，请分成几个文件。", field="table")
    return found


def take_row(found: Reading, number: int, raw: Mapping[Cell, Any], typed: dict[str, str]) -> None:
    facts, wrong = {}, []
    for cell, value in raw.items():
        try:
            facts[cell.key] = cell.read(value)
        except (WrongCell, Refused) as problem:
            said = problem.message if isinstance(problem, Refused) else str(problem)
            wrong.append(Problem(number, f"{cell.head}：{said}"))
            continue
        if cell.required and facts[cell.key] in ("", None, []):
            wrong.append(Problem(number, f"没有填写{cell.head}"))
    found.typed[number] = typed
    found.problems += wrong
    if not wrong:
        found.rows.append(Row(number, facts, typed))


def lines_of(content: bytes, most: int) -> list[list[Any]]:
    """Cells of the first sheet. The library answers a broken workbook with whatever it stumbles over; a sheet may claim
    a million rows: never more are read than can be wanted."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        with contextlib.closing(book):
            sheet = book.worksheets[0]
            return [list(values) for values in sheet.iter_rows(max_row=most + 50, max_col=60, values_only=True)]
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, OSError, zipfile.BadZipFile) as e:
        raise Refused(
            "table_unreadable", "这个 Excel 文件打不开，请用 Excel 或 WPS 另存为 .xlsx 后重新上传。", field="table"
        ) from e


# -- Written  ----


def template_bytes(table: Table) -> bytes:
    """The table to fill in: heads (* must be filled in), an example that is not imported, and a sheet that explains."""
    book = Workbook()
    sheet = book.active
    sheet.title = table.title
    heads = [cell.head + "*" * cell.required for cell in table.cells]
    write_lines(sheet, heads, [[cell.example for cell in table.cells]])
    for column, cell in enumerate(table.cells, start=1):
        listed = '"' + ",".join(cell.choices) + '"'
        if cell.choices and len(listed) <= 255:  # more is more than Excel takes
            choice = DataValidation(type="list", formula1=listed, allow_blank=True)
            sheet.add_data_validation(choice)
            letter = sheet.cell(1, column).column_letter
            choice.add(f"{letter}2:{letter}{table.most + 1}")
    about = book.create_sheet("填写说明")
    hints = [f"{cell.head}：{cell.hint}" for cell in table.cells if cell.hint]
    given = [f"{cell.head}可以填：{'、'.join(cell.choices)}" for cell in table.cells if cell.choices]
    first = f"第 2 行是示例，有“{EXAMPLE_MARK}”的行不会导入。带 * 的列必须填写。一次最多 {table.most} 行。"
    for line in (first, *table.notes, *hints, *given):
        about.append([line])
    about.column_dimensions["A"].width = 110
    return saved(book)


def returned_bytes(table: Table, reading: Reading, problems: Iterable[Problem]) -> bytes:
    """The rows that were not taken, as they were typed, each with what is wrong with it: to correct and upload again."""
    said: dict[int, list[str]] = {}
    for problem in problems:
        said.setdefault(problem.row, []).append(problem.message)
    heads = [cell.head for cell in table.cells]
    lines = [
        [*(reading.typed[row].get(head, "") for head in heads), "；".join(wrong)] for row, wrong in sorted(said.items())
    ]
    book = Workbook()
    book.active.title = table.title
    write_lines(book.active, [*heads, PROBLEM], lines)
    return saved(book)


def write_lines(sheet: Any, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """Every cell a text: nothing that somebody typed is a formula."""
    for number, line in enumerate([heads, *lines], start=1):
        for column, value in enumerate(line, start=1):
            cell = sheet.cell(number, column, value or None)
            if value:
                cell.data_type = "s"
                cell.number_format = "@"
            if number == 1:
                cell.font = Font(bold=True)
                sheet.column_dimensions[cell.column_letter].width = max(len(value) * 2.4, 14)
    sheet.freeze_panes = "A2"


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
