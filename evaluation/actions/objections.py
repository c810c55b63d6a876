"""Objections to a result notice: filed by anyone, handled by the bureau, answered (Art 15(4)).

Who objected stands in no journal row, no message to others and no page; `reveal_objector` opens it, by name of who
looks and with a reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify, notify_address
from accounts.actions.reminders import EARLIEST, remind_once
from accounts.queries import people_with
from accounts.states import Role
from evaluation.models import Entry, Objection, Objector, PublicNotice
from evaluation.states import OBJECTION_OPEN, EntryState, NoticeKind, NoticeState, ObjectionState, RoundState
from ledger import moves
from ledger.actors import Job
from ledger.contacts import Identity, sealed
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from measures.periods import Rule, deadline
from measures.queries import current_calendar
from measures.words import cn_instant

PUBLIC = Job("public")  # whoever files an objection: no account, and no name in the journal
MOST_FILES = 5


@transaction.atomic
def file_objection(
    notice: PublicNotice,
    entry: Entry,
    *,
    kind: str,
    name: str,
    email: str = "",
    phone: str = "",
    statement: str,
    evidence: Sequence[UploadedFile] = (),
    at: dt.datetime | None = None,
) -> Objection:
    """File an objection to what `notice` says of `entry`. The objector gets `number`, a random one, to follow it by.

    `kind` is person or organisation. Raises Refused: `no_window`, `window_closed`, `entry_not_listed`, `name_missing`,
    `contact_missing`, `statement_missing`, `too_many_files`, and as store_upload does.
    """
    at = at or timezone.now()
    row = moves.lock(notice)  # against a window that is being closed or lengthened
    refuse_outside_window(row, at)
    if entry.pk not in {listed["entry"] for listed in row.content["entries"]}:
        raise Refused("entry_not_listed", "这个对象不在本次公示的名单里，请从公示名单中选择。", field="entry")
    refuse_without_contact(row, name=name, email=email, phone=phone)
    if not statement.strip():
        raise Refused("statement_missing", "请写明有异议的事项和理由。", field="statement")
    if len(evidence) > MOST_FILES:
        raise Refused("too_many_files", f"证据材料最多 {MOST_FILES} 个文件，请合并后再上传。", field="evidence")
    objection = Objection.objects.create(notice=row, entry=entry, statement=statement.strip(), filed_at=at)
    Objector.objects.create(objection=objection, kind=kind, **sealed(name=name, email=email, phone=phone))
    try:
        objection.evidence.set([store_upload(file, actor=None, at=at) for file in evidence])
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, field="evidence") from refusal
    facts = {"notice": row.serial, "entry": entry.pk, "files": len(evidence)}
    record(objection, "file", actor=PUBLIC, at=at, after=objection.state, facts=facts)
    notify(
        people_with(Role.INTAKE, Role.MANAGER),
        at=at,
        key=f"objection:{objection.pk}:filed",
        subject=f"收到对{entry.station}的异议",
        body=f"{row.title}收到一件异议，请审查是否受理。",
        url=objection.get_absolute_url(),
    )
    return objection


def refuse_outside_window(notice: PublicNotice, at: dt.datetime) -> None:
    """Say no before and after the window, with the dates."""
    if notice.kind != NoticeKind.RESULT or notice.published_at is None or notice.closes_at is None:
        raise Refused("no_window", "这份公告不是评价结果公示，不接收异议。如有意见，请按公告所列咨询方式联系。")
    begins, ends = cn_instant(notice.published_at), cn_instant(notice.closes_at)
    if notice.state == NoticeState.DRAFT or at < notice.published_at:
        raise Refused("window_closed", f"公示还没有开始（{begins}至{ends}），请在公示期内提出异议。")
    if at >= notice.closes_at:
        raise Refused(
            "window_closed",
            f"公示期自{begins}至{ends}，已经结束，不再接收异议。"
            "发现服务站有不符合条件或者违法违规情形的，可以向市市场监管局投诉举报。",
        )


def refuse_without_contact(notice: PublicNotice, *, name: str, email: str, phone: str) -> None:
    """Name and one way to be answered are needed, unless the round takes anonymous objections."""
    if notice.round.setting("objection_anonymous"):
        return
    if not name.strip():
        raise Refused("name_missing", "请填写姓名或者单位名称，我们对异议人的身份保密。", field="name")
    if not (email.strip() or phone.strip()):
        raise Refused("contact_missing", "请至少填写邮箱或者电话中的一项，以便反馈核查结果。", field="email")


# -- Handling  ----


@transaction.atomic
def accept_objection(objection: Objection, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Take the objection up. Its entry, and no other, is held; the investigation is due by the round's setting.

    Raises Refused: `not_allowed`, `wrong_state`, `entry_decided`.
    """
    at = at or timezone.now()
    round = objection.notice.round
    days = round.setting("objection_days")
    due_at = deadline(at, days, Rule.WORKING_DAYS, current_calendar()).closes_at if days else None
    moves.apply(objection, "accept", actor=actor, at=at, due_at=due_at)
    entry = moves.lock(objection.entry)
    if round.state != RoundState.IN_NOTICE:
        raise Refused("entry_decided", "本轮评价已经作出结论，不能再受理公示期的异议；请作为投诉举报办理。")
    if entry.state != EntryState.HELD:
        facts = {"objection": objection.pk}
        moves.apply(entry, "hold", actor=actor, at=at, facts=facts, held_from=entry.state)
    tell_objector(
        objection, "accepted", "您提出的异议已受理", "您提出的异议已受理，市市场监管局将调查核实并反馈结果。", at=at
    )


