"""The day by which a company has its first answer."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from ledger import moves
from ledger.actors import Job
from ledger.journal import record
from measures.periods import Deadline
from services.models import Need
from services.states.need import NeedState


@transaction.atomic
def date_response(need: Need, due: Deadline, *, actor: Job, at: dt.datetime) -> bool:
    """Keep until when the need is to be assessed or declined, and how that was counted. Returns whether anything changed:
    a need that was answered meanwhile keeps what it has."""
    row = moves.lock(need)
    known = due.as_json()
    if row.state != NeedState.RECEIVED or row.response_deadline == known:
        return False
    row.response_due_at, row.response_deadline = due.closes_at, known
    row.save(update_fields=["response_due_at", "response_deadline"])
    facts = {"due_at": due.closes_at.isoformat()}
    record(row, "date", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    return True
