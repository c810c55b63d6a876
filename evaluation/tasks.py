"""Celery tasks of a round: thin, idempotent, each calls one action."""

from __future__ import annotations

import datetime as dt

from celery import shared_task

from evaluation.actions import ranking
from evaluation.models import Round
from ledger import jobs
from ledger.errors import Refused
from ledger.queue import wake


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
