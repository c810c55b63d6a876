"""The libraries at a glance: how much there is, and what runs out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from services.models import Agency, Client, Equipment, Specialist
from services.models.library import LibraryItem
from services.queries.agency import qualifications_visible_to, shared_agencies
from services.queries.client import clients_visible_to, shared_clients
from services.queries.equipment import equipment_visible_to, shared_equipment
from services.queries.library import items_visible_to
from services.queries.specialist import shared_specialists, specialists_visible_to
from services.states.library import LibraryState

DOORS: dict[type[LibraryItem], tuple[Any, Any]] = {
    Agency: (lambda user: items_visible_to(Agency, user), shared_agencies),
    Specialist: (specialists_visible_to, shared_specialists),
    Client: (clients_visible_to, shared_clients),
    Equipment: (equipment_visible_to, shared_equipment),
}
AHEAD = dt.timedelta(days=60)


@dataclass(frozen=True)
class Expiry:
    """What runs out: on which day, and where to bring it up to date."""

    what: str
    whose: str
    day: dt.date
    url: str


def counts_for(user: Any) -> dict[type[LibraryItem], tuple[int, int]]:
    """{library: (in use and read in full, shared by others)}. A query for each library."""
    found = {}
    for model, (own, shared) in DOORS.items():
        mine = Q(pk__in=own(user).filter(state=LibraryState.ACTIVE).values("pk"))
        others = Q(pk__in=shared(user).values("pk"))
        counts = model._default_manager.aggregate(own=Count("pk", filter=mine), shared=Count("pk", filter=others))
        found[model] = (counts["own"], counts["shared"])
    return found


def expiring_for(user: Any, today: dt.date) -> list[Expiry]:
    """Qualifications and calibrations that run out within sixty days or have run out, the earliest first; at most
    twenty of each."""
    held = qualifications_visible_to(user).filter(
        agency__state=LibraryState.ACTIVE, valid_until__isnull=False, valid_until__lte=today + AHEAD
    )
    instruments = equipment_visible_to(user).filter(
        state=LibraryState.ACTIVE, calibrated_until__isnull=False, calibrated_until__lte=today + AHEAD
    )
    found = [
        Expiry(str(one), one.agency.name, one.valid_until, one.get_absolute_url())
        for one in held.order_by("valid_until", "pk")[:20]
        if one.valid_until
    ]
    found += [
        Expiry("检定校准", str(one), one.calibrated_until, one.get_absolute_url())
        for one in instruments.order_by("calibrated_until", "pk")[:20]
        if one.calibrated_until
    ]
    return sorted(found, key=lambda line: line.day)
