"""The yearly self-assessment (Art 16): opened, written, filed in time or late, or missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

import measures
from accounts.actions import notify
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from ledger.models import StoredFile
from measures.periods import due_date
from measures.queries import current_calendar
from measures.words import cn_day
from stations.models import Title
from stations.queries.members import people_of
from stations.states import Level, TitleState
from supervision.models import SelfAssessment
from supervision.states.self_assessment import SelfAssessmentState

MAX_TEXT = 5000
WRITABLE = {SelfAssessmentState.DUE, SelfAssessmentState.DRAFT, SelfAssessmentState.MISSING}


@transaction.atomic
def open_self_assessments(*, year: int, measure: str, actor: Any, at: dt.datetime | None = None) -> int:
    """Every active city title gets its self-assessment of the year, due on the measure's date. Returns how many are new.

    The due instant is that of the calendar known now; a day of rest at the end gives grace as the measure's file says.
    """
    at = at or timezone.now()
    law = measures.load(measure).self_assessment
    due = due_date(year, law.month, law.day, law.grace_rule, current_calendar())
    titles = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY, slot__measure=measure)
    opened = 0
    for title in titles.exclude(self_assessments__year=year).select_related("station__organisation"):
        assessment = SelfAssessment.objects.create(title=title, year=year, due_at=due.closes_at)
        record(assessment, "open", actor=actor, at=at, after=assessment.state)
        notify(
            people_of(title.station.organisation),
            at=at,
            key=f"self-assessment:{assessment.pk}:opened",
            subject=f"{year} 年度服务效能自评现在可以填报",
            body=f"{title.station}的年度自评请在{cn_day(due.last_day)}24时前报送。",
            url=f"/self-assessments/{assessment.pk}/",
        )
        opened += 1
    return opened


@transaction.atomic
def save_part(
    assessment: SelfAssessment, *, actor: Any, at: dt.datetime | None = None, dimension: str, text: str
) -> SelfAssessment:
    """Keep one of the four parts as it is typed. Parts are saved apart, so two people do not undo each other's work.

    Raises Refused: `not_allowed`, `wrong_state`, `too_long`.
    """
    row = writable(assessment, actor)
    if len(text) > MAX_TEXT:
        raise Refused("too_long", f"内容超过 {MAX_TEXT} 字，请删减后再保存。", field=dimension)
    begin(row, actor, at or timezone.now())
    row.narrative = {**row.narrative, dimension: text}
    row.version += 1
    row.save(update_fields=["narrative", "version"])
    return row


@transaction.atomic
def attach_report(
    assessment: SelfAssessment, upload: UploadedFile | StoredFile, *, actor: Any, at: dt.datetime | None = None
) -> SelfAssessment:
    """Put the evaluation report (PDF) into the self-assessment; a new one takes the place of the old.

    Raises Refused as `save_part`, and what an upload raises.
    """
    at = at or timezone.now()
    row = writable(assessment, actor)
    begin(row, actor, at)
    row.report = upload if isinstance(upload, StoredFile) else store_upload(upload, actor=actor, at=at, kinds=("pdf",))
    row.version += 1
    row.save(update_fields=["report", "version"])
    return row


@transaction.atomic
def file_self_assessment(assessment: SelfAssessment, *, actor: Any, at: dt.datetime | None = None) -> SelfAssessment:
    """File the report with the bureau: in time until `due_at`, late from then on. Filing twice changes nothing.

    Raises Refused: `not_allowed`, `incomplete` naming the parts that are empty.
    """
    at = at or timezone.now()
    row = moves.lock(assessment)
    if row.state in {SelfAssessmentState.FILED, SelfAssessmentState.FILED_LATE}:
        return row
    missing = missing_parts(row)
    if missing:
        raise Refused("incomplete", f"还不能报送，请先补充：{'、'.join(missing)}。")
    move = "file" if at < row.due_at and row.state != SelfAssessmentState.MISSING else "file_late"
    moves.apply(row, move, actor=actor, at=at, filed_at=at)
    return row


@transaction.atomic
def mark_missing(*, at: dt.datetime, actor: Job) -> int:
    """What is not filed when its date has passed is missing. Returns how many."""
    open_states = [SelfAssessmentState.DUE, SelfAssessmentState.DRAFT]
    overdue = list(SelfAssessment.objects.filter(state__in=open_states, due_at__lte=at).order_by("id"))
    for assessment in overdue:
        moves.apply(assessment, "miss", actor=actor, at=at)
    return len(overdue)


def missing_parts(assessment: SelfAssessment) -> list[str]:
    """Chinese names of what still lacks: parts without text, the report."""
    law = measures.load(assessment.title.slot.measure)  # type: ignore[union-attr]  # of a city title: it has a slot
    lacking = [part.name for part in law.dimensions if not assessment.narrative.get(part.code, "").strip()]
    return lacking if assessment.report_id else [*lacking, "评估报告（PDF）"]


def writable(assessment: SelfAssessment, actor: Any) -> SelfAssessment:
    """The locked row, if `actor` may write it now."""
    row = moves.lock(assessment)
    moves.check_permission(SelfAssessment.MOVES["file"], actor, row)
    if row.state not in WRITABLE:
        raise Refused("wrong_state", "自评报告已经报送，不能再修改。如需更正，请联系市市场监管局。")
    return row


def begin(row: SelfAssessment, actor: Any, at: dt.datetime) -> None:
    if row.state == SelfAssessmentState.DUE:
        moves.apply(row, "begin", actor=actor, at=at)
