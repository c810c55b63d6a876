"""Self-assessments as pages need them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.states import Role
from accounts.todo import Todo
from stations.rules import memberships
from supervision.models import SelfAssessment
from supervision.states.self_assessment import SelfAssessmentState

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


def self_assessments_visible_to(user: Any) -> QuerySet[SelfAssessment]:
    """Those of one's own organisations; all for the bureau and the auditor; those of the district for its staff."""
    rows = SelfAssessment.objects.select_related("title__station__organisation", "title__slot", "report")
    if not user.is_authenticated:
        return rows.none()
    if user.roles & READERS:
        return rows
    own = Q(title__station__organisation__in=memberships(user))
    return rows.filter(own | Q(title__station__supervised_by__in=user.districts))


def self_assessments_with_report(user: Any) -> QuerySet[SelfAssessment]:
    """Those whose report can be opened."""
    return self_assessments_visible_to(user).filter(report__isnull=False)


def todo_for(user: Any) -> list[Todo]:
    """Self-assessments that the organisations of this person still owe."""
    owed = (
        self_assessments_visible_to(user)
        .filter(title__station__organisation__in=memberships(user))
        .filter(state__in=[SelfAssessmentState.DUE, SelfAssessmentState.DRAFT, SelfAssessmentState.MISSING])
    )
    return [
        Todo(
            title=f"报送{assessment.title.station}的 {assessment.year} 年度自评",
            url=f"/self-assessments/{assessment.pk}/",
            due_at=assessment.due_at,
            reason="办法第十六条：市级质量服务站每年 10 月底前报送评估报告。",
            tone="bad" if assessment.state == SelfAssessmentState.MISSING else "warn",
        )
        for assessment in owed
    ]
