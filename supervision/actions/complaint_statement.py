"""What a station is asked to explain while a complaint about it is looked into. It does not learn who complained, nor
what was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.actions.reminders import EARLIEST, remind_once
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from measures.periods import ONE_DAY, SHANGHAI
from measures.words import cn_instant
from stations.queries.members import people_of
from supervision.models import Complaint, ComplaintStatement
from supervision.states.complaint import ComplaintState, StatementState

MOST_FILES = 5


@transaction.atomic
def ask_statement(
    complaint: Complaint, *, actor: Any, question: str, due_on: dt.date, at: dt.datetime | None = None
) -> ComplaintStatement:
    """Ask the station for a statement until 24:00 of `due_on`.

    Raises Refused: `not_allowed`, `wrong_state`, `question_missing`, `names_complainant`, `due_too_soon`,
    `due_after_answer`.
    """
    at = at or timezone.now()
    row = moves.lock(complaint)
    moves.require(actor, "supervision.ask_complaint_statement", "要求服务站说明情况", row)
    if row.state != ComplaintState.INVESTIGATING:
        raise Refused("wrong_state", f"现在的状态是「{row.get_state_display()}」，核查期间才能要求服务站说明情况。")
    if not question.strip():
        raise Refused("question_missing", "请写明需要服务站说明的情况。", field="question")
    if any(secret in question for secret in row.complainant.secrets()):
        raise Refused(
            "names_complainant", "内容里写有投诉人的姓名或者联系方式，服务站会看到，请删去后再发。", field="question"
        )
    if due_on <= timezone.localdate(at):
        raise Refused("due_too_soon", "说明期限最早是明天，请给服务站留出时间。", field="due_on")
    due_at = dt.datetime.combine(due_on + ONE_DAY, dt.time(), tzinfo=SHANGHAI)
    if row.answer_due_at and due_at > row.answer_due_at:
        raise Refused(
            "due_after_answer", f"这件投诉应在{cn_instant(row.answer_due_at)}前答复，请把期限定在此前。", field="due_on"
        )
    asked = ComplaintStatement.objects.create(
        complaint=row, question=question.strip(), asked_by=actor, asked_at=at, due_at=due_at
    )
    record(asked, "ask", actor=actor, at=at, after=asked.state, facts={"complaint": row.pk})
    notify(
        people_of(row.station.organisation),
        at=at,
        key=f"statement:{asked.pk}:asked",
        subject=f"请说明{row.station}的有关情况",
        body=f"监管部门正在核查有关情况，请在{cn_instant(due_at)}前说明，并可以附上材料。",
        url=asked.get_absolute_url(),
    )
    return asked


@transaction.atomic
def give_statement(
    asked: ComplaintStatement,
    *,
    actor: Any,
    text: str,
    files: Sequence[UploadedFile] = (),
    at: dt.datetime | None = None,
) -> None:
    """What the station says; after the date as well, as long as the complaint is looked into.

    Raises Refused: `not_allowed`, `wrong_state`, `text_missing`, `too_many_files`, and as store_upload does.
    """
    at = at or timezone.now()
    if not text.strip():
        raise Refused("text_missing", "请填写情况说明。", field="text")
    if len(files) > MOST_FILES:
        raise Refused("too_many_files", f"说明材料最多 {MOST_FILES} 个文件，请合并后再上传。", field="files")
    late = at >= asked.due_at
    moves.apply(asked, "give", actor=actor, at=at, facts={"late": late}, text=text.strip(), given_by=actor, given_at=at)
    try:
        asked.files.set([store_upload(file, actor=actor, at=at) for file in files])
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="files") from refusal
    complaint = asked.complaint
    notify(
        [complaint.investigator] if complaint.investigator else [],
        at=at,
        key=f"statement:{asked.pk}:given",
        subject=f"{complaint.station}已提交情况说明",
        body="服务站已就投诉核查提交情况说明，请查看。",
        url=complaint.get_absolute_url(),
    )


def close_statements(complaint: Complaint, *, at: dt.datetime) -> None:
    """What a station still owes is not needed when the complaint is concluded or withdrawn. Inside its transaction."""
    for asked in complaint.statements.filter(state=StatementState.ASKED):
        moves.apply(asked, "close", actor=Job("close_statements"), at=at)


def remind_due(at: dt.datetime | None = None) -> int:
    """Remind the station three days and one day before a statement is due, and when it is past; each once."""
    at = at or timezone.now()
    waiting = ComplaintStatement.objects.filter(state=StatementState.ASKED, due_at__lte=at + EARLIEST)
    return sum(remind(asked, at=at) for asked in waiting)


@transaction.atomic
def remind(asked: ComplaintStatement, *, at: dt.datetime) -> bool:
    row = moves.lock(asked)
    if row.state != StatementState.ASKED:
        return False
    station = row.complaint.station
    return remind_once(
        row,
        what="",
        due_at=row.due_at,
        people=people_of(station.organisation),
        subject=f"{station}的情况说明",
        actor=Job("remind_statements"),
        at=at,
    )
