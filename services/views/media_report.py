"""Media reports: named by stations, decided by the district or the bureau."""

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
from services.actions import media_report as actions
from services.forms.media_report import DeclineReportForm, MediaReportFilter, MediaReportForm
from services.models import MediaReport
from services.queries.media_report import files_on, media_reports_visible_to
from stations.queries import my_stations


class MediaReportList(ListPage):
    title = "媒体报道"
    template_name = "services/media_report/list.html"
    query = staticmethod(media_reports_visible_to)
    filterset_class = MediaReportFilter
    search_fields = ("title", "outlet", "station__name")
    search = "标题、媒体或服务站"
    sorts = {"published": ("published_on",), "station": ("station__name",), "reported": ("reported_at",)}
    sort = "-published"
    columns = (
        Column("服务站", "station.name"),
        Column("报道标题", "title"),
        Column("媒体名称", "outlet"),
        Column("报道日期", "published_on"),
        Column("报道网址", "url"),
        Column("状态", "get_state_display"),
        Column("登记时间", "reported_at"),
        Column("确认人", "decided_by"),
        Column("确认时间", "decided_at"),
        Column("不予确认的理由", "remark"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "may_report": my_stations(self.request.user).exists()}


class MediaReportDetail(DetailPage):
    title = "媒体报道"
    template_name = "services/media_report/detail.html"
    query = staticmethod(media_reports_visible_to)

    def context(self) -> dict[str, Any]:
        report = self.object
        return {
            **super().context(),
            "files": [
                {
                    "name": file.name,
                    "size": file.size,
                    "sha256": file.sha256,
                    "url": reverse("services:media_report_file", args=[report.pk, file.pk]),
                }
                for file in files_on(report)
            ],
            "may": {name: may(self.request.user, report, name) for name in report.MOVES},
            "history": history_of(report),
        }


class MediaReportFile(DetailPage):
    query = staticmethod(media_reports_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = get_object_or_404(files_on(self.object), pk=self.kwargs["file"])
        return file_response(stored, view="view" in request.GET)


class MediaReportCreate(ActPage):
    title = "登记媒体报道"
    template_name = "services/media_report/form.html"
    form_class = MediaReportForm
    success = "已登记。经区局或者市局确认后计入全年媒体报道次数。"

    def get_object(self) -> Any:
        return None

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "has_station": my_stations(self.request.user).exists()}

    def act(self, **data: Any) -> MediaReport:
        return actions.report_media(data.pop("station"), actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class MediaReportAct(ActPage):
    query = staticmethod(media_reports_visible_to)
    permission = "services.decide_media_report"


class MediaReportConfirm(MediaReportAct):
    title = "确认媒体报道"
    question = "确认以后计入该站当年的媒体报道次数。请先打开网址或者材料核对：报道的是这个服务站，日期属实。"
    success = "已确认。"

    def act(self, **data: Any) -> None:
        actions.confirm_media_report(self.object, actor=self.request.user)


class MediaReportDecline(MediaReportAct):
    title = "不予确认媒体报道"
    form_class = DeclineReportForm
    danger = True
    success = "已记录不予确认，并告知服务站。"

    def act(self, **data: Any) -> None:
        actions.decline_media_report(self.object, actor=self.request.user, **data)


class MediaReportWithdraw(MediaReportAct):
    title = "撤回媒体报道"
    permission = "services.withdraw_media_report"
    question = "撤回以后不再等待确认。填错的可以撤回后重新登记。"
    danger = True
    success = "已撤回。"

    def act(self, **data: Any) -> None:
        actions.withdraw_media_report(self.object, actor=self.request.user)
