"""Specialists and experts, for the pages and for matching."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from services.models import Specialist
from services.queries.library import items_visible_to, shared_with, usable_by
from stations.models import Station


def specialists_visible_to(user: Any) -> QuerySet[Specialist]:
    return items_visible_to(Specialist, user)


def shared_specialists(user: Any) -> QuerySet[Specialist]:
    """Those of other stations; to be shown masked."""
    return shared_with(Specialist, user)


def specialists_for(station: Station, kind: str, at: dt.datetime) -> QuerySet[Specialist]:
    """Who can serve this kind for the station: its own people and those that others share. `at` is asked of every
    library in the same way; people have no expiry."""
    return usable_by(Specialist, station).filter(kinds__contains=[kind]).order_by("name", "pk")
