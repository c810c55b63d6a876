from stations.models.online import OnlineService
from stations.models.organisation import District, Industry, Invitation, Membership, Organisation
from stations.models.station import Ability, OnlinePresence, Station, TeamMember
from stations.models.title import Certificate, Slot, SlotCap, Title

__all__ = [
    "Ability",
    "Certificate",
    "District",
    "Industry",
    "Invitation",
    "Membership",
    "OnlinePresence",
    "OnlineService",
    "Organisation",
    "Slot",
    "SlotCap",
    "Station",
    "TeamMember",
    "Title",
]
