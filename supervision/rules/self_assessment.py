"""Who may write and read self-assessments."""

import rules

from accounts.rules import has_role
from accounts.states import Role
from supervision.rules.revocation import is_of_the_station

rules.add_perm("supervision.write_self_assessment", is_of_the_station)
rules.add_perm("supervision.mark_missing", rules.always_false)  # the clock alone
rules.add_perm("supervision.review_self_assessment", has_role(Role.INTAKE, Role.MANAGER))
