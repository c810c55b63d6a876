"""Revocation (Art 18): opened on a ground, told to the station, its answer heard, proposed by one person and approved by
another, served and executed. A person decides at every step (可以): the clock only ends the period for the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.queries import people_with
from accounts.states import Role
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from ledger.models import StoredFile
from measures.periods import deadline
from measures.queries import current_calendar
from stations.actions import end_title
from stations.models import Title
from stations.queries.members import people_of
from stations.states import Level, TitleState
from supervision.actions.case_papers import Files, draw, serve, taken_in
from supervision.models import CasePaper, RevocationCase, Statement
from supervision.papers import articles_of, measure_of
from supervision.queries.year_plan import decided
from supervision.states.revocation import RUNNING, RevocationState


@transaction.atomic
def open_case(
    title: Title,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    grounds: Sequence[str],
    facts: str,
    evidence: Files = (),
) -> RevocationCase:
    """Open a case on one or more of the measure's grounds. Two clerks at once: the second is told of the first's case.

    Raises Refused: `not_allowed`, `ground_missing`, `facts_missing`, `not_active`, `already_running`, and as an upload.
    """
    at = at or timezone.now()
    moves.require(actor, "supervision.open_revocation", "立案")
    row = moves.lock(title)
    if row.state != TitleState.ACTIVE or row.level != Level.CITY:
        raise Refused("not_active", "只有有效的市级称号可以立案撤销，这个称号已经终止或者不是市级称号。", field="title")
    known = [ground.code for ground in measure_of(row).grounds]
    chosen = [code for code in known if code in grounds]
    if not chosen or set(grounds) - set(known):
        raise Refused("ground_missing", "请至少选择办法第十八条所列的一种情形，没有法定情形不能立案。", field="grounds")
    if not facts.strip():
        raise Refused("facts_missing", "请写明认定的事实。", field="facts")
    if running := RevocationCase.objects.filter(title=row, state__in=RUNNING).first():
        raise Refused("already_running", f"该称号已有案件 {running.number} 在办，请在那件案件里办理。", field="title")
    case = RevocationCase.objects.create(title=row, grounds=chosen, facts=facts.strip(), opened_by=actor, opened_at=at)
    case.evidence.set(taken_in(evidence, actor, at, "evidence"))
    record(case, "open", actor=actor, at=at, after=case.state, facts={"grounds": chosen, "files": len(evidence)})
    return case


@transaction.atomic
def add_evidence(case: RevocationCase, *, actor: Any, at: dt.datetime | None = None, files: Files) -> None:
    """Put more evidence into a running case. Raises Refused: `not_allowed`, `wrong_state`, and as an upload."""
    at = at or timezone.now()
    row = moves.lock(case)
    moves.require(actor, "supervision.handle_revocation", "补充证据", row)
    if row.state not in RUNNING:
        raise Refused("wrong_state", "案件已经办结，不能再补充证据。")
    taken = taken_in(files, actor, at, "files")
    row.evidence.add(*taken)
    record(
        row,
        "add_evidence",
        actor=actor,
        at=at,
        before=row.state,
        after=row.state,
        facts={"sha256": [file.sha256 for file in taken]},
    )


# -- 告知  ----


@transaction.atomic
def draw_notice(case: RevocationCase, *, actor: Any, at: dt.datetime | None = None, document_number: str) -> CasePaper:
    """Draw the paper that tells the station what is intended, on which ground, and that it may answer (告知书). Drawn
    anew until it is served. Raises Refused: `not_allowed`, `wrong_state`, `number_missing`, `number_taken`,
    `plan_missing`."""
    at = at or timezone.now()
    row = moves.lock(case)
    moves.check(RevocationCase.MOVES["notify"], actor, row, "")
    days = decided(measure_of(row.title).code, "statement_days", at)
    return draw(row, CasePaper.Kind.NOTICE, document_number, actor, at, days=days)


@transaction.atomic
def draw_decision(
    case: RevocationCase, *, actor: Any, at: dt.datetime | None = None, document_number: str
) -> CasePaper:
    """Draw the decision of an approved case (决定书). Drawn anew until it is served. Raises Refused as draw_notice."""
    at = at or timezone.now()
    row = moves.lock(case)
    moves.check(RevocationCase.MOVES["serve"], actor, row, "")
    return draw(row, CasePaper.Kind.DECISION, document_number, actor, at, statements=list(row.statements.all()))


@transaction.atomic
def serve_notice(
    case: RevocationCase,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    how: str,
    served_at: dt.datetime,
    served_to: str,
    proof: UploadedFile | StoredFile | None = None,
) -> RevocationCase:
    """Record that the notice was served: the period for the answer begins, and the station is told in-site as well.

    The days are those of the year's plan, counted as the measure counts its public notice; both are frozen.
    Raises Refused: `not_allowed`, `wrong_state`, `paper_missing`, `served_wrongly`, `plan_missing`.
    """
    at = at or timezone.now()
    row = moves.lock(case)
    moves.check(RevocationCase.MOVES["notify"], actor, row, "")
    paper = serve(row, CasePaper.Kind.NOTICE, actor, at, how=how, served_at=served_at, served_to=served_to, proof=proof)
    measure = measure_of(row.title)
    days = decided(measure.code, "statement_days", served_at)
    period = deadline(served_at, days, measure.notice.rule, current_calendar())
    facts = {"notice": paper.document_number, "served_at": served_at.isoformat(), "due": period.closes_at.isoformat()}
    frozen = {"statement_days": days, "statement_due_at": period.closes_at, "deadline": period.as_json()}
    moves.apply(row, "notify", actor=actor, at=at, facts=facts, **frozen)
    tell_station(
        row,
        "notified",
        f"拟撤销{row.title.station}的称号，请陈述申辩",
        f"告知书（{paper.document_number}）已经送达。你单位可以在{period.last_day:%Y年%m月%d日}24时前陈述申辩。",
        at,
    )
    return row


# -- 陈述申辩  ----


@transaction.atomic
def hear_statement(
    case: RevocationCase, *, actor: Any, at: dt.datetime | None = None, text: str, files: Files = ()
) -> Statement:
    """What the station says for itself: typed by its own people within the period, or taken down by staff, also later.

    Raises Refused: `not_allowed`, `statement_missing`, `period_over`, `wrong_state`, and as an upload.
    """
    at = at or timezone.now()
    row = moves.lock(case)
    by_staff = actor.has_perm("supervision.handle_revocation", row)
    moves.require(actor, "supervision.hear_revocation", "提交陈述申辩", row)
    over = row.statement_due_at is not None and at >= row.statement_due_at
    if over and not by_staff:
        raise Refused(
            "period_over",
            "陈述申辩的期限已经届满，不能再在线提交。仍有意见的，请联系市市场监管局，由工作人员决定是否接收。",
        )
    if not text.strip():
        raise Refused("statement_missing", "请填写陈述申辩的内容。", field="text")
    if row.state != RevocationState.HEARD:
        moves.apply(row, "hear", actor=actor, at=at, facts={"by_staff": by_staff, "late": over})
    else:
        record(
            row,
            "add_statement",
            actor=actor,
            at=at,
            before=row.state,
            after=row.state,
            facts={"by_staff": by_staff, "late": over},
        )
    made = Statement.objects.create(
        case=row, text=text.strip(), made_at=at, made_by=actor, by_staff=by_staff, late=over
    )
    made.files.set(taken_in(files, actor, at, "files"))
    if not by_staff:
        tell_bureau(row, f"statement:{made.pk}", f"{row.title.station}提交了陈述申辩", "请审阅并决定是否拟办撤销。", at)
    return made


def lapse_due(at: dt.datetime) -> int:
    """Periods that ended without a word: each moved at its own due instant. One that rests on a provisional calendar is
    counted anew first, and waits while it still does."""
    due = RevocationCase.objects.filter(state=RevocationState.NOTIFIED, statement_due_at__lte=at)
    return sum(lapse(case) for case in due.order_by("statement_due_at", "id"))


@transaction.atomic
def lapse(case: RevocationCase) -> bool:
    row = moves.lock(case)
    due_at, actor = row.statement_due_at, Job("lapse_statements")
    if row.state != RevocationState.NOTIFIED:
        return False
    if row.deadline["provisional"]:
        served_at = row.papers.get(kind=CasePaper.Kind.NOTICE).served_at
        period = deadline(served_at, row.statement_days, row.deadline["rule"], current_calendar())
        if period.provisional:
            return False
        if period.closes_at != due_at:
            row.statement_due_at, row.deadline = period.closes_at, period.as_json()
            row.save(update_fields=["statement_due_at", "deadline"])
            record(
                row,
                "recount",
                actor=actor,
                at=due_at,
                before=row.state,
                after=row.state,
                facts={"due": period.closes_at.isoformat()},
            )
            return False  # the next sweep looks at the new instant
    moves.apply(row, "lapse", actor=actor, at=due_at)
    tell_bureau(row, "lapsed", f"{row.title.station}没有陈述申辩，期限已满", "请决定是否拟办撤销。", due_at)
    return True


# -- Decision  ----


@transaction.atomic
def propose_revocation(
    case: RevocationCase, *, actor: Any, at: dt.datetime | None = None, proposal: str
) -> RevocationCase:
    """Propose to revoke; the proposal says how the statement was weighed. Raises Refused: `not_allowed`, `wrong_state`,
    `reason_missing`."""
    at = at or timezone.now()
    row = moves.lock(case)
    text = proposal.strip()
    known = {"proposal": text, "proposed_by": actor, "proposed_at": at}
    try:
        moves.apply(row, "propose", actor=actor, at=at, reason=text, **known)
    except Refused as refusal:
        field = "proposal" if refusal.code == "reason_missing" else refusal.field
        raise Refused(refusal.code, refusal.message, field=field) from refusal
    notify(
        people_with(Role.LEADER),
        at=at,
        key=f"revocation:{row.pk}:proposed:{at.isoformat()}",
        subject=f"请审批：撤销{row.title.station}的称号",
        body=f"案件 {row.number}，拟办人 {actor}。",
        url=row.get_absolute_url(),
    )
    return row


@transaction.atomic
def approve_revocation(case: RevocationCase, *, actor: Any, at: dt.datetime | None = None) -> RevocationCase:
    """Approve, by another person than proposed. Raises Refused: `not_allowed`, `wrong_state`, `same_person`."""
    row = moves.lock(case)
    moves.check(RevocationCase.MOVES["approve"], actor, row, "")
    if row.proposed_by == actor:
        raise Refused("same_person", "这件撤销是您本人拟办的，须由另一位审批负责人批准。")
    at = at or timezone.now()
    moves.apply(row, "approve", actor=actor, at=at, approved_by=actor, approved_at=at)
    return row


@transaction.atomic
def return_proposal(case: RevocationCase, *, actor: Any, at: dt.datetime | None = None, reason: str) -> RevocationCase:
    """Send a proposal back. Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`."""
    at = at or timezone.now()
    row = moves.lock(case)
    proposer = row.proposed_by
    name = "return_heard" if row.statements.exists() else "return_lapsed"
    moves.apply(row, name, actor=actor, at=at, reason=reason)
    notify(
        [proposer] if proposer else [],
        at=at,
        key=f"revocation:{row.pk}:returned:{at.isoformat()}",
        subject=f"撤销{row.title.station}称号的拟办意见已退回",
        body=f"理由：{reason}",
        url=row.get_absolute_url(),
    )
    return row


@transaction.atomic
def serve_decision(
    case: RevocationCase,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    how: str,
    served_at: dt.datetime,
    served_to: str,
    proof: UploadedFile | StoredFile | None = None,
) -> RevocationCase:
    """Record that the decision was served. Raises Refused: `not_allowed`, `wrong_state`, `paper_missing`,
    `served_wrongly`."""
    at = at or timezone.now()
    row = moves.lock(case)
    moves.check(RevocationCase.MOVES["serve"], actor, row, "")
    kind = CasePaper.Kind.DECISION
    paper = serve(row, kind, actor, at, how=how, served_at=served_at, served_to=served_to, proof=proof)
    facts = {"decision": paper.document_number, "served_at": served_at.isoformat()}
    moves.apply(row, "serve", actor=actor, at=at, facts=facts)
    return row


@transaction.atomic
def execute_revocation(case: RevocationCase, *, actor: Any, at: dt.datetime | None = None) -> RevocationCase:
    """End the title: its place is free, its certificate no longer holds, the station is told. A second time changes
    nothing.

    Raises Refused: `not_allowed`, `wrong_state`, `title_ended` when it has ended in another way meanwhile.
    """
    at = at or timezone.now()
    row = moves.lock(case)
    if row.state == RevocationState.EXECUTED:
        return row
    moves.check(RevocationCase.MOVES["execute"], actor, row, "")
    title = moves.lock(row.title)
    if title.state != TitleState.ACTIVE:
        raise Refused("title_ended", "该称号已经以别的方式终止，不能再撤销。请终结本案并写明理由。")
    paper = row.papers.get(kind=CasePaper.Kind.DECISION)
    end_title(
        title,
        move="revoke",
        actor=actor,
        at=at,
        article=articles_of(row),
        decision=paper.document_number,
        reason=row.facts,
        paper=paper.pdf,
        facts={"case": row.pk},
    )
    moves.apply(row, "execute", actor=actor, at=at, facts={"decision": paper.document_number}, ended_at=at)
    body = f"依据{articles_of(row)}和{paper.document_number}，称号自即日起撤销，不得再以此称号开展宣传和服务。"
    tell_station(row, "executed", f"{title.station}的称号已撤销", body, at)
    return row


@transaction.atomic
def drop_case(case: RevocationCase, *, actor: Any, at: dt.datetime | None = None, reason: str) -> RevocationCase:
    """End the case without revoking (可以). The station is told where it had been notified.

    Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`.
    """
    at = at or timezone.now()
    row = moves.lock(case)
    moves.apply(row, "drop", actor=actor, at=at, reason=reason, ended_at=at, drop_reason=reason.strip())
    if row.statement_due_at is not None:
        tell_station(row, "dropped", f"{row.title.station}的撤销案件已终结", "经研究，不撤销该称号。", at)
    return row


def tell_station(case: RevocationCase, event: str, subject: str, body: str, at: dt.datetime) -> None:
    people = people_of(case.title.station.organisation)
    key = f"revocation:{case.pk}:{event}"
    notify(people, at=at, key=key, subject=subject, body=body, url=case.station_url())


def tell_bureau(case: RevocationCase, event: str, subject: str, body: str, at: dt.datetime) -> None:
    people = people_with(Role.INTAKE, Role.MANAGER)
    key = f"revocation:{case.pk}:{event}"
    notify(people, at=at, key=key, subject=subject, body=body, url=case.get_absolute_url())
