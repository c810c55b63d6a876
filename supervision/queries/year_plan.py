"""What the bureau has decided for a year of supervision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

import measures
from ledger.errors import Refused
from supervision.models import YearPlan
from supervision.states.year_plan import YearPlanState


def year_plans_visible_to(user: Any) -> QuerySet[YearPlan]:
    """All of them for the bureau and the auditor, none for others."""
    return YearPlan.objects.all() if user.has_perm("supervision.read_year_plan") else YearPlan.objects.none()


def plan_in_force(measure: str, year: int) -> YearPlan | None:
    return YearPlan.objects.filter(measure=measure, year=year, state=YearPlanState.IN_FORCE).first()


def decided(measure: str, code: str, at: dt.datetime) -> Any:
    """What the bureau has decided on a silent setting for the year of `at`.

    Raises Refused: `plan_missing` when there is no plan in force that decides it.
    """
    year = timezone.localdate(at).year
    plan = plan_in_force(measure, year)
    if plan is None or plan.setting(code) is None:
        label = next(setting.label for setting in measures.load(measure).supervision_settings if setting.code == code)
        raise Refused(
            "plan_missing",
            f"{year} 年度监督安排还没有确定「{label}」。请评价管理人员先在“监督”里的“年度监督安排”中确定。",
        )
    return plan.setting(code)


def unset(plan: YearPlan) -> list[str]:
    """Labels of what must be decided before the plan can be adopted."""
    missing = [] if plan.self_assessment_opens_on else ["年度自评开放日期"]
    known = measures.load(plan.measure).supervision_settings
    return missing + [setting.label for setting in known if setting.required and plan.setting(setting.code) is None]


def next_year_to_plan(measure: str, today: dt.date) -> int:
    """This year while it has no plan, the next one thereafter."""
    planned = YearPlan.objects.filter(measure=measure, year=today.year).exists()
    return today.year + 1 if planned else today.year
