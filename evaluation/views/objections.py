"""Objections: filed and followed by anyone, handled by the bureau."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.followed import FindPage, FollowPage, ReceiptPage, RevealPage
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from evaluation.actions import objections
from evaluation.forms.objections import (
    AnswerForm,
    DecideForm,
    InvestigateForm,
    NotAcceptForm,
    ObjectionFilter,
    ObjectionForm,
)
from evaluation.queries.notices import published_notices
from evaluation.queries.objections import objections_by_number, objections_visible_to
from ledger.contacts import Identity
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


class ObjectionFollow(FollowPage):
    title = "异议查询"
    template_name = "evaluation/objection_follow.html"
    query = staticmethod(objections_by_number)
    not_told = NOT_TOLD


class ObjectionReceipt(ReceiptPage):
    query = staticmethod(objections_by_number)
    paper = "documents/objection_receipt.html"
    follow_path = staticmethod(objections.follow_path)


class ObjectionFind(FindPage):
    title = "异议办理查询"
    template_name = "evaluation/objection_find.html"
    query = staticmethod(objections_by_number)
    follow_name = "evaluation:objection_follow"


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


class ObjectionReveal(RevealPage):
    query = staticmethod(objections_visible_to)
    permission = "evaluation.reveal_objector"
    whose = "异议人"

    def reveal(self, reason: str) -> Identity:
        return objections.reveal_objector(self.object, actor=self.request.user, reason=reason)
