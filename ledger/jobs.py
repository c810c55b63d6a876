"""Long work with a progress bar: asked for in a request, carried out by a worker, possibly twice, done once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from ledger.models import LongJob
from ledger.queue import wake_on_commit

State = LongJob.State
BUSY = (State.WAITING, State.RUNNING)
# A worker that died leaves its job running; after this long without a beat another one takes it up again.
GIVEN_UP = dt.timedelta(seconds=settings.LONG_JOB_GIVEN_UP)


@transaction.atomic
def ask(kind: str, obj: models.Model, *, task: str, actor: Any, at: dt.datetime | None = None) -> LongJob:
    """Ask for long work on `obj`; while one of the kind is under way, that one is the answer."""
    key = {"kind": kind, "object_type": obj._meta.label_lower, "object_id": str(obj.pk)}
    job, _ = LongJob.objects.get_or_create(
        **key, state__in=BUSY, defaults={"asked_by": actor, "asked_at": at or timezone.now(), "state": State.WAITING}
    )
    wake_on_commit(task, job.pk)
    return job


def latest(kind: str, obj: models.Model) -> LongJob | None:
    """The last job of this kind on `obj`, whatever became of it."""
    jobs = LongJob.objects.filter(kind=kind, object_type=obj._meta.label_lower, object_id=str(obj.pk))
    return jobs.order_by("-pk").first()


@transaction.atomic
def take_up(job_id: int) -> LongJob | None:
    """The job, marked as running, if it waits or was given up by a worker that died; None where it is taken or over."""
    job = LongJob.objects.select_for_update(skip_locked=True).filter(pk=job_id, state__in=BUSY).first()
    if job is None or (job.state == State.RUNNING and job.beat_at and timezone.now() - job.beat_at < GIVEN_UP):
        return None
    job.state, job.beat_at = State.RUNNING, timezone.now()
    job.save(update_fields=["state", "beat_at"])
    return job


def progress(job: LongJob, done: int, total: int) -> None:
    LongJob.objects.filter(pk=job.pk).update(done=done, total=total, beat_at=timezone.now())


def finish(job: LongJob, message: str = "") -> None:
    end(job, State.DONE, message)


def fail(job: LongJob, message: str) -> None:
    end(job, State.FAILED, message)


def end(job: LongJob, state: str, message: str) -> None:
    LongJob.objects.filter(pk=job.pk).update(state=state, message=message, finished_at=timezone.now())


def waiting(kind: str) -> list[int]:
    """Jobs that nobody works on: not taken up, or given up by a worker that died. The sweep wakes them again."""
    idle = models.Q(state=State.WAITING) | models.Q(state=State.RUNNING, beat_at__lt=timezone.now() - GIVEN_UP)
    return list(LongJob.objects.filter(idle, kind=kind).values_list("pk", flat=True))
