"""Who plans inspections, who makes them, who settles what they found."""

from typing import Any

import rules

from accounts.rules import reads_all
from accounts.states import Role
from stations.rules import memberships


@rules.predicate
def plans_inspections(user: Any, plan: Any) -> bool:
    """The bureau's manager for the city, a district's staff for its own stations. Without a plan: whoever may draft one."""
    if plan is None:
        return bool(user.roles & {Role.MANAGER, Role.DISTRICT})
    return Role.MANAGER in user.roles if plan.district_id is None else plan.district_id in user.districts


@rules.predicate
def is_drawn_for(user: Any, inspection: Any) -> bool:
    """Drawn for this station, and not of its organisation."""
    return (
        inspection is not None
        and user.pk in {person.pk for person in inspection.inspectors.all()}
        and inspection.title.station.organisation_id not in memberships(user)
    )


@rules.predicate
def oversees_plan_of(user: Any, inspection: Any) -> bool:
    return inspection is not None and plans_inspections(user, inspection.plan)


@rules.predicate
def oversees(user: Any, station: Any) -> bool:
    """Works for the bureau, or for the district that supervises the station, and is not of its organisation."""
    if station is None or station.organisation_id in memberships(user):
        return False
    return bool(user.roles & {Role.INTAKE, Role.MANAGER}) or station.supervised_by_id in user.districts


@rules.predicate
def oversees_station_of(user: Any, inspection: Any) -> bool:
    return inspection is not None and oversees(user, inspection.title.station)


rules.add_perm("supervision.plan_inspections", plans_inspections)
rules.add_perm("supervision.read_inspection_plans", reads_all | plans_inspections)
rules.add_perm("supervision.record_inspection", is_drawn_for)
rules.add_perm("supervision.cancel_inspection", oversees_plan_of)
rules.add_perm("supervision.follow_up_inspection", oversees_station_of)
