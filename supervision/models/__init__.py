"""What the supervision of stations keeps, a module for each noun."""

from supervision.models.classification import Basis, Classification, StationClass
from supervision.models.complaint import Complainant, Complaint, ComplaintStatement
from supervision.models.exits import Departure, SuspicionSetAside
from supervision.models.improvement import ImprovementItem, ImprovementPlan
from supervision.models.inspection import Inspection, InspectionFinding, InspectionPlan
from supervision.models.revocation import CasePaper, RevocationCase, Statement
from supervision.models.self_assessment import (
    SelfAssessment,
    SelfAssessmentEvidence,
    SelfAssessmentFigure,
    SelfAssessmentItem,
    SelfAssessmentReminder,
    SelfAssessmentVersion,
)
from supervision.models.year_plan import YearPlan

__all__ = [
    "Basis",
    "CasePaper",
    "Classification",
    "Complainant",
    "Complaint",
    "ComplaintStatement",
    "Departure",
    "ImprovementItem",
    "ImprovementPlan",
    "Inspection",
    "InspectionFinding",
    "InspectionPlan",
    "RevocationCase",
    "SelfAssessment",
    "SelfAssessmentEvidence",
    "SelfAssessmentFigure",
    "SelfAssessmentItem",
    "SelfAssessmentReminder",
    "SelfAssessmentVersion",
    "Statement",
    "StationClass",
    "SuspicionSetAside",
    "YearPlan",
]
