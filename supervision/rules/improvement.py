"""Who asks for improvement, who answers, who judges the answer: never the same side."""

from typing import Any

import rules

from stations.rules import memberships
from supervision.rules.inspection import oversees


@rules.predicate
def answers_for(user: Any, item: Any) -> bool:
    return item is not None and item.plan.station.organisation_id in memberships(user)


@rules.predicate
def judges(user: Any, obj: Any) -> bool:
    """`obj` is an item or its plan."""
    return obj is not None and oversees(user, getattr(obj, "plan", obj).station)


rules.add_perm("supervision.issue_improvement", oversees)  # on the station
rules.add_perm("supervision.answer_improvement", answers_for)
rules.add_perm("supervision.judge_improvement", judges)
