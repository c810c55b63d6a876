"""The end of a round: the dry run, the proposal, the approval by another, and what came of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.forms import LongReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from evaluation.actions import award as actions
from evaluation.conclusion import Plan
from evaluation.forms.award import ConclusionFilter, ProposeForm
from evaluation.forms.ranking import TieForm
from evaluation.queries import award as queries
from evaluation.queries import dry_run
from evaluation.queries.notices import confirmed_ranking
from evaluation.queries.places import Tie
from evaluation.queries.rounds import rounds_visible_to
from evaluation.states import ConclusionState
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.moves import may


class ConclusionPropose(ActPage):
    """What a conclusion would do now, item by item; proposed when the round is ripe for it."""

    title = "拟办评价结论"
    template_name = "evaluation/award/propose.html"
    query = staticmethod(rounds_visible_to)
    permission = "evaluation.propose_conclusion"
    form_class = ProposeForm
    button = "提请审批"
    success = "结论已提请审批，由另一位有审批权限的人员批准后执行。"

    def context(self) -> dict[str, Any]:
        round = self.object
        found, problem = self.dry_run()
        items = dry_run.items_of(found) if found else []
        ranking = queries.ranking_of(round) if found else None
        return {
            **super().context(),
            "problem": problem,
            "groups": dry_run.groups_of(items),
            "slots": dry_run.slots_of(round, ranking, items) if ranking else None,
            "ties": dry_run.ties_of(ranking, found) if ranking and found else [],
            "conclusions": round.conclusions.select_related("proposed_by"),
            "waiting": round.conclusions.filter(state=ConclusionState.PROPOSED).first(),
        }

    def dry_run(self) -> tuple[Plan | None, str]:
        """The plan as far as there is one, and what stands in the way of proposing it."""
        try:
            return actions.checked_plan(self.object, timezone.now()), ""
        except Refused as refusal:
            problem = refusal.message
        try:
            return queries.plan_of(self.object), problem
        except Refused:
            return None, problem

    def act(self, **data: Any) -> Any:
        return actions.propose_conclusion(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class ConclusionTie(ActPage):
    """A tie that objections brought to a boundary: decided together before anything is concluded."""

    title = "记录集体决定"
    template_name = "evaluation/ranking/tie.html"
    query = staticmethod(rounds_visible_to)
    permission = "evaluation.propose_conclusion"
    form_class = TieForm
    success = "集体决定已记录。"

    @cached_property
    def tie(self) -> Tie:
        try:
            found = dry_run.ties_of(queries.ranking_of(self.object), queries.plan_of(self.object))
        except Refused:
            found = []
        tie = next((tie for tie in found if tie.boundary == self.kwargs["boundary"]), None)
        if tie is None:
            raise Http404("no tie here")
        return tie

    def form_kwargs(self) -> dict[str, Any]:
        return {"entries": self.tie.entries}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "tie": self.tie, "back": self.get_success_url()}

    def act(self, **data: Any) -> None:
        actions.decide_tie_again(self.object, actor=self.request.user, boundary=self.tie.boundary, **data)

    def get_success_url(self) -> str:
        return reverse("evaluation:conclusion_propose", args=[self.object.pk])


class ConclusionList(ListPage):
    title = "结论与授牌"
    roles = queries.READERS
    template_name = "evaluation/award/list.html"
    query = staticmethod(queries.conclusions_visible_to)
    filterset_class = ConclusionFilter
    search_fields = ("round__name", "document_number", "proposed_by__name")
    search = "评价名称、发文字号、拟办人"
    sorts = {"proposed": ("proposed_at",), "decided": ("decided_at",)}
    sort = "-proposed"
    columns = (
        Column("评价", "round.name"),
        Column("状态", "get_state_display"),
        Column("发文字号", "document_number"),
        Column("拟办人", "proposed_by"),
        Column("拟办时间", "proposed_at"),
        Column("审批人", "decided_by"),
        Column("审批时间", "decided_at"),
    )


class ConclusionDetail(DetailPage):
    """The plan as it was proposed; after approval, what came of it with every certificate."""

    roles = queries.READERS
    template_name = "evaluation/award/detail.html"
    query = staticmethod(queries.conclusions_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        conclusion, user = self.object, self.request.user
        groups = dry_run.groups_of(conclusion.plan)
        executed = conclusion.state == ConclusionState.EXECUTED
        waiting = conclusion.state == ConclusionState.PROPOSED
        if executed:
            dry_run.with_certificates(conclusion, groups)
        ranking = confirmed_ranking(conclusion.round)
        return {
            **super().context(),
            "groups": groups,
            "executed": executed,
            "slots": dry_run.slots_of(conclusion.round, ranking, conclusion.plan) if waiting and ranking else None,
            "notice": dry_run.announcement_of(conclusion) if executed else None,
            "may_approve": may(user, conclusion, "approve"),
            "may_reject": may(user, conclusion, "reject"),
            "own": waiting and conclusion.proposed_by_id == user.pk,
            "history": history_of(conclusion),
        }


class ConclusionAct(ActPage):
    query = staticmethod(queries.conclusions_visible_to)
    permission = "evaluation.approve_conclusion"


class ConclusionApprove(ConclusionAct):
    title = "批准结论"
    button = "批准并执行"
    question = "批准后立即执行，全部完成或者全部不做：摘牌、授予称号、签发证书、发布公告、通知各单位。此操作不能撤回。"
    success = "结论已执行，公告已发布，证书已签发。"

    def act(self, **data: Any) -> None:
        actions.approve_conclusion(self.object, actor=self.request.user)


class ConclusionReject(ConclusionAct):
    title = "退回结论"
    question = "退回以后由拟办人重新拟定。理由会发给拟办人。"
    form_class = LongReasonForm
    danger = True
    success = "结论已退回。"

    def act(self, **data: Any) -> None:
        actions.reject_conclusion(self.object, actor=self.request.user, **data)
