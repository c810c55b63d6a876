"""Reconciliation: the platform's whole inventory is read and held against ours. It changes nothing; a person sends again
or pulls anew what differs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from integration.actions.hanjianlian.pull import pull_anew
from integration.actions.hanjianlian.push import check_may_send, keep_documents, put_back
from integration.hanjianlian import mapping
from integration.hanjianlian.client import Platform, Trouble, is_configured
from integration.hanjianlian.comparing import Unlike, compare_pulled, compare_sent
from integration.hanjianlian.reading import Unfit, read_held, read_receipt, read_service
from integration.models import Discrepancy, Reconciliation, RefusedItem, SentDocument
from integration.queries import hanjianlian as queries
from integration.states.hanjianlian import MENDED_BY_SENDING, Difference, DocumentKind, Fault, PulledKind
from ledger import jobs, moves
from ledger.canonical import fingerprint
from ledger.errors import Refused
from ledger.journal import record
from ledger.models import LongJob
from ledger.queue import wake

KIND = "hanjianlian"
TASK = "integration.tasks.reconcile_hanjianlian"
EVERY = dt.timedelta(days=1)
ABANDONED = dt.timedelta(minutes=10)  # one that was begun by hand and broken off is taken up by a worker
Progress = Callable[[int, int], None]
STEPS = [*DocumentKind, *PulledKind]


def reconcile_due(at: dt.datetime) -> int:
    """Ask for a reconciliation once a day, and wake a worker for one that nobody works on. Returns how many were asked for."""
    if not is_configured():
        return 0
    for job in jobs.waiting(KIND):
        wake(TASK, job)
    latest = queries.latest_reconciliation()
    pause = EVERY if latest and latest.finished else ABANDONED
    if latest and at - latest.asked_at < pause:
        return 0
    begin(actor=None, at=at)
    return 1


@transaction.atomic
def begin(*, actor: Any, at: dt.datetime) -> LongJob:
    return jobs.ask(KIND, open_run(actor=actor, at=at), task=TASK, actor=actor, at=at)


def open_run(*, actor: Any = None, at: dt.datetime | None = None) -> Reconciliation:
    """The comparison that is under way, or a new one."""
    known = {"asked_at": at or timezone.now(), "asked_by": actor}
    return Reconciliation.objects.get_or_create(finished=False, defaults=known)[0]


@transaction.atomic
def ask_for_reconciliation(*, actor: Any, at: dt.datetime | None = None) -> Reconciliation:
    """Ask a worker to compare; while one comparison is under way, that one is the answer. Raises Refused: `not_allowed`,
    `not_configured`."""
    at = at or timezone.now()
    check_may_send(actor)
    job = begin(actor=actor, at=at)
    run = Reconciliation.objects.get(pk=job.object_id)
    record(run, "ask", actor=actor, at=at)
    return run


def work_on(job_id: int) -> None:
    """What the task does: compare, telling how far it is. A second delivery finds nothing to do."""
    job = jobs.take_up(job_id)
    if job is None:
        return
    run = Reconciliation.objects.get(pk=job.object_id)
    try:
        reconcile(run, progress=lambda done, total: jobs.progress(job, done, total))
    except Trouble as trouble:
        jobs.fail(job, f"对账没有完成：{words_of(trouble)}。")
    else:
        jobs.finish(job, f"对账完成，{run.differing} 处差异。")


def words_of(trouble: Trouble) -> str:
    known = dict(Reconciliation._meta.get_field("problem").flatchoices)
    return str(known.get(trouble.problem, trouble.problem))


def reconcile(run: Reconciliation, *, progress: Progress = lambda done, total: None) -> Reconciliation:
    """Compare every kind, and keep what differs. Raises Trouble when the platform fails; the run is then finished without
    a result and says why."""
    if run.finished:
        return run
    try:
        platform, counts, found = Platform(), {}, []
        for done, kind in enumerate(STEPS):
            progress(done, len(STEPS))
            counts[str(kind.value)], unlike = compare(platform, kind)
            found += [discrepancy(run, kind, one) for one in unlike]
        progress(len(STEPS), len(STEPS))
    except Trouble as trouble:
        finish(run, problem=trouble.problem)
        raise
    keep(run, counts, found)
    return run


def compare(platform: Platform, kind: DocumentKind | PulledKind) -> tuple[dict[str, int | None], list[Unlike]]:
    """({"ours", "sent", "theirs", "same"}: how many, what differs) of one kind. For what is pulled, ours is what we took,
    and nothing was sent."""
    sent: dict[str, str] | None = None
    if isinstance(kind, DocumentKind):
        theirs = dict(read_all(platform, kind, read_held))
        ours, sent = hashes_now(kind), confirmed(kind)
        unlike = list(compare_sent(ours, sent, theirs))
    else:
        theirs = marks_there(platform, kind)
        ours = queries.service_marks() if kind == PulledKind.ONLINE_SERVICE else queries.receipt_marks()
        unlike = list(compare_pulled(ours, theirs))
    same = len(ours.keys() & theirs.keys()) - sum(bool(one.ours and one.theirs) for one in unlike)
    return {"ours": len(ours), "sent": None if sent is None else len(sent), "theirs": len(theirs), "same": same}, unlike


def read_all(platform: Platform, kind: Any, read: Callable[[Any], Any]) -> Iterator[Any]:
    """Every item that the platform has of a kind. An inventory with a line that cannot be read is none: Trouble."""
    for page in platform.pages(mapping.PATHS[kind]):
        for raw in page.items:
            try:
                yield read(raw)
            except (Unfit, RecursionError) as wrong:
                raise Trouble(Fault.UNREADABLE, 200, str(wrong)) from None


def marks_there(platform: Platform, kind: PulledKind) -> dict[str, str]:
    """{number: mark}; of what cannot be read, its fingerprint: it is not the same as anything."""
    at, marks = timezone.now(), {}
    read = read_service if kind == PulledKind.ONLINE_SERVICE else read_receipt
    for page in platform.pages(mapping.PATHS[kind]):
        for raw in page.items:
            try:
                told = read(raw, at=at)
            except Unfit:
                if isinstance(raw, dict) and isinstance(raw.get("id"), str):
                    marks[raw["id"][:64].replace("\x00", "")] = fingerprint(str(raw))
            else:
                marks[told.number] = told.mark
    return marks


def hashes_now(kind: DocumentKind) -> dict[str, str]:
    documents: Mapping[DocumentKind, Callable[[], Iterable[dict[str, Any]]]] = {
        DocumentKind.STATION: queries.station_documents,
        DocumentKind.CERTIFICATE: queries.certificate_documents,
        DocumentKind.SEAL: queries.seal_documents,
    }
    return {document["id"]: fingerprint(document) for document in documents[kind]()}


def confirmed(kind: DocumentKind) -> dict[str, str]:
    rows = SentDocument.objects.filter(kind=kind).exclude(confirmed_hash="")
    return dict(rows.values_list("number", "confirmed_hash"))


def discrepancy(run: Reconciliation, kind: Any, one: Unlike) -> Discrepancy:
    return Discrepancy(
        reconciliation=run,
        kind=kind,
        number=one.number[:64],
        what=one.what,
        ours=one.ours,
        sent=one.sent,
        theirs=one.theirs,
    )


@transaction.atomic
def keep(run: Reconciliation, counts: dict[str, Any], found: list[Discrepancy]) -> None:
    for kind in DocumentKind:
        mine = [one for one in found if one.kind == kind]
        labels = dict(
            SentDocument.objects.filter(kind=kind, number__in=[one.number for one in mine]).values_list(
                "number", "label"
            )
        )
        for one in mine:
            one.label = labels.get(one.number, "")
    refused = dict(
        RefusedItem.objects.filter(settled_at=None, key__in=[one.number for one in found]).values_list("key", "reason")
    )
    for one in found:
        if one.what == Difference.MISSING_HERE and one.number in refused:
            one.note = f"已退回：{refused[one.number]}"[:300]
    if finish(run, counts=counts, differing=len(found)):
        Discrepancy.objects.bulk_create(found)


def finish(run: Reconciliation, **said: Any) -> bool:
    """Whether it was finished by us: a worker that was taken for dead may come to its end after another one."""
    known = {**said, "finished": True, "finished_at": timezone.now()}
    ours = bool(Reconciliation.objects.filter(pk=run.pk, finished=False).update(**known))
    run.refresh_from_db()
    return ours


@transaction.atomic
def mend(run: Reconciliation, *, actor: Any, at: dt.datetime | None = None) -> tuple[int, bool]:
    """Send again whatever of ours differs, and pull anew when something of theirs does. Returns how many documents go
    again, and whether is pulled.

    Raises Refused: `not_allowed`, `not_configured`, `superseded`, `nothing_to_mend`.
    """
    at = at or timezone.now()
    check_may_send(actor)
    row = moves.lock(run)
    latest = queries.latest_reconciliation()
    if latest is None or latest.pk != row.pk:
        raise Refused("superseded", "已有更新的对账，请按最新一次对账的结果办理。")
    found = list(queries.discrepancies_of(row))
    ours = [one for one in found if one.what in MENDED_BY_SENDING and one.kind in DocumentKind.values]
    theirs = [one for one in found if one.kind in PulledKind.values]
    if not ours and not theirs:
        raise Refused("nothing_to_mend", "这次对账没有可以由本门户补齐的差异；平台多出的内容请与平台核对。")
    keep_documents(at)  # what is to be there now, also what was never on its way
    wanted = {(one.kind, one.number) for one in ours}
    rows = SentDocument.objects.filter(number__in={number for _, number in wanted})
    sent = put_back([one for one in rows if (one.kind, one.number) in wanted], at)
    if theirs:
        pull_anew(actor=actor, at=at)
    record(row, "send_differing", actor=actor, at=at, facts={"sent": sent, "pulled": bool(theirs)})
    return sent, bool(theirs)
