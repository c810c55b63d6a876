"""How things stand, for the home of each role: a few figures with the list behind each, and for who reads the journal
the latest acts. Figures count what the list behind them shows that person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

import accounts.queries
import stations.queries
from accounts.models import Message, User
from accounts.rules import reads_all
from accounts.states import Role
from config.history import lines
from config.journal import journal_visible_to, kind_of
from config.templatetags.words import wan
from evaluation.models import Application, Objection, Round
from evaluation.queries.notices import in_notice_now
from evaluation.states import OBJECTION_OPEN, ApplicationState, RoundState
from funding.queries.budget import budgets_visible_to, figures_of
from measures.periods import SHANGHAI
from stations.models import Slot
from stations.states import Level, TitleState
from supervision.queries import self_assessment
from supervision.states.self_assessment import SelfAssessmentState

RECENT = 6
RUNNING = (RoundState.OPEN, RoundState.INTAKE_CLOSED, RoundState.REVIEWING, RoundState.RANKED, RoundState.IN_NOTICE)
OWED = (SelfAssessmentState.DUE, SelfAssessmentState.DRAFT, SelfAssessmentState.MISSING)


@dataclass(frozen=True)
class Figure:
    """One number of the overview; `url` leads to what it counts."""

    label: str
    figure: int | str
    unit: str
    url: str = ""
    note: str = ""


def figures_for(user: User) -> list[Figure]:
    """Figures of every duty that the person holds."""
    return [figure for shown_to, source in SOURCES if shown_to(user) for figure in source(user)]


def round_figures(user: User) -> list[Figure]:
    now = timezone.now()
    submitted = ApplicationState.SUBMITTED.value
    return [
        Figure("进行中的评价", Round.objects.filter(state__in=RUNNING).count(), "轮", reverse("evaluation:round_list")),
        Figure(
            "待受理审查的申报",
            Application.objects.filter(state=submitted).count(),
            "件",
            f"{reverse('evaluation:application_list')}?state={submitted}",
        ),
        Figure("正在公示", in_notice_now(now).count(), "项", reverse("evaluation:public_notice_list")),
        Figure(
            "没有办结的异议",
            Objection.objects.filter(state__in=OBJECTION_OPEN).count(),
            "件",
            reverse("evaluation:objection_list"),
        ),
        Figure(
            "市级称号",
            f"{stations.queries.active_titles().count()} / {Slot.objects.count()}",
            "",
            reverse("stations:title_list"),
            note="在用／名额",
        ),
    ]


def district_figures(user: User) -> list[Figure]:
    held = Q(titles__state=TitleState.ACTIVE, titles__level=Level.CITY)
    here = stations.queries.staff_stations(user).order_by()
    found = here.aggregate(all=Count("pk", distinct=True), held=Count("pk", filter=held, distinct=True))
    reports = self_assessment.self_assessments_visible_to(user)
    by_round = reports.aggregate(owed=Count("pk", filter=Q(state__in=OWED)), all=Count("pk"))
    listed = reverse("supervision:self_assessment_list")
    return [
        Figure("本区服务站", found["all"], "个", reverse("stations:staff_station_list")),
        Figure("其中市级质量服务站", found["held"], "个", reverse("stations:title_list")),
        Figure("还没有报送的年度自评", by_round["owed"], "份", listed, note=f"历年共 {by_round['all']} 份"),
    ]


def money_figures(user: User) -> list[Figure]:
    """The last year's budget, for who pays from it."""
    budget = budgets_visible_to(user).order_by("-year", "-pk").first()
    if budget is None:
        return []
    sum_of = figures_of(budget)[-1]
    page = budget.get_absolute_url()
    return [
        Figure(f"{budget.year}年度预算", wan(sum_of.amount), "", page),
        Figure("已批准", wan(sum_of.committed), "", page, note=f"共 {sum_of.grants} 笔"),
        Figure("已支付", wan(sum_of.paid), "", page),
        Figure("可用", wan(sum_of.free), "", page),
    ]


def journal_figures(user: User) -> list[Figure]:
    today = timezone.localdate(timezone=SHANGHAI)
    week = today - dt.timedelta(days=6)
    rows = journal_visible_to(user).order_by()
    since = dt.datetime.combine(week, dt.time(), SHANGHAI)
    found = rows.aggregate(
        all=Count("pk"),
        week=Count("pk", filter=Q(at__gte=since)),
        clock=Count("pk", filter=Q(actor=None, at__gte=since)),
    )
    listed = reverse("journal_list")
    return [
        Figure(
            "七日内的办理记录", found["week"], "条", f"{listed}?since={week}", note=f"其中定时任务 {found['clock']} 条"
        ),
        Figure("台账记录", found["all"], "条", listed, note="只增不改"),
    ]


def mail_figures(user: User) -> list[Figure]:
    states = Message.EmailState
    found = accounts.queries.outbox_of(user).aggregate(
        waiting=Count("pk", filter=Q(email_state=states.WAITING)),
        failed=Count("pk", filter=Q(email_state=states.FAILED)),
    )
    listed = reverse("accounts:outbox")
    return [
        Figure("等待发送的邮件", found["waiting"], "封", f"{listed}?email_state={states.WAITING}"),
        Figure("没有发出的邮件", found["failed"], "封", f"{listed}?email_state={states.FAILED}"),
    ]


def people_figures(user: User) -> list[Figure]:
    holding = Q(role_grants__isnull=False, role_grants__ended_at__isnull=True)
    found = User.objects.filter(is_active=True).aggregate(
        all=Count("pk", distinct=True), staff=Count("pk", filter=holding, distinct=True)
    )
    listed = reverse("accounts:person_list")
    return [
        Figure("在用账号", found["all"], "个", listed),
        Figure("有工作角色的人员", found["staff"], "名", listed),
    ]


def permitted(perm: str) -> Callable[[User], bool]:
    return lambda user: user.has_perm(perm)


SOURCES: tuple[tuple[Callable[[User], bool], Callable[[User], list[Figure]]], ...] = (
    (reads_all, round_figures),
    (lambda user: Role.DISTRICT in user.roles, district_figures),
    (permitted("funding.manage_budget"), money_figures),
    (permitted("accounts.read_journal"), journal_figures),
    (permitted("accounts.manage_outbox"), mail_figures),
    (permitted("accounts.manage_people"), people_figures),
)


def recent_for(user: User) -> list[tuple[Any, str]]:
    """The latest rows of the journal, each with the kind of thing it is about, for who may read it."""
    if not user.has_perm("accounts.read_journal"):
        return []
    rows = list(journal_visible_to(user).order_by("-at", "-id")[:RECENT])
    return [(line, kind_of(line.entry)) for line in lines(rows)]
