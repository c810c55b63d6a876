"""The companies that a station serves."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from services.models import Client
from services.queries.library import items_visible_to, shared_with
from stations.models import Station


def clients_visible_to(user: Any) -> QuerySet[Client]:
    return items_visible_to(Client, user).select_related("industry")


def shared_clients(user: Any) -> QuerySet[Client]:
    """Those of other stations; to be shown masked."""
    return shared_with(Client, user).select_related("industry")


def client_of(station: Station, credit_code: str) -> Client | None:
    """The company of this code in the station's library, retired ones too: what is known of it stays true."""
    rows = Client.objects.select_related("district", "industry")
    return rows.filter(station=station, credit_code=credit_code).first()
