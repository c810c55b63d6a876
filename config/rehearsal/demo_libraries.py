"""The four libraries of the demo's shown station, what a neighbour shares with it, and instruments that are booked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from config.rehearsal.cast import Site
from config.rehearsal.demo_companies import company
from config.rehearsal.plan import DAY, clock
from measures.periods import SHANGHAI
from services.actions.agency import add_qualification
from services.actions.equipment import book
from services.actions.library import add_item
from services.models import Agency, Client, Equipment, Specialist
from services.states.library import CompanySize, FeeUnit, QualificationType, SharingMode, SpecialistKind
from stations.credit_code import make_credit_code

FIRST_AGENCY = 710_000  # numbers of made-up credit codes, as those of the companies
CLIENTS = 24
# name, kinds, scope, (type, number) of its paper
AGENCIES = (
    (
        "武汉演练计量测试所",
        ["metrology"],
        "长度、力学、热工计量器具的检定和校准",
        (QualificationType.METROLOGY, "法计演练001"),
    ),
    (
        "武汉演练产品检测中心",
        ["testing"],
        "电线电缆、低压电器、食品接触材料检测",
        (QualificationType.CMA, "CMA演练002"),
    ),
    (
        "武汉演练认证服务公司",
        ["certification"],
        "质量、环境、能源管理体系认证",
        (QualificationType.CERTIFICATION, "演练003"),
    ),
    (
        "武汉演练知识产权代理所",
        ["intellectual_property"],
        "专利检索、申请和维权",
        (QualificationType.PATENT, "演练004"),
    ),
)
# name, category, employer, kinds, field, years
SPECIALISTS = (
    ("演练甲", SpecialistKind.STAFF, "", ["metrology", "testing"], "几何量和力学计量", 9),
    ("演练乙", SpecialistKind.STAFF, "", ["standards"], "企业标准编写、标准体系建设", 6),
    ("演练丙", SpecialistKind.EXPERT, "某某大学", ["quality_management", "branding"], "精益生产、质量工具", 18),
    ("演练丁", SpecialistKind.EXPERT, "某某研究院", ["testing", "certification"], "实验室认可、检测方法", 15),
)
# asset number, name, kinds, what it measures, yuan an hour
INSTRUMENTS = (
    ("演练-001", "三坐标测量机", ["metrology", "testing"], "0—1000 mm，1.5 μm", 200),
    ("演练-002", "电子万能试验机", ["testing"], "0—100 kN，0.5 级", 150),
    ("演练-003", "气相色谱质谱联用仪", ["testing"], "挥发性有机物定性定量", 300),
)


def stock_libraries(shown: Site, neighbour: Site, now: dt.datetime) -> None:
    at = now - 90 * DAY
    for place, row in enumerate(AGENCIES):
        list_agency(shown, place, *row, at=at)
    for name, category, employer, kinds, field, years in SPECIALISTS:
        known: dict[str, Any] = {"name": name, "category": category, "kinds": kinds, "field": field, "years": years}
        known["employer"] = employer or shown.station.organisation.name
        add_item(Specialist, shown.station, actor=shown.owner, at=at, shared=True, **known)
    sizes = CompanySize.values
    for number in range(CLIENTS):
        code, name = company(number)
        known = {"credit_code": code, "name": name, "size": sizes[number % len(sizes)], "contact_name": "演练联系人"}
        add_item(Client, shown.station, actor=shown.owner, at=at, district=shown.station.district, **known)
    instruments = [list_instrument(shown, *row, at=at) for row in INSTRUMENTS]
    lent = list_instrument(neighbour, "演练-101", "激光干涉仪", ["metrology"], "0—80 m，0.5 μm/m", 260, at=at)
    book_instruments(shown, neighbour, [*instruments, lent], now)


def list_agency(
    site: Site, place: int, name: str, kinds: list[str], scope: str, paper: tuple[str, str], *, at: dt.datetime
) -> None:
    today = timezone.localdate(at, SHANGHAI)
    known = {"name": name, "credit_code": make_credit_code(FIRST_AGENCY + place), "kinds": kinds, "scope": scope}
    where = {"district": site.station.district, "contact_name": "演练联系人", "shared": place % 2 == 0}
    agency = add_item(Agency, site.station, actor=site.owner, at=at, **known, **where)
    kind, number = paper
    valid: dict[str, Any] = {"valid_from": today - 400 * DAY, "valid_until": today + 900 * DAY}
    add_qualification(agency, actor=site.owner, at=at, type=kind, number=number, kinds=kinds, scope=scope, **valid)


def list_instrument(
    site: Site, number: str, name: str, kinds: list[str], ability: str, fee: int, *, at: dt.datetime
) -> Equipment:
    terms: dict[str, Any] = {
        "modes": [SharingMode.ON_SITE, SharingMode.COMMISSIONED],
        "terms": "提前两天预约，由本站人员操作，小型、微型企业半价。",
        "fee": Decimal(fee),
        "fee_unit": FeeUnit.HOUR,
        "calibrated_until": timezone.localdate(at, SHANGHAI) + 400 * DAY,
        "place": f"{site.station.name}实验室",
        "shared": True,
    }
    known = {"asset_number": number, "name": name, "kinds": kinds, "ability": ability}
    return add_item(Equipment, site.station, actor=site.owner, at=at, district=site.station.district, **known, **terms)


def book_instruments(shown: Site, neighbour: Site, instruments: list[Equipment], now: dt.datetime) -> None:
    """Those of one's own station are confirmed at once; what a neighbour asks for, and what one asks a neighbour for, waits
    for an answer."""
    today = timezone.localdate(now, SHANGHAI)
    asked = ((0, 1, 9, shown), (0, 2, 14, neighbour), (1, 3, 9, shown), (2, 6, 10, shown), (3, 4, 9, shown))
    for place, days, hour, site in asked:
        code, name = company(place + 1)
        begins = clock(today + days * DAY, hour)
        book(
            instruments[place],
            actor=site.owner,
            at=now - DAY,
            during=(begins, begins + dt.timedelta(hours=3)),
            client_code=code,
            client_name=name,
            purpose="测量一批样件，出具测试报告。",
            by_station=site.station,
        )
