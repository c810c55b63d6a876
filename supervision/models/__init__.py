"""What the supervision of stations keeps, a module for each noun."""

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
    "SelfAssessment",
    "SelfAssessmentEvidence",
    "SelfAssessmentFigure",
    "SelfAssessmentItem",
    "SelfAssessmentReminder",
    "SelfAssessmentVersion",
    "YearPlan",
]
