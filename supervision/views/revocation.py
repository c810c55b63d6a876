"""Revocation, as the bureau handles it and as the station meets it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.exports import Column
from accounts.forms import LongReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from ledger.files import file_response
from ledger.journal import history_of
from ledger.moves import may
from supervision.actions import revocation as actions
from supervision.forms.revocation import (
    ChooseTitleForm,
    EvidenceForm,
    NumberForm,
    OpenForm,
    ProposeForm,
    RevocationFilter,
    ServeForm,
    StatementForm,
)
from supervision.papers import articles_of, grounds_of, measure_of
from supervision.queries import revocation as queries
from supervision.queries.suspicions import suspicions_for
from supervision.states.revocation import RUNNING

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR, Role.DISTRICT}
HANDLERS = {Role.INTAKE, Role.MANAGER}
# Each step with the states in which it is the next thing to do
STEPS = (
    ("立案", set()),
    ("告知", {"opened"}),
    ("陈述申辩", {"notified"}),
    ("拟办和审批", {"heard", "lapsed", "proposed"}),
    ("决定和送达", {"approved"}),
    ("执行", {"served", "executed"}),
)


class RevocationList(ListPage):
    title = "撤销称号"
    roles = READERS
    template_name = "supervision/revocation/list.html"
    query = staticmethod(queries.revocations_visible_to)
    filterset_class = RevocationFilter
    search_fields = ("title__station__name", "title__station__organisation__name", "title__number", "facts")
    search = "服务站、建设主体、称号编号或事实"
    sorts = {"opened": ("opened_at",), "due": ("statement_due_at",), "station": ("title__station__name",)}
    sort = "-opened"
    columns = (
        Column("案件编号", "number"),
        Column("服务站", "title.station.name"),
        Column("建设主体", "title.station.organisation.name"),
        Column("称号编号", "title.number"),
        Column("情形", articles_of),
        Column("状态", "get_state_display"),
        Column("立案时间", "opened_at"),
        Column("陈述申辩截止", "statement_due_at"),
        Column("办结时间", "ended_at"),
    )

    def context(self) -> dict[str, Any]:
        may_open = self.request.user.has_perm("supervision.open_revocation")
        return {**super().context(), "may_open": may_open}


def steps_of(case: Any) -> list[dict[str, str]]:
    """The case as a step bar. A dropped one has none."""
    place = next((n for n, (_, states) in enumerate(STEPS) if case.state in states), -1)
    over = case.state == "executed"
    return [
        {"label": label, "state": "done" if n < place or over else "current" if n == place else "todo"}
        for n, (label, _) in enumerate(STEPS)
    ]


class RevocationDetail(DetailPage):
    """The file of a case on one page: facts, evidence, what is to be decided, history."""

    roles = READERS
    template_name = "supervision/revocation/detail.html"
    query = staticmethod(queries.revocations_visible_to)

    def get_title(self) -> str:
        return f"撤销案件 {self.object.number}"

    def context(self) -> dict[str, Any]:
        user, case = self.request.user, self.object
        papers = {paper.kind: paper for paper in case.papers.select_related("pdf", "proof")}
        return {
            **super().context(),
            "grounds": grounds_of(case),
            "steps": steps_of(case),
            "papers": papers,
            "evidence": case.evidence.all(),
            "statements": case.statements.prefetch_related("files").select_related("made_by"),
            "may": {name: may(user, case, name) for name in case.MOVES},
            "may_handle": case.state in RUNNING and user.has_perm("supervision.handle_revocation", case),
            "history": history_of(case),
        }


class RevocationFile(DetailPage):
    roles = READERS
    query = staticmethod(queries.revocations_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return one_of(queries.files_of_case(self.object, told=False), self.kwargs["key"], request)


def one_of(files: list[Any], key: Any, request: HttpRequest) -> HttpResponseBase:
    """The file of this key among these, or there is none."""
    stored = next((file for file in files if file.key == key), None)
    if stored is None:
        raise Http404
    return file_response(stored, view="view" in request.GET)


class RevocationChoose(ActPage):
    """Which station: a step of its own, because the grounds are those of its measure."""

    title = "立案：选择服务站"
    roles = HANDLERS
    form_class = ChooseTitleForm
    button = "下一步"
    success = "请写明情形和事实。"

    def get_object(self) -> Any:
        return None

    def form_kwargs(self) -> dict[str, Any]:
        return {"titles": queries.titles_to_revoke(self.request.user)}

    def act(self, title: Any) -> Any:
        return title

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        return redirect("supervision:revocation_open", form.cleaned_data["title"].pk)


class RevocationOpen(ActPage):
    """Opens a case on one title; a suspicion leads here with its ground and its facts filled in."""

    title = "立案"
    roles = HANDLERS
    query = staticmethod(queries.titles_to_revoke)
    template_name = "supervision/revocation/open.html"
    form_class = OpenForm
    button = "立案"
    success = "已立案。下一步制作并送达告知书。"

    def form_kwargs(self) -> dict[str, Any]:
        suspected = [one for one in suspicions_for(self.request.user) if one.title == self.object]
        initial = {
            "grounds": sorted({one.ground for one in suspected}),
            "facts": "\n".join(f"{one.text}。" for one in suspected),
        }
        return {"measure": measure_of(self.object), "initial": initial}

    def act(self, **data: Any) -> Any:
        return actions.open_case(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class RevocationAct(ActPage):
    """What the bureau does with a case; to everybody else the page does not exist."""

    roles = READERS
    query = staticmethod(queries.revocations_visible_to)
    permission = "supervision.handle_revocation"


class EvidenceAdd(RevocationAct):
    title = "补充证据"
    form_class = EvidenceForm
    button = "上传"
    success = "证据材料已补充。"

    def act(self, **data: Any) -> Any:
        return actions.add_evidence(self.object, actor=self.request.user, **data)


class NoticeDraw(RevocationAct):
    title = "制作告知书"
    form_class = NumberForm
    button = "制作告知书"
    success = "告知书已制作。请下载、用印并送达，然后记录送达。"

    def act(self, **data: Any) -> Any:
        return actions.draw_notice(self.object, actor=self.request.user, **data)


class NoticeServe(RevocationAct):
    title = "记录告知书送达"
    question = "陈述申辩的期限从送达之日的次日起算，服务站会同时收到站内消息。"
    form_class = ServeForm
    button = "记录送达"
    success = "告知书的送达已记录，陈述申辩期限开始计算。"

    def act(self, **data: Any) -> Any:
        return actions.serve_notice(self.object, actor=self.request.user, **data)


class StatementTake(RevocationAct):
    title = "记录陈述申辩"
    question = "服务站当面、来信或在期限之后提出的意见，由工作人员在这里记录。"
    form_class = StatementForm
    success = "陈述申辩已记录。"

    def act(self, **data: Any) -> Any:
        return actions.hear_statement(self.object, actor=self.request.user, **data)


class RevocationPropose(RevocationAct):
    title = "拟办撤销"
    form_class = ProposeForm
    button = "提交审批"
    success = "已提交审批，须由另一位审批负责人批准。"

    def act(self, **data: Any) -> Any:
        return actions.propose_revocation(self.object, actor=self.request.user, **data)


class RevocationApprove(RevocationAct):
    title = "批准撤销"
    permission = "supervision.approve_revocation"
    question = "批准以后制作决定书并送达，再执行撤销。确认批准吗？"
    button = "批准"
    success = "已批准。下一步制作并送达决定书。"

    def act(self, **data: Any) -> Any:
        return actions.approve_revocation(self.object, actor=self.request.user)


class ProposalReturn(RevocationAct):
    title = "退回拟办意见"
    permission = "supervision.approve_revocation"
    form_class = LongReasonForm
    button = "退回"
    success = "已退回拟办人。"

    def act(self, **data: Any) -> Any:
        return actions.return_proposal(self.object, actor=self.request.user, **data)


class DecisionDraw(RevocationAct):
    title = "制作决定书"
    form_class = NumberForm
    button = "制作决定书"
    success = "决定书已制作。请下载、用印并送达，然后记录送达。"

    def act(self, **data: Any) -> Any:
        return actions.draw_decision(self.object, actor=self.request.user, **data)


class DecisionServe(RevocationAct):
    title = "记录决定书送达"
    form_class = ServeForm
    button = "记录送达"
    success = "决定书的送达已记录。下一步由审批负责人执行撤销。"

    def act(self, **data: Any) -> Any:
        return actions.serve_decision(self.object, actor=self.request.user, **data)


class RevocationExecute(RevocationAct):
    title = "执行撤销"
    permission = "supervision.approve_revocation"
    question = "执行以后称号终止、名额空出，证书查验页显示已撤销，并列入已终止称号名单。不能恢复。"
    button = "执行撤销"
    danger = True
    success = "称号已撤销，名额已空出。"

    def act(self, **data: Any) -> Any:
        return actions.execute_revocation(self.object, actor=self.request.user)


class RevocationDrop(RevocationAct):
    title = "终结案件，不撤销"
    permission = "supervision.drop_revocation"
    form_class = LongReasonForm
    button = "终结案件"
    success = "案件已终结，称号保留。"

    def act(self, **data: Any) -> Any:
        return actions.drop_case(self.object, actor=self.request.user, **data)


# -- The station  ----


class MyRevocation(DetailPage):
    """What the station is told, until when it may answer, and how the days were counted."""

    title = "撤销称号告知"
    template_name = "supervision/revocation/mine.html"
    query = staticmethod(queries.own_revocations)

    def context(self) -> dict[str, Any]:
        case = self.object
        return {
            **super().context(),
            "grounds": grounds_of(case),
            "papers": case.papers.filter(served_at__isnull=False).select_related("pdf"),
            "statements": case.statements.prefetch_related("files"),
            "open": case.state in {"notified", "heard"} and timezone.now() < case.statement_due_at,
            "days": case.deadline["days"],
        }


class MyRevocationFile(DetailPage):
    query = staticmethod(queries.own_revocations)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return one_of(queries.files_of_case(self.object, told=True), self.kwargs["key"], request)


class StatementGive(ActPage):
    title = "提交陈述申辩"
    query = staticmethod(queries.own_revocations)
    permission = "supervision.write_statement"
    template_name = "supervision/revocation/statement.html"
    form_class = StatementForm
    button = "提交"
    success = "陈述申辩已提交。期限内可以再次补充。"

    def act(self, **data: Any) -> Any:
        return actions.hear_statement(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.object.station_url()
