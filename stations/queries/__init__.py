"""Who sees which organisations, stations and titles, and what the pages show of them."""

from stations.queries.districts import role_scopes
from stations.queries.title import active_titles, free_slots

__all__ = ["active_titles", "free_slots", "role_scopes"]
