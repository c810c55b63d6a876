"""What the public directory shows of a station's class."""

import datetime as dt
from typing import Any

from django.db import transaction

from ledger.journal import record
from ledger.moves import lock
from stations.models import Station


@transaction.atomic
def show_class(station: Station, *, name: str, actor: Any, at: dt.datetime) -> None:
    """Show this class, none when empty. Who may decide on it, and whether it is public, is known above
    (supervision.actions.classification), which alone calls this. The journal row makes kept pages new."""
    row = lock(station)
    if row.shown_class == name:
        return
    before, row.shown_class = row.shown_class, name
    row.save(update_fields=["shown_class"])
    record(row, "show_class", actor=actor, at=at, facts={"before": before, "shown": name})
