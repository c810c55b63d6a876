"""Who opens, handles, approves and sees a case of revocation, and who ends a title otherwise."""

from typing import Any

import rules

from accounts.rules import has_role, is_bureau, is_intake, is_leader, is_manager, reads_all
from accounts.states import Role
from stations.rules import memberships
from stations.states import MemberRole


def organisation_of(obj: Any) -> int:
    """The organisation of a title, or of a case or departure about one."""
    return getattr(obj, "title", obj).station.organisation_id


@rules.predicate
def is_of_the_station(user: Any, obj: Any) -> bool:
    return obj is not None and organisation_of(obj) in memberships(user)


@rules.predicate
def owns_the_station(user: Any, obj: Any) -> bool:
    return obj is not None and memberships(user).get(organisation_of(obj)) == MemberRole.OWNER


@rules.predicate
def asked_for_it(user: Any, departure: Any) -> bool:
    return departure is not None and departure.asked_by_id == user.pk


is_handler = is_intake | is_manager
is_district = has_role(Role.DISTRICT)

rules.add_perm("supervision.open_revocation", is_handler)
rules.add_perm("supervision.handle_revocation", is_handler)
rules.add_perm("supervision.hear_revocation", is_handler | is_of_the_station)
rules.add_perm("supervision.write_statement", is_of_the_station)
rules.add_perm("supervision.approve_revocation", is_leader)
rules.add_perm("supervision.drop_revocation", is_bureau)
rules.add_perm("supervision.read_revocation", reads_all | is_district)
rules.add_perm("supervision.set_suspicion_aside", is_handler)
rules.add_perm("supervision.give_up_title", owns_the_station)
rules.add_perm("supervision.report_termination", is_handler)
rules.add_perm("supervision.confirm_departure", is_leader)
rules.add_perm("supervision.withdraw_departure", asked_for_it)
