"""The first half of a round: its notice, the applications, what intake makes of them, the self-assessments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

import measures
from config.rehearsal import papers, texts
from config.rehearsal.cast import Site, build
from config.rehearsal.plan import DAY
from config.rehearsal.stage import Stage, strike
from config.rehearsal.stories import Story, act_out, office_hours
from evaluation.actions import application as filing
from evaluation.actions import draft, intake, rounds
from evaluation.models import Application, ApplicationVersion
from measures.queries import current_calendar
from supervision.actions.self_assessment import Typed, attach_report, file_self_assessment, save_items
from supervision.actions.self_assessment_clock import open_self_assessments
from supervision.models import SelfAssessment
from supervision.queries.figures import editable_codes

HOUR = dt.timedelta(hours=1)


def give_notice_of_round(stage: Stage) -> None:
    """A manager drafts the round with every silent setting decided, and publishes it."""
    dates, manager = stage.dates, stage.cast.manager
    round = rounds.draft_round(
        actor=manager,
        at=dates.drafted,
        year=dates.year,
        name=stage.name or f"{dates.year}年度质量基础设施“一站式”服务站评价",
        opens_at=dates.opens,
        closes_at=dates.closes,
        requirements=texts.REQUIREMENTS,
        contact=texts.CONTACT,
        settings=stage.settings,
    )
    rounds.publish_round(round, actor=manager, at=dates.published)
    stage.round = round


def live_through_autumn(stage: Stage, *, until: dt.datetime | None = None) -> None:
    """Everybody applies within the window, each in his or her own way, and titled stations report on their year. With
    `until` the play stops there, in the middle."""
    strike(stage.dates.opens)
    number = stage.sizes.applicants
    stories: list[Story] = [
        applicant(stage, place, stage.endings.get(place) or story_of(place, number)) for place in range(number)
    ]
    stories.append(clock_of(stage))
    if stage.sizes.titled:
        stories += [opener(stage), *reporters(stage)]
    act_out(stories, stage.tick, until=until)


def clock_of(stage: Stage) -> Story:
    """The clock at the close of intake, and every second day thereafter until no return is open."""
    at = yield_at = stage.dates.closes
    while yield_at < stage.dates.review:
        yield yield_at
        strike(at)
        at = yield_at = at + 2 * DAY


# -- Applicants  ----

Ending = Callable[[Stage, Site, Application, dt.datetime], Iterator[dt.datetime]]


def story_of(place: int, number: int) -> Ending:
    """What happens to the applicant at this place: most are accepted, every sixth after a return, and the last few of a
    larger round each meet one of the other endings."""
    special = {
        number - 1: never_submitted,
        number - 2: withdrawn,
        number - 3: refused,
        number - 4: unanswered,
        number - 5: withdrawn_and_back,
    }
    if number >= 10 and place in special:
        return special[place]
    return supplemented if place % 6 == 2 else accepted


def applicant(stage: Stage, place: int, ending: Ending) -> Story:
    dates, number = stage.dates, stage.sizes.applicants
    window = dates.closes - dates.opens
    begun = dates.opens + window * 0.75 * (place + 1) / (number + 2) + HOUR
    yield begun
    weak = stage.random.random() < 0.12
    quality = stage.random.uniform(0.38, 0.5) if weak else stage.random.uniform(0.62, 0.98)
    email = stage.emails.get(place, "")
    site = build(stage.cast, begun, quality=quality, kinds=5 + place % 4, email=email)
    stage.sites.append(site)
    row = draft.start_application(stage.round, site.station, actor=site.owner, at=begun)
    stage.applications.append(row)
    fill_in(stage, site, row, begun + 2 * HOUR)
    yield from ending(stage, site, row, begun + window * 0.2)


def fill_in(stage: Stage, site: Site, row: Application, at: dt.datetime) -> None:
    """The answers, the seven materials, the list of projects."""
    body, owner = site.body, site.owner
    firms = round(40 + body.quality * 260)
    draft.save_answers(
        row,
        actor=owner,
        at=at,
        version=0,
        statement=texts.statement(body),
        systems="建立了岗位责任、服务流程、档案管理、收费公示和投诉处理等制度，并按年评审。",
        finance="近三年经营正常，财务状况良好，无重大债务。",
        credit_checked_on=at.date() - DAY,
        not_dishonest=True,
        place=f"服务场所位于{body.address}，面积{round(120 + body.quality * 400)}平方米，配备检测和办公设备。",
        recognition=f"连续两年获{body.field}产业链重点企业书面好评。",
        firms_last_year=firms,
        firms_year_before=round(firms * 0.85),
        growth_note="新增线上受理渠道，服务企业数稳步增长。",
        declared_by=body.owner,
        declared=True,
    )
    for material in measures.load(stage.round.measure).materials:
        draft.add_material(row, material.code, papers.pdf(material.code), actor=owner, at=at)
    kinds = [kind.code for kind in measures.load(stage.round.measure).service_kinds]
    year = stage.dates.year
    projects = [
        {
            "year": year - back,
            "name": f"{body.field}企业质量提升项目（第{back + 1}期）",
            "client": f"{body.field}产业链企业{back + 3}家",
            "kind": kinds[(body.number + back) % len(kinds)],
            "outcome": "形成作业指导书，一次检验合格率提高",
            "recognised_by": "",
        }
        for back in range(3)
    ]
    draft.replace_projects(row, projects, actor=owner, at=at)


def looked_at(stage: Stage, site: Site, at: dt.datetime) -> dt.datetime:
    """When intake gets to it: two days later, in office hours."""
    return office_hours(at + 2 * DAY + (site.body.number % 7) * HOUR / 7, current_calendar())


def judge(stage: Stage, row: Application, at: dt.datetime) -> None:
    version = ApplicationVersion.objects.filter(application=row).latest("number")
    for material in measures.load(stage.round.measure).materials:
        intake.judge_material(version, material.code, "complete", actor=stage.cast.intake, at=at)


def accepted(stage: Stage, site: Site, row: Application, at: dt.datetime) -> Story:
    yield at
    filing.submit_application(row, actor=site.owner, at=at)
    at = looked_at(stage, site, at)
    yield at
    judge(stage, row, at)
    intake.accept_application(row, actor=stage.cast.intake, at=at)


def returned(stage: Stage, site: Site, row: Application, at: dt.datetime) -> Iterator[dt.datetime]:
    """Submitted, and sent back for one named material. The last instant is that of the return."""
    yield at
    filing.submit_application(row, actor=site.owner, at=at)
    at = looked_at(stage, site, at)
    yield at
    code, reason = texts.RETURNS[site.body.number % len(texts.RETURNS)]
    items = [{"code": code, "reason": reason}]
    intake.return_application(row, items=items, actor=stage.cast.intake, at=at)


def supplemented(stage: Stage, site: Site, row: Application, at: dt.datetime) -> Story:
    yield from returned(stage, site, row, at)
    at = looked_at(stage, site, at) + 2 * DAY
    yield at
    code, _ = texts.RETURNS[site.body.number % len(texts.RETURNS)]
    draft.add_material(row, code, papers.pdf("supplement"), actor=site.owner, at=at)
    filing.supplement_application(row, actor=site.owner, at=at)
    at = looked_at(stage, site, at)
    yield at
    judge(stage, row, at)
    intake.accept_application(row, actor=stage.cast.intake, at=at)


def unanswered(stage: Stage, site: Site, row: Application, at: dt.datetime) -> Story:
    """Nobody answers the return: the clock lapses it."""
    yield from returned(stage, site, row, at)


def refused(stage: Stage, site: Site, row: Application, at: dt.datetime) -> Story:
    yield at
    filing.submit_application(row, actor=site.owner, at=at)
    at = looked_at(stage, site, at)
    yield at
    intake.not_accept_application(row, reason=texts.NOT_ACCEPTED, actor=stage.cast.intake, at=at)


def withdrawn(stage: Stage, site: Site, row: Application, at: dt.datetime) -> Story:
    yield at
    filing.submit_application(row, actor=site.owner, at=at)
    at += DAY
    yield at
    filing.withdraw_application(row, actor=site.owner, at=at, reason=texts.WITHDRAWN)


def withdrawn_and_back(stage: Stage, site: Site, row: Application, at: dt.datetime) -> Story:
    yield from withdrawn(stage, site, row, at)
    at += DAY + 3 * HOUR
    yield at
    filing.resume_application(row, actor=site.owner, at=at)
    yield from accepted(stage, site, row, at + HOUR)


def never_submitted(stage: Stage, site: Site, row: Application, at: dt.datetime) -> Story:
    """A draft that the close of intake finds unfinished."""
    yield at


# -- Titled stations  ----


def opener(stage: Stage) -> Story:
    """Where no plan of the year is in force, by which the clock would do it, a manager opens the self-assessments."""
    yield stage.dates.assessments
    strike(stage.dates.assessments)
    open_self_assessments(
        year=stage.dates.year, measure=stage.round.measure, actor=stage.cast.manager, at=stage.dates.assessments
    )


def reporters(stage: Stage) -> list[Story]:
    """Titled stations report on their year, spread over October; one only after its date, where there is time for it, and
    some never."""
    sites = stage.cast.titled
    return [reporter(stage, site, place, len(sites)) for place, site in enumerate(sites)]


def reporter(stage: Stage, site: Site, place: int, of: int) -> Story:
    yield stage.dates.assessments + HOUR
    row = SelfAssessment.objects.get(title__station=site.station, year=stage.dates.year)
    if of - 1 - stage.unreported <= place < of - 1:
        yield row.due_at
        strike(row.due_at)  # never: the clock finds it missing
        return
    at = stage.dates.filed(place, of)
    late = row.due_at + 30 * HOUR
    if of > 3 and place == of - 1 and late < stage.dates.review:
        yield row.due_at
        strike(row.due_at)
        at = late
    yield at
    save_items(row, actor=site.owner, at=at, items=said(site, row))
    attach_report(row, papers.pdf("report"), actor=site.owner, at=at)
    file_self_assessment(row, actor=site.owner, at=at + HOUR)


def said(site: Site, row: SelfAssessment) -> dict[str, Typed]:
    """What the station says of itself: text by part, points near full, figures as good as the station is."""
    measure = measures.load(row.title.slot.measure)  # type: ignore[union-attr]  # of a city title
    words, typed_codes = texts.narrative(site.body, row.year), editable_codes(measure)
    share = Decimal(str(round(0.5 + site.body.quality / 2, 2)))
    return {
        indicator.code: Typed(
            own_score=(indicator.points * share * 2).to_integral_value() / 2,
            narrative=words[indicator.dimension],
            figures={
                threshold.code: (threshold.value * (share + Decimal("0.35"))).to_integral_value()
                for threshold in typed_codes.get(indicator.code, [])
            },
        )
        for indicator in measure.indicators
    }
