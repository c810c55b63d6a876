"""What the supervision of stations keeps, a module for each noun."""

from supervision.models.classification import Basis, Classification, StationClass
from supervision.models.complaint import Complainant, Complaint, ComplaintStatement
from supervision.models.improvement import ImprovementItem, ImprovementPlan
from supervision.models.inspection import Inspection, InspectionFinding, InspectionPlan
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
    "Classification",
    "Complainant",
    "Complaint",
    "ComplaintStatement",
    "ImprovementItem",
    "ImprovementPlan",
    "Inspection",
    "InspectionFinding",
    "InspectionPlan",
    "SelfAssessment",
    "SelfAssessmentEvidence",
    "SelfAssessmentFigure",
    "SelfAssessmentItem",
    "SelfAssessmentReminder",
    "SelfAssessmentVersion",
    "StationClass",
    "YearPlan",
]
