"""What happens to self-assessments by the clock: opened, reminded of, missing. Each job is idempotent, and each thing is
dated by the instant at which it was due, however late the sweep comes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

import measures
from accounts.actions import notify
from accounts.models import User
from accounts.queries import district_staff
from ledger import moves
from ledger.actors import Job
from ledger.journal import record
from measures.periods import Deadline, due_date
from measures.queries import current_calendar
from measures.words import cn_day
from stations.models import Title
from stations.queries.members import people_of
from stations.states import Level, TitleState
from supervision.models import SelfAssessment, SelfAssessmentReminder, YearPlan
from supervision.queries.year_plan import plan_in_force
from supervision.states.self_assessment import OPEN_STATES, OWED, SelfAssessmentState, Timeliness
from supervision.states.year_plan import YearPlanState

# Days before the due instant; "overdue" follows at the instant itself
STAGES = (30, 15, 7, 3, 1)
OVERDUE = "overdue"
STAGE_NAMES = {**{str(days): f"期限前 {days} 日" for days in STAGES}, OVERDUE: "逾期"}


# -- Opening  ----


def open_due(at: dt.datetime) -> int:
    """Open what the plans in force open by now: at the plan's date for every active city title, and for one that was
    awarded later at its award, as long as the report is not due yet. Returns how many are new."""
    plans = YearPlan.objects.filter(state=YearPlanState.IN_FORCE, self_assessment_opens_on__lte=timezone.localdate(at))
    job = Job("open_self_assessments")
    return sum(open_by(plan, actor=job, at=at) for plan in plans.order_by("year") if at < due_of(plan).closes_at)


@transaction.atomic
def open_by(plan: YearPlan, *, actor: Any, at: dt.datetime) -> int:
    assert plan.self_assessment_opens_on is not None  # noqa: S101  a plan in force has its date (constraint)
    midnight = dt.datetime.combine(plan.self_assessment_opens_on, dt.time(), timezone.get_default_timezone())
    if plan.self_assessment_opened_at is None:
        row = moves.lock(plan)
        row.self_assessment_opened_at = midnight
        row.save(update_fields=["self_assessment_opened_at"])
        record(row, "open", actor=actor, at=midnight, before=row.state, after=row.state)
    return open_titles(plan.measure, plan.year, actor=actor, at=at, opens_at=midnight)


@transaction.atomic
def open_self_assessments(*, year: int, measure: str, actor: Any, at: dt.datetime | None = None) -> int:
    """Open the year for every active city title at `at`, whatever the plan's date: by hand. Returns how many are new."""
    at = at or timezone.now()
    return open_titles(measure, year, actor=actor, at=at, opens_at=at)


def open_titles(measure: str, year: int, *, actor: Any, at: dt.datetime, opens_at: dt.datetime) -> int:
    due = due_in(measure, year)
    titles = Title.objects.filter(
        state=TitleState.ACTIVE, level=Level.CITY, slot__measure=measure, awarded_at__lte=at
    ).exclude(self_assessments__year=year)
    waiting = titles.select_related("station__organisation").order_by("pk")
    return sum(
        open_one(title, year, due, actor=actor, at=min(at, max(opens_at, title.awarded_at))) for title in waiting
    )


def open_one(title: Title, year: int, due: Deadline, *, actor: Any, at: dt.datetime) -> bool:
    """Whether it is new: two sweeps at once make one."""
    assessment, new = SelfAssessment.objects.get_or_create(
        title=title, year=year, defaults={"due_at": due.closes_at, "deadline": due.as_json(), "opened_at": at}
    )
    if not new:
        return False
    record(assessment, "open", actor=actor, at=at, after=assessment.state, facts={"due_at": due.closes_at})
    notify(
        people_of(title.station.organisation),
        at=at,
        key=f"self-assessment:{assessment.pk}:opened",
        subject=f"{year} 年度服务效能自评现在可以填报",
        body=f"{title.station}的年度自评请在{cn_day(due.last_day)}24时前报送。",
        url=assessment.get_absolute_url(),
    )
    return True


def due_of(plan: YearPlan) -> Deadline:
    return due_in(plan.measure, plan.year)


def due_in(measure: str, year: int) -> Deadline:
    """Until when the report of a year is to be filed: the measure's date, and the grace that the year's plan decided."""
    law, plan = measures.load(measure).self_assessment, plan_in_force(measure, year)
    rule = plan.setting("self_assessment_grace") if plan else None
    return due_date(year, law.month, law.day, rule or law.grace_rule, current_calendar())


def settle_deadlines(at: dt.datetime) -> int:
    """Find the date anew where it rested on a year whose schedule was not published: until then it is provisional, and
    nothing advances on it. Returns how many have changed."""
    changed = 0
    for row in SelfAssessment.objects.filter(deadline__provisional=True, state__in=OPEN_STATES).select_related(
        "title__slot"
    ):
        changed += settle_one(row, at)
    return changed


