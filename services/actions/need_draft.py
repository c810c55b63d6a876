"""A need typed without an account: posted when the code that was sent to the e-mail address comes back."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.actions import notify_address
from ledger.errors import Refused
from ledger.sealed import seal, unseal
from services.actions.need import PUBLIC, Asked, post_need, refuse_what_is_wrong
from services.models import Need, NeedDraft
from services.states.need import NeedSource
from stations.credit_code import validate
from stations.models import District, Station

LIFE = dt.timedelta(minutes=30)  # of a code
KEPT = dt.timedelta(days=1)  # of what was typed
PAUSE = dt.timedelta(minutes=1)  # between two mails
MOST_TRIES = 5  # with one code
MOST_SENDINGS = 5


@transaction.atomic
def draft_need(*, at: dt.datetime | None = None, contact_email: str, **typed: Any) -> NeedDraft:
    """Keep what was typed, sealed, and send a code of six digits to the address.

    Raises Refused: `email_missing`, and as `post_need` does.
    """
    at = at or timezone.now()
    if not contact_email.strip():
        raise Refused("email_missing", "请填写邮箱，用来接收验证码。", field="contact_email")
    facts = {**typed, "contact_email": contact_email.strip()}
    refuse_what_is_wrong(Asked(**{name: value for name, value in facts.items() if name != "station"}), at)
    facts["credit_code"] = validate(facts["credit_code"])
    code, digest = new_code()
    draft = NeedDraft.objects.create(facts=seal(json.dumps(plain(facts))), code_digest=digest, sent_at=at, made_at=at)
    send(draft, contact_email.strip(), code, at=at)
    return draft


@transaction.atomic
def confirm_draft(draft: NeedDraft, *, code: str, at: dt.datetime | None = None) -> Need | None:
    """Post the need, if this is the code. None for a wrong one: that counts, so the caller must not roll it back.

    Raises Refused: `draft_gone`, `code_expired`, `too_many_tries`, and as `post_need` does.
    """
    at = at or timezone.now()
    row = locked(draft)
    if at >= row.sent_at + LIFE:
        raise Refused("code_expired", "验证码已过期，请重新发送。", field="code")
    if row.tries >= MOST_TRIES:
        raise Refused("too_many_tries", "输错的次数太多，这个验证码已作废，请重新发送。", field="code")
    if not constant_time_compare(digest_of(code.strip()), row.code_digest):
        row.tries += 1
        row.save(update_fields=["tries"])
        return None
    need = post_need(actor=PUBLIC, at=at, source=NeedSource.WEB, **opened(row))
    row.delete()
    return need


@transaction.atomic
def send_again(draft: NeedDraft, *, at: dt.datetime | None = None) -> None:
    """A new code; the one before is void. Raises Refused: `draft_gone`, `too_soon`, `too_many_codes`."""
    at = at or timezone.now()
    row = locked(draft)
    if at < row.sent_at + PAUSE:
        raise Refused("too_soon", "验证码刚刚发出，请过一分钟再试，并查看垃圾邮件。")
    if row.sendings >= MOST_SENDINGS:
        raise Refused("too_many_codes", "发送的次数太多，请核对邮箱，重新填写需求。")
    code, row.code_digest = new_code()
    row.sent_at, row.tries, row.sendings = at, 0, row.sendings + 1
    row.save()
    send(row, json.loads(unseal(row.facts))["contact_email"], code, at=at)


def forget_drafts(at: dt.datetime | None = None) -> int:
    """Delete what nobody confirmed within a day. Returns how many."""
    return NeedDraft.objects.filter(made_at__lte=(at or timezone.now()) - KEPT).delete()[0]


def locked(draft: NeedDraft) -> NeedDraft:
    row = NeedDraft.objects.select_for_update().filter(pk=draft.pk).first()
    if row is None:
        raise Refused("draft_gone", "这份需求已经提交，或者放置太久已清除，请凭查询号查询，或者重新填写。")
    return row


def send(draft: NeedDraft, address: str, code: str, *, at: dt.datetime) -> None:
    notify_address(
        address,
        at=at,
        key=f"need_draft:{draft.pk}:{draft.sendings}",
        subject="验证码：发布服务需求",
        body=f"您的验证码是 {code}，30 分钟内有效。不是您本人操作的，请不必理会。",
        erase_when_sent=True,
    )


def new_code() -> tuple[str, str]:
    """(six digits, what is kept of them)."""
    code = f"{secrets.randbelow(10**6):06d}"
    return code, digest_of(code)


def digest_of(code: str) -> str:
    return salted_hmac("services.need_draft", code, algorithm="sha256").hexdigest()


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """As JSON holds it: rows by their keys, days as text."""
    keys = {name: value.pk if isinstance(value, Station | District) else value for name, value in facts.items()}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in keys.items()}


def opened(draft: NeedDraft) -> dict[str, Any]:
    """The arguments of post_need again."""
    facts = json.loads(unseal(draft.facts))
    station, district, day = facts.get("station"), facts.get("district"), facts.get("wanted_on")
    return {
        **facts,
        "station": Station.objects.filter(pk=station).first() if station else None,
        "district": District.objects.filter(pk=district).first() if district else None,
        "wanted_on": dt.date.fromisoformat(day) if day else None,
    }
