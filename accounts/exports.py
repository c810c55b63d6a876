"""Lists as files: CSV and Excel, in which nothing that a person typed can act as a formula."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.db.models import Model
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

# Excel, WPS and LibreOffice take a text that begins with one of these for a formula; so do some with the full-width
# twins, after a change of input method. A space in front does not help them.
DANGEROUS = tuple("=+-@＝＋－＠\t\r\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """A column of an export: its head, and whence its value comes: a path of attributes with dots, or a function."""

    label: str
    source: str | Callable[[Any], object]

    def value(self, row: Any) -> object:
        if callable(self.source):
            return self.source(row)
        value = row
        for name in self.source.split("."):
            value = getattr(value, name, None)
        return value() if callable(value) and not isinstance(value, Model) else value


def safe(value: object) -> str | int | float | Decimal | None:
    """The value as a cell may hold it: numbers stay numbers, dates are words, dangerous text is quoted."""
    match value:
        case None | "":
            return None
        case bool():
            return "是" if value else "否"
        case int() | float() | Decimal():
            return value
        case dt.datetime():
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        case dt.date():
            return value.isoformat()
        case _:
            text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
            looks_dangerous = text.startswith(DANGEROUS) or text.lstrip(" ;,　").startswith(DANGEROUS)
            return f"'{text}" if looks_dangerous else text


def table(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[list]:
    yield [column.label for column in columns]
    for row in rows:
        yield [safe(column.value(row)) for column in columns]


def csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """CSV with a byte-order mark, without which Excel in China reads GBK."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for line in table(columns, rows):
        writer.writerow(["" if value is None else value for value in line])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def xlsx_bytes(columns: Sequence[Column], rows: Iterable[Any], *, title: str) -> bytes:
    """A workbook of one sheet. Text cells are of type string, so that nothing is evaluated on opening."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("".join(c for c in title if c not in r"[]:*?/\\")[:31] or "导出")
    sheet.freeze_panes = "A2"
    for number, line in enumerate(table(columns, rows)):
        cells = []
        for value in line:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
                cell.number_format = "@"
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def attachment(response: HttpResponse | StreamingHttpResponse, name: str) -> HttpResponse | StreamingHttpResponse:
    """Chinese file names as RFC 6266 has them."""
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response


def export(
    kind: str, columns: Sequence[Column], rows: Iterable[Any], *, title: str
) -> HttpResponse | StreamingHttpResponse:
    """The rows as a file of `kind` (csv or xlsx), named after the list and the day. Http404 for any other kind."""
    name = f"{title}-{timezone.localdate():%Y%m%d}.{kind}"
    if kind == "csv":
        lines = StreamingHttpResponse(csv_lines(columns, rows), content_type="text/csv; charset=utf-8")
        return attachment(lines, name)
    if kind == "xlsx":
        return attachment(HttpResponse(xlsx_bytes(columns, rows, title=title), content_type=XLSX), name)
    raise Http404("没有这种导出格式")
