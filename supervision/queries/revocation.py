"""Cases of revocation as their handlers and the station read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.rules import is_intake, is_leader, is_manager, reads_all
from accounts.todo import Todo
from ledger.models import StoredFile
from stations.models import Title
from stations.rules import memberships
from stations.states import Level, TitleState
from supervision.models import RevocationCase
from supervision.states.revocation import RUNNING, RevocationState

R = RevocationState
# Whose turn it is: what waits for the handlers, and in which words
NEXT_STEP: dict[str, str] = {
    R.OPENED: "制作并送达告知书",
    R.HEARD: "审阅陈述申辩，决定是否拟办撤销",
    R.LAPSED: "期满未陈述申辩，决定是否拟办撤销",
    R.APPROVED: "制作并送达决定书",
}


def cases() -> QuerySet[RevocationCase]:
    return RevocationCase.objects.select_related(
        "title__station__organisation", "title__station__district", "title__slot", "opened_by"
    )


def revocations_visible_to(user: Any) -> QuerySet[RevocationCase]:
    """All for the bureau and the auditor; for a district those about the stations that it supervises."""
    if reads_all(user):
        return cases()
    districts = user.districts if user.is_authenticated else ()
    return cases().filter(title__station__supervised_by__in=districts) if districts else RevocationCase.objects.none()


def own_revocations(user: Any) -> QuerySet[RevocationCase]:
    """Cases about one's own stations, from the moment in which the station is told."""
    if not user.is_authenticated:
        return RevocationCase.objects.none()
    mine = cases().filter(title__station__organisation__in=memberships(user))
    return mine.filter(statement_due_at__isnull=False)


def files_of_case(case: RevocationCase, *, told: bool) -> list[StoredFile]:
    """Its files; with `told` only what the station may read: its own statements and the papers served on it."""
    papers = case.papers.filter(served_at__isnull=False) if told else case.papers.all()
    found = [paper.pdf for paper in papers.select_related("pdf")]
    found += StoredFile.objects.filter(pk__in=case.statements.values("files"))
    if not told:
        found += [paper.proof for paper in papers.select_related("proof") if paper.proof]
        found += case.evidence.all()
    return found


def titles_to_revoke(user: Any) -> QuerySet[Title]:
    """Active city titles without a running case."""
    titles = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY)
    running = RevocationCase.objects.filter(state__in=RUNNING).values("title")
    return titles.exclude(pk__in=running).select_related("station").order_by("station__name")


def todo_for(user: Any) -> list[Todo]:
    """Cases whose next step is this person's."""
    if not user.is_authenticated:
        return []
    wanted = Q(pk__in=[])
    if is_intake(user) or is_manager(user):
        wanted |= Q(state__in=list(NEXT_STEP))
    if is_leader(user):
        wanted |= Q(state__in=[R.PROPOSED, R.SERVED])
    found = [
        Todo(
            title=f"撤销案件：{case.title.station}",
            url=case.get_absolute_url(),
            reason=NEXT_STEP.get(case.state) or ("审批撤销" if case.state == R.PROPOSED else "执行撤销"),
            tone="warn",
        )
        for case in cases().filter(wanted).order_by("pk")
    ]
    owed = own_revocations(user).filter(state=R.NOTIFIED)
    return found + [
        Todo(
            title=f"{case.title.station}拟被撤销称号，请陈述申辩",
            url=case.station_url(),
            due_at=case.statement_due_at,
            reason="期限内可以在线提交陈述申辩和证据材料。",
            tone="bad",
        )
        for case in owed
    ]
