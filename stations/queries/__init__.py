"""Who sees which organisations, stations and titles, and what the pages show of them."""

from stations.queries.directory import (
    IN_DIRECTORY,
    ability_choices,
    directory,
    directory_changed_since,
    find_number,
    public_stations,
    shown_classes,
    with_foremost_title,
)
from stations.queries.districts import role_scopes
from stations.queries.online import online_services_of
from stations.queries.readiness import Part, missing_of, parts_of, with_parts
from stations.queries.title import (
    active_titles,
    ended_titles,
    free_slots,
    slot_board,
    titles_visible_to,
    uploaded_tables,
)
from stations.queries.todo import todo_for
from stations.queries.visibility import (
    evidence_of,
    my_organisations,
    my_stations,
    organisations_visible_to,
    staff_organisations,
    staff_stations,
    stations_visible_to,
    stations_without_title,
)

__all__ = [
    "IN_DIRECTORY",
    "Part",
    "ability_choices",
    "active_titles",
    "directory",
    "directory_changed_since",
    "ended_titles",
    "evidence_of",
    "find_number",
    "free_slots",
    "missing_of",
    "my_organisations",
    "my_stations",
    "online_services_of",
    "organisations_visible_to",
    "parts_of",
    "public_stations",
    "role_scopes",
    "shown_classes",
    "slot_board",
    "staff_organisations",
    "staff_stations",
    "stations_visible_to",
    "stations_without_title",
    "titles_visible_to",
    "todo_for",
    "uploaded_tables",
    "with_foremost_title",
    "with_parts",
]
