"""The list of quality projects of the last three years (Art 14(6)) as a table: read from XLSX, checked row by row, written.

Pure: bytes and plain rows, no ORM. The bytes were checked by `ledger.uploads` before (size, what it unpacks to).
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from ledger.errors import Refused

HEADS = ("年度", "项目名称", "服务对象", "服务内容", "成效", "认可单位")
WIDTHS = (8, 40, 30, 16, 40, 24)
LENGTHS = {"name": 120, "client": 120, "outcome": 300, "recognised_by": 120}
MOST_ROWS = 500
YEARS_BACK = 3


@dataclass(frozen=True, slots=True)
class Project:
    """One line of the list; `kind` is the code of a service kind of Art 9."""

    year: int
    name: str
    client: str
    kind: str
    outcome: str = ""
    recognised_by: str = ""


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row. `row` is the number that the row has in the person's own table."""

    row: int
    label: str
    message: str

    def __str__(self) -> str:
        return f"第{self.row}行“{self.label}”：{self.message}"


class RowsRefused(Refused):
    """A table with wrong rows: nothing of it was taken. `errors` names each."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        first = "；".join(str(error) for error in errors[:3])
        more = f"等{len(errors)}处" if len(errors) > 3 else ""
        super().__init__("rows", f"表格里有{len(errors)}处需要修改，没有导入：{first}{more}。请改好后重新导入。")
        self.errors = tuple(errors)


def check_rows(
    rows: Iterable[Mapping[str, Any]], *, kinds: Mapping[str, str], year: int, first_row: int = 1
) -> list[Project]:
    """Rows of raw values as projects. `kinds` is {code: name}, either of which a row may carry; `year` is the round's.

    Raises RowsRefused with every row that is wrong.
    """
    projects: list[Project] = []
    errors: list[RowError] = []
    codes = {name: code for code, name in kinds.items()} | {code: code for code in kinds}
    for number, raw in enumerate(rows, start=first_row):
        row = {key: text(raw.get(key)) for key in ("year", "name", "client", "kind", "outcome", "recognised_by")}
        if not any(row.values()):
            continue
        found = list(row_errors(number, row, codes, kinds, year))
        errors += found
        if not found:
            projects.append(Project(year=int(row.pop("year")), kind=codes[row.pop("kind")], **row))
    if len(projects) > MOST_ROWS:
        errors.append(RowError(first_row + MOST_ROWS, "行数", f"最多填写{MOST_ROWS}个项目，请合并或选取主要项目"))
    if errors:
        raise RowsRefused(errors)
    return projects


def text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def row_errors(
    number: int, row: Mapping[str, str], codes: Mapping[str, str], kinds: Mapping[str, str], year: int
) -> Iterable[RowError]:
    labels = dict(zip(row, HEADS, strict=True))
    years = range(year - YEARS_BACK, year + 1)
    if not row["year"].isascii() or not row["year"].isdigit() or int(row["year"]) not in years:
        yield RowError(number, labels["year"], f"应填{years[0]}至{years[-1]}之间的年份")
    for key in ("name", "client"):
        if not row[key]:
            yield RowError(number, labels[key], "不能为空")
    if row["kind"] not in codes:
        yield RowError(number, labels["kind"], f"应从办法第九条的服务种类中选：{'、'.join(kinds.values())}")
    for key, most in LENGTHS.items():
        if len(row[key]) > most:
            yield RowError(number, labels[key], f"最多{most}字，现有{len(row[key])}字")


def read_xlsx(content: bytes, *, kinds: Mapping[str, str], year: int) -> list[Project]:
    """The projects of the first sheet. The columns are found by their heads, in whatever order they stand.

    Raises Refused `no_table` when the heads are not there, RowsRefused.
    """
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise no_table() from None
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise no_table()
        # A sheet may claim a million rows: never read more than can be wanted
        lines = list(itertools.islice(sheet.iter_rows(max_col=30, values_only=True), MOST_ROWS + 50))
    finally:
        book.close()
    for at, line in enumerate(lines):
        heads = [text(cell) for cell in line]
        if set(HEADS[:4]) <= set(heads):
            keys = ("year", "name", "client", "kind", "outcome", "recognised_by")
            places = {key: heads.index(head) for key, head in zip(keys, HEADS, strict=True) if head in heads}
            rows = [{key: line[place] for key, place in places.items()} for line in lines[at + 1 :]]
            return check_rows(rows, kinds=kinds, year=year, first_row=at + 2)
    raise no_table()


def no_table() -> Refused:
    return Refused(
        "no_table", f"表格里没有找到表头（{'、'.join(HEADS[:4])}）。请下载模板，照着填写后再导入。", field="table"
    )


def write_xlsx(projects: Iterable[Project], *, kinds: Mapping[str, str]) -> bytes:
    """The table as XLSX; without projects it is the template. What looks like a formula is written as text."""
    book = Workbook()
    sheet = book.active
    sheet.title = "服务项目"
    sheet.append(HEADS)
    for cell, width in zip(sheet[1], WIDTHS, strict=True):
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for line, project in enumerate(projects, start=2):
        values = {**asdict(project), "kind": kinds.get(project.kind, project.kind)}
        for column, value in enumerate(values.values(), start=1):
            cell = sheet.cell(line, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    choice = DataValidation(type="list", formula1='"' + ",".join(kinds.values()) + '"', allow_blank=True)
    sheet.add_data_validation(choice)
    choice.add(f"D2:D{MOST_ROWS + 1}")
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
