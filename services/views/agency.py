"""Qualifications of an agency: entered, changed, taken out, their certificates shown."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.pages import DetailPage
from ledger.files import file_response
from services.actions import agency as actions
from services.forms.library import QualificationForm
from services.models import Qualification
from services.queries import agency as queries
from services.views.library import ItemAct
from services.views.shelves import AGENCIES


class QualificationAdd(ItemAct):
    shelf = AGENCIES
    title = "登记资质"
    button = "保存"
    form_class = QualificationForm
    success = "资质已登记。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"kinds": self.object.kinds}}

    def act(self, **data: Any) -> Qualification:
        return actions.add_qualification(self.object, actor=self.request.user, **data)


class QualificationAct(ItemAct):
    shelf = AGENCIES

    def get_object(self) -> Qualification:
        found = get_object_or_404(queries.qualifications_visible_to(self.request.user), pk=self.kwargs["pk"])
        if not self.request.user.has_perm(self.permission, found.agency):
            raise Http404
        return found


class QualificationChange(QualificationAct):
    title = "修改资质"
    button = "保存"
    form_class = QualificationForm
    success = "资质已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.object}

    def act(self, **data: Any) -> Qualification:
        return actions.change_qualification(self.object, actor=self.request.user, **data)


class QualificationRemove(QualificationAct):
    title = "删除资质"
    button = "删除"
    danger = True
    question = "只在登记错了的时候删除。过期的资质请保留，续期后修改有效期。"
    success = "资质已删除。"

    def act(self) -> None:
        actions.remove_qualification(self.object, actor=self.request.user)


class CertificateFile(DetailPage):
    """The paper of a qualification that one may see in full."""

    query = staticmethod(queries.agencies_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = get_object_or_404(queries.certificate_of(self.object), key=self.kwargs["key"])
        return file_response(stored, view="view" in request.GET)
