"""Rows of the libraries for tests."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from services.models import Agency, Booking, Client, Equipment, Qualification, Specialist
from stations.credit_code import make_credit_code
from stations.models import Station
from tests.factories import make_organisation, make_station, make_user

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
