"""Bank accounts of organisations: written by the owner, sealed at once, never changed but by a new row."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.utils import timezone

from funding.models import BankAccount
from ledger import moves
from ledger.errors import Refused
from ledger.journal import record
from ledger.sealed import seal
from stations.models import Organisation


@transaction.atomic
def write_account(
    organisation: Organisation, *, holder: str, bank: str, number: str, actor: Any, at: dt.datetime | None = None
) -> BankAccount:
    """Keep the account that money is paid to from now on. Batches made before keep the earlier one.

    Raises Refused: `not_allowed`, `holder_differs`, `number_wrong`, `bank_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "funding.write_account", "填写收款账户", organisation)
    digits = re.sub(r"[\s-]", "", number)
    if not re.fullmatch(r"[0-9]{8,32}", digits):
        raise Refused("number_wrong", "账号应为 8 至 32 位数字，请按开户许可或银行回单核对。", field="number")
    if holder.strip() != organisation.name:
        raise Refused(
            "holder_differs", f"户名应与单位名称一致：{organisation.name}。资金只付给建设主体本单位。", field="holder"
        )
    if len(bank.strip()) < 4:
        raise Refused("bank_missing", "请填写开户银行全称，具体到支行。", field="bank")
    account = BankAccount.objects.create(
        organisation=organisation,
        holder_sealed=seal(holder.strip()),
        bank_sealed=seal(bank.strip()),
        number_sealed=seal(digits),
        tail=digits[-4:],
        written_by=actor,
        written_at=at,
    )
    record(account, "write", actor=actor, at=at, facts={"organisation": organisation.pk, "tail": account.tail})
    return account
