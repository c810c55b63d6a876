"""Who does the work of a station."""

from typing import Any

import rules

from stations.rules import memberships


@rules.predicate
def serves(user: Any, obj: Any) -> bool:
    """Member of the organisation that runs the station which `obj` is of."""
    return obj is not None and obj.station.organisation_id in memberships(user)
