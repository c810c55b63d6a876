"""Who handles complaints, and who may learn who complained."""

from typing import Any

import rules

from accounts.rules import is_intake, is_manager
from accounts.states import Role
from stations.rules import memberships
from supervision.states.complaint import COMPLAINT_UNDER_WAY

# Complaints of the whole city, and those of one's own district
BUREAU = (Role.INTAKE, Role.MANAGER)


def is_of(user: Any, station: Any) -> bool:
    return station.organisation_id in memberships(user)


@rules.predicate
def is_of_its_station(user: Any, complaint: Any) -> bool:
    """Who belongs to the station complained of has no part in the complaint."""
    return complaint is not None and is_of(user, complaint.station)


@rules.predicate
def investigates(user: Any, complaint: Any) -> bool:
    return complaint is not None and complaint.investigator_id == user.pk


@rules.predicate
def is_under_way(user: Any, complaint: Any) -> bool:
    return complaint is not None and complaint.state in COMPLAINT_UNDER_WAY


@rules.predicate
def is_asked(user: Any, statement: Any) -> bool:
    return statement is not None and is_of(user, statement.complaint.station)


handles = (is_intake | is_manager) & ~is_of_its_station
looks_into_it = investigates & ~is_of_its_station

rules.add_perm("supervision.handle_complaint", handles)
rules.add_perm("supervision.conclude_complaint", looks_into_it)
rules.add_perm("supervision.ask_complaint_statement", looks_into_it)
rules.add_perm("supervision.answer_complaint", handles | looks_into_it)
rules.add_perm("supervision.reveal_complainant", looks_into_it & is_under_way)
rules.add_perm("supervision.give_complaint_statement", is_asked)
rules.add_perm("supervision.withdraw_complaint", rules.always_false)  # by the number alone
rules.add_perm("supervision.close_complaint_statement", rules.always_false)  # with the complaint
