"""Complaints by the public about a station: taken in, looked into, answered.

Who complained stands in no journal row, no message to others and no page; `reveal_complainant` opens it to the
investigator, with a reason. The station is told only what the investigator asks of it (actions.statement).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify, notify_address
from accounts.actions.reminders import EARLIEST, remind_once
from accounts.queries import people_with
from ledger import moves
from ledger.actors import Job
from ledger.contacts import Identity, sealed
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from measures.periods import Rule, deadline
from measures.queries import current_calendar
from measures.words import cn_instant
from stations.models import Station
from supervision.actions.complaint_statement import close_statements
from supervision.models import Complainant, Complaint
from supervision.queries.complaint import possible_investigators, receipt_period, stations_to_complain_about
from supervision.queries.year_plan import decided
from supervision.rules.complaint import BUREAU
from supervision.states.complaint import COMPLAINT_UNDER_WAY, ComplaintState, Finding

PUBLIC = Job("public")  # whoever complains: no account, and no name in the journal
MOST_FILES = 5


@transaction.atomic
def receive_complaint(
    station: Station,
    *,
    statement: str,
    happened_on: dt.date | None = None,
    kind: str = "person",
    name: str = "",
    email: str = "",
    phone: str = "",
    consent: bool,
    evidence: Sequence[UploadedFile] = (),
    at: dt.datetime | None = None,
) -> Complaint:
    """Take a complaint in. The complainant, who may stay anonymous, gets `number`, a random one, to follow it by.

    Raises Refused: `station_unknown`, `consent_missing`, `statement_missing`, `date_to_come`, `too_many_files`, and as
    store_upload does.
    """
    at = at or timezone.now()
    refuse_what_is_wrong(station, statement=statement, happened_on=happened_on, consent=consent, at=at)
    if len(evidence) > MOST_FILES:
        raise Refused("too_many_files", f"证据材料最多 {MOST_FILES} 个文件，请合并后再上传。", field="evidence")
    due = receipt_period(at)
    complaint = Complaint.objects.create(
        station=station,
        statement=statement.strip(),
        happened_on=happened_on,
        received_at=at,
        receipt_due_at=due.closes_at if due else None,
        receipt_deadline=due.as_json() if due else {},
    )
    Complainant.objects.create(complaint=complaint, kind=kind, **sealed(name=name, email=email, phone=phone))
    try:
        complaint.evidence.set([store_upload(file, actor=None, at=at) for file in evidence])
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="evidence") from refusal
    facts = {"station": station.pk, "files": len(evidence), "consent": consent}
    record(complaint, "receive", actor=PUBLIC, at=at, after=complaint.state, facts=facts)
    notify(
        people_with(*BUREAU),
        at=at,
        key=f"complaint:{complaint.pk}:received",
        subject=f"收到对{station}的投诉",
        body=f"请在{cn_instant(due.closes_at)}前决定是否受理。" if due else "请决定是否受理。",
        url=complaint.get_absolute_url(),
    )
    return complaint


def refuse_what_is_wrong(
    station: Station, *, statement: str, happened_on: dt.date | None, consent: bool, at: dt.datetime
) -> None:
    if not stations_to_complain_about().filter(pk=station.pk).exists():
        raise Refused("station_unknown", "名录里没有这个服务站，请从列表中选择。", field="station")
    if not statement.strip():
        raise Refused("statement_missing", "请写明投诉的事项和经过。", field="statement")
    if happened_on and happened_on > timezone.localdate(at):
        raise Refused("date_to_come", "发生日期还没有到，请核对后修改。", field="happened_on")
    if not consent:
        raise Refused("consent_missing", "请阅读并勾选个人信息使用说明，再提交投诉。", field="consent")


# -- Handling  ----


@transaction.atomic
def accept_complaint(complaint: Complaint, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Take the complaint up; the answer is due by the year plan's `complaint_answer_days`.

    Raises Refused: `not_allowed`, `wrong_state`, `plan_missing`.
    """
    at = at or timezone.now()
    moves.apply(complaint, "accept", actor=actor, at=at, **answer_period(at))
    tell_complainant(complaint, "accepted", "您的投诉已受理", "您的投诉已受理，我们将核查并答复。", at=at)


