"""An instrument that a machine client books."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from integration.actions.numbers import hold_number, taken
from integration.models import ApiClient
from ledger.errors import Refused
from services.actions.equipment import book
from services.models import Booking, Equipment
from stations.credit_code import validate

Period = tuple[dt.datetime, dt.datetime]


@transaction.atomic
def push_booking(
    client: ApiClient,
    equipment: Equipment,
    *,
    at: dt.datetime | None = None,
    external_id: str,
    during: Period,
    client_code: str,
    **said: Any,
) -> tuple[Booking, bool]:
    """The booking of this number, and whether it is new; the station of the instrument confirms it. `said` as for
    `services.actions.equipment.book`.

    Raises Refused: `external_id_taken`, and as `book` does.
    """
    client_code = checked_code(client_code)
    hold_number(client, "booking", external_id)
    known = Booking.objects.filter(source_client=client.client_id, external_id=external_id).first()
    if known is None:
        booking = book(
            equipment,
            actor=client.job,
            at=at or timezone.now(),
            during=during,
            client_code=client_code,
            source_client=client.client_id,
            external_id=external_id,
            **said,
        )
        return booking, True
    wanted = equipment.pk, DateTimeTZRange(*during), client_code
    if (known.equipment_id, known.during, known.client_code) != wanted:
        raise taken("这个编号已经用于另一次预约（设备、时间或企业不同），请用新的编号。")
    return known, False


def checked_code(typed: str) -> str:
    """The rule for credit codes names the field of a company's own form; here it is another one."""
    try:
        return validate(typed)
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="client_code") from refusal
