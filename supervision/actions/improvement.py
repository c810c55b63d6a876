"""Improvement (整改): asked for item by item, answered by the station, accepted or sent back by somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from ledger import moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from measures.periods import SHANGHAI
from measures.words import cn_day, cn_instant
from stations.models import Station
from stations.queries.members import people_of
from supervision.models import Complaint, ImprovementItem, ImprovementPlan, Inspection, SelfAssessment
from supervision.queries.improvement import judges_of, usual_deadline
from supervision.states.improvement import OWED, SETTLED, ImprovementState, Source
from supervision.states.inspection import InspectionState

MOST_ITEMS = 30
MOST_FILES = 10


@dataclass(frozen=True)
class Origin:
    """Whence a plan follows. `round_number` and `text` are given by the caller: rounds stand above this app."""

    source: Source
    text: str
    inspection: Inspection | None = None
    self_assessment: SelfAssessment | None = None
    complaint: Complaint | None = None
    round_number: int | None = None


@dataclass(frozen=True)
class Asked:
    """One thing to be put right. Without a day it is due after the days that the bureau decided for the year."""

    what: str
    due_on: dt.date | None = None
    indicator: str = ""


def from_inspection(inspection: Inspection) -> Origin:
    return Origin(Source.INSPECTION, str(inspection.plan), inspection=inspection)


def from_self_assessment(assessment: SelfAssessment) -> Origin:
    return Origin(Source.SELF_ASSESSMENT, f"{assessment.year} 年度自评", self_assessment=assessment)


def from_complaint(complaint: Complaint) -> Origin:
    """What the station reads of it is that something was found, and when: neither the complaint nor who complained."""
    return Origin(Source.COMPLAINT, f"{cn_day(timezone.localdate())}的核查结论", complaint=complaint)


@transaction.atomic
def issue_improvement(
    station: Station,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    measure: str,
    origin: Origin,
    items: Sequence[Asked],
    note: str = "",
) -> ImprovementPlan:
    """Ask a station for improvement, and tell it. From an inspection, the inspection is followed up by it.

    Raises Refused: `not_allowed`, `no_items`, `too_many_items`, `what_missing`, `due_past`, `plan_missing` when a day is
    left out and the bureau has not decided how many there are, `inspection_not_recorded`.
    """
    at = at or timezone.now()
    moves.require(actor, "supervision.issue_improvement", "提出整改", station)
    if not items:
        raise Refused("no_items", "请至少填写一项整改要求。")
    if len(items) > MOST_ITEMS:
        raise Refused("too_many_items", f"一次最多提出{MOST_ITEMS}项整改，请合并或者分次提出。")
    plan = ImprovementPlan.objects.create(
        station=station,
        source=origin.source,
        source_text=origin.text,
        inspection=origin.inspection,
        self_assessment=origin.self_assessment,
        complaint=origin.complaint,
        round_number=origin.round_number,
        note=note.strip(),
        issued_by=actor,
        issued_at=at,
    )
    record(plan, "issue", actor=actor, at=at, after=plan.state, facts={"source": origin.source, "items": len(items)})
    for position, asked in enumerate(items, start=1):
        add_item(plan, position, asked, actor=actor, at=at, measure=measure)
    follow_up(origin.inspection, actor=actor, at=at)
    first = min(item.due_at for item in plan.items.all())
    notify(
        people_of(station.organisation),
        at=at,
        key=f"improvement:{plan.pk}:issued",
        subject=f"整改通知：{station}",
        body=f"根据{origin.text}，请完成{len(items)}项整改，最早一项的期限是{cn_instant(first)}。完成后逐项报送整改情况和证明材料。",
        url=plan.get_absolute_url(),
    )
    return plan


def follow_up(inspection: Inspection | None, *, actor: Any, at: dt.datetime) -> None:
    """The inspection from which improvement is asked is followed up; asked again from it, it is so already."""
    if inspection is None:
        return
    row = moves.lock(inspection)
    if row.state not in (InspectionState.RECORDED, InspectionState.FOLLOWED_UP):
        raise Refused("inspection_not_recorded", f"本次检查现在是「{row.get_state_display()}」，不能据此提出整改。")
    if row.state == InspectionState.RECORDED:
        moves.apply(row, "follow_up", actor=actor, at=at)


def add_item(
    plan: ImprovementPlan, position: int, asked: Asked, *, actor: Any, at: dt.datetime, measure: str
) -> ImprovementItem:
    if not asked.what.strip():
        raise Refused("what_missing", f"请填写第{position}项的整改要求。", field=f"what_{position}")
    if asked.due_on is None:
        counted = usual_deadline(measure, at)
        due_at, working = counted.closes_at, counted.as_json()
    else:
        due_at, working = end_of(asked.due_on), {}
        if due_at <= at:
            raise Refused("due_past", f"第{position}项的期限已经过去，请选将来的日期。", field=f"due_{position}")
    item = ImprovementItem.objects.create(
        plan=plan,
        position=position,
        indicator=asked.indicator,
        what=asked.what.strip(),
        due_at=due_at,
        deadline=working,
    )
    facts = {"what": item.what, "due_at": due_at.isoformat(), "counted": bool(working)}
    record(item, "ask", actor=actor, at=at, after=item.state, facts=facts)
    return item


def end_of(day: dt.date) -> dt.datetime:
    """24:00 of the day."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), SHANGHAI)


