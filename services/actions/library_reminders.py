"""What runs out in the libraries, told to the people of the station: in-site and by mail, each stage once. Nothing is
changed by the clock: an agency whose qualification has run out is simply not proposed any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.actions.reminders import Stages, remind_once, stage_of
from ledger import moves
from ledger.actors import Job
from ledger.models import JournalEntry
from services.models import Agency, Equipment, Qualification
from services.queries.equipment import station_people
from services.states.library import LibraryState

STAGES: Stages = (
    (dt.timedelta(days=60), "60天内到期"),
    (dt.timedelta(days=30), "30天内到期"),
    (dt.timedelta(days=7), "7天内到期"),
    (dt.timedelta(), "已过期"),
)
AHEAD = STAGES[0][0]
# What ran out longer ago than this has been told; the clock need not look at it for ever
BEHIND = dt.timedelta(days=60)
LONGEST_NAME = 100  # of the 120 signs of a subject


@dataclass(frozen=True)
class Expiry:
    """Something of `item` that runs out; `what` names it among the things of the item."""

    item: Agency | Equipment
    what: str
    name: str
    due_at: dt.datetime


def remind_expiries(at: dt.datetime | None = None) -> int:
    """Remind sixty, thirty and seven days before a qualification or a calibration runs out, and when it has; each once.
    A certificate that was renewed is reminded of by its new date. Three queries where there is nothing to tell. Returns
    how many reminders went out."""
    at = at or timezone.now()
    found = list(expiries(at))
    told = told_before(found)
    new = [one for one in found if (key_of(one), one.due_at.isoformat(), stage_of(one.due_at, at, STAGES)) not in told]
    return sum(remind(one, at=at) for one in new)


def expiries(at: dt.datetime) -> Iterator[Expiry]:
    soon = {"expires_at__range": (at - BEHIND, at + AHEAD)}
    held = Qualification.objects.filter(agency__state=LibraryState.ACTIVE, **soon).select_related("agency__station")
    for one in held.order_by("pk"):
        yield Expiry(one.agency, f"qualification:{one.pk}", f"{one.agency}的{one}", one.expires_at)
    instruments = Equipment.objects.filter(state=LibraryState.ACTIVE, **soon).select_related("station")
    for instrument in instruments.order_by("pk"):
        yield Expiry(instrument, "calibration", f"{instrument}的检定校准", instrument.expires_at)


def key_of(one: Expiry) -> tuple[str, str, str]:
    return one.item._meta.label_lower, str(one.item.pk), one.what


def told_before(found: list[Expiry]) -> set[tuple[tuple[str, str, str], str, str]]:
    """(thing, due instant, stage) of every reminder that went out about these things."""
    entries = JournalEntry.objects.filter(
        move="remind",
        object_type__in={one.item._meta.label_lower for one in found},
        object_id__in={str(one.item.pk) for one in found},
    )
    return {
        ((kind, number, facts.get("what", "")), facts.get("due_at", ""), facts.get("stage", ""))
        for kind, number, facts in entries.values_list("object_type", "object_id", "facts")
    }


@transaction.atomic
def remind(one: Expiry, *, at: dt.datetime) -> bool:
    row = moves.lock(one.item)
    if row.state != LibraryState.ACTIVE:  # somebody was first
        return False
    return remind_once(
        row,
        what=one.what,
        due_at=one.due_at,
        people=station_people(row.station),
        subject=one.name[:LONGEST_NAME],
        actor=Job("remind_expiries"),
        at=at,
        stages=STAGES,
        body=f"{one.name}的有效期到{{due}}。续期后请更新库里的有效期；过期的不再用于对接。",
    )
