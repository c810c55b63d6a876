"""The second factor, where it is not the person who sets it: a demo's known secret, a lost telephone."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions.messages import notify
from accounts.models import User
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from ledger.moves import lock, require


@transaction.atomic
def set_second_factor(user: User, secret: str, *, actor: Job, at: dt.datetime | None = None) -> None:
    """Activate a TOTP with this Base32 secret, replacing the one there is. For demo accounts and the first
    administrator only, hence by a command (a Job), never by a page.

    Raises Refused: `not_allowed`.
    """
    if not isinstance(actor, Job):
        raise Refused("not_allowed", "两步验证只能由本人启用。")
    row = lock(user)
    Authenticator.objects.filter(user=row).delete()
    TOTP.activate(row, secret)
    record(row, "set_second_factor", actor=actor, at=at or timezone.now())


@transaction.atomic
def reset_second_factor(user: User, *, actor: User, at: dt.datetime | None = None, reason: str = "") -> None:
    """Take away the TOTP and recovery codes of a person who lost the telephone, and end the sessions. The person
    activates a new one at the next sign-in.

    Raises Refused: `not_allowed`, `oneself`, `reason_missing`.
    """
    at = at or timezone.now()
    require(actor, "accounts.manage_people", "重置两步验证")
    if user.pk == actor.pk:
        raise Refused("oneself", "不能重置自己的两步验证，请由另一位安全管理员办理。")
    if not reason.strip():
        raise Refused("reason_missing", "请填写重置的理由，例如怎样核实了本人身份。", field="reason")
    row = lock(user)
    Authenticator.objects.filter(user=row).delete()
    User.objects.filter(pk=row.pk).update(session_epoch=F("session_epoch") + 1)
    record(row, "reset_second_factor", actor=actor, at=at, reason=reason)
    notify(
        [row],
        at=at,
        key=f"person:{row.pk}:second-factor:{at.isoformat()}",
        subject="您的两步验证已重置",
        body="安全管理员已重置您的两步验证。下次登录后请重新启用。如果不是您要求的，请立即联系安全管理员。",
    )
