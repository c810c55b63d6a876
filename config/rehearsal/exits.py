"""How titles end between two rounds: one is revoked for a missing report, a like case is dropped, one is given up."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from accounts.models import User
from config.rehearsal import papers
from config.rehearsal.cast import Cast, Site, keep_holders
from config.rehearsal.plan import DAY, clock
from config.rehearsal.stage import strike
from funding.actions.grant import record_repayment, recover_grant
from funding.models import Grant
from funding.states.grant import GrantState
from ledger.files import store_upload
from stations.models import Title
from stations.states import TitleState
from supervision.actions import departure, revocation
from supervision.models import RevocationCase
from supervision.queries.self_assessment import missing_self_assessments
from supervision.states.revocation import DepartureKind, ServiceMethod

HOUR = dt.timedelta(hours=1)
GROUND = "report_missing"


def end_titles(cast: Cast, year: int) -> None:
    """In March, on the reports that were missing last year: the first station loses its title, the second keeps it
    (可以). In April another one gives its title up."""
    held = Title.objects.filter(state=TitleState.ACTIVE)
    reports = [report for report in missing_self_assessments(settings.MEASURE) if report.year == year - 1]
    missing = [report.title for report in sorted(reports, key=lambda one: one.pk) if held.filter(pk=report.title_id)]
    at = clock(dt.date(year, 3, 2), 10)
    for place, title in enumerate(missing):
        case = notified(cast, title, year, place, at + place * DAY)
        if place == 0:
            revoke(cast, case, year)
            ask_back(cast, title, case)
        else:
            answered_and_dropped(cast, case)
    if missing:
        give_up(cast, year, clock(dt.date(year, 4, 8), 10))
    keep_holders(cast)


def notified(cast: Cast, title: Title, year: int, place: int, at: dt.datetime) -> RevocationCase:
    case = revocation.open_case(
        title,
        actor=cast.intake,
        at=at,
        grounds=[GROUND],
        facts=f"{year - 1}年度服务效能评估报告至今没有报送。",
        evidence=[store_upload(papers.pdf("evidence"), actor=cast.intake, at=at)],
    )
    revocation.draw_notice(case, actor=cast.intake, at=at + HOUR, document_number=f"武市监演告〔{year}〕{place + 1}号")
    return revocation.serve_notice(
        case,
        actor=cast.intake,
        at=at + 5 * HOUR,
        how=ServiceMethod.IN_PERSON,
        served_at=at + 4 * HOUR,
        served_to="站长",
    )


def revoke(cast: Cast, case: RevocationCase, year: int) -> None:
    """Nobody answers: the clock ends the period; proposed by one, approved by another, served, executed."""
    due = case.statement_due_at
    assert due is not None  # noqa: S101 - it was notified
    strike(due)
    at = due + 10 * HOUR
    revocation.propose_revocation(
        case, actor=cast.manager, at=at, proposal="逾期未报送，期限内没有陈述申辩，建议撤销。"
    )
    revocation.approve_revocation(case, actor=cast.leader, at=at + HOUR)
    revocation.draw_decision(case, actor=cast.intake, at=at + 2 * HOUR, document_number=f"武市监演撤〔{year}〕1号")
    revocation.serve_decision(
        case,
        actor=cast.intake,
        at=at + DAY,
        how=ServiceMethod.POST,
        served_at=at + DAY - HOUR,
        served_to="",
    )
    revocation.execute_revocation(case, actor=cast.leader, at=at + DAY + HOUR)


def ask_back(cast: Cast, title: Title, case: RevocationCase) -> None:
    """What the revoked station was paid is asked back, and comes back."""
    at = case.opened_at + 30 * DAY
    paid = Grant.objects.filter(entitlement__title=title, state__in=[GrantState.PAID, GrantState.RECONCILED])
    for grant in paid.order_by("pk"):
        recover_grant(grant, actor=cast.manager, at=at, reason="称号已撤销。")
        record_repayment(
            grant,
            actor=cast.staff["finance"],
            at=at + 20 * DAY,
            repaid_on=(at + 19 * DAY).date(),
            reference=f"TH{case.number}",
        )


def answered_and_dropped(cast: Cast, case: RevocationCase) -> None:
    """The station answers in time that it has made up for it; the case ends without revocation."""
    owner = owner_of(cast, case.title)
    at = case.opened_at + 2 * DAY
    revocation.hear_statement(case, actor=owner, at=at, text="报告因人员交接漏报，已经补充整理，请求从宽处理。")
    revocation.drop_case(case, actor=cast.manager, at=at + DAY, reason="首次漏报，已经说明原因并改正，不予撤销。")


def owner_of(cast: Cast, title: Title) -> User:
    return next(site.owner for site in cast.titled if site.station.pk == title.station_id)


def give_up(cast: Cast, year: int, at: dt.datetime) -> None:
    """The station at the third place from the end wants to go: its owner asks, the leader confirms."""
    active = set(Title.objects.filter(state=TitleState.ACTIVE).values_list("station", flat=True))
    site: Site = [site for site in cast.titled if site.station.pk in active][-3]
    title = Title.objects.get(station=site.station, state=TitleState.ACTIVE)
    asked = departure.ask_departure(
        title,
        kind=DepartureKind.GIVE_UP,
        reason="业务调整，不再对外提供一站式服务。",
        statement=store_upload(papers.pdf("evidence"), actor=site.owner, at=at),
        actor=site.owner,
        at=at,
    )
    departure.confirm_departure(asked, document_number=f"武市监演终〔{year}〕1号", actor=cast.leader, at=at + DAY)
