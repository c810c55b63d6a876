"""What the services keep, a module for each noun."""

from services.models.agency import Agency, Qualification
from services.models.case import TypicalCase
from services.models.client import Client
from services.models.equipment import Booking, Equipment
from services.models.media_report import MediaReport
from services.models.need import Need, NeedContact, NeedDraft
from services.models.need_work import (
    CaseArchive,
    CaseCounter,
    CaseNumber,
    Contract,
    ContractItem,
    Delivery,
    NeedMatch,
    Progress,
    ServicePlan,
)
from services.models.rating import Rating, RatingInvitation
from services.models.record import ServiceRecord
from services.models.specialist import Specialist
from services.models.statistics import DirtyDay, Total
from services.models.training import TrainingAttendance, TrainingEvent, TrainingSignUp
from services.models.year_text import YearText

__all__ = [
    "Agency",
    "Booking",
    "CaseArchive",
    "CaseCounter",
    "CaseNumber",
    "Client",
    "Contract",
    "ContractItem",
    "Delivery",
    "DirtyDay",
    "Equipment",
    "MediaReport",
    "Need",
    "NeedContact",
    "NeedDraft",
    "NeedMatch",
    "Progress",
    "Qualification",
    "Rating",
    "RatingInvitation",
    "ServicePlan",
    "ServiceRecord",
    "Specialist",
    "Total",
    "TrainingAttendance",
    "TrainingEvent",
    "TrainingSignUp",
    "TypicalCase",
    "YearText",
]
