"""The table of service records: its columns, and how each is read. What a record must be is judged in `rules.record`."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from services.catalogue import CATALOGUE
from services.rules.record import COUNTS, MONEY
from services.table import EXAMPLE_MARK, Cell, Table, WrongCell, day, one_of, text
from stations import credit_code

MOST_ROWS = 5_000
ITEMS = {item.name: item.code for item in CATALOGUE.items}
HEADS = {
    **{field: name for field, (name, _, _) in COUNTS.items()},
    "experts": "投入专家（人次）",
    **{field: f"{name}（元）" for field, name in MONEY.items()},
}
EXAMPLES = {"visits": "1", "problems_found": "2", "problems_solved": "2", "experts": "1", "fee": "3000"}


def item(raw: Any) -> str:
    """The code of an item that is named as in the catalogue; another name as it is, for the rules to refuse."""
    said = text(raw)
    return ITEMS.get(said, said)


def served_on(raw: Any) -> Any:
    """As `table.day`; what is no day as it is. Judged with everything else of the row, so that nothing hides the rest."""
    with contextlib.suppress(WrongCell):
        return day(raw)
    return text(raw)


def record_table(industries: Mapping[str, str]) -> Table:
    """`industries` is {name: code}. The heads are those of the export, so that an exported list can come back."""
    return Table(
        "服务记录",
        (
            Cell(
                "外部编号",
                "external_id",
                example="2026-001",
                hint="本站台账里这次服务的编号，没有的不填。同一编号只导入一次，以后不要改作他用。",
            ),
            Cell("服务日期", "served_on", served_on, required=True, example="2026-03-01"),
            Cell(
                "统一社会信用代码",
                "client_code",
                required=True,
                example=credit_code.make_credit_code(0),
                hint="18 位，印在营业执照上。同一家企业按代码合并统计。",
            ),
            Cell("服务对象", "client_name", required=True, example=f"{EXAMPLE_MARK}武汉某某有限公司"),
            Cell("联系电话", "contact_phone", hint="只用来核对是否与本站联系电话相同，不保存。"),
            Cell(
                "所属产业",
                "industry",
                one_of(industries),
                example=next(iter(industries), ""),
                choices=tuple(industries),
            ),
            Cell(
                "服务事项",
                "item",
                item,
                required=True,
                example=CATALOGUE.item("metrology.calibration").name,
                hint=f"按服务事项目录填写，服务类别由事项决定：{'、'.join(ITEMS)}。",
            ),
            *(Cell(HEADS[field], field, example=EXAMPLES.get(field, "")) for field in (*COUNTS, *MONEY)),
            Cell("服务情况", "summary", hint="做了什么，结果怎样。请不要写入个人信息和企业的商业秘密。"),
        ),
        (
            "一行是为一家企业做的一次服务。服务次数不填的按 1 计，其他数字不填的按没有计。",
            "已经导入过的行不会再导入：填了外部编号的按编号认，没有填的按整行内容认。可以在同一个文件里接着写，每次整个上传。",
            "内容完全相同而确是两次服务的，请给每一行写上不同的外部编号。",
        ),
        most=MOST_ROWS,
    )
