"""Who may do what with organisations, stations and titles."""

from typing import Any

import rules

from accounts.rules import is_leader, is_manager, is_system_admin
from stations.states import MemberRole


def memberships(user: Any) -> dict[int, str]:
    """{organisation id: role} of the person now, read once per request.

    Kept as an attribute of the person: set so, it also goes through the lazy `request.user` to the person behind it.
    """
    if not user.is_authenticated:
        return {}
    if not hasattr(user, "_memberships"):
        user._memberships = dict(user.memberships.filter(left_at__isnull=True).values_list("organisation_id", "role"))
    return user._memberships


def forget_memberships(user: Any) -> None:
    """After a membership of the person has begun or ended within this request."""
    if hasattr(user, "_memberships"):
        del user._memberships


@rules.predicate
def is_member(user: Any, obj: Any) -> bool:
    """Member of the organisation that `obj` is, or belongs to."""
    return obj is not None and getattr(obj, "organisation_id", obj.pk) in memberships(user)


@rules.predicate
def is_owner(user: Any, obj: Any) -> bool:
    return obj is not None and memberships(user).get(getattr(obj, "organisation_id", obj.pk)) == MemberRole.OWNER


@rules.predicate
def is_applicant(user: Any) -> bool:
    """A signed-in person without a work role of the bureau: who examines does not apply."""
    return user.is_authenticated and not user.roles


rules.add_perm("stations.register_organisation", is_applicant)
rules.add_perm("stations.write_organisation", is_member)
rules.add_perm("stations.manage_members", is_owner)
rules.add_perm("stations.join_organisation", is_applicant)
rules.add_perm("stations.write_station", is_member)
rules.add_perm("stations.award_title", is_leader)
rules.add_perm("stations.import_title", is_manager)
rules.add_perm("stations.end_title", is_leader)
for act in ("view", "add", "change"):
    for dictionary in ("district", "industry"):
        rules.add_perm(f"stations.{act}_{dictionary}", is_system_admin)
