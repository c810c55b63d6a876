"""Who names a media report, and who says that it was one."""

from typing import Any

import rules

from accounts.states import Role
from services.rules.station import serves
from stations.rules import is_member


@rules.predicate
def oversees(user: Any, obj: Any) -> bool:
    """The bureau, and the district that supervises the station which `obj` is of; never somebody of the station."""
    if obj is None or not user.is_authenticated or serves(user, obj):
        return False
    return bool(user.roles & {Role.INTAKE, Role.MANAGER}) or obj.station.supervised_by_id in user.districts


rules.add_perm("services.add_media_report", is_member)  # of a station
rules.add_perm("services.withdraw_media_report", serves)
rules.add_perm("services.decide_media_report", oversees)
