"""Who asks a company for its rating, and who answers a poor one. Nobody of the portal rates in a company's place."""

from typing import Any

import rules

from services.rules.station import serves


@rules.predicate
def serves_rated(user: Any, rating: Any) -> bool:
    return rating is not None and serves(user, rating.record)


rules.add_perm("services.invite_rating", serves)
rules.add_perm("services.improve_rating", serves_rated)
