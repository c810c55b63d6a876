"""The data of `make run`: a finished round, one in public notice, one with its experts, one in intake, and accounts to
look at them. Every account finds something to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TextIO

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.actions import set_second_factor
from accounts.actions.messages import silence_outbox
from accounts.models import User
from config.local.code import SECRET
from config.rehearsal import cast as casting
from config.rehearsal import demo_services, demo_year, intake, outcome, panel, play, review, texts
from config.rehearsal.cast import JOB, Cast, make_person
from config.rehearsal.plan import DAY, SETTINGS, Dates, Sizes, clock
from config.rehearsal.play import Bar, stage_of
from config.rehearsal.stage import Stage
from config.rehearsal.years import carry_over
from evaluation.actions import award, objections
from evaluation.models import Objection
from evaluation.states import ObjectionState
from ledger.queue import hush
from ledger.sealing import seal_due
from measures.periods import SHANGHAI, deadline
from measures.queries import current_calendar
from stations.actions.members import accept_invitation, invite_member
from supervision.actions.self_assessment_clock import open_self_assessments

SEED = 7
PASSWORD = "wuhan-demo-2026"  # noqa: S105 - printed at every start: the demo is for one's own machine
FINISHED = Sizes(titled=46, applicants=14, experts=12, objections=3, sheets=3)
IN_NOTICE = Sizes(titled=46, applicants=12, experts=12, objections=3, sheets=3)
RETAINED = 1  # the objection that outcome.KINDS says is about a title that is kept: it is settled long after the others
IN_REVIEW = Sizes(titled=0, applicants=5, experts=12, objections=0, sheets=3)
IN_INTAKE = Sizes(titled=0, applicants=14, experts=12, objections=0, sheets=3)


@dataclass(frozen=True)
class Account:
    """One line of the list that is printed. `coded`: signs in with a second factor."""

    email: str
    who: str
    coded: bool = True


ACCOUNTS = (
    Account("intake@example.com", "受理人员"),
    Account("manager@example.com", "评价管理人员（拟办）"),
    Account("leader@example.com", "审批负责人（批准）"),
    Account("district@example.com", "区局人员（武昌区）"),
    Account("auditor@example.com", "审计人员"),
    Account("finance@example.com", "财务人员"),
    Account("system@example.com", "系统管理员"),
    Account("security@example.com", "安全管理员"),
    Account("audit@example.com", "审计管理员"),
    Account("applicant@example.com", "申报单位管理员（有一件待补正）", coded=False),
    Account("colleague@example.com", "同一申报单位的经办人", coded=False),
    Account("titled@example.com", "已授牌服务站的建设主体", coded=False),
    Account("expert01@example.com", "评审专家（评审组长）"),
    Account("expert02@example.com", "评审专家"),
    Account("institution@example.com", "第三方评估机构"),
)


@transaction.atomic
def make_demo(now: dt.datetime, stream: TextIO | None = None) -> Bar:
    """All of it or nothing; an interrupted start begins anew. `now` is when the visitor comes. Raises Failed, Refused."""
    play.refuse_full_database()
    running = running_dates(now)
    last = Dates.of_year(running.year - 1)
    coming = Dates(running.year + 1, timezone.localdate(now, SHANGHAI) + 68 * DAY)
    reviewing = Dates(last.year, timezone.localdate(now, SHANGHAI) + 12 * DAY)
    bar = Bar(sum(map(play.steps, (FINISHED, IN_NOTICE, IN_REVIEW, IN_INTAKE))), stream)
    with hush(), bar.shown():
        founded = last.before(200)
        cast = casting.hire(SEED, founded, password=PASSWORD)
        play.found_the_house(cast, FINISHED, last, bar, founded + DAY, emails={3: "titled@example.com"})
        finished = stage_of(cast, FINISHED, last, SEED, bar.tick)
        finished.unsettled = frozenset({RETAINED})
        play.play_to_notice(finished, bar)
        play.play_to_end(finished, bar)
        carry_over(finished)
        show_results(stage_of(cast, IN_NOTICE, running, SEED, bar.tick), bar, now)
        let_experts_work(stage_of(cast, IN_REVIEW, reviewing, SEED, bar.tick), bar, now)
        bar.phase("conclusion", lambda: settle_late(finished, now))
        take_in(stage_of(cast, IN_INTAKE, coming, SEED, bar.tick, return_days="10"), bar, now)
        bar.phase("year plan", lambda: demo_year.plan_the_year(finished, now))
        bar.phase("supervision", lambda: demo_year.look_into_things(finished, now))
        bar.phase("money", lambda: demo_year.pay_out(finished, now))
        bar.phase("services", lambda: demo_services.serve_companies(finished, now))
        hand_out_keys()
        silence_outbox(actor=JOB)
        bar.phase("seal", lambda: seal_due(now))
    return bar


def running_dates(now: dt.datetime) -> Dates:
    """The round whose results went into public notice two days ago, or on the working day before that. Until October the
    round of last year is the one that is under way. Where the end of that window cannot be known yet, for want of the
    next year's schedule, it is the last round that can be: its notice is over then."""
    calendar, today = current_calendar(), timezone.localdate(now, SHANGHAI)
    day = today - 2 * DAY
    while not calendar.day(day).working:
        day -= DAY
    year = today.year if today.month >= 11 else today.year - 1
    if deadline(clock(day, 9), 5, SETTINGS["day_rule"], calendar).provisional:
        return Dates.of_year(min(year, max(calendar.published)))
    return Dates(year, day)


