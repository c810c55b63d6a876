"""What outside platforms tell of a station's services there is kept as it was told last."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from stations.models import OnlineService

TOLD = ["station", "content", "title", "url", "online", "changed_at", "received_at"]


@transaction.atomic
def keep_online_services(rows: Collection[OnlineService]) -> int:
    """Keep each row under the platform's number for it, unless something newer stands there. Two statements. Returns how
    many were kept."""
    newest: dict[tuple[str, str], OnlineService] = {}
    for row in rows:
        key = (row.platform, row.number)
        if key not in newest or newest[key].changed_at <= row.changed_at:
            newest[key] = row
    known = {
        (platform, number): changed_at
        for platform, number, changed_at in OnlineService.objects.select_for_update()
        .filter(Q(number__in=[number for _, number in newest]))
        .order_by("pk")
        .values_list("platform", "number", "changed_at")
    }
    fresh = [row for key, row in newest.items() if key not in known or known[key] <= row.changed_at]
    OnlineService.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["platform", "number"], update_fields=TOLD
    )
    return len(fresh)
