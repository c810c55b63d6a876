"""The tables of the four libraries: which columns, how each is read, and what an export writes into it.

Built from the names that a table may carry (districts, industries, service kinds), so that nothing here asks a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from services.shown import Shown
from services.states.library import CompanySize, FeeUnit, QualificationType, SharingMode, SpecialistKind
from services.table import EXAMPLE_MARK, Cell, Table, day, money, one_of, some_of, whole, yes
from stations import credit_code

YES_NO = ("是", "否")
PART = "qualification."


@dataclass(frozen=True)
class Names:
    """{name: code} of what a row may name."""

    kinds: Mapping[str, str]
    districts: Mapping[str, str]
    industries: Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """One line of an export: an item as its reader may see it, and for an agency one of its qualifications."""

    item: Shown
    part: Any = None
    kinds: Mapping[str, str] | None = None  # {code: name}


def names_of(choices: type[TextChoices]) -> dict[str, str]:
    return {str(label): value for value, label in choices.choices}


def of_item(name: str) -> Any:
    """What an export writes of the item as its reader may see it."""

    def write(line: Line) -> Any:
        value = getattr(line.item, name)
        return value() if name.startswith("get_") else value

    return write


def of_part(name: str) -> Any:
    return lambda line: getattr(line.part, name) if line.part else None


def spoken(codes: list[str], names: Mapping[str, str] | None) -> str:
    return "、".join((names or {}).get(code, code) for code in codes)


def code_cell(head: str = "统一社会信用代码") -> Cell:
    return Cell(
        head,
        "credit_code",
        credit_code.validate,
        of_item("credit_code"),
        required=True,
        example=credit_code.make_credit_code(0),
        hint="18 位，印在营业执照上。",
    )


def kinds_cell(names: Names, example: str) -> Cell:
    return Cell(
        "服务种类",
        "kinds",
        some_of(names.kinds),
        lambda line: spoken(line.item.kinds, line.kinds),
        required=True,
        example=example,
        hint=f"办法第九条的种类，几项之间用顿号隔开：{'、'.join(names.kinds)}。",
    )


def district_cell(names: Names) -> Cell:
    return Cell(
        "所在区",
        "district_id",
        one_of(names.districts, None),
        of_item("district"),
        example="武昌区",
        choices=tuple(names.districts),
        hint="区或者功能区的全称；武汉市以外的不填。",
    )


def phone_cell() -> Cell:
    return Cell("联系电话", "phone", write=of_item("phone"), example="13800000000", hint="加密保存，只有本站能看到。")


def last_cells() -> tuple[Cell, ...]:
    return (
        Cell("与其他服务站共享", "shared", yes, of_item("shared"), example="否", choices=YES_NO),
        Cell("备注", "note", write=of_item("note")),
    )


def agency_table(names: Names) -> Table:
    types = names_of(QualificationType)
    return Table(
        "服务机构",
        (
            Cell("机构名称", "name", write=of_item("name"), required=True, example=f"{EXAMPLE_MARK}武汉某某检测研究院"),
            code_cell(),
            district_cell(names),
            Cell("地址", "address", write=of_item("address"), example="武昌区中北路 1 号"),
            kinds_cell(names, "检验检测、认证"),
            Cell("服务范围", "scope", write=of_item("scope"), required=True, example="电线电缆、低压电器的检测"),
            Cell("联系人", "contact_name", write=of_item("contact_name"), example="张三"),
            phone_cell(),
            Cell(
                "资质种类",
                f"{PART}type",
                one_of(types),
                lambda line: line.part and line.part.get_type_display(),
                example=QualificationType.CMA.label,
                choices=tuple(types),
            ),
            Cell("证书编号", f"{PART}number", write=of_part("number"), example="171700000000"),
            Cell("发证机关", f"{PART}issuer", write=of_part("issuer"), example="湖北省市场监督管理局"),
            Cell("资质范围", f"{PART}scope", write=of_part("scope"), example="电线电缆"),
            Cell("有效期起", f"{PART}valid_from", day, of_part("valid_from"), example="2024-01-01"),
            Cell(
                "有效期至",
                f"{PART}valid_until",
                day,
                of_part("valid_until"),
                example="2029-12-31",
                hint="证书上没有写明期限的不填。",
            ),
            *last_cells(),
        ),
        (
            "一家机构有几项资质的，写成几行：机构的各列相同，资质的各列不同。没有资质的，资质的各列都不填。",
            "已在库里的机构（按统一社会信用代码）更新内容；文件里没有的列不改动。",
        ),
    )


def specialist_table(names: Names) -> Table:
    categories = names_of(SpecialistKind)
    return Table(
        "专业人员和专家",
        (
            Cell("姓名", "name", write=of_item("name"), required=True, example=f"{EXAMPLE_MARK}张三"),
            Cell(
                "类别",
                "category",
                one_of(categories),
                of_item("get_category_display"),
                required=True,
                example="专家",
                choices=tuple(categories),
            ),
            Cell("工作单位", "employer", write=of_item("employer"), required=True, example="某某大学"),
            Cell("职称或职务", "title", write=of_item("title"), example="教授"),
            Cell("职业资格", "certificates", write=of_item("certificates"), example="注册计量师"),
            kinds_cell(names, "计量、标准"),
            Cell("专业方向", "field", write=of_item("field"), required=True, example="几何量计量"),
            Cell("从业年数", "years", whole, of_item("years"), example="12"),
            district_cell(names),
            phone_cell(),
            *last_cells(),
        ),
        ("已在库里的人员（按姓名和工作单位）更新内容；文件里没有的列不改动。",),
    )


def client_table(names: Names) -> Table:
    sizes = names_of(CompanySize)
    return Table(
        "服务对象",
        (
            code_cell(),
            Cell("企业名称", "name", write=of_item("name"), required=True, example=f"{EXAMPLE_MARK}武汉某某有限公司"),
            district_cell(names),
            Cell("地址", "address", write=of_item("address"), example="武昌区中北路 1 号"),
            Cell(
                "所属产业",
                "industry_id",
                one_of(names.industries, None),
                of_item("industry"),
                example=next(iter(names.industries), ""),
                choices=tuple(names.industries),
            ),
            Cell(
                "企业规模",
                "size",
                one_of(sizes),
                of_item("get_size_display"),
                example="小型",
                choices=tuple(sizes),
                hint="按中小企业划型标准；小型、微型企业享受收费优惠。",
            ),
            Cell("联系人", "contact_name", write=of_item("contact_name"), example="李四"),
            phone_cell(),
            *last_cells(),
        ),
        ("已在库里的企业（按统一社会信用代码）更新内容；文件里没有的列不改动。",),
    )


def equipment_table(names: Names) -> Table:
    modes, units = names_of(SharingMode), names_of(FeeUnit)
    return Table(
        "仪器设备",
        (
            Cell("设备编号", "asset_number", write=of_item("asset_number"), required=True, example="SB-001"),
            Cell("设备名称", "name", write=of_item("name"), required=True, example=f"{EXAMPLE_MARK}三坐标测量机"),
            Cell("型号规格", "model", write=of_item("model"), example="700×1000×600"),
            kinds_cell(names, "计量、检验检测"),
            Cell("测量范围和精度", "ability", write=of_item("ability"), example="0—1000 mm，1.5 μm"),
            Cell(
                "检定校准有效期至",
                "calibrated_until",
                day,
                of_item("calibrated_until"),
                example="2027-06-30",
                hint="不需要检定校准的不填。",
            ),
            Cell(
                "共享方式",
                "modes",
                some_of(modes),
                lambda line: spoken(line.item.modes, dict(SharingMode.choices)),
                example="到站使用、委托测试",
                hint=f"几项之间用顿号隔开：{'、'.join(modes)}。",
            ),
            Cell("使用条件", "terms", write=of_item("terms"), example="提前 2 天预约，由本站人员操作"),
            Cell("收费标准（元）", "fee", money, of_item("fee"), example="200"),
            Cell(
                "计费单位",
                "fee_unit",
                one_of(units),
                of_item("get_fee_unit_display"),
                example="小时",
                choices=tuple(units),
            ),
            district_cell(names),
            Cell("放置地点", "place", write=of_item("place"), required=True, example="中北路 1 号 2 楼实验室"),
            Cell("联系人", "contact_name", write=of_item("contact_name"), example="王五"),
            phone_cell(),
            *last_cells(),
        ),
        ("已在库里的设备（按设备编号）更新内容；文件里没有的列不改动。",),
    )


def lines_of_agency(shown: Shown, kinds: Mapping[str, str]) -> Iterator[Line]:
    """A line for each qualification; one without, where there is none."""
    parts = list(shown.qualifications.all())
    for part in parts or [None]:
        yield Line(shown, part, kinds)


def line_of_item(shown: Shown, kinds: Mapping[str, str]) -> Iterator[Line]:
    yield Line(shown, None, kinds)
