from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from stations.models import Invitation, Membership, Organisation
from stations.rules import memberships
from stations.states import MemberRole


def organisations_of(user: Any) -> QuerySet[Organisation]:
    """Those for which the person acts: whose members he or she may see."""
    return Organisation.objects.filter(pk__in=memberships(user))


def people_of(organisation: Organisation) -> QuerySet[User]:
    """Those who act for the organisation now: they get its messages."""
    return User.objects.filter(memberships__organisation=organisation, memberships__left_at__isnull=True)


def members_visible_to(user: Any) -> QuerySet[Membership]:
    """People who act now for the organisations for which this person acts."""
    rows = Membership.objects.filter(organisation__in=memberships(user), left_at__isnull=True)
    return rows.select_related("user", "organisation")


def invitations_managed_by(user: Any) -> QuerySet[Invitation]:
    """Open invitations into organisations that this person administers."""
    own = [pk for pk, role in memberships(user).items() if role == MemberRole.OWNER]
    rows = Invitation.objects.filter(organisation__in=own, accepted_at__isnull=True, withdrawn_at__isnull=True)
    return rows.select_related("organisation", "invited_by").order_by("-invited_at")


def invitations_by_digest(token_sha256: str) -> QuerySet[Invitation]:
    """The invitation that this token opens: 0 or 1 row, used or not."""
    return Invitation.objects.filter(token_sha256=token_sha256).select_related("organisation", "invited_by")
