"""The log of a service, reminders of what is due, and the delivery by which it is counted and rated."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.actions.reminders import EARLIEST, remind_once
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import record
from services.actions.need import PUBLIC, tell_company
from services.actions.need_contract import stored
from services.actions.rating import invite
from services.actions.record import add_record
from services.models import Client, Contract, Delivery, Need, Progress, ServiceRecord
from services.queries.need import end_of, people_to_serve
from services.queries.need_work import open_steps
from services.states.need import IN_HAND, SERVE
from services.states.record import Origin
from stations.models import Station


@transaction.atomic
def add_progress(
    need: Need,
    *,
    actor: Any,
    text: str,
    due_on: dt.date | None = None,
    problems_found: int = 0,
    problems_solved: int = 0,
    problems: str = "",
    at: dt.datetime | None = None,
) -> Progress:
    """Enter something done or, with `due_on`, something to do until 24:00 of that day.

    Raises Refused: `not_allowed`, `wrong_state`, `text_missing`, `due_past`, and as `refuse_problems`.
    """
    at = at or timezone.now()
    row = in_hand(need, actor)
    if not text.strip():
        raise Refused("text_missing", "请写明做了什么，或者要做什么。", field="text")
    if due_on and due_on < timezone.localdate(at):
        raise Refused("due_past", "期限已经过去。已经做完的不填期限。", field="due_on")
    refuse_problems(problems_found, problems_solved, problems)
    step = Progress.objects.create(
        need=row,
        text=text.strip(),
        due_at=end_of(due_on) if due_on else None,
        problems_found=problems_found,
        problems_solved=problems_solved,
        problems=problems.strip(),
        entered_at=at,
        entered_by=actor,
        done_at=None if due_on else at,
    )
    facts = {"step": step.pk, "found": problems_found, "solved": problems_solved}
    record(row, "progress", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    return step


@transaction.atomic
def finish_progress(
    step: Progress,
    *,
    actor: Any,
    problems_found: int = 0,
    problems_solved: int = 0,
    problems: str = "",
    at: dt.datetime | None = None,
) -> None:
    """Something planned is done. Raises Refused: `not_allowed`, `wrong_state`, `done_already`, and as `refuse_problems`."""
    at = at or timezone.now()
    need = in_hand(step.need, actor)
    row = Progress.objects.select_for_update().get(pk=step.pk)
    if row.done_at:
        raise Refused("done_already", "这一项已经完成，请刷新页面。")
    refuse_problems(problems_found, problems_solved, problems)
    row.done_at, row.problems_found, row.problems_solved = at, problems_found, problems_solved
    row.problems = problems.strip()
    row.save(update_fields=["done_at", "problems_found", "problems_solved", "problems"])
    facts = {"step": row.pk, "found": problems_found, "solved": problems_solved}
    record(need, "finish", actor=actor, at=at, before=need.state, after=need.state, facts=facts)


def in_hand(need: Need, actor: Any) -> Need:
    """The locked need, with a station that works on it."""
    moves.require(actor, SERVE, "登记服务进展", need)
    row = moves.lock(need)
    if row.state not in IN_HAND:
        raise Refused("wrong_state", f"现在的状态是「{row.get_state_display()}」，不能登记进展。请刷新页面。")
    return row


def refuse_problems(found: int, solved: int, words: str) -> None:
    """Raises Refused: `solved_too_many`, `problems_untold`."""
    if solved > found:
        raise Refused("solved_too_many", "解决的问题不能多于发现的问题，请核对。", field="problems_solved")
    if found and not words.strip():
        raise Refused("problems_untold", "请写明发现了什么问题，怎样处理。", field="problems")


@transaction.atomic
def deliver_need(
    need: Need,
    *,
    actor: Any,
    item: str,
    summary: str,
    report: UploadedFile,
    at: dt.datetime | None = None,
    network: str = "",
    **figures: Any,
) -> Delivery:
    """Hand the result over: keeps the report, adds the service record that is counted, and asks the company for its
    rating. `figures` are fields of the record: `served_on`, and experts, visits, saved_cost, added_profit, jobs_added.

    Raises Refused: `not_allowed`, `wrong_state`, `steps_open`, `summary_missing`, and as store_upload and add_record do.
    """
    at = at or timezone.now()
    if not summary.strip():
        raise Refused("summary_missing", "请写明交付的成果。", field="summary")
    row = moves.lock(need)
    if Progress.objects.filter(need=row, done_at__isnull=True).exists():
        raise Refused("steps_open", "还有没完成的计划事项，请先登记完成。")
    moves.apply(need, "deliver", actor=actor, at=at)
    service = counted(need, row.station, actor=actor, at=at, item=item, summary=summary.strip(), **figures)
    delivery = Delivery.objects.create(
        need=need,
        report=stored(report, "report", actor=actor, at=at),
        record=service,
        summary=summary.strip(),
        delivered_at=at,
        delivered_by=actor,
    )
    tell_company(need, "delivered", "服务成果已交付", f"{need.station}已交付服务成果，请您评价。", at=at)
    if not service.set_aside:
        who = need.contact.opened()
        invite(service, actor=actor, at=at, email=who.email, phone=who.phone, network=network)
    return delivery


def counted(need: Need, station: Station, *, actor: Any, at: dt.datetime, **facts: Any) -> ServiceRecord:
    """The record of this service, with the problems of its log and the money of its contract."""
    found = need.progress.aggregate(found=Sum("problems_found"), solved=Sum("problems_solved"))
    contract = Contract.objects.filter(need=need).first()
    client = Client.objects.filter(station=station, credit_code=need.credit_code).first()
    return add_record(
        station,
        actor=actor,
        at=at,
        origin=Origin.NEED,
        client_code=need.credit_code,
        client_name=need.company,
        contact_phone=need.contact.opened().phone,
        industry=client.industry_id if client else None,
        kind=need.kind,
        problems_found=found["found"] or 0,
        problems_solved=found["solved"] or 0,
        fee=contract.payable if contract else None,
        discount=contract.discount if contract else None,
        **facts,
    )


@transaction.atomic
def rating_link(need: Need, *, at: dt.datetime | None = None) -> str:
    """A fresh link for whoever has the company's number, in place of the one that was mailed. Raises Refused:
    `not_delivered`, and as `invite` does.

    The need is not locked: a delivery is final, and who rates takes the record first and the need after it.
    """
    at = at or timezone.now()
    delivery = Delivery.objects.filter(need=need).select_related("record__station").first()
    if delivery is None:
        raise Refused("not_delivered", "服务还没有交付，交付以后再请您评价。")
    return invite(delivery.record, actor=PUBLIC, at=at)


# -- The clock  ----


def remind_due(at: dt.datetime | None = None) -> int:
    """Remind the station three days and one day before a step is due, and when it is past; each once. Returns how many
    reminders went out."""
    at = at or timezone.now()
    steps = open_steps().filter(due_at__lte=at + EARLIEST)
    return sum(remind(step, actor=Job("remind_needs"), at=at) for step in steps)


@transaction.atomic
def remind(step: Progress, *, actor: Job, at: dt.datetime) -> bool:
    need = moves.lock(step.need)
    row = Progress.objects.get(pk=step.pk)
    if row.done_at or row.due_at is None or need.state not in IN_HAND:
        return False
    return remind_once(
        need,
        what=f"step{row.pk}",
        due_at=row.due_at,
        people=people_to_serve(need),
        subject=f"{need.company}：{row}",
        actor=actor,
        at=at,
    )
