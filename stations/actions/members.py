"""Who acts for an organisation: invited by e-mail, joined, given another part, gone."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify, notify_address
from accounts.models import User
from ledger.errors import Refused
from ledger.journal import record
from ledger.moves import lock, require
from stations.models import Invitation, Membership, Organisation
from stations.rules import forget_memberships
from stations.states import MemberRole

VALID_FOR = dt.timedelta(days=7)


def digest(token: str) -> str:
    """What is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_member(
    organisation: Organisation,
    *,
    email: str,
    role: str = MemberRole.MEMBER,
    actor: User,
    at: dt.datetime | None = None,
) -> Invitation:
    """Send a link, good for seven days and for that address alone, that makes its reader a member.

    Raises Refused: `not_allowed`, `already_member`, `already_invited`.
    """
    at = at or timezone.now()
    require(actor, "stations.manage_members", "邀请成员", organisation)
    row, email = lock(organisation), email.strip().lower()
    open_ones = row.invitations.filter(email=email, accepted_at__isnull=True, withdrawn_at__isnull=True)
    if row.memberships.filter(user__email__iexact=email, left_at__isnull=True).exists():
        raise Refused("already_member", "此邮箱的使用者已经是本单位成员，不需要邀请。", field="email")
    if open_ones.filter(expires_at__gt=at).exists():
        raise Refused(
            "already_invited", "已经邀请过此邮箱，邀请还在有效期内。需要重发的，请先撤回原来的邀请。", field="email"
        )
    open_ones.update(withdrawn_at=at)  # those that have run out make room
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=row,
        email=email,
        role=role,
        token_sha256=digest(token),
        invited_by=actor,
        invited_at=at,
        expires_at=at + VALID_FOR,
    )
    record(row, "invite_member", actor=actor, at=at, facts={"invitation": invitation.pk, "role": role})
    notify_address(
        email,
        at=at,
        key=f"invitation:{invitation.pk}",
        subject=f"{row.name}邀请您成为成员",
        body=(
            f"{actor}邀请您以{MemberRole(role).label}的身份加入{row.name}，一起办理质量服务站申报。"
            "请用本邮箱登录后打开下面的链接；还没有账号的，请先用本邮箱注册，确认邮箱后再打开一次。"
            "链接七日内有效。如果您不认识邀请人，不必理会这封邮件。"
        ),
        url=f"/invitations/{token}/",
        erase_when_sent=True,
    )
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, actor: User, at: dt.datetime | None = None) -> None:
    """Raises Refused: `not_allowed`, `invitation_used`."""
    at = at or timezone.now()
    require(actor, "stations.manage_members", "撤回邀请", invitation)
    row = lock(invitation)
    if row.accepted_at or row.withdrawn_at:
        raise Refused("invitation_used", "这份邀请已被接受或已撤回，请刷新页面查看。")
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    record(row.organisation, "withdraw_invitation", actor=actor, at=at, facts={"invitation": row.pk})


@transaction.atomic
def accept_invitation(invitation: Invitation, *, actor: User, at: dt.datetime | None = None) -> Membership:
    """Become a member. Only who owns the invited address can.

    Raises Refused: `not_allowed`, `invitation_used`, `invitation_expired`, `other_address`, `already_member`.
    """
    at = at or timezone.now()
    require(actor, "stations.join_organisation", "加入单位")
    organisation = lock(invitation.organisation)
    row = lock(invitation)
    refuse_unusable(row, actor, at)
    if organisation.memberships.filter(user=actor, left_at__isnull=True).exists():
        raise Refused("already_member", "您已经是本单位成员，请从“我的单位”进入。")
    row.accepted_at = at
    row.save(update_fields=["accepted_at"])
    membership = Membership.objects.create(user=actor, organisation=organisation, role=row.role, joined_at=at)
    record(organisation, "join", actor=actor, at=at, facts={"invitation": row.pk, "role": row.role})
    _forget(actor)
    notify(
        [row.invited_by],
        at=at,
        key=f"invitation:{row.pk}:accepted",
        subject=f"{actor}已加入{organisation.name}",
        body=f"{actor}已接受邀请，成为{organisation.name}的{row.get_role_display()}。",
        url=f"/organisations/{organisation.pk}/members/",
    )
    return membership


