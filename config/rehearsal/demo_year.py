"""The year around the rounds of the demo: the plan of supervision in force, the money of the finished round, and what is looked into."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

import measures
from accounts.actions import grant_role
from accounts.states import Role
from config.rehearsal import papers
from config.rehearsal.cast import make_person
from config.rehearsal.plan import DAY, clock
from config.rehearsal.stage import Stage
from evaluation.models import Conclusion
from funding.actions.account import write_account
from funding.actions.batch import make_batch
from funding.actions.budget import open_budget
from funding.actions.entitlement import compute_entitlements
from funding.actions.grant import approve_grant, propose_grant
from funding.actions.receipt import reconcile_batch, record_receipt
from funding.models import Budget, Entitlement, Grant
from funding.queries.entitlement import open_entitlements
from funding.states.grant import SchemeKind
from measures.periods import SHANGHAI
from stations.models import District, Station, Title
from stations.states import Level, TitleState
from supervision.actions.complaint import accept_complaint, investigate_complaint, receive_complaint
from supervision.actions.complaint_statement import ask_statement
from supervision.actions.improvement import Asked, from_self_assessment, issue_improvement
from supervision.actions.inspection_plan import draft_plan, draw_plan
from supervision.actions.revocation import draw_notice, open_case, serve_notice
from supervision.actions.self_assessment_clock import open_due
from supervision.actions.year_plan import adopt_year_plan, draft_year_plan, update_year_plan
from supervision.models import SelfAssessment, YearPlan
from supervision.queries.suspicions import suspicions_for
from supervision.states.revocation import ServiceMethod

HOUR = dt.timedelta(hours=1)
LATE_GRANTS = 3  # one waits for the leader, one for finance, and one is not proposed yet


def lately(now: dt.datetime, before: dt.timedelta) -> dt.datetime:
    """So long ago, but within the year whose plan decides on it."""
    return max(now - before, clock(dt.date(timezone.localdate(now, SHANGHAI).year, 1, 1), 0))


# -- The plan of supervision  ----


def plan_the_year(stage: Stage, now: dt.datetime) -> YearPlan:
    """What the measure leaves open is decided as it suggests, in the first days of the year."""
    today = timezone.localdate(now, SHANGHAI)
    at = min(clock(dt.date(today.year, 1, 8), 10), now - 3 * DAY)
    manager, measure = stage.cast.manager, settings.MEASURE
    plan = draft_year_plan(measure=measure, year=today.year, actor=manager, at=at)
    plan = update_year_plan(
        plan,
        actor=manager,
        at=at + HOUR,
        self_assessment_opens_on=opening_of(today.year),
        settings={one.code: one.suggestion for one in measures.load(measure).supervision_settings},
    )
    plan = adopt_year_plan(plan, actor=manager, at=at + DAY)
    open_due(now)
    return plan


def opening_of(year: int) -> dt.date:
    """The day on which the year's reports were opened; the first of September where that is to come."""
    opened = SelfAssessment.objects.filter(year=year, opened_at__isnull=False).order_by("opened_at").first()
    day = timezone.localdate(opened.opened_at, SHANGHAI) if opened else dt.date(year, 9, 1)
    return max(day, dt.date(year, 1, 1))


# -- The money  ----


def pay_out(stage: Stage, now: dt.datetime) -> Budget:
    """The support that follows from a finished round: most of it is paid and in the books, the last is under way."""
    conclusion = Conclusion.objects.get(round=stage.round, decided_at__isnull=False)
    decided_at = conclusion.decided_at
    assert decided_at is not None  # noqa: S101  selected so
    compute_entitlements(conclusion, actor=stage.cast.manager, at=decided_at)
    waiting = open_entitlements().filter(run__conclusion=conclusion, title__state=TitleState.ACTIVE, again=False)
    due = list(waiting.order_by("pk"))
    year, finance = stage.dates.year, stage.cast.staff["finance"]
    amounts = {kind.value: sum(one.ceiling for one in due if one.kind == kind) + 200_000 for kind in SchemeKind}
    budget = open_budget(
        measure=stage.round.measure,
        year=year,
        amounts=amounts,
        source=f"武财演〔{year}〕12号部门预算批复（演练）",
        actor=finance,
        at=decided_at + 10 * DAY,
    )
    early, late = due[:-LATE_GRANTS], due[-LATE_GRANTS:]
    if early:
        settle(stage, [propose(stage, budget, one, decided_at + 15 * DAY) for one in early], decided_at + 17 * DAY)
    if len(late) > 1:
        to_pay = propose(stage, budget, late[0], now - 6 * DAY)
        write_down_account(stage, to_pay, now - 3 * DAY)
        approve_grant(to_pay, actor=stage.cast.leader, at=now - 2 * DAY)
        propose(stage, budget, late[1], now - DAY)
    return budget


def propose(stage: Stage, budget: Budget, due: Entitlement, at: dt.datetime) -> Grant:
    return propose_grant(due, budget=budget, amount=due.ceiling, actor=stage.cast.manager, at=at)


def write_down_account(stage: Stage, grant: Grant, at: dt.datetime) -> None:
    """By the person who acts for the organisation."""
    sites = [*stage.cast.titled, *stage.sites]
    owner = next(site.owner for site in sites if site.station.organisation_id == grant.organisation_id)
    write_account(
        grant.organisation,
        holder=grant.organisation.name,
        bank=f"演练银行武汉第{grant.organisation_id % 20 + 1}支行",
        number=f"6299000{grant.organisation_id:010d}",
        actor=owner,
        at=at,
    )


