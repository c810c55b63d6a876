"""Typical cases: for everybody once they are published; for the station and the bureau before that."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from ledger.files import file_response
from ledger.journal import history_of
from ledger.moves import may
from services.actions import case as actions
from services.forms.case import CaseFilter, CaseForm, CaseReasonForm, PublicCaseFilter
from services.models import TypicalCase
from services.models.case import PARTS
from services.queries.case import cases_visible_to, published_cases
from services.rules.case import AIM, LEAST, MOST, length_of
from stations.queries import my_stations

WORDS = (
    Column("年度", "year"),
    Column("项目名称", "project"),
    Column("服务站", "station.name"),
    Column("建设主体", "station.organisation.name"),
    Column("基本情况", "situation"),
    Column("主要做法", "practice"),
    Column("发展成效", "effect"),
)


def pictures_of(case: TypicalCase, address: str) -> list[dict[str, str]]:
    files = case.pictures.order_by("pk")
    return [{"name": file.name.rpartition(".")[0], "url": reverse(address, args=[case.pk, file.key])} for file in files]


# -- Everybody  ----


class PublicCaseList(ListPage):
    title = "典型案例"
    public = True
    template_name = "services/case/public_list.html"
    query = staticmethod(published_cases)
    filterset_class = PublicCaseFilter
    search_fields = ("project", "station__name", *PARTS)
    search = "项目、服务站或内容"
    sorts = {"published": ("published_at",)}
    sort = "-published"
    columns = (*WORDS, Column("发布时间", "published_at"))
    per_page = 10


class CasePage(DetailPage):
    public = True
    template_name = "services/case/page.html"
    query = staticmethod(published_cases)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "pictures": pictures_of(self.object, "services:case_picture")}


class CasePicture(DetailPage):
    public = True
    query = staticmethod(published_cases)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return file_response(get_object_or_404(self.object.pictures, key=self.kwargs["key"]), view=True)


# -- The station and the bureau  ----


class CaseList(ListPage):
    title = "典型案例办理"
    template_name = "services/case/list.html"
    query = staticmethod(cases_visible_to)
    filterset_class = CaseFilter
    search_fields = ("project", "station__name", *PARTS)
    search = "项目、服务站或内容"
    sorts = {"changed": ("changed_at",), "station": ("station__name",), "year": ("year",)}
    sort = "-changed"
    columns = (
        *WORDS,
        Column("状态", "get_state_display"),
        Column("提交时间", "submitted_at"),
        Column("发布时间", "published_at"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "may_begin": my_stations(self.request.user).exists()}


class CaseDetail(DetailPage):
    template_name = "services/case/detail.html"
    query = staticmethod(cases_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        case = self.object
        return {
            **super().context(),
            "pictures": pictures_of(case, "services:case_work_picture"),
            "length": length_of({name: getattr(case, name) for name in PARTS}),
            "wanted": f"要求 {AIM} 字左右，{LEAST} 至 {MOST} 字",
            "may": {name: may(self.request.user, case, name) for name in case.MOVES},
            "history": history_of(case),
        }


class CaseWorkPicture(DetailPage):
    query = staticmethod(cases_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return file_response(get_object_or_404(self.object.pictures, key=self.kwargs["key"]), view=True)


class CaseCreate(ActPage):
    title = "写典型案例"
    template_name = "services/case/form.html"
    form_class = CaseForm
    button = "保存草稿"
    success = "已保存为草稿。写好以后请提交审核。"

    def get_object(self) -> Any:
        return None

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "has_station": my_stations(self.request.user).exists()}

    def act(self, **data: Any) -> TypicalCase:
        return actions.begin_case(data.pop("station"), actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class CaseAct(ActPage):
    query = staticmethod(cases_visible_to)
    permission = "services.review_case"


class CaseWrite(CaseAct):
    title = "修改典型案例"
    permission = "services.write_case"
    template_name = "services/case/form.html"
    form_class = CaseForm
    button = "保存"
    success = "已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user, "case": self.object}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "has_station": True}

    def act(self, **data: Any) -> None:
        seen = data.pop("version", None)
        actions.write_case(self.object, actor=self.request.user, seen=seen, **data)


class CaseSubmit(CaseAct):
    title = "提交典型案例"
    permission = "services.write_case"
    question = "提交以后由市局审核，审核期间不能修改；通过后在门户公开。请确认内容属实，企业同意公开。"
    success = "已提交审核。"

    def act(self, **data: Any) -> None:
        actions.submit_case(self.object, actor=self.request.user)


class CaseReturn(CaseAct):
    title = "退回典型案例"
    form_class = CaseReasonForm
    success = "已退回，并告知服务站。"

    def act(self, **data: Any) -> None:
        actions.return_case(self.object, actor=self.request.user, **data)


class CasePublish(CaseAct):
    title = "发布典型案例"
    question = "发布以后任何人都能看到，服务站不能再修改。请确认没有个人信息和商业秘密。"
    success = "已发布。"

    def act(self, **data: Any) -> None:
        actions.publish_case(self.object, actor=self.request.user)


class CaseRetract(CaseAct):
    title = "撤下典型案例"
    form_class = CaseReasonForm
    danger = True
    success = "已撤下，不再公开。"

    def act(self, **data: Any) -> None:
        actions.retract_case(self.object, actor=self.request.user, **data)


class CaseDiscard(CaseAct):
    title = "放弃典型案例"
    permission = "services.write_case"
    question = "放弃以后不能恢复，已写的内容保留在记录里。"
    danger = True
    success = "已放弃。"

    def act(self, **data: Any) -> None:
        actions.discard_case(self.object, actor=self.request.user)