@transaction.atomic
def settle_one(assessment: SelfAssessment, at: dt.datetime) -> bool:
    law = measures.load(assessment.title.slot.measure).self_assessment  # type: ignore[union-attr]  # of a city title
    due = due_date(assessment.year, law.month, law.day, assessment.deadline["rule"], current_calendar())
    if due.provisional:
        return False
    row = moves.lock(assessment)
    row.due_at, row.deadline = due.closes_at, due.as_json()
    row.save(update_fields=["due_at", "deadline"])
    facts = {"due_at": due.closes_at}
    record(row, "settle", actor=Job("settle_deadlines"), at=at, before=row.state, after=row.state, facts=facts)
    return True


# -- Reminders  ----


def remind_due(at: dt.datetime) -> int:
    """Remind of what is owed, 30, 15, 7, 3 and 1 days before its date and when it has passed: each stage once, and of
    stages that a stopped worker has missed only the last. Returns how many reminders went out."""
    soon = at + dt.timedelta(days=STAGES[0])
    owed = of_active_titles(state__in=OWED, due_at__lte=soon)
    sent = 0
    for row in owed.prefetch_related("reminders").order_by("pk"):
        stage = stage_at(row, at)
        if stage and stage not in {reminder.stage for reminder in row.reminders.all()}:
            sent += remind(row, stage)
    return sent


def of_active_titles(**wanted: Any) -> QuerySet[SelfAssessment]:
    """Reports with a settled date. Who has lost the title in the meantime owes none."""
    settled = Q(deadline__provisional=False) | Q(deadline__provisional__isnull=True)  # typed by hand: no working
    return SelfAssessment.objects.filter(settled, title__state=TitleState.ACTIVE, **wanted)


def stage_at(row: SelfAssessment, at: dt.datetime) -> str:
    """The stage that is reached at `at`, "" when there is none; what lies before the opening is passed over."""
    if at >= row.due_at:
        return OVERDUE
    reached = [days for days in STAGES if row.due_at - dt.timedelta(days=days) <= at]
    if not reached or (row.opened_at and instant_of(row, str(reached[-1])) < row.opened_at):
        return ""
    return str(reached[-1])


def instant_of(row: SelfAssessment, stage: str) -> dt.datetime:
    return row.due_at if stage == OVERDUE else row.due_at - dt.timedelta(days=int(stage))


@transaction.atomic
def remind(assessment: SelfAssessment, stage: str) -> bool:
    """Whether the reminder went out: the row of the reminder is what keeps it from going out twice."""
    row = moves.lock(assessment)
    if row.state not in OWED:
        return False
    at, station = instant_of(row, stage), row.title.station
    people = recipients(row)
    _, new = SelfAssessmentReminder.objects.get_or_create(
        assessment=row, stage=stage, defaults={"at": at, "recipients": len(people)}
    )
    if not new:
        return False
    last_day = timezone.localdate(row.due_at - dt.timedelta(seconds=1))
    overdue = stage == OVERDUE
    notify(
        people,
        at=at,
        key=f"self-assessment:{row.pk}:{stage}",
        subject=f"{station} {row.year} 年度自评{'已逾期，请尽快报送' if overdue else f'请在{last_day.month}月{last_day.day}日24时前报送'}",
        body=(
            f"{station}的 {row.year} 年度服务效能自评报送期限是{cn_day(last_day)}24时（办法第十六条）。"
            + ("期限已过，仍未报送；现在报送记为逾期。" if overdue else "请尽快填报并报送。")
        ),
        url=row.get_absolute_url(),
    )
    return True


def recipients(row: SelfAssessment) -> list[User]:
    """The station's people, and where the bureau has decided so the district's staff."""
    station = row.title.station
    people = list(people_of(station.organisation))
    plan = plan_in_force(row.title.slot.measure, row.year)  # type: ignore[union-attr]  # of a city title
    if plan and plan.setting("reminder_in_district"):
        people += list(district_staff(station.supervised_by_id))
    return people


# -- Missing, and returns that nobody answered  ----


@transaction.atomic
def mark_missing(*, at: dt.datetime, actor: Job) -> int:
    """What is not filed when its date has passed is missing, from that date on. Returns how many.

    Nothing follows by itself: whether a title is to be revoked for it (Art 18(4)) is for a person to decide.
    """
    overdue = of_active_titles(state__in=OPEN_STATES, due_at__lte=at)
    found = list(overdue.order_by("due_at", "id"))
    for assessment in found:
        moves.apply(assessment, "miss", actor=actor, at=assessment.due_at, timeliness=Timeliness.MISSING)
    return len(found)


@transaction.atomic
def stand_returns(*, at: dt.datetime, actor: Job) -> int:
    """A returned report that was not filed again by its date stands as it was filed. Returns how many."""
    late = SelfAssessment.objects.filter(state=SelfAssessmentState.RETURNED, return_due_at__lte=at)
    found = list(late.order_by("return_due_at", "id"))
    for assessment in found:
        stand(assessment, actor=actor, at=assessment.return_due_at or at, reason="补充期限已过，没有再次报送。")
    return len(found)


def stand(assessment: SelfAssessment, *, actor: Any, at: dt.datetime, reason: str) -> None:
    move = "stand_late" if assessment.timeliness == Timeliness.LATE else "stand"
    moves.apply(assessment, move, actor=actor, at=at, reason=reason)
