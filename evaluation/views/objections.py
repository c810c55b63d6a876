"""Objections: filed and followed by anyone, handled by the bureau."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage, Page
from accounts.states import Role
from evaluation.actions import objections
from evaluation.forms.objections import (
    AnswerForm,
    DecideForm,
    FollowForm,
    InvestigateForm,
    NotAcceptForm,
    ObjectionFilter,
    ObjectionForm,
    RevealForm,
)
from evaluation.queries.notices import published_notices
from evaluation.queries.objections import objections_by_number, objections_visible_to
from ledger.documents import render_pdf
from ledger.errors import Refused
from ledger.files import file_response
from ledger.journal import history_of
from ledger.moves import may

# What is found is told by the answer, and who looked at a name is nobody's business outside
NOT_TOLD = ("reveal", "remind", "uphold", "reject")
READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


class ObjectionFile(ActPage):
    """The form by which anyone objects; outside the window it says so, with the dates."""

    title = "提出异议"
    public = True
    template_name = "evaluation/objection_form.html"
    query = staticmethod(published_notices)
    form_class = ObjectionForm
    success = "异议已提交。请保存查询号。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"notice": self.object, "initial": {"entry": self.request.GET.get("entry", "")}}

    def context(self) -> dict[str, Any]:
        closed = ""
        try:
            objections.refuse_outside_window(self.object, timezone.now())
        except Refused as refusal:
            closed = refusal.message
        return {**super().context(), "closed": closed, "now": timezone.now()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ratelimit.consume(request, action="file_objection"):
            return ratelimit.respond_429(request)
        return super().post(request, *args, **kwargs)

    def act(self, *, entry: str, **data: Any) -> Any:
        listed = self.object.round.entries.get(pk=entry)
        return objections.file_objection(self.object, listed, **data)

    def get_success_url(self) -> str:
        return objections.follow_path(self.result)


class ObjectionFollow(DetailPage):
    """The receipt, and how far the objection is: for whoever has its number. Names nobody."""

    title = "异议查询"
    public = True
    template_name = "evaluation/objection_follow.html"
    query = staticmethod(objections_by_number)
    lookup = "number"

    def show(self, **extra: Any) -> HttpResponse:
        response = super().show(**extra)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex"
        return response

    def context(self) -> dict[str, Any]:
        told = history_of(self.object).exclude(move__in=NOT_TOLD)
        return {**super().context(), "history": told}


class ObjectionReceipt(DetailPage):
    """The receipt as a paper."""

    public = True
    query = staticmethod(objections_by_number)
    lookup = "number"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        follow = request.build_absolute_uri(objections.follow_path(self.object))
        pdf = render_pdf("documents/objection_receipt.html", {"objection": self.object, "follow": follow})
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = 'inline; filename="receipt.pdf"'
        add_never_cache_headers(response)
        return response


class ObjectionFind(Page):
    """From the number on a receipt to its page."""

    title = "异议办理查询"
    public = True
    template_name = "evaluation/objection_find.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = FollowForm(request.GET or None)
        if form.is_valid():
            if objections_by_number().filter(number=form.cleaned_data["number"]).exists():
                return redirect("evaluation:objection_follow", number=form.cleaned_data["number"])
            form.add_error("number", "没有这个查询号，请对照回执核对后重新输入。")
        return self.show(form=form, status=422 if form.is_bound else 200)


# -- The bureau  ----


class ObjectionList(ListPage):
    title = "异议办理"
    roles = READERS
    template_name = "evaluation/objection_list.html"
    query = staticmethod(objections_visible_to)
    filterset_class = ObjectionFilter
    search_fields = ("entry__station__name", "notice__serial", "statement")
    search = "服务站、公示编号或异议内容"
    sorts = {"due": ("due_at",), "filed": ("filed_at",), "station": ("entry__station__name",)}
    sort = "due"
    columns = (
        Column("服务站", "entry.station.name"),
        Column("公示编号", "notice.serial"),
        Column("状态", "get_state_display"),
        Column("提出时间", "filed_at"),
        Column("核查期限", "due_at"),
        Column("核查人", "investigator"),
        Column("结论", "get_finding_display"),
        Column("反馈时间", "answered_at"),
    )


class ObjectionDetail(DetailPage):
    """The file of an objection on one page."""

    roles = READERS
    title = "异议"
    template_name = "evaluation/objection_detail.html"
    query = staticmethod(objections_visible_to)

    def context(self) -> dict[str, Any]:
        objection, user = self.object, self.request.user
        files = [
            {
                "name": file.name,
                "size": file.size,
                "sha256": file.sha256,
                "url": reverse("evaluation:objection_evidence", args=[objection.pk, file.pk]),
            }
            for file in objection.evidence.all()
        ]
        return {
            **super().context(),
            "files": files,
            "may": {name: may(user, objection, name) for name in objection.MOVES},
            "may_reveal": user.has_perm("evaluation.reveal_objector", objection),
            "history": history_of(objection),
        }


class ObjectionEvidence(DetailPage):
    roles = READERS
    query = staticmethod(objections_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = get_object_or_404(self.object.evidence.all(), pk=self.kwargs["file"])
        return file_response(stored, view="view" in request.GET)


class ObjectionAct(ActPage):
    query = staticmethod(objections_visible_to)
    permission = "evaluation.handle_objection"


class ObjectionAccept(ObjectionAct):
    title = "受理异议"
    question = "受理后，被异议的参评对象暂缓，其他参评对象照常办理；异议人留有邮箱的会收到受理通知。"
    success = "已受理，被异议的参评对象已暂缓。请指定核查人。"

    def act(self, **data: Any) -> None:
        objections.accept_objection(self.object, actor=self.request.user)


class ObjectionNotAccept(ObjectionAct):
    title = "不予受理异议"
    form_class = NotAcceptForm
    danger = True
    success = "已记录不予受理，并告知异议人。"

    def act(self, **data: Any) -> None:
        objections.not_accept_objection(self.object, actor=self.request.user, **data)


class ObjectionInvestigate(ObjectionAct):
    title = "指定核查人"
    form_class = InvestigateForm
    success = "已指定核查人，并已通知。"

    def act(self, **data: Any) -> None:
        objections.investigate_objection(self.object, actor=self.request.user, **data)


class ObjectionDecide(ObjectionAct):
    title = "作出核查结论"
    permission = "evaluation.decide_objection"
    form_class = DecideForm
    success = "核查结论已记录。请向异议人反馈。"

    def act(self, **data: Any) -> None:
        objections.decide_objection(self.object, actor=self.request.user, **data)


class ObjectionAnswer(ObjectionAct):
    title = "反馈异议人"
    form_class = AnswerForm
    success = "已反馈。"

    def act(self, **data: Any) -> None:
        objections.answer_objection(self.object, actor=self.request.user, **data)


class ObjectionReveal(ObjectionAct):
    """Shows the identity once, on the answer to the post, and nowhere else."""

    title = "查看异议人身份"
    permission = "evaluation.reveal_objector"
    template_name = "evaluation/objection_reveal.html"
    form_class = RevealForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        try:
            seen = objections.reveal_objector(self.object, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.refuse(form, 422, refusal.code)
        response = self.show(form=form, identity=seen)
        add_never_cache_headers(response)
        return response
