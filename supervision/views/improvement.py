"""Improvement: asked for, answered by the station, judged by the bureau or the district."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.exports import Column
from accounts.forms import ReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from ledger.files import file_response
from ledger.journal import history_of
from ledger.moves import may
from supervision.actions import improvement as actions
from supervision.forms.improvement import (
    AcceptForm,
    ExtendForm,
    ImprovementFilter,
    IssueForm,
    ItemFilter,
    StationIssueForm,
    SubmitForm,
)
from supervision.models import ImprovementItem
from supervision.queries import improvement as queries
from supervision.queries.complaint import founded_complaints
from supervision.queries.self_assessment import self_assessments_visible_to
from supervision.states.improvement import OWED, Source


class ImprovementList(ListPage):
    title = "整改"
    template_name = "supervision/improvement/list.html"
    query = staticmethod(queries.plan_list)
    filterset_class = ImprovementFilter
    search_fields = ("station__name", "station__organisation__name", "source_text")
    search = "服务站、建设主体或来源"
    sorts = {"issued": ("issued_at",), "station": ("station__name",)}
    sort = "-issued"
    columns = (
        Column("服务站", "station.name"),
        Column("建设主体", "station.organisation.name"),
        Column("来源", "get_source_display"),
        Column("来源说明", "source_text"),
        Column("状态", "get_state_display"),
        Column("事项", "asked"),
        Column("已完成", "settled"),
        Column("提出时间", "issued_at"),
    )


class ItemList(ListPage):
    """Item by item, the one that is due first before the others: with the filter, what is overdue."""

    title = "整改事项"
    template_name = "supervision/improvement/item_list.html"
    query = staticmethod(queries.items_visible_to)
    filterset_class = ItemFilter
    search_fields = ("plan__station__name", "plan__station__organisation__name", "what")
    search = "服务站、建设主体或整改要求"
    sorts = {"due": ("due_at",), "station": ("plan__station__name",)}
    sort = "due"
    columns = (
        Column("服务站", "plan.station.name"),
        Column("建设主体", "plan.station.organisation.name"),
        Column("来源", "plan.source_text"),
        Column("整改要求", "what"),
        Column("期限", "due_at"),
        Column("状态", "get_state_display"),
        Column("已超期", "is_overdue"),
        Column("报送时间", "submitted_at"),
        Column("验收意见", "answer"),
    )


class ImprovementDetail(DetailPage):
    template_name = "supervision/improvement/detail.html"
    query = staticmethod(queries.improvements_visible_to)

    def get_title(self) -> str:
        return f"整改：{self.object.station}"

    def context(self) -> dict[str, Any]:
        user, plan = self.request.user, self.object
        items = list(plan.items.prefetch_related("evidence"))
        for item in items:
            item.plan = plan
        lines = [
            {
                "item": item,
                "may_submit": may(user, item, "submit"),
                "may_accept": may(user, item, "accept"),
                "may_extend": item.state in OWED and user.has_perm("supervision.judge_improvement", item),
                "may_withdraw": may(user, item, "withdraw"),
            }
            for item in items
        ]
        return {**super().context(), "lines": lines, "history": history_of(plan, *items)}


# -- Asked for  ----


class Issue(ActPage):
    title = "提出整改"
    template_name = "supervision/improvement/issue.html"
    form_class = IssueForm
    success = "已提出整改，并已通知服务站。"
    source = ""

    @property
    def station(self) -> Any:
        return self.object

    def form_kwargs(self) -> dict[str, Any]:
        return {"usual": queries.usual_day(settings.MEASURE, timezone.now())}

    def origin(self, data: dict[str, Any]) -> actions.Origin:
        raise NotImplementedError

    def act(self, **data: Any) -> Any:
        origin = self.origin(data)
        return actions.issue_improvement(
            self.station,
            actor=self.request.user,
            measure=settings.MEASURE,
            origin=origin,
            items=data["items"],
            note=data["note"],
        )

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()

    def context(self) -> dict[str, Any]:
        return {**super().context(), "station": self.station}


class StationImprove(Issue):
    """From a round's result: `?round=NUMBER&source=WORDS`, given by the page of the result."""

    query = staticmethod(queries.stations_to_improve)
    form_class = StationIssueForm

    def form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET
        known = {"round_number": asked.get("round", ""), "source_text": asked.get("source", "")}
        return {**super().form_kwargs(), "initial": known}

    def origin(self, data: dict[str, Any]) -> actions.Origin:
        return actions.Origin(Source.ROUND, data["source_text"], round_number=data["round_number"])


class SelfAssessmentImprove(Issue):
    query = staticmethod(self_assessments_visible_to)

    def get_object(self) -> Any:
        found = super().get_object()
        return get_object_or_404(
            self_assessments_visible_to(self.request.user).filter(
                title__station__in=queries.stations_to_improve(self.request.user)
            ),
            pk=found.pk,
        )

    @property
    def station(self) -> Any:
        return self.object.title.station

    def origin(self, data: dict[str, Any]) -> actions.Origin:
        return actions.from_self_assessment(self.object)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "source": f"{self.object.year} 年度自评"}


class ComplaintImprove(Issue):
    """From a complaint that was found true, in full or in part."""

    query = staticmethod(founded_complaints)

    @property
    def station(self) -> Any:
        return get_object_or_404(queries.stations_to_improve(self.request.user), pk=self.object.station_id)

    def origin(self, data: dict[str, Any]) -> actions.Origin:
        return actions.from_complaint(self.object)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "source": "投诉核查"}


# -- Item by item  ----


class ItemAct(ActPage):
    template_name = "supervision/improvement/item_act.html"
    query = staticmethod(queries.items_visible_to)
    permission = "supervision.judge_improvement"


class ItemSubmit(ItemAct):
    title = "报送整改情况"
    permission = "supervision.answer_improvement"
    form_class = SubmitForm
    button = "报送"
    success = "已报送，请等待验收。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"report": self.object.report}, "has_evidence": self.object.evidence.exists()}

    def act(self, **data: Any) -> ImprovementItem:
        return actions.submit_item(self.object, actor=self.request.user, **data)


class ItemAccept(ItemAct):
    title = "验收通过"
    form_class = AcceptForm
    success = "已验收通过，并已通知服务站。"

    def act(self, answer: str) -> ImprovementItem:
        return actions.accept_item(self.object, actor=self.request.user, answer=answer)


class ItemReturn(ItemAct):
    title = "退回重改"
    form_class = ReasonForm
    success = "已退回，并已通知服务站。"

    def act(self, reason: str) -> ImprovementItem:
        return actions.send_item_back(self.object, actor=self.request.user, reason=reason)


class ItemExtend(ItemAct):
    title = "延长整改期限"
    form_class = ExtendForm
    success = "期限已延长，并已通知服务站。"

    def act(self, **data: Any) -> ImprovementItem:
        return actions.extend_item(self.object, actor=self.request.user, **data)


class ItemWithdraw(ItemAct):
    title = "撤回整改事项"
    form_class = ReasonForm
    danger = True
    success = "已撤回，并已通知服务站。"

    def act(self, reason: str) -> ImprovementItem:
        return actions.withdraw_item(self.object, actor=self.request.user, reason=reason)


class ItemFile(DetailPage):
    """An evidence file of an item that one may see."""

    query = staticmethod(queries.items_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = get_object_or_404(queries.evidence_of(self.object), key=self.kwargs["key"])
        return file_response(stored, view="view" in request.GET)
