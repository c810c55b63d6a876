"""Needs that a station has in hand: matched, planned, contracted, followed, delivered, archived."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.followed import keep_private
from accounts.pages import ActPage, DetailPage
from ledger.files import file_response
from services import matching
from services.actions import need_archive, need_contract, need_match, need_progress
from services.forms.need_work import (
    AcceptForm,
    ContractForm,
    DeliverForm,
    FinishForm,
    MatchForm,
    PlanForm,
    ProgressForm,
    RefusalForm,
)
from services.models import ServicePlan
from services.queries.need import needs_by_number, needs_visible_to
from services.queries.need_match import LABELS, candidates, matches_visible_to, wanted
from services.queries.need_work import papers_of, steps_visible_to
from services.states.need import ServiceMode
from services.views.need_work import NeedAct
from services.views.rating import network_of


class NeedMatching(NeedAct):
    """Who could serve the need, with the reasons; some are chosen and asked."""

    title = "对接服务资源"
    template_name = "services/need/match.html"
    form_class = MatchForm
    success = "已记录。"

    def judged(self) -> list[dict[str, Any]]:
        """Each library: those who could, best first, and those who cannot, with the reason. Read once."""
        if not hasattr(self, "_judged"):
            looked_for = wanted(self.object, timezone.now())
            self._judged = [
                {
                    "label": LABELS[what],
                    "fit": matching.propose(looked_for, group),
                    "barred": matching.barred(looked_for, group),
                }
                for what, group in candidates(self.object, self.object.station).items()
                if what != "agency" or self.object.mode == ServiceMode.AGENCY
            ]
        return self._judged

    def form_kwargs(self) -> dict[str, Any]:
        return {"keys": [proposal.candidate.key for group in self.judged() for proposal in group["fit"]]}

    def context(self) -> dict[str, Any]:
        chosen = set(self.request.POST.getlist("keys"))
        own = self.object.mode != ServiceMode.AGENCY
        return {**super().context(), "groups": self.judged(), "chosen": chosen, "own": own}

    def act(self, **data: Any) -> None:
        need_match.propose_matches(self.object, actor=self.request.user, **data)


class MatchAct(ActPage):
    query = staticmethod(matches_visible_to)
    permission = "services.serve_need"


class MatchAccept(MatchAct):
    title = "登记接受对接"
    form_class = AcceptForm
    success = "已登记接受。"

    def act(self, **data: Any) -> None:
        need_match.accept_match(self.object, actor=self.request.user, **data)


class MatchDecline(MatchAct):
    title = "登记不接受对接"
    form_class = RefusalForm
    success = "已登记不接受。"

    def act(self, **data: Any) -> None:
        need_match.decline_match(self.object, actor=self.request.user, **data)


class NeedPlan(NeedAct):
    title = "制定服务方案"
    form_class = PlanForm
    success = "服务方案已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        plan = getattr(self.object, "plan", None) or ServicePlan(situation=self.object.text)
        return {"initial": {"situation": plan.situation, "goal": plan.goal, "measures": plan.measures}}

    def act(self, **data: Any) -> None:
        need_contract.write_plan(self.object, actor=self.request.user, **data)


class NeedContract(NeedAct):
    title = "登记服务合同"
    form_class = ContractForm
    question = "按双方签章的合同填写。登记后不能修改，并得到档案号。"
    success = "合同已登记。"

    def act(self, **data: Any) -> None:
        need_contract.sign_contract(self.object, actor=self.request.user, **data)


class NeedStart(NeedAct):
    title = "开始服务"
    success = "服务已开始。请登记进展。"

    def act(self, **data: Any) -> None:
        need_contract.start_service(self.object, actor=self.request.user)


class ProgressAdd(NeedAct):
    title = "登记进展"
    form_class = ProgressForm
    success = "进展已登记。"

    def act(self, **data: Any) -> None:
        need_progress.add_progress(self.object, actor=self.request.user, **data)


class ProgressFinish(ActPage):
    title = "登记完成"
    query = staticmethod(steps_visible_to)
    form_class = FinishForm
    success = "已登记完成。"

    def get_object(self) -> Any:
        step = super().get_object()
        if not self.request.user.has_perm("services.serve_need", step.need):
            return get_object_or_404(steps_visible_to(self.request.user).none())
        return step

    def form_kwargs(self) -> dict[str, Any]:
        return {"step": self.object}

    def act(self, **data: Any) -> None:
        need_progress.finish_progress(self.object, actor=self.request.user, **data)


class NeedDeliver(NeedAct):
    title = "交付服务成果"
    form_class = DeliverForm
    question = "交付以后，这次服务计入本站的服务记录；企业留有邮箱的，会收到评价链接。"
    success = "已交付，服务记录已登记。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"need": self.object, "today": timezone.localdate()}

    def act(self, **data: Any) -> None:
        need_progress.deliver_need(self.object, actor=self.request.user, network=network_of(self.request), **data)


class NeedArchive(NeedAct):
    title = "归档"
    question = "全部材料合成一份带目录的 PDF，归档后不能再办理。企业还没有评价的，归档后评价链接仍然有效。"
    success = "已归档。"

    def act(self, **data: Any) -> None:
        need_archive.archive_need(self.object, actor=self.request.user)


class NeedPaper(DetailPage):
    """Contract, report or archive of a case."""

    query = staticmethod(needs_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = get_object_or_404(papers_of(self.object, self.kwargs["key"]))
        return file_response(stored, view="view" in request.GET)


class NeedRate(ActPage):
    """From the page of the number to a fresh rating link: for a company without the mail."""

    title = "评价服务"
    public = True
    query = staticmethod(needs_by_number)
    lookup = "number"
    template_name = "services/need/rate.html"
    success = "请评价这次服务。"

    def show(self, **extra: Any) -> Any:
        return keep_private(super().show(**extra))

    def act(self, **data: Any) -> str:
        return need_progress.rating_link(self.object)

    def get_success_url(self) -> str:
        return self.result
