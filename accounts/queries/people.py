import datetime as dt
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.states import Role


def people_with(*roles: Role) -> QuerySet[User]:
    """Active people who hold one of these work roles now."""
    return User.objects.filter(
        is_active=True, role_grants__role__in=roles, role_grants__ended_at__isnull=True
    ).distinct()


def district_staff(code: str) -> QuerySet[User]:
    """Active people who work for the bureau of this district now."""
    grants = RoleGrant.objects.filter(role=Role.DISTRICT, scope=code, ended_at__isnull=True)
    return User.objects.filter(is_active=True, pk__in=grants.values("user"))


def people_visible_to(user: Any) -> QuerySet[User]:
    """Every account, for the security administrator: with its current roles, and whether it has a second factor."""
    if not user.has_perm("accounts.manage_people"):
        return User.objects.none()
    # Fills the cached property of that name, for all rows in one query.
    current = Prefetch("role_grants", RoleGrant.objects.filter(ended_at__isnull=True), to_attr="current_grants")
    totp = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return User.objects.prefetch_related(current).annotate(has_totp=Exists(totp))  # type: ignore[no-redef]


def grants_visible_to(user: Any) -> QuerySet[RoleGrant]:
    """Roles that the security administrator can end."""
    rows = RoleGrant.objects.select_related("user", "granted_by")
    return rows if user.has_perm("accounts.grant_role") else rows.none()


def person_of(user: Any) -> QuerySet[User]:
    """The person's own account: one row."""
    return User.objects.filter(pk=user.pk)


def totp_of(user: Any) -> Authenticator | None:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).first()


def is_locked_out(user: User) -> bool:
    """Whether sign-in with this address is locked now, from anywhere."""
    since = timezone.now() - dt.timedelta(hours=settings.AXES_COOLOFF_TIME)
    attempts = AccessAttempt.objects.filter(username=user.email, attempt_time__gte=since)
    return attempts.filter(failures_since_start__gte=settings.AXES_FAILURE_LIMIT).exists()
