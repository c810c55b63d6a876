"""What a machine client may see of services: those of the stations that have authorised it for that."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from integration.models import ApiClient
from integration.queries.client import stations_of
from integration.states.client import Scope
from services.models import Equipment, ServiceRecord
from stations.models import Station


def records_for(client: ApiClient, scope: str = Scope.SERVICES_READ) -> QuerySet[ServiceRecord]:
    """Whatever way they came; withdrawn ones with their mark."""
    return ServiceRecord.objects.filter(station__in=stations_of(client, scope).values("pk"))


def equipment_for_client(client: ApiClient) -> QuerySet[Equipment]:
    return Equipment.objects.filter(station__in=stations_of(client, Scope.SERVICES_WRITE).values("pk"))


def station_for(client: ApiClient, station: int, scope: str) -> Station | None:
    return stations_of(client, scope).filter(pk=station).first()


def record_to_rate(client: ApiClient, *, record: int | None, external_id: str) -> ServiceRecord | None:
    """By our number, or by the one that the client pushed it with."""
    wanted = Q(pk=record) if record is not None else Q(source_client=client.client_id, external_id=external_id)
    return records_for(client, Scope.SERVICES_WRITE).filter(wanted).first()
