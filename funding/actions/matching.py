"""District funds beside the bureau's: recorded by the district or by finance, in no sum of the budget."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from funding.models import MatchingFund
from ledger import moves
from ledger.errors import Refused
from ledger.journal import record
from stations.models import Station


@transaction.atomic
def record_matching(
    station: Station, *, year: int, amount: int, note: str, actor: Any, at: dt.datetime | None = None
) -> MatchingFund:
    """Record what the station's district gave it. Raises Refused: `not_allowed`, `amount_wrong`, `note_missing`."""
    at = at or timezone.now()
    fund = MatchingFund(
        district_id=station.supervised_by_id,
        station=station,
        year=year,
        amount=amount,
        note=note.strip(),
        recorded_by=actor,
        recorded_at=at,
    )
    moves.require(actor, "funding.record_matching", "登记区级配套", fund)
    if not 0 < amount <= 1_000_000_000:
        raise Refused("amount_wrong", "金额请填写以元为单位的正整数。", field="amount")
    if not fund.note:
        raise Refused("note_missing", "请写明政策依据或者说明。", field="note")
    fund.save(force_insert=True)
    record(fund, "record", actor=actor, at=at, facts={"station": station.pk, "year": year, "amount": amount})
    return fund


@transaction.atomic
def withdraw_matching(fund: MatchingFund, *, reason: str, actor: Any, at: dt.datetime | None = None) -> MatchingFund:
    """Take a wrong record back; it stays in the journal. Raises Refused: `not_allowed`, `reason_missing`, `stale`."""
    at = at or timezone.now()
    row = moves.lock(fund)
    moves.require(actor, "funding.record_matching", "撤销登记", row)
    if not reason.strip():
        raise Refused("reason_missing", "请填写撤销登记的理由。", field="reason")
    if row.withdrawn_at:
        raise Refused("stale", "这条登记已经撤销，请刷新页面。")
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record(row, "withdraw", actor=actor, at=at, reason=reason)
    return row
