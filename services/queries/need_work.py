"""What comes of needs at the stations: steps that are due, and the papers of a case."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.todo import Todo
from ledger.models import StoredFile
from services.models import Need, Progress
from services.queries.need import needs_visible_to
from services.queries.need_match import matches_of
from services.states.need import IN_HAND
from stations.rules import memberships


def open_steps() -> QuerySet[Progress]:
    """What is still to be done by a day, in needs that a station has in hand."""
    rows = Progress.objects.filter(done_at__isnull=True, need__state__in=sorted(IN_HAND))
    return rows.select_related("need__station__organisation").order_by("due_at", "pk")


def steps_visible_to(user: Any) -> QuerySet[Progress]:
    rows = Progress.objects.filter(need__in=needs_visible_to(user))
    return rows.select_related("need__station__organisation")


def papers_of(need: Need, key: UUID | None = None) -> QuerySet[StoredFile]:
    """The files of a case: contract, report, archive; with `key`, that one: 0 or 1 row."""
    of_case = (
        Q(pk__in=Need.objects.filter(pk=need.pk).values("contract__file"))
        | Q(pk__in=Need.objects.filter(pk=need.pk).values("delivery__report"))
        | Q(pk__in=Need.objects.filter(pk=need.pk).values("archive__file"))
    )
    rows = StoredFile.objects.filter(of_case)
    return rows.filter(key=key) if key else rows


def cases_visible_to(user: Any) -> QuerySet[Need]:
    """Needs, each with what there is once of its case: number, plan, contract, delivery, archive."""
    return needs_visible_to(user).select_related(
        "case_number", "plan__written_by", "contract__file", "delivery__report", "delivery__record", "archive__file"
    )


def case_of(need: Need) -> dict[str, Any]:
    """Everything that came of a need, for its page and its archive: plan, contract, matches, log, delivery, files. Three
    queries for one of `cases_visible_to`."""
    contract, delivery = getattr(need, "contract", None), getattr(need, "delivery", None)
    files = [("服务合同", contract.file)] if contract else []
    return {
        "number": getattr(need, "case_number", None),
        "plan": getattr(need, "plan", None),
        "contract": contract,
        "contract_items": list(contract.items.all()) if contract else [],
        "matches": list(matches_of(need)),
        "steps": list(need.progress.select_related("entered_by")),
        "delivery": delivery,
        "files": [*files, ("服务报告", delivery.report)] if delivery else files,
    }


def todo_for(user: Any) -> list[Todo]:
    """Steps of the person's stations, by their day; overdue ones among them."""
    if not memberships(user):
        return []
    mine = open_steps().filter(need__station__organisation__in=list(memberships(user)))
    return [
        Todo(
            title=f"{step.need.company}：{step}",
            url=step.get_absolute_url(),
            due_at=step.due_at,
            reason="服务方案中计划的事项。完成后请登记。",
            tone="warn",
        )
        for step in mine
    ]
