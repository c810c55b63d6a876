"""Rows of the libraries for tests."""

import datetime as dt
import io
import itertools
from typing import Any

from django.utils import timezone
from openpyxl import Workbook

from services.models import Agency, Booking, Client, Equipment, Qualification, Specialist
from stations.credit_code import make_credit_code
from stations.models import Station
from tests.factories import make_organisation, make_station, make_user

# A row that can be taken, by the heads of its library
ROWS: dict[str, dict[str, str]] = {
    "agency": {
        "机构名称": "湖北检测院",
        "统一社会信用代码": make_credit_code(501),
        "所在区": "武昌区",
        "服务种类": "检验检测、认证",
        "服务范围": "电线电缆",
        "联系人": "张三",
        "联系电话": "027-88888888",
        "资质种类": "检验检测机构资质认定（CMA）",
        "证书编号": "171700",
        "有效期起": "2024-01-01",
        "有效期至": "2029-12-31",
    },
    "specialist": {
        "姓名": "李专家",
        "类别": "专家",
        "工作单位": "某大学",
        "服务种类": "计量",
        "专业方向": "几何量",
        "从业年数": "12",
    },
    "client": {
        "统一社会信用代码": make_credit_code(502),
        "企业名称": "武汉机械公司",
        "所在区": "武昌区",
        "企业规模": "小型",
        "联系电话": "13812345678",
    },
    "equipment": {
        "设备编号": "S-1",
        "设备名称": "三坐标测量机",
        "服务种类": "计量",
        "共享方式": "到站使用、委托测试",
        "收费标准（元）": "200",
        "计费单位": "小时",
        "放置地点": "二楼",
        "检定校准有效期至": "2027-06-30",
        "与其他服务站共享": "是",
    },
}


def book_of(*rows: dict[str, Any]) -> bytes:
    """A workbook with these rows, by heads; a head that a row leaves out is an empty cell."""
    heads = list(dict.fromkeys(head for row in rows for head in row))
    book = Workbook()
    for line in (heads, *([row.get(head) for head in heads] for row in rows)):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_numbers = itertools.count(900_000)


def make_staffed_station(name: str = "林专员") -> tuple[Station, Any]:
    """A station and a person of it."""
    user = make_user(name=name)
    return make_station(make_organisation(user)), user


def make_agency(station: Station, **fields: Any) -> Agency:
    number = next(_numbers)
    defaults = {"name": f"武汉某检测所{number}", "credit_code": make_credit_code(number), "scope": "电线电缆检测"}
    return Agency.objects.create(
        station=station, changed_at=timezone.now(), **{"kinds": ["testing"], **defaults, **fields}
    )


def make_qualification(agency: Agency, **fields: Any) -> Qualification:
    defaults = {
        "type": "cma",
        "number": f"CMA{next(_numbers)}",
        "kinds": agency.kinds,
        "valid_from": dt.date(2024, 1, 1),
        "valid_until": dt.date(2029, 12, 31),
    }
    return Qualification.objects.create(agency=agency, **{**defaults, **fields})


def make_specialist(station: Station, **fields: Any) -> Specialist:
    defaults = {
        "name": f"欧阳{next(_numbers)}",
        "category": "expert",
        "employer": "某某大学",
        "field": "标准化",
        "kinds": ["standards"],
        "phone": "13912345678",
    }
    return Specialist.objects.create(station=station, changed_at=timezone.now(), **{**defaults, **fields})


def make_client(station: Station, **fields: Any) -> Client:
    number = next(_numbers)
    defaults = {
        "name": f"武汉某机械有限公司{number}",
        "credit_code": make_credit_code(number),
        "size": "small",
        "contact_name": "司马联络",
        "phone": "13812345678",
    }
    return Client.objects.create(station=station, changed_at=timezone.now(), **{**defaults, **fields})


def make_equipment(station: Station, **fields: Any) -> Equipment:
    defaults = {
        "name": "三坐标测量机",
        "asset_number": f"S{next(_numbers)}",
        "place": "二楼实验室",
        "kinds": ["metrology"],
        "modes": ["on_site"],
        "contact_name": "诸葛管理",
        "phone": "13712345678",
    }
    return Equipment.objects.create(station=station, changed_at=timezone.now(), **{**defaults, **fields})


def make_booking(equipment: Equipment, begins: dt.datetime, hours: int = 2, **fields: Any) -> Booking:
    defaults = {
        "client_code": make_credit_code(1),
        "client_name": "武汉某机械有限公司",
        "purpose": "测量样件",
        "asked_at": begins - dt.timedelta(days=2),
        "by_station": equipment.station,
    }
    during = (begins, begins + dt.timedelta(hours=hours))
    return Booking.objects.create(equipment=equipment, during=during, **{**defaults, **fields})
