"""Who runs a training event: the people of its station. Companies sign up and cancel without an account."""

from typing import Any

import rules

from services.rules.station import serves


@rules.predicate
def serves_event_of(user: Any, sign_up: Any) -> bool:
    return sign_up is not None and serves(user, sign_up.event)


rules.add_perm("services.run_training", serves)
rules.add_perm("services.hold_training", rules.always_false)  # by the clock alone
rules.add_perm("services.promote_sign_up", rules.always_false)  # by places that came free alone
rules.add_perm("services.run_sign_up", serves_event_of)
