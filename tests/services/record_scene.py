"""Service records for tests: by the action where it matters what it does, plain rows where only their number does."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from services.catalogue import CATALOGUE
from services.models import ServiceRecord
from stations.credit_code import make_credit_code
from stations.models import Station

_numbers = itertools.count(600_000)


def facts(number: int = 1, **changes: Any) -> dict[str, Any]:
    """What a form, a table or a client says of one service."""
    return {
        "client_code": make_credit_code(700_000 + number),
        "client_name": f"长江零件第{number}厂",
        "item": "standards.comparison",
        "served_on": dt.date(2026, 11, 2),
        **changes,
    }


def record_of(station: Station, **fields: Any) -> ServiceRecord:
    """A record, not yet written."""
    number = next(_numbers)
    at = timezone.now()
    values = {
        "client_code": make_credit_code(number),
        "client_name": f"汉江仪表第{number}厂",
        "item": "standards.comparison",
        "served_on": dt.date(2026, 11, 2),
        "origin": "typed",
        "recorded_at": at,
        "changed_at": at,
        **fields,
    }
    return ServiceRecord(station=station, kind=CATALOGUE.item(values["item"]).kind, **values)


def make_record(station: Station, **fields: Any) -> ServiceRecord:
    row = record_of(station, **fields)
    row.save(force_insert=True)
    return row


def make_records(station: Station, number: int, **fields: Any) -> list[ServiceRecord]:
    return ServiceRecord.objects.bulk_create([record_of(station, **fields) for _ in range(number)])
