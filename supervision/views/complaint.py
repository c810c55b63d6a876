"""Complaints: filed and followed by anyone, handled by the bureau and the district."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.followed import FindPage, FollowPage, ReceiptPage, RevealPage, keep_private
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from ledger.contacts import Identity
from ledger.files import file_response
from ledger.journal import history_of
from ledger.moves import may
from supervision.actions import complaint as actions
from supervision.actions import complaint_statement
from supervision.forms.complaint import (
    AnswerForm,
    AskStatementForm,
    ComplaintFilter,
    ComplaintForm,
    ConcludeForm,
    InvestigateForm,
    NotAcceptForm,
    WithdrawForm,
)
from supervision.models import Complaint
from supervision.queries.complaint import complaints_by_number, complaints_visible_to, files_on
from supervision.states.complaint import COMPLAINT_OPEN, ComplaintState, Finding

# What is found is told by the answer; who looked at a name, and how often one was reminded, is nobody's business outside
NOT_TOLD = ("reveal", "remind", "date", "conclude")
READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR, Role.DISTRICT}


class ComplaintCreate(ActPage):
    """The form by which anyone complains; from the page of a station, that station is chosen already."""

    title = "投诉服务站"
    public = True
    template_name = "supervision/complaint/form.html"
    form_class = ComplaintForm
    success = "投诉已提交。请保存查询号。"

    def get_object(self) -> Any:
        return None

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"station": self.request.GET.get("station", "")}}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ratelimit.consume(request, action="file_complaint"):
            return ratelimit.respond_429(request)
        return super().post(request, *args, **kwargs)

    def act(self, **data: Any) -> Complaint:
        return actions.receive_complaint(**data)

    def get_success_url(self) -> str:
        return actions.follow_path(self.result)


class ComplaintFollow(FollowPage):
    title = "投诉查询"
    template_name = "supervision/complaint/follow.html"
    query = staticmethod(complaints_by_number)
    not_told = NOT_TOLD

    def context(self) -> dict[str, Any]:
        withdrawable = self.object.state in self.object.MOVES["withdraw"].sources
        return {**super().context(), "withdrawable": withdrawable}


class ComplaintReceipt(ReceiptPage):
    query = staticmethod(complaints_by_number)
    paper = "documents/complaint_receipt.html"
    follow_path = staticmethod(actions.follow_path)


class ComplaintFind(FindPage):
    title = "投诉办理查询"
    template_name = "supervision/complaint/find.html"
    query = staticmethod(complaints_by_number)
    follow_name = "supervision:complaint_follow"


class ComplaintWithdraw(ActPage):
    """By whoever has the number."""

    title = "撤回投诉"
    public = True
    query = staticmethod(complaints_by_number)
    lookup = "number"
    template_name = "supervision/complaint/withdraw.html"
    form_class = WithdrawForm
    danger = True
    question = "撤回以后不再核查和答复，也不能恢复；需要时可以重新投诉。"
    success = "投诉已撤回。"

    def show(self, **extra: Any) -> Any:
        return keep_private(super().show(**extra))

    def act(self, reason: str) -> None:
        actions.withdraw_complaint(self.object, reason=reason)

    def get_success_url(self) -> str:
        return actions.follow_path(self.object)


# -- The bureau and the district  ----


class ComplaintList(ListPage):
    title = "投诉办理"
    roles = READERS
    template_name = "supervision/complaint/list.html"
    query = staticmethod(complaints_visible_to)
    filterset_class = ComplaintFilter
    search_fields = ("station__name", "station__organisation__name", "statement")
    search = "服务站、单位或投诉内容"
    sorts = {"due": ("next_due",), "received": ("received_at",), "station": ("station__name",)}
    sort = "due"
    columns = (
        Column("服务站", "station.name"),
        Column("建设主体", "station.organisation.name"),
        Column("状态", "get_state_display"),
        Column("收到时间", "received_at"),
        Column("受理期限", "receipt_due_at"),
        Column("答复期限", "answer_due_at"),
        Column("核查人", "investigator"),
        Column("结论", "get_finding_display"),
        Column("答复时间", "answered_at"),
    )


class ComplaintDetail(DetailPage):
    """The file of a complaint on one page."""

    roles = READERS
    title = "投诉"
    template_name = "supervision/complaint/detail.html"
    query = staticmethod(complaints_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        complaint, user = self.object, self.request.user
        statements = list(complaint.statements.select_related("asked_by", "given_by").prefetch_related("files"))
        asks = complaint.state == ComplaintState.INVESTIGATING
        return {
            **super().context(),
            "files": files_of(complaint, complaint.evidence.all()),
            "statements": [(asked, files_of(complaint, asked.files.all())) for asked in statements],
            "may": {name: may(user, complaint, name) for name in complaint.MOVES},
            "may_ask": asks and user.has_perm("supervision.ask_complaint_statement", complaint),
            "may_reveal": user.has_perm("supervision.reveal_complainant", complaint),
            "consequences": consequences(complaint) if improves(user, complaint) else [],
            "open": complaint.state in COMPLAINT_OPEN,
            "now": timezone.now(),
            "history": history_of(complaint, *statements),
        }


def improves(user: Any, complaint: Complaint) -> bool:
    """Whether something may be opened against the station by this person."""
    return user.has_perm("supervision.issue_improvement", complaint.station)


def files_of(complaint: Complaint, files: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": file.name,
            "size": file.size,
            "sha256": file.sha256,
            "url": reverse("supervision:complaint_file", args=[complaint.pk, file.pk]),
        }
        for file in files
    ]


def consequences(complaint: Complaint) -> list[tuple[str, str]]:
    """(words, address) of what may be opened on a complaint that was found true: by a person, who decides."""
    if complaint.finding not in {Finding.FOUNDED, Finding.PARTLY}:
        return []
    return [
        ("提出整改", reverse("supervision:complaint_improve", args=[complaint.pk])),
        ("启动撤销称号程序", reverse("supervision:revocation_choose")),
    ]


class ComplaintFile(DetailPage):
    """Evidence of the complainant, or what the station has attached to its statement."""

    roles = READERS
    query = staticmethod(complaints_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = get_object_or_404(files_on(self.object), pk=self.kwargs["file"])
        return file_response(stored, view="view" in request.GET)


class ComplaintAct(ActPage):
    query = staticmethod(complaints_visible_to)
    permission = "supervision.handle_complaint"


class ComplaintAccept(ComplaintAct):
    title = "受理投诉"
    question = "受理以后，答复期限按年度监督安排计算；投诉人留有邮箱的会收到受理通知。"
    success = "已受理。请指定核查人。"

    def act(self, **data: Any) -> None:
        actions.accept_complaint(self.object, actor=self.request.user)


class ComplaintNotAccept(ComplaintAct):
    title = "不予受理投诉"
    form_class = NotAcceptForm
    danger = True
    success = "已记录不予受理，并告知投诉人。"

    def act(self, **data: Any) -> None:
        actions.not_accept_complaint(self.object, actor=self.request.user, **data)


class ComplaintInvestigate(ComplaintAct):
    title = "指定投诉核查人"
    form_class = InvestigateForm
    success = "已指定核查人，并已通知。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"complaint": self.object}

    def act(self, **data: Any) -> None:
        actions.investigate_complaint(self.object, actor=self.request.user, **data)


class ComplaintAsk(ComplaintAct):
    title = "要求服务站说明情况"
    permission = "supervision.ask_complaint_statement"
    form_class = AskStatementForm
    success = "已要求服务站说明情况，并已通知。"

    def act(self, **data: Any) -> None:
        complaint_statement.ask_statement(self.object, actor=self.request.user, **data)


class ComplaintConclude(ComplaintAct):
    title = "作出投诉核查结论"
    permission = "supervision.conclude_complaint"
    form_class = ConcludeForm
    success = "核查结论已记录。请答复投诉人。"

    def act(self, **data: Any) -> None:
        actions.conclude_complaint(self.object, actor=self.request.user, **data)


class ComplaintAnswer(ComplaintAct):
    title = "答复投诉人"
    permission = "supervision.answer_complaint"
    form_class = AnswerForm
    success = "已答复。"

    def act(self, **data: Any) -> None:
        actions.answer_complaint(self.object, actor=self.request.user, **data)


class ComplaintReveal(RevealPage):
    query = staticmethod(complaints_visible_to)
    permission = "supervision.reveal_complainant"
    whose = "投诉人"

    def reveal(self, reason: str) -> Identity:
        return actions.reveal_complainant(self.object, actor=self.request.user, reason=reason)