@transaction.atomic
def submit_item(
    item: ImprovementItem,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    report: str,
    evidence: Iterable[UploadedFile] = (),
) -> ImprovementItem:
    """The station says what it has done, with files; those of an earlier answer stay. Also after the due day: late is
    better than not, and is seen.

    Raises Refused: `not_allowed`, `wrong_state`, `report_missing`, `evidence_missing`, `too_many_files`, and what
    `store_upload` raises.
    """
    at = at or timezone.now()
    row = moves.lock(item)
    moves.check(ImprovementItem.MOVES["submit"], actor, row, "")
    files = list(evidence)
    if not report.strip():
        raise Refused("report_missing", "请写明采取了哪些措施、结果怎样。", field="report")
    have = row.evidence.count()
    if not files and not have:
        raise Refused("evidence_missing", "请上传至少一份证明材料，例如照片、记录或者制度文件。", field="evidence")
    if have + len(files) > MOST_FILES:
        raise Refused("too_many_files", f"每一项最多{MOST_FILES}份证明材料，请合并后再上传。", field="evidence")
    try:
        stored = [store_upload(file, actor=actor, at=at) for file in files]
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="evidence") from refusal
    row.evidence.add(*stored)
    facts = {"report": report.strip(), "sha256": [file.sha256 for file in stored], "late": at >= row.due_at}
    moves.apply(row, "submit", actor=actor, at=at, facts=facts, report=report.strip(), submitted_at=at)
    notify(
        judges_of(row.plan.station),
        at=at,
        key=f"improvement-item:{row.pk}:submitted:{at.isoformat()}",
        subject=f"待验收：{row}",
        body=f"服务站已报送整改情况：{row.what}",
        url=row.get_absolute_url(),
    )
    return row


@transaction.atomic
def accept_item(
    item: ImprovementItem, *, actor: Any, at: dt.datetime | None = None, answer: str = ""
) -> ImprovementItem:
    """What was done is enough. With its last item the plan is complete."""
    at = at or timezone.now()
    moves.apply(item, "accept", actor=actor, at=at, reason=answer, decided_at=at, answer=answer.strip())
    tell_station(item, "accepted", "整改验收通过", answer.strip() or "这一项整改已经验收通过。", at=at)
    complete_if_settled(item.plan, actor=actor, at=at)
    return item


@transaction.atomic
def send_item_back(item: ImprovementItem, *, actor: Any, at: dt.datetime | None = None, reason: str) -> ImprovementItem:
    """What was done is not enough: the station is told why and answers again; the due day stays, it may be extended."""
    at = at or timezone.now()
    moves.apply(item, "send_back", actor=actor, at=at, reason=reason, decided_at=at, answer=reason.strip())
    tell_station(item, "sent-back", "整改退回重改", reason, at=at)
    return item


@transaction.atomic
def withdraw_item(item: ImprovementItem, *, actor: Any, at: dt.datetime | None = None, reason: str) -> ImprovementItem:
    """It is no longer asked for."""
    at = at or timezone.now()
    moves.apply(item, "withdraw", actor=actor, at=at, reason=reason, decided_at=at, answer=reason.strip())
    tell_station(item, "withdrawn", "整改事项已撤回", reason, at=at)
    complete_if_settled(item.plan, actor=actor, at=at)
    return item


def complete_if_settled(plan: ImprovementPlan, *, actor: Any, at: dt.datetime) -> None:
    row = moves.lock(plan)
    if row.state == ImprovementState.OPEN and not row.items.exclude(state__in=SETTLED).exists():
        moves.apply(row, "complete", actor=actor, at=at)


@transaction.atomic
def extend_item(
    item: ImprovementItem, *, actor: Any, at: dt.datetime | None = None, due_on: dt.date, reason: str
) -> ImprovementItem:
    """Give more time, to the end of `due_on`. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`, `not_later`."""
    at = at or timezone.now()
    row = moves.lock(item)
    moves.require(actor, "supervision.judge_improvement", "延长整改期限", row)
    if row.state not in OWED:
        raise Refused("wrong_state", f"这一项现在是「{row.get_state_display()}」，不需要延长期限。")
    if not reason.strip():
        raise Refused("reason_missing", "请填写延长期限的理由。", field="reason")
    due_at = end_of(due_on)
    if due_at <= row.due_at or due_at <= at:
        raise Refused("not_later", "新的期限应当晚于原来的期限，并且在今天以后，请修改。", field="due_on")
    facts = {"due_at": [row.due_at.isoformat(), due_at.isoformat()]}
    row.due_at, row.deadline = due_at, {}
    row.save(update_fields=["due_at", "deadline"])
    record(row, "extend", actor=actor, at=at, reason=reason, facts=facts)
    tell_station(
        row, f"extended:{due_at.date().isoformat()}", "整改期限已延长", f"新的期限是{cn_instant(due_at)}。", at=at
    )
    return row


def tell_station(item: ImprovementItem, event: str, subject: str, body: str, *, at: dt.datetime) -> None:
    notify(
        people_of(item.plan.station.organisation),
        at=at,
        key=f"improvement-item:{item.pk}:{event}:{at.isoformat()}",
        subject=f"{subject}：{item.what[:40]}",
        body=body,
        url=item.get_absolute_url(),
    )
