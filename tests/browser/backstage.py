"""What a walk is not about, done through the actions that the screens call, at the instant the walk is at.

Also the two things that nobody clicks: the sweep of every minute, and the worker at the queue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from config.clockwork import run_clockwork
from evaluation.actions import application as filing
from evaluation.actions import intake, panel, pool, rounds, sheets
from evaluation.models import Application, Expert, Round, ScoreSheet
from evaluation.tasks import rank
from ledger.models import LongJob
from stations.models import Station
from supervision.actions.self_assessment import attach_report, file_self_assessment, save_items
from supervision.models import SelfAssessment
from tests.browser.cast import Cast
from tests.browser.walk import SHANGHAI, Walk
from tests.evaluation.dossiers import WUHAN, fill_in, upload
from tests.evaluation.panel_cast import full_marks
from tests.evaluation.scene import SETTINGS
from tests.factories import make_title
from tests.supervision.reports import everything

OPENS = dt.datetime(2026, 11, 2, 9, tzinfo=SHANGHAI)
CLOSES = dt.datetime(2026, 11, 21, tzinfo=SHANGHAI)


def sweep() -> None:
    """What a beat does every minute."""
    done = run_clockwork(timezone.now())
    assert done, "another process holds the clockwork"
    assert None not in done.values(), done


def work() -> None:
    """What a worker does: the rankings that wait in the queue."""
    for job in LongJob.objects.filter(state=LongJob.State.WAITING):
        rank(job.pk)


def open_round(walk: Walk, cast: Cast, **settings: str) -> Round:
    """A round of 2026, published on 20 October and opened on 2 November, which it is afterwards."""
    walk.at(2026, 10, 20, 9, 30)
    manager = cast.zhao.user
    evaluation = rounds.draft_round(
        actor=manager,
        settings={**SETTINGS, **settings},
        name="2026年度质量服务站评价",
        year=2026,
        opens_at=OPENS,
        closes_at=CLOSES,
        contact="质量发展处 027-85612345",
    )
    rounds.publish_round(evaluation, actor=manager, document_number="武市监〔2026〕42号")
    walk.at(2026, 11, 2, 9, 1)
    sweep()
    evaluation.refresh_from_db()
    return evaluation


def submit(evaluation: Round, station: Station, owner: User) -> Application:
    """An application with everything in it, submitted."""
    application = fill_in(evaluation, station, owner, timezone.now())
    filing.submit_application(application, actor=owner)
    application.refresh_from_db()
    return application


def accept(application: Application, clerk: User) -> None:
    """Every material found complete, and accepted."""
    version = application.versions.latest("number")
    for material in WUHAN.materials:
        intake.judge_material(version, material.code, "complete", actor=clerk)
    intake.accept_application(application, actor=clerk)


def report(assessment: SelfAssessment, owner: User) -> None:
    """A self-assessment written and filed."""
    save_items(assessment, actor=owner, items=everything("本年度按要求完成。"))
    attach_report(assessment, upload("评估报告.pdf"), actor=owner)
    file_self_assessment(assessment, actor=owner)


def others_hold(number: int) -> None:
    """So many of the fifty places are taken by stations that take no part in the walk."""
    for _ in range(number):
        make_title(awarded_at=dt.datetime(2025, 12, 9, tzinfo=SHANGHAI))


def begin_review(walk: Walk, cast: Cast, evaluation: Round) -> None:
    """Intake closes by the clock; on the Monday after it the review begins."""
    walk.at(2026, 11, 21, 0, 1)
    sweep()
    walk.at(2026, 11, 23, 9, 0)
    evaluation.refresh_from_db()
    rounds.begin_review(evaluation, actor=cast.zhao.user)
    evaluation.refresh_from_db()


def register_experts(cast: Cast) -> list[Expert]:
    return [
        pool.register_expert(
            actor=cast.zhao.user,
            email=person.user.email,
            name=person.user.name,
            employer=f"武汉{place}质量研究院",
            position="教授级高工",
            fields=["metrology", "standards"],
        )
        for place, person in zip("甲乙丙", cast.experts, strict=True)
    ]


def give_out(cast: Cast, evaluation: Round, experts: Sequence[Expert]) -> list[ScoreSheet]:
    """Every entry to every one of these experts."""
    pairs = [(entry.pk, expert.pk) for entry in evaluation.entries.all() for expert in experts]
    return panel.confirm_assignment(
        evaluation, pairs, actor=cast.zhao.user, due_at=timezone.now() + dt.timedelta(days=5)
    )


def mark(sheet: ScoreSheet, marks: Mapping[str, tuple[Decimal, str]]) -> None:
    """The expert, past the gate, marks and hands in."""
    sheets.save_scores(sheet, actor=sheet.expert.user, scores=marks)
    sheets.submit_sheet(sheet, actor=sheet.expert.user)


def score_all(cast: Cast, evaluation: Round, points: Mapping[Station, Mapping[str, str]]) -> None:
    """Three experts mark every entry alike, by its station; then the sheets are locked."""
    made = give_out(cast, evaluation, register_experts(cast))
    for sheet in made:
        sheets.declare_clear(sheet, actor=sheet.expert.user)
        mark(sheet, full_marks(sheet, **points[sheet.entry.station]))
    sheets.lock_sheets(evaluation, actor=cast.zhao.user)
