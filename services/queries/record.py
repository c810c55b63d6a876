"""Service records as those who keep them, and those who supervise the station, read them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from accounts.rules import reads_all
from services.models import Client, ServiceRecord
from stations.models import Industry, Station
from stations.queries import my_stations, stations_visible_to


def records_visible_to(user: Any) -> QuerySet[ServiceRecord]:
    """Records of the stations that the person sees: all for the bureau and the auditor, those of their district for
    district staff, those of their own stations for members. What is set aside is among them."""
    rows = ServiceRecord.objects.select_related("station", "industry")
    if reads_all(user):
        return rows
    return rows.filter(station__in=stations_visible_to(user).values("pk"))


def records_of_client(source_client: str) -> QuerySet[ServiceRecord]:
    """What one machine client has pushed, by its own numbers."""
    return ServiceRecord.objects.filter(source_client=source_client).exclude(source_client="")


def industry_codes() -> frozenset[str]:
    return frozenset(Industry.objects.values_list("pk", flat=True))


def own_stations_first(user: Any) -> QuerySet[Station]:
    """The stations whose records the person sees, by name."""
    return stations_visible_to(user).select_related(None).order_by("name")


def stations_to_record_for(user: Any) -> QuerySet[Station]:
    """The stations that the person writes records for."""
    return my_stations(user).select_related(None).order_by("name")


def phones_of(station: Station, codes: Collection[str]) -> dict[str, str]:
    """{credit code: phone} of those of these companies that stand in the station's own library of clients."""
    found = Client.objects.filter(station=station, credit_code__in=codes).exclude(phone_sealed="")
    return {client.credit_code: client.phone for client in found}
