"""The year's plan of supervision: what the bureau decides where the measure is silent."""

from __future__ import annotations

from typing import Any

from django.conf import settings as site
from django.http import HttpResponse
from django.utils import timezone

import measures
from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from ledger.journal import history_of, last_word
from ledger.moves import may
from measures.setting import setting_text
from supervision.actions import year_plan as actions
from supervision.forms.year_plan import NewPlanForm, YearPlanFilter, YearPlanForm, initial_of
from supervision.models import YearPlan
from supervision.queries.year_plan import next_year_to_plan, unset, year_plans_visible_to
from supervision.states.year_plan import YearPlanState

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


class YearPlanList(ListPage):
    title = "年度监督安排"
    roles = READERS
    template_name = "supervision/year_plan/list.html"
    query = staticmethod(year_plans_visible_to)
    filterset_class = YearPlanFilter
    sorts = {"year": ("year",)}
    sort = "-year"
    columns = (
        Column("年度", "year"),
        Column("状态", "get_state_display"),
        Column("年度自评开放日期", "self_assessment_opens_on"),
    )


class YearPlanDetail(DetailPage):
    template_name = "supervision/year_plan/detail.html"
    query = staticmethod(year_plans_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        measure = measures.load(self.object.measure)
        return {
            **super().context(),
            "measure": measure,
            "unset": unset(self.object),
            "settings": setting_rows(self.object, measure),
            "may_write": self.request.user.has_perm("supervision.write_year_plan", self.object),
            "may_adopt": may(self.request.user, self.object, "adopt"),
            "history": history_of(self.object),
        }


def setting_rows(plan: YearPlan, measure: measures.Measure) -> list[tuple[str, str, str]]:
    """(label, what is decided in words, what it is about); what is open is an empty text."""
    return [
        (
            setting.label,
            "" if plan.setting(setting.code) is None else setting_text(setting, plan.setting(setting.code)),
            setting.help,
        )
        for setting in measure.supervision_settings
    ]


class YearPlanCreate(ActPage):
    """A new plan of the portal's measure; it begins with what last year's plan decided."""

    title = "起草年度监督安排"
    roles = {Role.MANAGER}
    form_class = NewPlanForm
    button = "起草"
    question = "先选定年度，下一页逐项决定。"
    success = "已起草。请逐项核对并补充，然后确定。"

    def get_object(self) -> YearPlan:
        return YearPlan(measure=site.MEASURE, year=timezone.localdate().year)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "object": measures.load(site.MEASURE).name}

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"year": next_year_to_plan(site.MEASURE, timezone.localdate())}}

    def act(self, year: int) -> YearPlan:
        return actions.draft_year_plan(measure=site.MEASURE, year=year, actor=self.request.user)

    def get_success_url(self) -> str:
        return f"{self.result.get_absolute_url()}edit/"


class YearPlanEdit(ActPage):
    title = "修改年度监督安排"
    query = staticmethod(year_plans_visible_to)
    permission = "supervision.write_year_plan"
    template_name = "supervision/year_plan/form.html"
    form_class = YearPlanForm
    success = "已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        measure = measures.load(self.object.measure)
        return {
            "measure": measure,
            "in_force": self.object.state == YearPlanState.IN_FORCE,
            "initial": {**initial_of(self.object, measure), "seen": last_word(self.object)},
            "suggest": "suggest" in self.request.GET,
        }

    def act(self, **data: Any) -> YearPlan:
        return actions.update_year_plan(self.object, actor=self.request.user, **data)

    def refuse(self, form: Any, status: int, code: str = "invalid") -> HttpResponse:
        """Who was told that somebody else saved, and saves again, means it."""
        if code == "stale_page":
            form.data = form.data.copy()
            form.data["seen"] = str(last_word(self.object))
        return super().refuse(form, status, code)


class YearPlanAdopt(ActPage):
    title = "确定年度监督安排"
    query = staticmethod(year_plans_visible_to)
    permission = "supervision.write_year_plan"
    question = "确定以后，这一年度的自评、检查、投诉、撤销等期限按本安排计算；以后修改须写明理由。到开放日期零时，年度自评自动开放。"
    button = "确定"
    success = "年度监督安排已确定。"

    def act(self, **data: Any) -> YearPlan:
        return actions.adopt_year_plan(self.object, actor=self.request.user)
