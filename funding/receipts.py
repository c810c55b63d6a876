"""The table of bank receipts: one row per payment, read from Excel or CSV into plain values. No ORM.

Every bad row is told by its line, all of them at once. A cell that holds a formula is never taken for its value.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import openpyxl

from ledger.errors import Refused

MAX_ROWS = 500
NUMBER, AMOUNT, DAY, REFERENCE = HEADS = ("支付编号", "金额", "付款日期", "银行流水号")
FORMULA = tuple("=＝@＠")
MAX_REFERENCE = 60


@dataclass(frozen=True)
class ReceiptRow:
    """One receipt as the bank tells it. `line` is the number that Excel shows; `amount` whole yuan."""

    line: int
    number: str
    amount: int
    paid_on: dt.date
    reference: str


@dataclass(frozen=True)
class Problem:
    line: int
    message: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.message}"


def read_receipts(name: str, content: bytes) -> tuple[list[ReceiptRow], list[Problem]]:
    """Rows and problems of a table; empty lines are skipped.

    Raises Refused: `table_unreadable`, `table_head`, `table_empty`, `table_too_long`.
    """
    lines = csv_lines(content) if name.lower().endswith(".csv") else xlsx_lines(content)
    head = [text(cell) for cell in lines[0]] if lines else []
    if missing := [label for label in HEADS if label not in head]:
        raise Refused("table_head", f"表头缺少：{'、'.join(missing)}。第一行应为表头。", field="table")
    columns = {label: head.index(label) for label in HEADS}
    filled = [(line, cells) for line, cells in enumerate(lines[1:], 2) if any(text(cell) for cell in cells)]
    if not filled:
        raise Refused("table_empty", "表里没有回单，请在表头下面每行填写一笔付款。", field="table")
    if len(filled) > MAX_ROWS:
        raise Refused("table_too_long", f"一次最多导入 {MAX_ROWS} 行，请分成几个文件。", field="table")
    rows: list[ReceiptRow] = []
    problems: list[Problem] = []
    for line, cells in filled:
        found = {label: cells[place] if place < len(cells) else None for label, place in columns.items()}
        row, wrong = read_row(line, found)
        problems += wrong
        if row is not None:
            rows.append(row)
    return rows, problems + repeated(rows)


def xlsx_lines(content: bytes) -> list[list[Any]]:
    """Cells of the first sheet; a formula comes as its text, which begins with =."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        with contextlib.closing(book):
            sheet = book.worksheets[0]
            return [list(values) for values in sheet.iter_rows(max_row=MAX_ROWS + 50, max_col=30, values_only=True)]
    except (KeyError, ValueError, TypeError, IndexError, SyntaxError, OSError, zipfile.BadZipFile) as error:
        raise unreadable() from error


def csv_lines(content: bytes) -> list[list[Any]]:
    """UTF-8, with or without its mark, or what Excel in China writes."""
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError, csv.Error):
            decoded = content.decode(encoding)
            return [list(row) for _, row in zip(range(MAX_ROWS + 50), csv.reader(io.StringIO(decoded)), strict=False)]
    raise unreadable()


def unreadable() -> Refused:
    return Refused(
        "table_unreadable", "这个文件打不开，请用 Excel 或 WPS 另存为 .xlsx 或 .csv 后重新上传。", field="table"
    )


def read_row(line: int, cells: dict[str, Any]) -> tuple[ReceiptRow | None, list[Problem]]:
    for label, cell in cells.items():
        if text(cell).startswith(FORMULA):
            return None, [Problem(line, f"{label}里是公式，请改成数值或文字（复制后“选择性粘贴-数值”）再导入。")]
    problems = [Problem(line, f"没有填写{label}。") for label in HEADS if not text(cells[label])]
    amount, day = whole_yuan(cells[AMOUNT]), date(cells[DAY])
    if text(cells[AMOUNT]) and amount is None:
        problems.append(Problem(line, f"金额「{text(cells[AMOUNT])}」不是以元为单位的正整数，请按回单填写。"))
    if text(cells[DAY]) and day is None:
        problems.append(Problem(line, f"付款日期「{text(cells[DAY])}」不是日期，请写成 2026-12-01。"))
    if len(text(cells[REFERENCE])) > MAX_REFERENCE:
        problems.append(Problem(line, f"银行流水号超过 {MAX_REFERENCE} 个字符，请核对。"))
    if problems or amount is None or day is None:
        return None, problems
    return ReceiptRow(line, text(cells[NUMBER]), amount, day, text(cells[REFERENCE])), []


def repeated(rows: Iterable[ReceiptRow]) -> list[Problem]:
    """Rows that stand in the table a second time, by payment or by the bank's number."""
    problems = []
    for label, pick in ((NUMBER, "number"), (REFERENCE, "reference")):
        first: dict[str, int] = {}
        for row in rows:
            value = getattr(row, pick)
            if value in first:
                problems.append(Problem(row.line, f"{label} {value} 与第 {first[value]} 行重复，请删去一行。"))
            first.setdefault(value, row.line)
    return problems


def text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).replace("\x00", "").strip().removeprefix("'")


def whole_yuan(cell: Any) -> int | None:
    """50,000.00 is 50000; what has a fraction, a sign or anything else is None."""
    match = re.fullmatch(r"[¥￥]?\s*([0-9][0-9,，]{0,14})(?:\.0{1,2})?\s*元?", text(cell))
    number = int(re.sub("[,，]", "", match[1])) if match else 0
    return number if 0 < number <= 1_000_000_000 else None


def date(cell: Any) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    match = re.fullmatch(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?", text(cell))
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
