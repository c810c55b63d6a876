"""Self-assessments as pages need them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.states import Role
from accounts.todo import Todo
from ledger.models import StoredFile
from stations.rules import memberships
from stations.states import TitleState
from supervision.models import SelfAssessment, SelfAssessmentEvidence, SelfAssessmentVersion
from supervision.queries.self_assessment_content import keys_of
from supervision.states.self_assessment import FILED_STATES, OWED, SelfAssessmentState

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


def self_assessments_visible_to(user: Any) -> QuerySet[SelfAssessment]:
    """Those of one's own organisations; all for the bureau and the auditor; those of the district for its staff."""
    rows = SelfAssessment.objects.select_related(
        "title__station__organisation", "title__station__supervised_by", "title__slot", "report"
    )
    if not user.is_authenticated:
        return rows.none()
    if user.roles & READERS:
        return rows
    own = Q(title__station__organisation__in=memberships(user))
    return rows.filter(own | Q(title__station__supervised_by__in=user.districts))


def self_assessments_to_write(user: Any) -> QuerySet[SelfAssessment]:
    """Those of `self_assessments_visible_to`, each with `before`: what the station last filed for the year before, None
    when nothing was."""
    filed = SelfAssessmentVersion.objects.filter(
        assessment__title__station=OuterRef("title__station"),
        assessment__year=OuterRef("year") - 1,
        assessment__state__in=FILED_STATES,
    )
    latest = filed.order_by("-assessment_id", "-number").values("snapshot")[:1]
    return self_assessments_visible_to(user).annotate(before=Subquery(latest))


def self_assessments_with_report(user: Any) -> QuerySet[SelfAssessment]:
    """Those whose own report can be opened: before it is filed, by who writes it alone."""
    own = Q(title__station__organisation__in=memberships(user))
    return self_assessments_visible_to(user).filter(own | Q(state__in=FILED_STATES), report__isnull=False)


def missing_self_assessments(measure: str) -> QuerySet[SelfAssessment]:
    """What was never filed although its date has passed, of titles that are still active: fact enough for a suspicion of
    ground (4) of Art 18, on which a person decides."""
    rows = SelfAssessment.objects.filter(state=SelfAssessmentState.MISSING, title__state=TitleState.ACTIVE)
    return rows.filter(title__slot__measure=measure).select_related("title__station__organisation", "title__slot")


def is_own(user: Any, assessment: SelfAssessment) -> bool:
    return assessment.title.station.organisation_id in memberships(user)


def counts_by_state(rows: QuerySet[SelfAssessment]) -> dict[str, int]:
    """{"total", "filed", "late", "missing", "owed", "returned", "reviewed": how many} in one query."""
    return rows.order_by().aggregate(
        total=Count("pk"),
        filed=Count("pk", filter=Q(state__in=FILED_STATES)),
        late=Count("pk", filter=Q(timeliness="late")),
        missing=Count("pk", filter=Q(state=SelfAssessmentState.MISSING)),
        waiting=Count("pk", filter=Q(state__in=[SelfAssessmentState.FILED, SelfAssessmentState.FILED_LATE])),
    )


def versions_of(assessment: SelfAssessment) -> QuerySet[SelfAssessmentVersion]:
    return assessment.versions.select_related("filed_by").defer("snapshot").order_by("-number")


def evidence_in(assessment: SelfAssessment) -> QuerySet[SelfAssessmentEvidence]:
    return SelfAssessmentEvidence.objects.filter(item__assessment=assessment).select_related("file", "item__assessment")


def file_for(user: Any, assessment: SelfAssessment, key: str) -> StoredFile | None:
    """The file `key`, if `user` may open it through an assessment that he may see: what was filed is for all of them,
    what was not for the station's own people."""
    filed = any(key in keys_of(snapshot) for snapshot in assessment.versions.values_list("snapshot", flat=True))
    draft = is_own(user, assessment) and (
        evidence_in(assessment).filter(file__key=key).exists()
        or (assessment.report is not None and str(assessment.report.key) == key)
    )
    return StoredFile.objects.filter(key=key).first() if filed or draft else None


# -- What waits  ----

REASON = "办法第十六条：市级质量服务站每年 10 月底前报送评估报告。"


def todo_for(user: Any) -> list[Todo]:
    """What the organisations of this person owe or are asked to supplement, and what the bureau has not looked at yet."""
    return [*own_todos(user), *review_todos(user)]


def own_todos(user: Any) -> list[Todo]:
    states = [*OWED, SelfAssessmentState.RETURNED]
    owed = (
        self_assessments_visible_to(user)
        .filter(title__station__organisation__in=memberships(user), title__state=TitleState.ACTIVE, state__in=states)
        .order_by("due_at", "pk")
    )
    return [own_todo(assessment) for assessment in owed]


def own_todo(assessment: SelfAssessment) -> Todo:
    if assessment.state == SelfAssessmentState.RETURNED:
        return Todo(
            title=f"补充{assessment.title.station}的 {assessment.year} 年度自评",
            url=assessment.get_absolute_url(),
            due_at=assessment.return_due_at,
            reason=f"市局退回 {len(assessment.returned)} 项，请补充后再次报送。",
            tone="warn",
        )
    return Todo(
        title=f"报送{assessment.title.station}的 {assessment.year} 年度自评",
        url=assessment.get_absolute_url(),
        due_at=assessment.due_at,
        reason=REASON,
        tone="bad" if assessment.state == SelfAssessmentState.MISSING else "warn",
    )


def review_todos(user: Any) -> list[Todo]:
    """One line for all that wait to be looked at: a bureau has fifty of them at once."""
    if not user.has_perm("supervision.review_self_assessment"):
        return []
    waiting = SelfAssessment.objects.filter(state__in=[SelfAssessmentState.FILED, SelfAssessmentState.FILED_LATE])
    found = waiting.order_by("year").values_list("year").annotate(number=Count("pk"))
    return [
        Todo(
            title=f"审阅 {year} 年度自评 {number} 份",
            url=f"/self-assessments/?year={year}",
            due_at=None,
            reason="服务站已报送，等待审阅。",
            tone="info",
        )
        for year, number in found
    ]