@transaction.atomic
def not_accept_objection(objection: Objection, *, actor: Any, reason: str, at: dt.datetime | None = None) -> None:
    """Turn the objection away; the objector is told why. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    moves.apply(objection, "not_accept", actor=actor, at=at, reason=reason, answer=reason, answered_at=at)
    tell_objector(objection, "not_accepted", "您提出的异议不予受理", f"您提出的异议不予受理。理由：{reason}", at=at)


@transaction.atomic
def investigate_objection(
    objection: Objection, *, actor: Any, investigator: Any, at: dt.datetime | None = None
) -> None:
    """Name who investigates. Raises Refused: `not_allowed`, `wrong_state`, `investigator_unfit`."""
    at = at or timezone.now()
    if not investigator.roles & {Role.INTAKE, Role.MANAGER}:
        raise Refused("investigator_unfit", "核查人应当是受理人员或者评价管理人员，请重新选择。", field="investigator")
    facts = {"investigator": investigator.pk}
    moves.apply(objection, "investigate", actor=actor, at=at, facts=facts, investigator=investigator)
    notify(
        [investigator],
        at=at,
        key=f"objection:{objection.pk}:investigate",
        subject=f"请核查对{objection.entry.station}的异议",
        body=f"请在{cn_instant(objection.due_at)}前完成核查。" if objection.due_at else "请完成核查。",
        url=objection.get_absolute_url(),
    )


@transaction.atomic
def decide_objection(
    objection: Objection, *, actor: Any, upheld: bool, text: str, at: dt.datetime | None = None
) -> None:
    """Find the objection justified or not; `text` says what was found. Raises Refused: `not_allowed`, `wrong_state`,
    `reason_missing`."""
    at = at or timezone.now()
    name, finding = ("uphold", "upheld") if upheld else ("reject", "rejected")
    moves.apply(objection, name, actor=actor, at=at, reason=text, finding=finding, finding_text=text)


@transaction.atomic
def answer_objection(objection: Objection, *, actor: Any, answer: str, at: dt.datetime | None = None) -> None:
    """Tell the objector the result. An entry is released by the answer to the last objection that held it, when none of
    them was upheld; an upheld one holds it until the conclusion refuses it.

    Raises Refused: `not_allowed`, `wrong_state`, `answer_missing`.
    """
    at = at or timezone.now()
    if not answer.strip():
        raise Refused("answer_missing", "请填写给异议人的反馈内容。", field="answer")
    moves.apply(objection, "answer", actor=actor, at=at, answer=answer.strip(), answered_at=at)
    tell_objector(objection, "answered", "您提出的异议已有核查结果", answer.strip(), at=at)
    entry = moves.lock(objection.entry)
    if entry.state == EntryState.HELD and not holding(entry).exists():
        moves.apply(entry, f"release_{entry.held_from}", actor=actor, at=at, held_from="")


def holding(entry: Entry) -> Any:
    """Objections for which the entry stays held: taken up and not answered yet, or upheld."""
    unanswered = (OBJECTION_OPEN - {ObjectionState.FILED}) | {ObjectionState.UPHELD, ObjectionState.REJECTED}
    return entry.objections.filter(state__in=unanswered) | entry.objections.filter(finding="upheld")


def remind_due(at: dt.datetime | None = None, *, actor: Any = None) -> int:
    """Remind whoever investigates three days and one day before an investigation is due, and when it is overdue; each
    once. Nothing is decided by the clock. Returns how many reminders went out."""
    at = at or timezone.now()
    pending = Objection.objects.filter(
        state__in=[ObjectionState.ACCEPTED, ObjectionState.INVESTIGATING], due_at__lte=at + EARLIEST
    )
    return sum(remind(objection, actor=actor or Job("remind_objections"), at=at) for objection in pending)


@transaction.atomic
def remind(objection: Objection, *, actor: Any, at: dt.datetime) -> bool:
    """Whether a reminder was due that has not gone out yet."""
    row = moves.lock(objection)
    people = [row.investigator] if row.investigator else people_with(Role.MANAGER)
    subject = f"对{row.entry.station}的异议核查"
    return remind_once(row, what="", due_at=row.due_at, people=people, subject=subject, actor=actor, at=at)


def tell_objector(objection: Objection, event: str, subject: str, body: str, *, at: dt.datetime) -> None:
    """By e-mail where there is one; the page of the random number says the same."""
    if address := objection.objector.email:
        notify_address(
            address,
            at=at,
            key=f"objection:{objection.pk}:{event}",
            subject=subject,
            body=f"{body}\n\n可凭查询号 {objection.number} 在本网站查询办理情况。",
            url=follow_path(objection),
        )


def follow_path(objection: Objection) -> str:
    return reverse("evaluation:objection_follow", args=[objection.number])


# -- Who objected  ----


@transaction.atomic
def reveal_objector(objection: Objection, *, actor: Any, reason: str, at: dt.datetime | None = None) -> Identity:
    """Open the identity for `actor`, who needs it to handle this objection; each time leaves a journal row.

    Raises Refused: `not_allowed`, `reason_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.reveal_objector", "查看异议人身份", objection)
    if not reason.strip():
        raise Refused("reason_missing", "请填写查看异议人身份的理由，查看会记入台账。", field="reason")
    record(
        objection, "reveal", actor=actor, at=at, before=objection.state, after=objection.state, reason=reason.strip()
    )
    return objection.objector.opened()
