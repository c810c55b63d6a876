"""A rating that a company gave on the platform of a machine client."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from integration.actions.numbers import hold_number
from integration.models import ApiClient
from services.actions.rating import rate_from_client
from services.models import Rating, ServiceRecord

CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"


@transaction.atomic
def push_rating(
    client: ApiClient,
    record: ServiceRecord,
    *,
    at: dt.datetime | None = None,
    external_id: str,
    marks: Mapping[str, int],
    **said: Any,
) -> tuple[Rating, str]:
    """The rating of this number and what became of it: created, changed or unchanged. `said` as for
    `services.actions.rating.rate_from_client`, and so are the refusals."""
    hold_number(client, "rating", external_id)
    before = Rating.objects.filter(source_client=client.client_id, external_id=external_id).first()
    rating = rate_from_client(
        record, marks, client.client_id, external_id, actor=client.job, at=at or timezone.now(), **said
    )
    if before is None:
        return rating, CREATED
    names = [field.attname for field in Rating._meta.concrete_fields]
    same = all(getattr(before, name) == getattr(rating, name) for name in names)
    return rating, UNCHANGED if same else CHANGED
