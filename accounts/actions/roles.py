"""Work roles: given and ended by the security administrator, never to or of oneself."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.actions.messages import notify
from accounts.models import RoleGrant, User
from accounts.states import ADMINS, Role
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from ledger.moves import lock, require


def scopes() -> dict[str, str]:
    """{code: name} of the districts that staff can work for. The dictionary lies on a higher floor, so the settings
    name who knows it."""
    return import_string(settings.ROLE_SCOPES)()


@transaction.atomic
def grant_role(
    user: User, role: str, *, scope: str = "", actor: User, at: dt.datetime | None = None, reason: str = ""
) -> RoleGrant:
    """Give a person a work role. `scope` is the code of the district, for district staff and for nobody else.

    Raises Refused: `not_allowed`, `own_role`, `no_such_role`, `inactive_person`, `scope_missing`, `no_such_district`,
    `scope_unwanted`, `already_granted`, `administrators_are_exclusive`.
    """
    at = at or timezone.now()
    require(actor, "accounts.grant_role", "授予角色")
    _refuse_oneself(user, actor)
    person = lock(user)
    _check(person, role, scope)
    grant = RoleGrant.objects.create(user=person, role=role, scope=scope, granted_by=actor, granted_at=at)
    record(person, "grant_role", actor=actor, at=at, reason=reason, facts={"role": role, "scope": scope})
    _forget_roles(user)
    label = Role(role).label + (f"（{scopes()[scope]}）" if scope else "")
    notify(
        [person],
        at=at,
        key=f"role:{grant.pk}:granted",
        subject=f"您已被授予角色：{label}",
        body=f"安全管理员已授予您“{label}”的角色。工作人员须启用两步验证，首次进入工作台时系统会引导您办理。",
        url="/home/",
    )
    return grant


@transaction.atomic
def end_role(grant: RoleGrant, *, actor: User, at: dt.datetime | None = None, reason: str = "") -> None:
    """End a role; the grant is kept with its end.

    Raises Refused: `not_allowed`, `own_role`, `role_has_ended`, `reason_missing`.
    """
    at = at or timezone.now()
    require(actor, "accounts.grant_role", "收回角色")
    _refuse_oneself(grant.user, actor)
    if not reason.strip():
        raise Refused("reason_missing", "请填写收回角色的理由。", field="reason")
    row = lock(grant)
    if row.ended_at is not None:
        raise Refused("role_has_ended", "这个角色已经收回，请刷新页面查看。")
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    record(grant.user, "end_role", actor=actor, at=at, reason=reason, facts={"role": row.role, "scope": row.scope})
    _forget_roles(grant.user)
    notify(
        [grant.user],
        at=at,
        key=f"role:{grant.pk}:ended",
        subject=f"您的角色已收回：{row.get_role_display()}",
        body=f"安全管理员已收回您“{row.get_role_display()}”的角色。理由：{reason}",
    )


@transaction.atomic
def appoint_first_admin(
    email: str, *, role: str, name: str = "", password: str, actor: Job, at: dt.datetime | None = None
) -> User:
    """The first administrator of a new installation, who gives everybody else their roles. By command only.

    Raises Refused: `not_allowed`, `no_such_role`, `admin_exists`.
    """
    at = at or timezone.now()
    if not isinstance(actor, Job):
        raise Refused("not_allowed", "首位管理员只能在服务器上用命令设立。")
    if role not in ADMINS:
        raise Refused("no_such_role", "只能设立系统管理员、安全管理员或审计管理员。", field="role")
    if RoleGrant.objects.filter(role=role, ended_at__isnull=True, user__is_active=True).exists():
        raise Refused(
            "admin_exists", f"已经有在任的{Role(role).label}，请由安全管理员在“人员与角色”页面授予角色。", field="role"
        )
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _check(lock(user), role, "")
    RoleGrant.objects.create(user=user, role=role, granted_at=at)
    record(user, "first_admin", actor=actor, at=at, facts={"role": role})
    return user


def _refuse_oneself(user: User, actor: User) -> None:
    if user.pk == actor.pk:
        raise Refused("own_role", "不能给自己授予或收回角色，请由另一位安全管理员办理。")


def _check(person: User, role: str, scope: str) -> None:
    if role not in Role.values:
        raise Refused("no_such_role", "没有这个角色，请从列表中选择。", field="role")
    if not person.is_active:
        raise Refused("inactive_person", "此账号已停用，请先恢复账号再授予角色。")
    _check_scope(role, scope)
    current = RoleGrant.objects.filter(user=person, ended_at__isnull=True)
    if current.filter(role=role, scope=scope).exists():
        raise Refused("already_granted", "此人已经有这个角色，不需要重复授予。", field="role")
    other = current.filter(role__in=ADMINS).first()
    if role in ADMINS and other:
        raise Refused(
            "administrators_are_exclusive",
            f"系统管理员、安全管理员、审计管理员必须由三个人分别担任；此人已是{other.get_role_display()}，请另选一人。",
            field="role",
        )


def _check_scope(role: str, scope: str) -> None:
    if role == Role.DISTRICT and not scope:
        raise Refused("scope_missing", "授予区局人员角色时，请选择所在的区或功能区。", field="scope")
    if role == Role.DISTRICT and scope not in scopes():
        raise Refused("no_such_district", "没有这个区或功能区，请从列表中选择。", field="scope")
    if role != Role.DISTRICT and scope:
        raise Refused("scope_unwanted", "只有区局人员需要选择区域，请把区域改为空。", field="scope")


def _forget_roles(user: User) -> None:
    """What accounts.models.User remembers for the request."""
    for name in ("roles", "current_grants"):
        user.__dict__.pop(name, None)
