"""Site visits: planned at a desk, written down on a phone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.exports import Column
from accounts.forms import ReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from evaluation.actions import visits as actions
from evaluation.filters.panel import VisitFilter
from evaluation.forms.visits import FindingForm, FinishForm, VisitForm
from evaluation.queries import sheets
from evaluation.queries import visits as queries
from ledger.files import file_response
from ledger.journal import history_of
from ledger.moves import may


class VisitList(ListPage):
    title = "现场核查"
    roles: ClassVar[Collection[str]] = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}
    template_name = "evaluation/visit/list.html"
    query = staticmethod(queries.visit_list)
    filterset_class = VisitFilter
    search_fields = ("entry__station__organisation__name", "entry__station__name", "place")
    search = "参评单位、服务站或地点"
    sorts = {"when": ("planned_for",), "organisation": ("entry__station__organisation__name",)}
    sort = "-when"
    columns = (
        Column("评价", "entry.round.name"),
        Column("参评单位", "entry.station.organisation.name"),
        Column("服务站", "entry.station.name"),
        Column("核查时间", "planned_for"),
        Column("地点", "place"),
        Column("核查人员", lambda visit: "、".join(map(str, visit.visitors.all()))),
        Column("状态", "get_state_display"),
    )


class MyVisitList(VisitList):
    """Those that one goes on oneself."""

    title = "我的现场核查"
    roles = ()  # a list of one's own is open to everybody who is signed in
    query = staticmethod(queries.my_visits)


class VisitDetail(DetailPage):
    template_name = "evaluation/visit/detail.html"
    query = staticmethod(queries.visit_list)

    def get_title(self) -> str:
        return f"现场核查：{self.object.entry.station.organisation}"

    def context(self) -> dict[str, Any]:
        user, visit = self.request.user, self.object
        return {
            **super().context(),
            "lines": queries.lines_of(visit),
            "may_record": may(user, visit, "finish"),
            "may_cancel": may(user, visit, "cancel"),
            "history": history_of(visit),
        }


class VisitPlan(ActPage):
    title = "安排现场核查"
    template_name = "evaluation/visit/act.html"
    query = staticmethod(sheets.evidence_visible_to)
    permission = "evaluation.assign_experts"
    form_class = VisitForm
    success = "已安排现场核查，并已通知核查人员和服务站。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"visitors": queries.possible_visitors(self.object)}

    def act(self, **data: Any) -> Any:
        return actions.plan_visit(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("evaluation:visit_detail", args=[self.result.pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "entry": self.object}


class VisitAct(ActPage):
    template_name = "evaluation/visit/act.html"
    query = staticmethod(queries.visit_list)
    permission = "evaluation.record_visit"

    def get_success_url(self) -> str:
        return reverse("evaluation:visit_detail", args=[self.object.pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "entry": self.object.entry, "visit": self.object}


class VisitFindingRecord(VisitAct):
    """One indicator: verdict, words, photographs."""

    form_class = FindingForm
    button = "保存"
    success = "已保存。"

    def get_title(self) -> str:
        return f"核查：{self.line.indicator.name}"

    @property
    def line(self) -> Any:
        for line in queries.lines_of(self.object):
            if line.indicator.code == self.kwargs["code"]:
                return line
        raise Http404

    def form_kwargs(self) -> dict[str, Any]:
        found = self.line.finding
        return {"initial": {"verdict": found.verdict, "text": found.text} if found else {}}

    def act(self, **data: Any) -> Any:
        return actions.record_finding(self.object, actor=self.request.user, indicator=self.kwargs["code"], **data)

    def get_success_url(self) -> str:
        return f"{super().get_success_url()}#finding-{self.kwargs['code']}"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "line": self.line}


class VisitFinish(VisitAct):
    title = "完成现场核查"
    form_class = FinishForm
    success = "核查记录已完成。"

    def act(self, **data: Any) -> Any:
        return actions.finish_visit(self.object, actor=self.request.user, **data)


class VisitCancel(VisitAct):
    title = "取消现场核查"
    permission = "evaluation.assign_experts"
    form_class = ReasonForm
    danger = True
    success = "已取消，并已通知核查人员。"

    def act(self, reason: str) -> Any:
        return actions.cancel_visit(self.object, actor=self.request.user, reason=reason)


class VisitFile(DetailPage):
    """A photograph or the signed record of a visit that one may see."""

    query = staticmethod(queries.visits_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = get_object_or_404(queries.files_of(self.object), key=self.kwargs["key"])
        return file_response(stored, view="view" in request.GET)
