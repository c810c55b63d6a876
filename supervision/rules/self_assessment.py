"""Who may write and read self-assessments."""

from typing import Any

import rules

from accounts.rules import has_role
from accounts.states import Role
from stations.rules import memberships


@rules.predicate
def is_of_the_station(user: Any, assessment: Any) -> bool:
    return assessment is not None and assessment.title.station.organisation_id in memberships(user)


rules.add_perm("supervision.write_self_assessment", is_of_the_station)
rules.add_perm("supervision.mark_missing", rules.always_false)  # the clock alone
rules.add_perm("supervision.review_self_assessment", has_role(Role.INTAKE, Role.MANAGER))
