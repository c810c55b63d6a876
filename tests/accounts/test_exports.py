"""Nothing that a person typed acts as a formula in an export."""

import datetime as dt
import io
from decimal import Decimal
from types import SimpleNamespace

import openpyxl
import pytest
from django.http import Http404

from accounts.exports import Column, csv_lines, export, safe, xlsx_bytes

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A",
    ";=1",
    " =1",
    "　=1",
    ",=1",
]
COLUMNS = (Column("名称", "name"), Column("分", "score"), Column("单位", "organisation.name"))


def row(name, score=None):
    return SimpleNamespace(name=name, score=score, organisation=SimpleNamespace(name="某公司"))


@pytest.mark.parametrize("text", DANGEROUS)
def test_dangerous_text_is_quoted(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("光电子服务站", "光电子服务站"),
        ("", None),
        (None, None),
        (Decimal("86.40"), Decimal("86.40")),
        (-3, -3),
        (True, "是"),
        (dt.date(2026, 11, 20), "2026-11-20"),
        (dt.datetime(2026, 11, 20, 16, 30, tzinfo=dt.UTC), "2026-11-21 00:30"),
        ("坏\x00字\x0b符", "坏字符"),
    ],
)
def test_a_value_becomes_a_plain_cell(value, cell):
    assert safe(value) == cell


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_workbook_is_a_formula(text):
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(COLUMNS, [row(text, Decimal("2.5"))], title="清单")))
    cells = [cell for line in book.active.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert cells[4].value == Decimal("2.5")
    assert cells[5].value == "某公司"


def test_csv_begins_with_a_byte_order_mark_for_excel():
    text = "".join(csv_lines(COLUMNS, [row("一,二", 3)]))
    assert text == '\ufeff名称,分,单位\r\n"一,二",3,某公司\r\n'


def test_a_file_is_named_after_the_list_and_never_kept_by_a_cache():
    response = export("xlsx", COLUMNS, [row("甲")], title="申报")
    assert response["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E7%94%B3%E6%8A%A5-")
    assert response["Cache-Control"] == "private, no-store"


def test_an_unknown_kind_does_not_exist():
    with pytest.raises(Http404):
        export("pdf", COLUMNS, [], title="申报")
