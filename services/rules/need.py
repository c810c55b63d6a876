"""Who works on a company's need, and who finds a station for it."""

from typing import Any

import rules

from accounts.states import Role
from services.rules.station import serves
from stations.rules import is_member


@rules.predicate
def has_station(user: Any, need: Any) -> bool:
    return need is not None and need.station_id is not None


@rules.predicate
def finds_stations(user: Any, need: Any) -> bool:
    """The manager for the whole city; district staff for companies of their district and for stations there."""
    if not user.is_authenticated or need is None:
        return False
    near = {need.district_id, *([need.station.district_id, need.station.supervised_by_id] if need.station else [])}
    return Role.MANAGER in user.roles or bool(near & user.districts)


rules.add_perm("services.serve_need", has_station & serves)
rules.add_perm("services.enter_need", is_member)  # of a station
rules.add_perm("services.assign_need", finds_stations)
rules.add_perm("services.rate_need", rules.always_false)  # by the company's own link alone
