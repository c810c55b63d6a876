"""The table of older titles: one row per title, read from Excel into plain values. No ORM.

Bad cells are reported by row and column, all of them at once; what needs the database is checked by the action.
"""

import contextlib
import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

import openpyxl

from ledger.errors import Refused
from stations import credit_code
from stations.states import Level, OrganisationKind

MAX_ROWS = 500
HEADS = (
    "单位名称", "统一社会信用代码", "单位类型", "成立日期", "注册地", "注册地址", "服务站名称", "所在区", "服务场所地址",
    "授予日期", "来源", "称号编号", "级别",
)  # fmt: skip
OPTIONAL = {"所在区", "称号编号", "级别"}
LIMITS = {"单位名称": 100, "注册地址": 200, "服务站名称": 80, "服务场所地址": 200, "来源": 180, "称号编号": 30}
KINDS = {kind.label: kind.value for kind in OrganisationKind}
LEVELS = {level.label: level.value for level in Level}
EXAMPLE_MARK = "（示例）"
EXAMPLE = (
    f"{EXAMPLE_MARK}武汉某某检测技术有限公司", credit_code.make_credit_code(0), "企业", "2015-03-02", "武昌区", "武昌区中北路 1 号",
    "武昌区光电产业质量服务站", "武昌区", "武昌区中北路 1 号 2 楼", "2024-03-01", "武市监〔2024〕5号", "", "市级",
)  # fmt: skip


@dataclass(frozen=True)
class TitleRow:
    """One line of the table. `line` is the number that Excel shows."""

    line: int
    organisation: str
    credit_code: str
    kind: str
    founded_on: dt.date
    registered_in: str
    registered_address: str
    station: str
    district: str
    address: str
    awarded_on: dt.date
    source: str
    number: str
    level: str


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line, in a sentence that says what to do."""

    line: int
    message: str


def read_table(content: bytes) -> tuple[list[TitleRow], list[Problem]]:
    """Rows and problems of a workbook's first sheet. Empty lines and the template's example
    are skipped.

    Raises Refused: `table_head` (columns missing), `table_empty`, `table_too_long`,
    `table_unreadable`.
    """
    lines = _lines(content)
    columns = _columns(lines[0] if lines else [])
    rows: list[TitleRow] = []
    problems: list[Problem] = []
    filled = [
        (number, cells)
        for number, cells in enumerate(lines[1:], 2)
        if any(_text(cell) for cell in cells) and not _text(cells[0]).startswith(EXAMPLE_MARK)
    ]
    if not filled:
        raise Refused("table_empty", "表里没有填写内容，请在表头下面每行填写一个称号。", field="table")
    if len(filled) > MAX_ROWS:
        raise Refused("table_too_long", f"一次最多导入 {MAX_ROWS} 行，请分成几个文件。", field="table")
    for number, cells in filled:
        found = {head: cells[column] if column < len(cells) else None for head, column in columns.items()}
        row, wrong = _row(number, found)
        problems += wrong
        if row is not None:
            rows.append(row)
    return rows, problems


def _lines(content: bytes) -> list[list[Any]]:
    """Cells of the first sheet. The library answers a broken workbook with whatever it stumbles over."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        with contextlib.closing(book):
            sheet = book.worksheets[0]
            return [list(values) for values in sheet.iter_rows(max_row=MAX_ROWS + 50, max_col=60, values_only=True)]
    except (KeyError, ValueError, TypeError, IndexError, SyntaxError, OSError, zipfile.BadZipFile) as error:
        raise Refused(
            "table_unreadable", "这个 Excel 文件打不开，请用 Excel 或 WPS 另存为 .xlsx 后重新上传。", field="table"
        ) from error


def _columns(head: list[Any]) -> dict[str, int]:
    labels = [_text(cell).rstrip("*（必填）") for cell in head]
    if missing := [label for label in HEADS if label not in labels and label not in OPTIONAL]:
        raise Refused(
            "table_head", f"表头缺少：{'、'.join(missing)}。请用本页的模板填写，不要改动表头。", field="table"
        )
    return {label: labels.index(label) for label in HEADS if label in labels}


def _row(line: int, cells: dict[str, Any]) -> tuple[TitleRow | None, list[Problem]]:
    problems = [
        Problem(line, f"没有填写{head}。") for head in HEADS if head not in OPTIONAL and not _text(cells.get(head))
    ]
    problems += [
        Problem(line, f"{head}超过 {limit} 字，请缩短。")
        for head, limit in LIMITS.items()
        if len(_text(cells.get(head))) > limit
    ]
    days = {head: _date(cells.get(head)) for head in ("成立日期", "授予日期")}
    problems += [
        Problem(line, f"{head}「{_text(cells[head])}」不是日期，请写成 2024-03-01。")
        for head, day in days.items()
        if day is None and _text(cells.get(head))
    ]
    kind, level = _text(cells.get("单位类型")), _text(cells.get("级别")) or Level.CITY.label
    if kind and kind not in KINDS:
        problems.append(Problem(line, f"单位类型「{kind}」不在可选范围，请填 {'、'.join(KINDS)} 之一。"))
    if level not in LEVELS:
        problems.append(Problem(line, f"级别「{level}」不在可选范围，请填 {'、'.join(LEVELS)} 之一。"))
    code = _text(cells.get("统一社会信用代码"))
    try:
        code = credit_code.validate(code) if code else code
    except Refused as refusal:
        problems.append(Problem(line, refusal.message))
    founded, awarded = days["成立日期"], days["授予日期"]
    if problems or founded is None or awarded is None:
        return None, problems
    registered_in = _text(cells["注册地"])
    row = TitleRow(
        line=line,
        organisation=_text(cells["单位名称"]),
        credit_code=code,
        kind=KINDS[kind],
        founded_on=founded,
        registered_in=registered_in,
        registered_address=_text(cells["注册地址"]),
        station=_text(cells["服务站名称"]),
        district=_text(cells.get("所在区")) or registered_in,
        address=_text(cells["服务场所地址"]),
        awarded_on=awarded,
        source=_text(cells["来源"]),
        number=_text(cells.get("称号编号")),
        level=LEVELS[level],
    )
    return row, []


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).replace("\x00", "").strip()


def _date(cell: Any) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", _text(cell))
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def template_bytes() -> bytes:
    """An empty table with heads, one example line and a sheet that explains."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "称号清单"
    sheet.append(list(HEADS))
    sheet.append(list(EXAMPLE))
    sheet.freeze_panes = "A2"
    for column, head in enumerate(HEADS, 1):
        cell = sheet.cell(1, column)
        cell.font = openpyxl.styles.Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = max(len(head) * 2.4, 16)
    about = book.create_sheet("填写说明")
    for line in (
        f"第 2 行是示例，单位名称以{EXAMPLE_MARK}开头的行不会导入。",
        f"单位类型：{'、'.join(KINDS)}。",
        f"级别：{'、'.join(LEVELS)}；不填按市级。市级称号每个占一个名额。",
        "注册地、所在区：区或功能区的全称，例如“武昌区”“东湖新技术开发区”。所在区不填，按注册地。",
        "日期写成 2024-03-01。来源写授牌通报的名称和文号。称号编号没有的留空，由系统编号。",
        "单位已登记的（按统一社会信用代码）不再新建；服务站已有的（按名称）不再新建。",
    ):
        about.append([line])
    about.column_dimensions["A"].width = 90
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
