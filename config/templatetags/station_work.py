"""What a station's public page shows of its services. That page stands on a lower floor, so it cannot ask for them."""

from __future__ import annotations

from typing import Any

from django import template

from services.queries.case import published_cases
from services.queries.training import trainings_to_come

register = template.Library()
SHOWN = 5


@register.inclusion_tag("services/of_station.html")
def services_of_station(station: Any) -> dict[str, Any]:
    """The next training events that one can sign up for, the last typical cases; nothing of either when there are none."""
    return {
        "station": station,
        "trainings": list(trainings_to_come(station)[:SHOWN]),
        "cases": list(published_cases().filter(station=station)[:SHOWN]),
    }
