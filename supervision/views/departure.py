"""Suspicions, and the ways out of a title that are no revocation."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.exports import Column, export
from accounts.forms import LongReasonForm
from accounts.pages import ActPage, DetailPage, ListPage, Page
from ledger.files import file_response
from ledger.journal import history_of
from ledger.moves import may
from supervision.actions import departure as actions
from supervision.forms.revocation import DepartureFilter, DepartureForm, NumberForm
from supervision.queries import departure as queries
from supervision.queries.suspicions import Suspicion, suspicions_for, titles_watched
from supervision.states.revocation import DepartureKind
from supervision.views.revocation import HANDLERS, READERS


class SuspicionList(Page):
    """What the system suspects on the stations that one watches, with its facts. Nothing is opened by itself."""

    title = "疑点"
    roles = READERS
    template_name = "supervision/revocation/suspicions.html"
    columns = (
        Column("服务站", "title.station.name"),
        Column("建设主体", "title.station.organisation.name"),
        Column("称号编号", "title.number"),
        Column("依据", "article"),
        Column("事实", "text"),
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        word = request.GET.get("q", "").strip()
        self.found = [one for one in suspicions_for(request.user) if word in f"{one.title.station} {one.text}"]
        if kind := request.GET.get("export"):
            return export(kind, self.columns, self.found, title=self.title)
        return self.show()

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            **super().context(),
            "suspicions": self.found,
            "narrowed": bool(self.request.GET.get("q")),
            "may_open": user.has_perm("supervision.open_revocation"),
        }


class SuspicionSetAside(ActPage):
    """On one title, one kind of suspicion: looked at, and not followed."""

    title = "不立案"
    roles = HANDLERS
    query = staticmethod(titles_watched)
    form_class = LongReasonForm
    question = "写明理由以后，这个疑点不再列出；事实有变化时会再次列出。"
    button = "不立案"
    success = "已记录。事实有变化时会再次列出。"

    def suspicion(self) -> Suspicion | None:
        wanted = self.kwargs["kind"]
        return next((s for s in suspicions_for(self.request.user) if s.title == self.object and s.kind == wanted), None)

    def act(self, reason: str) -> Any:
        found = self.suspicion()
        return found and actions.set_suspicion_aside(found, reason=reason, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("supervision:suspicion_list")


class DepartureList(ListPage):
    title = "终止称号"
    template_name = "supervision/revocation/departure_list.html"
    query = staticmethod(queries.departures_visible_to)
    filterset_class = DepartureFilter
    search_fields = ("title__station__name", "title__station__organisation__name", "title__number")
    search = "服务站、建设主体或称号编号"
    sorts = {"asked": ("asked_at",), "station": ("title__station__name",)}
    sort = "-asked"
    columns = (
        Column("服务站", "title.station.name"),
        Column("建设主体", "title.station.organisation.name"),
        Column("称号编号", "title.number"),
        Column("原因", "get_kind_display"),
        Column("状态", "get_state_display"),
        Column("提出时间", "asked_at"),
        Column("决定文号", "document_number"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "titles": queries.titles_to_depart(self.request.user)[:50]}


class DepartureDetail(DetailPage):
    template_name = "supervision/revocation/departure.html"
    query = staticmethod(queries.departures_visible_to)

    def get_title(self) -> str:
        return f"终止称号：{self.object.title.station}"

    def context(self) -> dict[str, Any]:
        user, departure = self.request.user, self.object
        return {
            **super().context(),
            "may": {name: may(user, departure, name) for name in departure.MOVES},
            "history": history_of(departure),
        }


class DepartureFile(DetailPage):
    query = staticmethod(queries.departures_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return file_response(self.object.statement, view="view" in request.GET)


class DepartureAsk(ActPage):
    """The owner gives the title up; staff report that the organisation has ended."""

    query = staticmethod(queries.titles_to_depart)
    form_class = DepartureForm
    button = "提交"
    danger = True
    success = "已提交，等待审批负责人确认。"
    question = "确认以后称号终止、名额空出，不能恢复。"

    @property
    def kind(self) -> DepartureKind:
        staff = self.request.user.has_perm("supervision.report_termination")
        return DepartureKind.ENTITY_TERMINATED if staff else DepartureKind.GIVE_UP

    def get_title(self) -> str:
        return f"{self.kind.label}：{self.object.station}"

    def act(self, **data: Any) -> Any:
        return actions.ask_departure(self.object, kind=self.kind, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class DepartureAct(ActPage):
    query = staticmethod(queries.departures_visible_to)
    permission = "supervision.confirm_departure"


class DepartureConfirm(DepartureAct):
    title = "确认终止称号"
    form_class = NumberForm
    button = "确认终止"
    danger = True
    success = "称号已终止，名额已空出。"

    def act(self, **data: Any) -> Any:
        return actions.confirm_departure(self.object, actor=self.request.user, **data)


class DepartureRefuse(DepartureAct):
    title = "不予确认"
    form_class = LongReasonForm
    button = "不予确认"
    success = "已答复，称号保留。"

    def act(self, **data: Any) -> Any:
        return actions.refuse_departure(self.object, actor=self.request.user, **data)


class DepartureWithdraw(DepartureAct):
    title = "撤回申请"
    permission = "supervision.withdraw_departure"
    question = "撤回以后称号保留。确认撤回吗？"
    button = "撤回"
    success = "申请已撤回。"

    def act(self, **data: Any) -> Any:
        return actions.withdraw_departure(self.object, actor=self.request.user)
