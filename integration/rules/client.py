"""Who registers machine clients, and who gives them leave for a station."""

from typing import Any

import rules

from accounts.rules import is_system_admin
from stations.rules import is_owner


@rules.predicate
def owns_station(user: Any, obj: Any) -> bool:
    """Owner of the organisation of the station that `obj` is, or belongs to."""
    return obj is not None and is_owner(user, getattr(obj, "station", obj))


rules.add_perm("integration.manage_client", is_system_admin)
rules.add_perm("integration.authorise_client", owns_station)
