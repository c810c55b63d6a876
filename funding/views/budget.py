"""The year's money: budgets, what is committed, paid and free, with a chart and its table."""

from __future__ import annotations

from typing import Any

from django.conf import settings as site
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.exports import Column, export
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from funding.actions import budget as actions
from funding.forms.money import ChangeBudgetForm, OpenBudgetForm
from funding.models import Budget
from funding.queries.budget import budgets_visible_to, figures_of, matching_total
from ledger.charts import Parts, parts_chart
from ledger.journal import history_of

READERS = {Role.FINANCE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


class BudgetList(ListPage):
    title = "年度资金"
    roles = READERS
    template_name = "funding/budget_list.html"
    query = staticmethod(budgets_visible_to)
    sorts = {"year": ("year",), "total": ("total",)}
    sort = "-year"
    columns = (Column("年度", "year"), Column("预算总额（元）", "total"), Column("预算依据", "source"))


FIGURES = (
    Column("科目", "label"),
    Column("预算（元）", "amount"),
    Column("已批准（元）", "committed"),
    Column("已支付（元）", "paid"),
    Column("其中已追回（元）", "recovered"),
    Column("可用（元）", "free"),
    Column("待审批（元）", "proposed"),
    Column("笔数", "grants"),
)


class BudgetDetail(DetailPage):
    """Budget, approved, paid and free of one year, line by line."""

    roles = READERS
    template_name = "funding/budget_detail.html"
    query = staticmethod(budgets_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kind := request.GET.get("export"):
            return export(kind, FIGURES, figures_of(self.object), title=self.get_title())
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        figures = figures_of(self.object)
        bars = [
            Parts(line.label, (("已支付", line.paid), ("已批准待支付", line.committed - line.paid)), line.amount)
            for line in figures
        ]
        user = self.request.user
        return {
            **super().context(),
            "figures": figures,
            "sum": figures[-1],
            "chart": parts_chart("budget", f"{self.object.year}年度资金使用情况（元）", bars, rest="可用"),
            "matching": matching_total(self.object.year),
            "may_change": user.has_perm("funding.manage_budget", self.object),
            "may_propose": user.has_perm("funding.propose_grant"),
            "may_publish": user.has_perm("funding.publish_list"),
            "history": history_of(self.object),
        }


class BudgetOpen(ActPage):
    title = "设立年度预算"
    roles = {Role.FINANCE}
    form_class = OpenBudgetForm
    button = "设立预算"
    success = "预算已设立。"

    def get_object(self) -> Budget:
        return Budget(measure=site.MEASURE, year=timezone.localdate().year)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "object": "资金从市市场监管局年度工作预算经费中列支（办法第十九条）。"}

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"year": timezone.localdate().year}}

    def act(self, year: int, source: str, **amounts: int) -> Budget:
        return actions.open_budget(
            measure=site.MEASURE, year=year, amounts=amounts, source=source, actor=self.request.user
        )

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class BudgetChange(ActPage):
    title = "调整预算"
    query = staticmethod(budgets_visible_to)
    permission = "funding.manage_budget"
    form_class = ChangeBudgetForm
    question = "各科目的预算不能低于已批准的金额。"
    success = "预算已调整。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {line.kind: line.amount for line in self.object.lines.all()}}

    def act(self, reason: str, **amounts: int) -> Budget:
        return actions.change_budget(self.object, amounts=amounts, reason=reason, actor=self.request.user)