def answer_period(at: dt.datetime) -> dict[str, Any]:
    """The columns of the answer's deadline. Raises Refused `plan_missing`: nothing is accepted without a date."""
    days = decided(settings.MEASURE, "complaint_answer_days", at)
    due = deadline(at, days, Rule.WORKING_DAYS, current_calendar())
    return {"answer_due_at": due.closes_at, "answer_deadline": due.as_json()}


@transaction.atomic
def not_accept_complaint(complaint: Complaint, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """Turn the complaint away; the complainant is told why. Raises Refused: `not_allowed`, `wrong_state`,
    `reason_missing`."""
    at = at or timezone.now()
    reason = reason.strip()
    moves.apply(complaint, "not_accept", actor=actor, at=at, reason=reason, answer=reason, answered_at=at)
    tell_complainant(complaint, "not_accepted", "您的投诉不予受理", f"您的投诉不予受理。理由：{reason}", at=at)


@transaction.atomic
def investigate_complaint(
    complaint: Complaint, *, actor: Any, investigator: Any, at: dt.datetime | None = None
) -> None:
    """Name who looks into it, or who takes over. Raises Refused: `not_allowed`, `wrong_state`, `investigator_unfit`,
    `same_investigator`."""
    at = at or timezone.now()
    row = moves.lock(complaint)
    if not possible_investigators(row.station).filter(pk=investigator.pk).exists():
        raise Refused(
            "investigator_unfit",
            "核查人应当是市局受理、评价管理人员或者该站监管单位的人员，并且没有在被投诉的单位任职，请重新选择。",
            field="investigator",
        )
    if row.state == ComplaintState.INVESTIGATING and row.investigator_id == investigator.pk:
        raise Refused("same_investigator", "这位人员已经是核查人，请选择另一位。", field="investigator")
    facts = {"investigator": investigator.pk, "before": row.investigator_id}
    moves.apply(complaint, "investigate", actor=actor, at=at, facts=facts, investigator=investigator)
    due = f"请在{cn_instant(complaint.answer_due_at)}前核查并答复。" if complaint.answer_due_at else "请核查并答复。"
    notify(
        [investigator],
        at=at,
        key=f"complaint:{complaint.pk}:investigate:{at.isoformat()}",
        subject=f"请核查对{complaint.station}的投诉",
        body=due,
        url=complaint.get_absolute_url(),
    )


@transaction.atomic
def conclude_complaint(
    complaint: Complaint, *, actor: Any, finding: str, text: str, at: dt.datetime | None = None
) -> None:
    """Say whether the complaint is founded; `text` tells what was found, for the file. A statement that the station
    still owes is not needed any more.

    Raises Refused: `not_allowed`, `wrong_state`, `finding_missing`, `finding_text_missing`.
    """
    at = at or timezone.now()
    if finding not in Finding.values:
        raise Refused("finding_missing", "请选择核查结论。", field="finding")
    if not text.strip():
        raise Refused("finding_text_missing", "请写明核查情况和依据。", field="text")
    moves.apply(
        complaint,
        "conclude",
        actor=actor,
        at=at,
        facts={"finding": finding},
        finding=finding,
        finding_text=text.strip(),
    )
    close_statements(complaint, at=at)


@transaction.atomic
def answer_complaint(complaint: Complaint, *, actor: Any, answer: str, at: dt.datetime | None = None) -> None:
    """Tell the complainant the result, by e-mail where there is one, and on the page of the number.

    Raises Refused: `not_allowed`, `wrong_state`, `answer_missing`.
    """
    at = at or timezone.now()
    if not answer.strip():
        raise Refused("answer_missing", "请填写给投诉人的答复。", field="answer")
    moves.apply(complaint, "answer", actor=actor, at=at, answer=answer.strip(), answered_at=at)
    result = f"核查结论：{complaint.get_finding_display()}。\n\n{answer.strip()}"
    tell_complainant(complaint, "answered", "您的投诉已有答复", result, at=at)


@transaction.atomic
def withdraw_complaint(complaint: Complaint, *, reason: str = "", at: dt.datetime | None = None) -> None:
    """By whoever has the number. What was found out stays on file. Raises Refused `wrong_state`."""
    at = at or timezone.now()
    moves.apply(complaint, "withdraw", actor=PUBLIC, at=at, reason=reason.strip())
    close_statements(complaint, at=at)
    notify(
        [complaint.investigator] if complaint.investigator else people_with(*BUREAU),
        at=at,
        key=f"complaint:{complaint.pk}:withdrawn",
        subject=f"对{complaint.station}的投诉已撤回",
        body="投诉人已凭查询号撤回投诉，不再需要答复。发现的问题可以另行检查处理。",
        url=complaint.get_absolute_url(),
    )


def tell_complainant(complaint: Complaint, event: str, subject: str, body: str, *, at: dt.datetime) -> None:
    """By e-mail where there is one; the page of the random number says the same."""
    if address := complaint.complainant.email:
        notify_address(
            address,
            at=at,
            key=f"complaint:{complaint.pk}:{event}",
            subject=subject,
            body=f"{body}\n\n可凭查询号 {complaint.number} 在本网站查询办理情况。",
            url=follow_path(complaint),
        )


def follow_path(complaint: Complaint) -> str:
    return reverse("supervision:complaint_follow", args=[complaint.number])


@transaction.atomic
def reveal_complainant(complaint: Complaint, *, actor: Any, reason: str, at: dt.datetime | None = None) -> Identity:
    """Open the identity for the investigator, while the complaint is under way; each time leaves a journal row.

    Raises Refused: `not_allowed`, `reason_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "supervision.reveal_complainant", "查看投诉人身份", complaint)
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", "请填写查看投诉人身份的理由，查看会记入台账。", field="reason")
    record(complaint, "reveal", actor=actor, at=at, before=complaint.state, after=complaint.state, reason=reason)
    return complaint.complainant.opened()


# -- The clock  ----


def remind_due(at: dt.datetime | None = None) -> int:
    """Remind three days and one day before a complaint's date, and when it is past; each once. A complaint that came
    before the year plan was decided is given its date first. Nothing is decided by the clock. Returns how many reminders
    went out."""
    at = at or timezone.now()
    actor = Job("remind_complaints")
    for complaint in Complaint.objects.filter(state=ComplaintState.RECEIVED, receipt_due_at__isnull=True):
        date_receipt(complaint, actor=actor, at=at)
    soon = at + EARLIEST
    undecided = Complaint.objects.filter(state=ComplaintState.RECEIVED, receipt_due_at__lte=soon)
    unanswered = Complaint.objects.filter(state__in=COMPLAINT_UNDER_WAY, answer_due_at__lte=soon)
    return sum(remind(complaint, actor=actor, at=at) for complaint in [*undecided, *unanswered])


@transaction.atomic
def date_receipt(complaint: Complaint, *, actor: Job, at: dt.datetime) -> None:
    """Count the date from when the complaint was received."""
    row = moves.lock(complaint)
    due = receipt_period(row.received_at)
    if due is None or row.receipt_due_at or row.state != ComplaintState.RECEIVED:
        return
    row.receipt_due_at, row.receipt_deadline = due.closes_at, due.as_json()
    row.save(update_fields=["receipt_due_at", "receipt_deadline"])
    record(
        row, "date", actor=actor, at=at, before=row.state, after=row.state, facts={"due_at": due.closes_at.isoformat()}
    )


@transaction.atomic
def remind(complaint: Complaint, *, actor: Any, at: dt.datetime) -> bool:
    row = moves.lock(complaint)
    if row.due_at is None:  # somebody else was first
        return False
    what, words = ("receipt", "受理") if row.state == ComplaintState.RECEIVED else ("answer", "答复")
    people = [row.investigator] if row.investigator else people_with(*BUREAU)
    subject = f"对{row.station}的投诉{words}"
    return remind_once(row, what=what, due_at=row.due_at, people=people, subject=subject, actor=actor, at=at)