def refuse_unusable(invitation: Invitation, actor: User, at: dt.datetime) -> None:
    """Raise Refused unless this person can accept this invitation now."""
    if invitation.accepted_at or invitation.withdrawn_at:
        raise Refused("invitation_used", "这份邀请已被接受或已撤回。需要加入的，请联系单位管理员重新邀请。")
    if invitation.expires_at <= at:
        raise Refused("invitation_expired", "这份邀请已过七日有效期，请联系单位管理员重新邀请。")
    if actor.email.lower() != invitation.email:
        raise Refused("other_address", "这份邀请发给了另一个邮箱。请退出后，用收到邀请的邮箱登录再打开链接。")


@transaction.atomic
def change_member_role(membership: Membership, *, role: str, actor: User, at: dt.datetime | None = None) -> None:
    """Raises Refused: `not_allowed`, `has_left`, `last_owner`."""
    at = at or timezone.now()
    require(actor, "stations.manage_members", "变更成员身份", membership)
    organisation, row = _locked(membership)
    if row.role == role:
        return
    if row.role == MemberRole.OWNER:
        _refuse_last_owner(organisation, row)
    facts = {"membership": row.pk, "from": row.role, "to": role}
    row.role = role
    row.save(update_fields=["role"])
    record(organisation, "change_member_role", actor=actor, at=at, facts=facts)
    _forget(membership.user, actor)
    _tell(row, organisation, f"您在{organisation.name}的身份已变更为{MemberRole(role).label}", at)


@transaction.atomic
def remove_member(membership: Membership, *, actor: User, at: dt.datetime | None = None) -> None:
    """End a membership: by the organisation's administrator, or by the member, who leaves.

    Raises Refused: `not_allowed`, `has_left`, `last_owner`.
    """
    at = at or timezone.now()
    leaves = membership.user_id == actor.pk
    if not leaves:
        require(actor, "stations.manage_members", "移除成员", membership)
    organisation, row = _locked(membership)
    if row.role == MemberRole.OWNER:
        _refuse_last_owner(organisation, row)
    row.left_at = at
    row.save(update_fields=["left_at"])
    record(organisation, "leave" if leaves else "remove_member", actor=actor, at=at, facts={"membership": row.pk})
    _forget(membership.user, actor)
    if not leaves:
        _tell(row, organisation, f"您已不再是{organisation.name}的成员", at)


def _locked(membership: Membership) -> tuple[Organisation, Membership]:
    """The organisation first: two administrators who remove each other at once wait for one another."""
    organisation = lock(membership.organisation)
    row = lock(membership)
    if row.left_at:
        raise Refused("has_left", "此人已经不是本单位成员，请刷新页面查看。")
    return organisation, row


def _refuse_last_owner(organisation: Organisation, row: Membership) -> None:
    owners = organisation.memberships.filter(role=MemberRole.OWNER, left_at__isnull=True, user__is_active=True)
    if not owners.exclude(pk=row.pk).exists():
        raise Refused("last_owner", "单位至少要有一位管理员。请先把另一位成员设为管理员。")


def _forget(*people: User) -> None:
    """What stations.rules remembers for this request."""
    for person in people:
        forget_memberships(person)


def _tell(row: Membership, organisation: Organisation, subject: str, at: dt.datetime) -> None:
    body = f"{subject}。有疑问的，请联系本单位管理员。"
    notify([row.user], at=at, key=f"membership:{row.pk}:{at.isoformat()}", subject=subject, body=body, url="/home/")
