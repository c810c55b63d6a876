"""Entitlements and grants: computed, proposed, approved by another person, cancelled, recovered."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.forms import LongReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from funding.actions import entitlement as computing
from funding.actions import grant as actions
from funding.forms.money import EntitlementFilter, GrantFilter, ProposeGrantForm, RepaymentForm
from funding.models import Budget
from funding.queries.budget import budgets_visible_to
from funding.queries.entitlement import conclusions_to_compute, entitlements_visible_to, with_grant
from funding.queries.grant import grants_visible_to, to_approve
from funding.queries.payment import account_of
from funding.views.budget import READERS
from ledger.journal import history_of
from ledger.moves import may
from stations.states import TitleState


class EntitlementList(ListPage):
    title = "支持对象"
    roles = READERS
    template_name = "funding/entitlement_list.html"
    filterset_class = EntitlementFilter
    search_fields = ("station__name", "organisation__name")
    search = "服务站、建设主体"
    sorts = {"rank": ("-year", "kind", "rank"), "station": ("station__name",), "ceiling": ("ceiling",)}
    sort = "rank"
    columns = (
        Column("评价年度", "year"),
        Column("服务站", "station.name"),
        Column("建设主体", "organisation.name"),
        Column("支持类别", "scheme.name"),
        Column("名次", "rank"),
        Column("最高金额（元）", "ceiling"),
        Column("排名版次", "run.ranking.number"),
        Column("依据", "citation"),
        Column("已拟定", "granted"),
    )

    @staticmethod
    def query(user: Any) -> Any:
        return with_grant(entitlements_visible_to(user))

    def context(self) -> dict[str, Any]:
        user = self.request.user
        may_compute = user.has_perm("funding.compute_entitlements")
        return {
            **super().context(),
            "waiting": list(conclusions_to_compute()) if may_compute else [],
            "may_propose": user.has_perm("funding.propose_grant"),
            "budgets": budgets_visible_to(user),
        }


class EntitlementCompute(ActPage):
    """What every executed conclusion means for the money, now instead of at the next minute of the clock."""

    title = "计算资金支持对象"
    roles = {Role.MANAGER}
    question = "按已执行的评价结论和已确认的排名计算。同一份结论只计算一次。"
    button = "计算"
    success = "资金支持对象已算出。"

    def get_object(self) -> Any:
        return ""

    def act(self, **data: Any) -> None:
        for conclusion in conclusions_to_compute():
            computing.compute_entitlements(conclusion, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("funding:entitlement_list")


class GrantPropose(ActPage):
    title = "拟定资金支持"
    query = staticmethod(entitlements_visible_to)
    permission = "funding.propose_grant"
    template_name = "funding/grant_propose.html"
    form_class = ProposeGrantForm
    button = "提请审批"
    success = "已提请审批，由另一位有审批权限的人员批准。"

    def form_kwargs(self) -> dict[str, Any]:
        due = self.object
        budget = budgets_visible_to(self.request.user).filter(measure=due.measure, year=due.year).first()
        return {"entitlement": due, "initial": {"amount": due.ceiling, "budget": budget}}

    def act(self, budget: Budget, **data: Any) -> Any:
        return actions.propose_grant(self.object, budget=budget, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class GrantProposeAll(ActPage):
    """What would be proposed, item by item, and what it leaves of each line; then all of it or nothing."""

    title = "批量拟定资金支持"
    query = staticmethod(budgets_visible_to)
    permission = "funding.propose_grant"
    template_name = "funding/grant_propose_all.html"
    success = "已全部提请审批。"

    def context(self) -> dict[str, Any]:
        items = [(due, actions.skipped_because(due)) for due in actions.proposable(self.object)]
        lines = [
            (line, sum(due.ceiling for due, skipped in items if not skipped and due.kind == line.kind))
            for line in self.object.lines.all()
        ]
        return {
            **super().context(),
            "items": items,
            "lines": [(line, wanted, line.free - wanted) for line, wanted in lines],
            "count": sum(not skipped for _, skipped in items),
        }

    def act(self, **data: Any) -> Any:
        return actions.propose_all(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return f"{reverse('funding:grant_list')}?state=proposed"


class GrantList(ListPage):
    title = "资金支持"
    template_name = "funding/grant_list.html"
    query = staticmethod(grants_visible_to)
    filterset_class = GrantFilter
    search_fields = ("entitlement__station__name", "organisation__name")
    search = "服务站、建设主体"
    sorts = {
        "proposed": ("proposed_at",),
        "amount": ("amount",),
        "station": ("entitlement__station__name",),
    }
    sort = "-proposed"
    columns = (
        Column("服务站", "entitlement.station.name"),
        Column("建设主体", "organisation.name"),
        Column("支持类别", "entitlement.scheme.name"),
        Column("金额（元）", "amount"),
        Column("状态", "get_state_display"),
        Column("预算年度", "line.budget.year"),
        Column("拟定时间", "proposed_at"),
        Column("审批时间", "decided_at"),
    )

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            **super().context(),
            "inside": user.has_perm("funding.read_money"),
            "to_approve": to_approve(user).count(),
        }


class GrantDetail(DetailPage):
    template_name = "funding/grant_detail.html"
    query = staticmethod(grants_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        grant, user = self.object, self.request.user
        inside = user.has_perm("funding.read_money")
        return {
            **super().context(),
            "inside": inside,
            "may_account": user.has_perm("funding.write_account", grant),
            "account": account_of(grant.organisation),
            "line": grant.line,
            "may": {name: may(user, grant, name) for name in grant.MOVES},
            "own": grant.state == "proposed" and grant.proposed_by_id == user.pk,
            "revoked": grant.entitlement.title.state == TitleState.REVOKED,
            "ended": grant.entitlement.title.state != TitleState.ACTIVE,
            "payments": grant.payments.select_related("batch", "receipt", "account") if inside else [],
            "history": history_of(grant),
        }


class GrantAct(ActPage):
    query = staticmethod(grants_visible_to)


class GrantApprove(GrantAct):
    title = "批准资金支持"
    permission = "funding.approve_grant"
    template_name = "funding/grant_approve.html"
    button = "批准"
    success = "已批准，已通知建设主体。"

    def act(self, **data: Any) -> None:
        actions.approve_grant(self.object, actor=self.request.user)


class GrantReject(GrantAct):
    title = "退回资金支持"
    permission = "funding.approve_grant"
    form_class = LongReasonForm
    danger = True
    question = "退回以后，支持对象可以重新拟定。理由会发给拟定人。"
    success = "已退回。"

    def act(self, **data: Any) -> None:
        actions.reject_grant(self.object, actor=self.request.user, **data)


class GrantApproveAll(ActPage):
    """Everything that waits for this leader, with what it leaves of each line."""

    title = "审批资金支持"
    roles = {Role.LEADER}
    template_name = "funding/grant_approve_all.html"
    button = "全部批准"
    success = "已全部批准，已通知各建设主体。"

    def get_object(self) -> Any:
        return ""

    def context(self) -> dict[str, Any]:
        grants = list(to_approve(self.request.user))
        lines = {grant.line_id: grant.line for grant in grants}
        sums = {key: sum(grant.amount for grant in grants if grant.line_id == key) for key in lines}
        return {
            **super().context(),
            "grants": grants,
            "lines": [(line, sums[key], line.free - sums[key]) for key, line in lines.items()],
            "over": any(sums[key] > line.free for key, line in lines.items()),
            "shown": ",".join(str(grant.pk) for grant in grants),
        }

    def act(self, **data: Any) -> Any:
        shown = {word for word in self.request.POST.get("shown", "").split(",") if word.isdigit()}
        wanted = [grant for grant in to_approve(self.request.user) if str(grant.pk) in shown]
        return actions.approve_all(wanted, actor=self.request.user)

    def get_success_url(self) -> str:
        return f"{reverse('funding:grant_list')}?state=approved"


class GrantCancel(GrantAct):
    title = "取消资金支持"
    permission = "funding.cancel_grant"
    form_class = LongReasonForm
    danger = True
    question = "取消以后，已批准的金额回到当年可用额度。理由会发给建设主体。"
    success = "已取消。"

    def act(self, **data: Any) -> None:
        actions.cancel_grant(self.object, actor=self.request.user, **data)


class GrantRecover(GrantAct):
    title = "追回资金"
    permission = "funding.recover_grant"
    form_class = LongReasonForm
    danger = True
    question = "办法没有规定称号撤销以后必须追回资金，由市局决定。理由会发给建设主体。"
    success = "已通知建设主体退回资金。"

    def act(self, **data: Any) -> None:
        actions.recover_grant(self.object, actor=self.request.user, **data)


class GrantRepay(GrantAct):
    title = "登记退款"
    permission = "funding.pay_grant"
    form_class = RepaymentForm
    question = "按全额登记。退回的款项上缴财政，不回到当年可用额度。"
    success = "退款已登记。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"repaid_on": timezone.localdate()}}

    def act(self, **data: Any) -> None:
        actions.record_repayment(self.object, actor=self.request.user, **data)
