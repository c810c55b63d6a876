"""What the supervision of stations keeps, a module for each noun."""

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
    "YearPlan",
]
