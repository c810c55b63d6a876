"""Pages of the yearly self-assessment: the list, one report as it stands, its files and papers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.exports import Column
from accounts.pages import DetailPage, ListPage
from accounts.states import Role
from ledger.documents import render_pdf
from ledger.files import file_response
from ledger.journal import history_of
from ledger.moves import may
from supervision.actions.self_assessment import WRITABLE
from supervision.actions.self_assessment_clock import STAGE_NAMES
from supervision.forms.self_assessment import SelfAssessmentFilter
from supervision.queries import self_assessment as queries
from supervision.queries.self_assessment_content import (
    Line,
    filed_content,
    lacking,
    lines_of,
    measure_of,
    snapshot_of,
)
from supervision.states.self_assessment import FILED_STATES, SelfAssessmentState

STAFF = {*queries.READERS, Role.DISTRICT}


class SelfAssessmentList(ListPage):
    title = "年度自评"
    template_name = "supervision/self_assessment/list.html"
    query = staticmethod(queries.self_assessments_visible_to)
    filterset_class = SelfAssessmentFilter
    search_fields = ("title__station__name", "title__station__organisation__name", "title__number")
    search = "服务站、建设主体或称号编号"
    sorts = {"due": ("due_at",), "station": ("title__station__name",), "year": ("year",), "filed": ("filed_at",)}
    sort = "-year"
    columns = (
        Column("年度", "year"),
        Column("服务站", "title.station.name"),
        Column("建设主体", "title.station.organisation.name"),
        Column("监管区局", "title.station.supervised_by.name"),
        Column("称号编号", "title.number"),
        Column("状态", "get_state_display"),
        Column("报送情况", "get_timeliness_display"),
        Column("报送期限", "due_at"),
        Column("报送时间", "filed_at"),
        Column("审阅时间", "reviewed_at"),
    )

    def context(self) -> dict[str, Any]:
        staff = bool(self.request.user.roles & STAFF)
        context = super().context()
        counts = (
            queries.counts_by_state(self.filterset.qs if self.filterset.is_valid() else self.rows()) if staff else None
        )
        return {**context, "staff": staff, "counts": counts}


class SelfAssessmentPage(DetailPage):
    """One report: to its station the draft with what is next, to everybody else what was filed."""

    query = staticmethod(queries.self_assessments_visible_to)
    template_name = "supervision/self_assessment/detail.html"

    def get_title(self) -> str:
        return f"{self.object.year} 年度自评：{self.object.title.station}"

    def context(self) -> dict[str, Any]:
        user, row = self.request.user, self.object
        own = queries.is_own(user, row)
        writable = own and row.state in WRITABLE
        return {
            **super().context(),
            "own": own,
            "writable": writable,
            "days": [(dt.date.fromisoformat(day["date"]), day["why"]) for day in row.deadline.get("days", [])],
            "late": row.due_at <= timezone.now() and row.state != SelfAssessmentState.RETURNED,
            "content": self.said(own),
            "versions": queries.versions_of(row),
            "reminders": [(STAGE_NAMES[line.stage], line) for line in row.reminders.all()],
            "returned": [(measure_of(row).indicator(code), reason) for code, reason in row.returned.items()],
            "may": {name: may(user, row, name) for name in ("review", "return")},
            "may_improve": row.state in FILED_STATES
            and user.has_perm("supervision.issue_improvement", row.title.station),
            "improvements": row.improvements.all(),
            "history": history_of(row),
            **(self.progress() if writable else {}),
        }

    def said(self, own: bool) -> Any:
        """None where there is nothing to be shown yet: a draft is its writers' own."""
        row = self.object
        if row.state in FILED_STATES:
            return filed_content(row)
        return snapshot_of(row) if own else None

    def progress(self) -> dict[str, Any]:
        """How far each part is, and what is still to be given."""
        lines = lines_of(self.object)
        return {"parts": parts_of(self.object, lines), "gaps": lacking(self.object, lines)}


def parts_of(assessment: Any, lines: dict[str, Line]) -> list[dict[str, Any]]:
    """The four parts with how much of each is there."""
    found = []
    for part in measure_of(assessment).dimensions:
        mine = [lines[indicator.code] for indicator in part.indicators]
        done = sum(not line.lacking for line in mine)
        scores = [line.item.own_score for line in mine if line.item.own_score is not None]
        found.append(
            {
                "part": part,
                "done": done,
                "all": len(mine),
                "own": sum(scores) if scores else None,
                "asked": sum(code in assessment.returned for code in (line.indicator.code for line in mine)),
            }
        )
    return found


# -- Files and papers  ----


class SelfAssessmentReportFile(DetailPage):
    """The organisation's own report, as an attachment, to whom it may be shown."""

    query = staticmethod(queries.self_assessments_with_report)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return file_response(self.object.report, view="view" in request.GET)


class SelfAssessmentFile(DetailPage):
    """A file of a report: an attachment, or with `?view` shown in place."""

    query = staticmethod(queries.self_assessments_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = queries.file_for(request.user, self.object, str(self.kwargs["key"]))
        if stored is None:
            raise Http404
        return file_response(stored, view="view" in request.GET)


class SelfAssessmentPaper(DetailPage):
    """The report as a PDF, made of a filed version: the same version gives the same paper."""

    query = staticmethod(queries.self_assessments_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        version = get_object_or_404(self.object.versions.select_related("filed_by"), number=self.kwargs["number"])
        context = {
            "object": self.object,
            "version": version,
            "content": version.snapshot,
            "measure": measure_of(self.object),
        }
        response = HttpResponse(render_pdf("documents/self_assessment.html", context), content_type="application/pdf")
        name = f"{self.object.year}年度服务效能评估报告 {version.snapshot['title']} 第{version.number}版.pdf"
        response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        response["Cache-Control"] = "private, no-store"
        return response
