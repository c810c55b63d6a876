"""Who keeps a station's libraries, and who decides about the time of an instrument."""

from typing import Any

import rules

from services.rules.station import serves
from services.states.library import LibraryState
from stations.rules import is_member, memberships


@rules.predicate
def serves_with_it(user: Any, booking: Any) -> bool:
    return booking is not None and booking.equipment.station.organisation_id in memberships(user)


@rules.predicate
def asked_for_it(user: Any, booking: Any) -> bool:
    """Of the station whose staff asked for the instrument."""
    return (
        booking is not None
        and booking.by_station is not None
        and booking.by_station.organisation_id in memberships(user)
    )


@rules.predicate
def is_in_use(user: Any, item: Any) -> bool:
    return item is not None and item.state == LibraryState.ACTIVE


@rules.predicate
def is_shared(user: Any, item: Any) -> bool:
    """Shared with the stations, of one of which the person is."""
    return item is not None and item.shared and bool(memberships(user))


rules.add_perm("services.add_library", is_member)  # of a station
rules.add_perm("services.write_library", serves)
rules.add_perm("services.book_equipment", is_in_use & (serves | is_shared))
rules.add_perm("services.confirm_booking", serves_with_it)
rules.add_perm("services.cancel_booking", serves_with_it | asked_for_it)
