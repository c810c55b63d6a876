"""A person's account: profile, sessions, whether it is in use."""

from __future__ import annotations

import datetime as dt

from axes.utils import reset
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions.messages import notify
from accounts.models import User
from accounts.queries import people_with
from accounts.states import Role
from ledger.errors import Refused
from ledger.journal import record
from ledger.moves import lock, require


@transaction.atomic
def deactivate_person(user: User, *, actor: User, at: dt.datetime | None = None, reason: str = "") -> None:
    """The account can no longer sign in, and every session of it ends at once. Its roles stay on record.

    Raises Refused: `not_allowed`, `oneself`, `reason_missing`, `inactive_person`.
    """
    at = at or timezone.now()
    require(actor, "accounts.manage_people", "停用账号")
    if user.pk == actor.pk:
        raise Refused("oneself", "不能停用自己的账号，请由另一位安全管理员办理。")
    if not reason.strip():
        raise Refused("reason_missing", "请填写停用账号的理由。", field="reason")
    row = lock(user)
    if not row.is_active:
        raise Refused("inactive_person", "此账号已经停用，请刷新页面查看。")
    row.is_active = False
    row.session_epoch += 1
    row.save(update_fields=["is_active", "session_epoch"])
    record(row, "deactivate", actor=actor, at=at, reason=reason)


@transaction.atomic
def reactivate_person(user: User, *, actor: User, at: dt.datetime | None = None, reason: str = "") -> None:
    """Raises Refused: `not_allowed`, `reason_missing`, `active_person`."""
    at = at or timezone.now()
    require(actor, "accounts.manage_people", "恢复账号")
    if not reason.strip():
        raise Refused("reason_missing", "请填写恢复账号的理由。", field="reason")
    row = lock(user)
    if row.is_active:
        raise Refused("active_person", "此账号正在使用，请刷新页面查看。")
    row.is_active = True
    row.save(update_fields=["is_active"])
    record(row, "reactivate", actor=actor, at=at, reason=reason)


@transaction.atomic
def unlock_person(user: User, *, actor: User, at: dt.datetime | None = None) -> int:
    """Forget the failed sign-ins of this person. Returns how many were counted."""
    require(actor, "accounts.manage_people", "解除登录锁定")
    forgotten = reset(username=user.email)
    record(user, "unlock", actor=actor, at=at or timezone.now(), facts={"attempts": forgotten})
    return forgotten


@transaction.atomic
def end_sessions(user: User, *, actor: User, at: dt.datetime | None = None) -> None:
    """End every session of this person: by the person, or by the security administrator.

    The caller keeps the session of the request alive, where it is wanted, by `update_session_auth_hash`.
    """
    if user.pk != actor.pk:
        require(actor, "accounts.manage_people", "退出此人的全部登录")
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    record(user, "end_sessions", actor=actor, at=at or timezone.now())


@transaction.atomic
def update_profile(user: User, *, actor: User, at: dt.datetime | None = None, **fields: str | bool) -> User:
    """Write name, phone and large type of one's own account. Raises Refused: `not_allowed`."""
    if user.pk != actor.pk:
        raise Refused("not_allowed", "个人资料由本人修改。")
    row = lock(user)
    changed = [
        name for name in ("name", "phone", "large_type") if name in fields and getattr(row, name) != fields[name]
    ]
    for name in changed:
        setattr(row, name, fields[name])
    if changed:
        row.save(update_fields=changed)
        record(row, "update_profile", actor=actor, at=at or timezone.now(), facts={"fields": changed})
    return row


@transaction.atomic
def ask_export(user: User, *, actor: User, at: dt.datetime | None = None) -> None:
    """The person asks for a copy of his or her data (PIPL Art 45); the security administrators are told."""
    _ask(user, "ask_export", "申请导出个人信息", actor=actor, at=at)


@transaction.atomic
def ask_deletion(user: User, *, actor: User, at: dt.datetime | None = None) -> None:
    """The person asks to have the account closed (PIPL Art 47). What the record of a round rests on stays on it."""
    _ask(user, "ask_deletion", "申请注销账号", actor=actor, at=at)


def _ask(user: User, act: str, words: str, *, actor: User, at: dt.datetime | None) -> None:
    at = at or timezone.now()
    if user.pk != actor.pk:
        raise Refused("not_allowed", "这项申请只能由本人提出。")
    record(user, act, actor=actor, at=at)
    notify(
        people_with(Role.SECURITY_ADMIN),
        at=at,
        key=f"person:{user.pk}:{act}:{timezone.localdate(at)}",
        subject=f"{user}{words}",
        body=f"{user}（{user.email}）{words}，请在十五个工作日内核实身份并办理。",
        url=f"/people/{user.pk}/",
    )


def set_large_type(user: User, *, large: bool) -> None:
    """Remember 大字版 with the account, for the person's other devices."""
    User.objects.filter(pk=user.pk).update(large_type=large)
