from evaluation.models.application import (
    Application,
    ApplicationVersion,
    MaterialFile,
    MaterialVerdict,
    ProjectRow,
    ReturnRequest,
)
from evaluation.models.award import Conclusion
from evaluation.models.notice import Objection, Objector, PublicNotice
from evaluation.models.panel import Expert, ExpertEmployment, Institution, Mandate, Recusal, SiteVisit, VisitFinding
from evaluation.models.ranking import Ranking, RankingLine, TieDecision
from evaluation.models.round import Indicator, Round
from evaluation.models.sheet import Entry, Score, ScoreSheet

__all__ = [
    "Application",
    "ApplicationVersion",
    "Conclusion",
    "Entry",
    "Expert",
    "ExpertEmployment",
    "Indicator",
    "Institution",
    "Mandate",
    "MaterialFile",
    "MaterialVerdict",
    "Objection",
    "Objector",
    "ProjectRow",
    "PublicNotice",
    "Ranking",
    "RankingLine",
    "Recusal",
    "ReturnRequest",
    "Round",
    "Score",
    "ScoreSheet",
    "SiteVisit",
    "TieDecision",
    "VisitFinding",
]
