"""Celery tasks of a round: thin, idempotent, each calls one action."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from celery import shared_task
from django.db import connection, transaction
from django.utils import timezone

from evaluation.actions import intake, notices, objections, ranking, rounds
from evaluation.models import Round
from ledger import jobs
from ledger.actors import Job
from ledger.errors import Refused
from ledger.queue import hush, wake
from supervision.actions.self_assessment import mark_missing

log = logging.getLogger(__name__)


@shared_task
def rank(job_id: int) -> None:
    """Compute the ranking that a LongJob asks for, telling how far it is; a second delivery finds nothing to do."""
    job = jobs.take_up(job_id)
    if job is None:
        return
    round = Round.objects.get(pk=job.object_id)
    try:
        found = ranking.compute_ranking(round, actor=job.asked_by, progress=lambda d, t: jobs.progress(job, d, t))
    except Refused as refusal:
        jobs.fail(job, refusal.message)
        return
    jobs.finish(job, f"第 {found.number} 版排名已算好，共 {found.lines.count()} 个参评对象。")


def wake_waiting_jobs(at: dt.datetime) -> int:
    """Rankings that were asked for while the broker was down, or whose worker died."""
    waiting = jobs.waiting(ranking.KIND)
    for job in waiting:
        wake("evaluation.tasks.rank", job)
    return len(waiting)


# In the order in which one thing follows from another. A window is lengthened before it might be closed.
CLOCKWORK: dict[str, Callable[[dt.datetime], int]] = {
    "open_rounds": rounds.open_due,
    "close_intake": rounds.close_due,
    "lapse_returns": intake.lapse_returns,
    "lengthen_windows": notices.lengthen_windows,
    "close_notices": notices.close_due_notices,
    "remind_objections": objections.remind_due,
    "mark_missing": lambda at: mark_missing(at=at, actor=Job("mark_missing")),
    "wake_jobs": wake_waiting_jobs,
}


@contextmanager
def one_at_a_time() -> Iterator[bool]:
    """Whether the clockwork is ours: while another process runs it, it is not. A process that dies gives it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('clockwork'))")
        (ours,) = cursor.fetchone()
        try:
            yield ours
        finally:
            if ours:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('clockwork'))")


def run_clockwork(at: dt.datetime) -> dict[str, int | None]:
    """Do everything that is due at `at`: {job: how many things it moved}, None for a job that failed and was logged.
    Every job is idempotent, and one that fails does not keep the others from their work. Empty while another process is
    at it."""
    with one_at_a_time() as ours:
        return run_jobs(at) if ours else {}


def what_is_due(at: dt.datetime) -> dict[str, int | None]:
    """What `run_clockwork` would do at `at`, found out by doing it and taking it back: nobody is woken, nothing stays."""
    with hush(), transaction.atomic():
        done = run_clockwork(at)
        transaction.set_rollback(True)
    return done


def run_jobs(at: dt.datetime) -> dict[str, int | None]:
    done: dict[str, int | None] = {}
    for name, job in CLOCKWORK.items():
        try:
            done[name] = job(at)
        except Exception:
            log.exception("clockwork: %s failed", name)
            done[name] = None
    return done


@shared_task
def sweep() -> None:
    """Every minute: what is due now. The truth is in the database, so a missed sweep is made up by the next."""
    run_clockwork(timezone.now())
