"""What happens to organisations, stations and titles; the only writer of their rows."""

from stations.actions.ability import (
    add_team_member,
    remove_ability,
    remove_online_presence,
    remove_team_member,
    set_ability,
    set_online_presence,
    update_team_member,
)
from stations.actions.organisation import register_organisation, update_organisation
from stations.actions.slots import sync_slots
from stations.actions.station import create_station, update_station
from stations.actions.title import award_title, end_title, import_title, issue_certificate
from stations.actions.title_table import import_titles

__all__ = [
    "add_team_member",
    "award_title",
    "create_station",
    "end_title",
    "import_title",
    "import_titles",
    "issue_certificate",
    "register_organisation",
    "remove_ability",
    "remove_online_presence",
    "remove_team_member",
    "set_ability",
    "set_online_presence",
    "sync_slots",
    "update_organisation",
    "update_station",
    "update_team_member",
]
