"""What a station is asked to explain, on its own side."""

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
from supervision.actions import complaint_statement as actions
from supervision.forms.complaint import GiveStatementForm, StatementFilter
from supervision.queries.complaint import statements_visible_to


class StatementList(ListPage):
    title = "情况说明"
    template_name = "supervision/complaint/statement_list.html"
    query = staticmethod(statements_visible_to)
    filterset_class = StatementFilter
    search_fields = ("complaint__station__name", "question")
    search = "服务站或需要说明的情况"
    sorts = {"due": ("due_at",), "asked": ("asked_at",)}
    sort = "-asked"
    columns = (
        Column("服务站", "complaint.station.name"),
        Column("需要说明的情况", "question"),
        Column("状态", "get_state_display"),
        Column("要求时间", "asked_at"),
        Column("说明期限", "due_at"),
        Column("说明时间", "given_at"),
    )


class StatementDetail(DetailPage):
    title = "情况说明"
    template_name = "supervision/complaint/statement_detail.html"
    query = staticmethod(statements_visible_to)

    def context(self) -> dict[str, Any]:
        files = [
            {
                "name": file.name,
                "size": file.size,
                "sha256": file.sha256,
                "url": reverse("supervision:complaint_statement_file", args=[self.object.pk, file.pk]),
            }
            for file in self.object.files.all()
        ]
        history = history_of(self.object).exclude(move="remind")
        return {
            **super().context(),
            "files": files,
            "history": history,
            "may_give": may(self.request.user, self.object, "give"),
        }


class StatementGive(ActPage):
    title = "提交情况说明"
    query = staticmethod(statements_visible_to)
    permission = "supervision.give_complaint_statement"
    template_name = "supervision/complaint/statement_give.html"
    form_class = GiveStatementForm
    success = "情况说明已提交。"

    def act(self, **data: Any) -> None:
        actions.give_statement(self.object, actor=self.request.user, **data)


class StatementFile(DetailPage):
    query = staticmethod(statements_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = get_object_or_404(self.object.files.all(), pk=self.kwargs["file"])
        return file_response(stored, view="view" in request.GET)
