import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

import measures
from ledger.errors import Refused
from ledger.journal import record
from stations.models import Slot, SlotCap


@transaction.atomic
def sync_slots(measure: str, *, actor: Any, at: dt.datetime | None = None) -> int:
    """Make the cap and the numbered places those of the measure's file (Art 19). Returns how many places were added
    (negative: taken away). `actor` is a Job: the file decides, nobody else.

    Raises Refused: `no_cap` (the measure sets none), `slots_in_use` (a lower cap would strike places that titles hold
    or held).
    """
    cap = measures.load(measure).cap
    if cap is None:
        raise Refused("no_cap", f"办法 {measure} 没有规定名额上限，不设名额。")
    row, created = SlotCap.objects.select_for_update(no_key=True).get_or_create(measure=measure, defaults={"cap": cap})
    before = Slot.objects.filter(measure=measure).count()
    if row.cap == cap and before == cap and not created:
        return 0
    above = Slot.objects.filter(measure=measure, number__gt=cap)
    if above.filter(titles__isnull=False).exists():
        used = above.filter(titles__isnull=False).order_by("-number").values_list("number", flat=True)[0]
        raise Refused("slots_in_use", f"第 {used} 号名额授予过称号，名额上限不能降到 {cap} 个。")
    above.delete()
    row.cap = cap
    row.save()
    known = set(Slot.objects.filter(measure=measure).values_list("number", flat=True))
    Slot.objects.bulk_create(Slot(measure=measure, number=n) for n in range(1, cap + 1) if n not in known)
    record(row, "sync_slots", actor=actor, at=at or timezone.now(), facts={"cap": cap, "before": before})
    return cap - before