def show_results(stage: Stage, bar: Bar, now: dt.datetime) -> None:
    """A round up to its public notice, with objections as far as they have come by now."""
    play.play_to_notice(stage, bar)
    bar.phase("objections", lambda: outcome.object_to_it(stage, until=now))


def let_experts_work(stage: Stage, bar: Bar, now: dt.datetime) -> None:
    """A second round of the year before, for new stations only, whose experts are half way through."""
    stage.name = f"{stage.dates.year}年度质量基础设施“一站式”服务站补充评价"
    bar.phase("notice", lambda: intake.give_notice_of_round(stage))
    bar.phase("applications", lambda: intake.live_through_autumn(stage))
    paper = f"委托-{stage.dates.year}-02"
    bar.phase("assignment", lambda: panel.begin_review(stage, review.everybody_in_turn, paper))
    bar.phase("scoring", lambda: review.work_on_sheets(stage, until=now))


def settle_late(stage: Stage, now: dt.datetime) -> None:
    """What was held back by a lawsuit is answered at last; the conclusion on it waits for the leader."""
    manager = stage.cast.manager
    late = Objection.objects.get(notice=stage.notice, state=ObjectionState.INVESTIGATING)
    objections.decide_objection(late, actor=manager, upheld=False, text=texts.FINDING_AFTER_COURT, at=now - 4 * DAY)
    objections.answer_objection(late, actor=manager, answer=texts.ANSWERS["rejected"], at=now - 3 * DAY)
    award.propose_conclusion(
        stage.round, actor=manager, at=now - DAY, document_number=f"武市监演〔{stage.dates.year}〕2号"
    )


def take_in(stage: Stage, bar: Bar, now: dt.datetime) -> None:
    """A round that takes applications now; one of them waits for what it was asked to supply."""
    stage.emails[0] = "applicant@example.com"
    stage.endings[0] = intake.unanswered
    bar.phase("notice", lambda: intake.give_notice_of_round(stage))
    bar.phase("applications", lambda: intake.live_through_autumn(stage, until=now))
    opened = now - 2 * DAY
    open_self_assessments(year=stage.dates.year, measure=stage.round.measure, actor=stage.cast.manager, at=opened)
    invite_colleague(stage.cast, stage, now - 3 * DAY)


def invite_colleague(cast: Cast, stage: Stage, at: dt.datetime) -> None:
    site = next(site for site in stage.sites if site.owner.email == "applicant@example.com")
    colleague = make_person("colleague@example.com", cast.names.person())
    invitation = invite_member(site.station.organisation, email=colleague.email, actor=site.owner, at=at)
    accept_invitation(invitation, actor=colleague, at=at + DAY)


def hand_out_keys() -> None:
    """One password and one secret of the second factor for every account that is printed."""
    for account in ACCOUNTS:
        user = User.objects.get(email=account.email)
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
        address.verified = True
        address.save()
        if account.coded:
            set_second_factor(user, SECRET, actor=JOB)


def accounts_text() -> str:
    """What is printed at each start, of the accounts that are there."""
    there = set(User.objects.filter(email__in=[account.email for account in ACCOUNTS]).values_list("email", flat=True))
    shown = [account for account in ACCOUNTS if account.email in there]
    if not shown:
        return ""
    lines = ["", f"  演示账号，密码都是 {PASSWORD}", ""]
    lines += [f"    {account.email:<26}{'*' if account.coded else ' '} {account.who}" for account in shown]
    lines += [
        "",
        "  带 * 的登录时还要输入六位动态码（两步验证），取码：make code",
        f"  也可以在手机验证器里手工添加密钥 {SECRET}",
        "",
    ]
    return "\n".join(lines) + "\n"