def settle(stage: Stage, grants: list[Grant], at: dt.datetime) -> None:
    """Approved, paid in one batch, and entered in the books, within two weeks."""
    finance, paid_at = stage.cast.staff["finance"], at + 6 * DAY
    for grant in grants:
        approve_grant(grant, actor=stage.cast.leader, at=at)
        write_down_account(stage, grant, at + DAY)
    batch = make_batch(grants, actor=finance, at=at + 4 * DAY)
    for item in batch.items.order_by("pk"):
        record_receipt(
            item,
            amount=item.amount,
            paid_on=timezone.localdate(paid_at - DAY, SHANGHAI),
            reference=f"演{paid_at:%Y%m%d}{item.pk:06d}",
            actor=finance,
            at=paid_at,
        )
    reconcile_batch(batch, voucher=f"记字第{paid_at:%m}-018号", actor=finance, at=at + 9 * DAY)


# -- What is looked into  ----


def look_into_things(stage: Stage, now: dt.datetime) -> None:
    """One of each that is under way: a case of revocation, inspections of a district, a complaint, an improvement."""
    own = Station.objects.filter(organisation__memberships__user__email="titled@example.com")
    others = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY).exclude(station__in=own).order_by("pk")
    suspected = {one.title.pk for one in suspicions_for(stage.cast.manager, timezone.localdate(now, SHANGHAI))}
    case_title, complained, *_ = [title for title in others.select_related("station") if title.pk not in suspected]
    notify_of_revocation(stage, case_title, now)
    ask_for_improvement(stage, own.get(), now)
    draw_inspections(stage, now)
    investigate(stage, complained.station, now)


def notify_of_revocation(stage: Stage, title: Title, now: dt.datetime) -> None:
    """A case whose notice was served yesterday: the station may answer."""
    manager, served_at = stage.cast.manager, lately(now, DAY)
    year = timezone.localdate(now, SHANGHAI).year
    case = open_case(
        title,
        actor=manager,
        at=lately(now, 6 * DAY),
        grounds=["serious_violation"],
        facts="建设主体因出具不实检验检测报告受到行政处罚，处罚决定已经生效（演练）。",
        evidence=[papers.pdf("evidence")],
    )
    draw_notice(case, actor=manager, at=lately(now, 2 * DAY), document_number=f"武市监演告〔{year}〕1号")
    serve_notice(
        case,
        actor=manager,
        at=served_at,
        how=ServiceMethod.IN_PERSON,
        served_at=served_at,
        served_to=f"{title.station.organisation.contact_name}（联系人）",
    )


def ask_for_improvement(stage: Stage, station: Station, now: dt.datetime) -> None:
    """What the newest report of the station lacks is owed by it."""
    report = SelfAssessment.objects.filter(title__station=station).order_by("-year").first()
    assert report is not None  # noqa: S101  the demo has played its report
    issue_improvement(
        station,
        actor=stage.cast.manager,
        at=lately(now, 5 * DAY),
        measure=stage.round.measure,
        origin=from_self_assessment(report),
        items=[Asked("服务台账没有登记办结时间。请补齐今年以来的登记，并附上台账照片。")],
    )


def draw_inspections(stage: Stage, now: dt.datetime) -> None:
    """A district's own plan, drawn among its own two people: both go to every station."""
    district = District.objects.get(code="420106")
    held = Title.objects.filter(state=TitleState.ACTIVE, station__supervised_by=district)
    if not (stations := held.values("station").distinct().count()):
        return
    second = make_person("district2@example.com", stage.cast.names.person())
    founded = lately(now, 8 * DAY)
    grant_role(
        second, Role.DISTRICT, scope=district.code, actor=stage.cast.staff["security"], at=founded, reason="演练"
    )
    today = timezone.localdate(now, SHANGHAI)
    plan = draft_plan(
        measure=stage.round.measure,
        district=district,
        actor=stage.cast.staff["district"],
        at=lately(now, 7 * DAY),
        name=f"{today.year}年度{district.name}服务站监督检查",
        starts_on=today - 2 * DAY,
        ends_on=today + 20 * DAY,
        stations_count=min(2, stations),
        inspectors_each=2,
    )
    draw_plan(plan, actor=stage.cast.staff["district"], at=lately(now, 3 * DAY))


def investigate(stage: Stage, station: Station, now: dt.datetime) -> None:
    """A complaint by somebody who gave no name; the station is asked to explain."""
    manager, intake = stage.cast.manager, stage.cast.intake
    complaint = receive_complaint(
        station,
        statement="送检样品后超过承诺时限一周没有答复，电话多次无人接听。",
        happened_on=timezone.localdate(now, SHANGHAI) - 20 * DAY,
        consent=True,
        at=lately(now, 9 * DAY),
    )
    accept_complaint(complaint, actor=manager, at=lately(now, 7 * DAY))
    investigate_complaint(complaint, actor=manager, investigator=intake, at=lately(now, 6 * DAY))
    ask_statement(
        complaint,
        actor=intake,
        question="请说明上月样品受理、流转和答复的时间，并附上登记记录。",
        due_on=timezone.localdate(now, SHANGHAI) + 5 * DAY,
        at=lately(now, 4 * DAY),
    )
