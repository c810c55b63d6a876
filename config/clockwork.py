"""The clockwork: what happens by itself when its time has come, through the same actions as by hand.

The truth is in the database: every job finds by itself what is due, is idempotent, and may be run by anybody at any
time (manage.py clockwork). What a stopped worker has missed is made up in order, each thing at its own instant.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db import transaction

from config.deadlines import instants
from evaluation.actions import intake, notices, objections, rounds
from evaluation.tasks import wake_waiting_jobs
from funding.actions.entitlement import compute_entitlements_due
from integration.actions.delivery import arrange_deliveries
from integration.actions.hanjianlian import pull as hanjianlian_pull
from integration.actions.hanjianlian import push as hanjianlian_push
from integration.actions.hanjianlian import reconciliation as hanjianlian_reconciliation
from integration.actions.idempotency import forget_old_keys
from ledger import sealing
from ledger.actors import Job
from ledger.queue import hush
from ledger.turns import turn
from services.actions import need_draft, need_progress, training
from services.actions.equipment import lapse_bookings
from services.actions.library_reminders import remind_expiries
from services.actions.statistics import roll_up
from supervision.actions import (
    classification,
    complaint,
    complaint_statement,
    improvement_reminders,
    need_response,
    revocation,
)
from supervision.actions import self_assessment_clock as self_assessments

log = logging.getLogger(__name__)
Done = dict[str, int | None]

# In the order in which one thing follows from another. A window is lengthened before it might be closed.
JOBS: dict[str, Callable[[dt.datetime], int]] = {
    "open_rounds": rounds.open_due,
    "close_intake": rounds.close_due,
    "lapse_returns": intake.lapse_returns,
    "lengthen_windows": notices.lengthen_windows,
    "close_notices": notices.close_due_notices,
    "open_self_assessments": self_assessments.open_due,
    "settle_deadlines": self_assessments.settle_deadlines,
    "date_needs": need_response.date_needs,
    "mark_missing": lambda at: self_assessments.mark_missing(at=at, actor=Job("mark_missing")),
    "stand_returns": lambda at: self_assessments.stand_returns(at=at, actor=Job("stand_returns")),
    "lapse_statements": revocation.lapse_due,
    "compute_entitlements_due": compute_entitlements_due,
    "hold_trainings": training.hold_due,
    "lapse_bookings": lapse_bookings,
}
# What looks at the present only: a reminder that was missed is not sent three days late beside the next one
AT_THE_END: dict[str, Callable[[dt.datetime], int]] = {
    "remind_objections": objections.remind_due,
    "remind_self_assessments": self_assessments.remind_due,
    "remind_improvements": improvement_reminders.remind_due,
    "show_classes": classification.show_classes,
    "remind_complaints": complaint.remind_due,
    "remind_statements": complaint_statement.remind_due,
    "remind_needs": need_progress.remind_due,
    "forget_need_drafts": need_draft.forget_drafts,
    "remind_expiries": remind_expiries,
    "wake_jobs": wake_waiting_jobs,
    "arrange_deliveries": arrange_deliveries,
    "forget_idempotency_keys": forget_old_keys,
    "seal_journal": sealing.seal_due,
    "roll_up_records": roll_up,
    "push_hanjianlian": hanjianlian_push.arrange_documents,
    "pull_hanjianlian": hanjianlian_pull.wake_pulls,
    "reconcile_hanjianlian": hanjianlian_reconciliation.reconcile_due,
}


def run_clockwork(at: dt.datetime) -> Done:
    """Do everything that is due at `at`: {job: how many things it moved}, None for a job that failed and was logged.
    Empty while another process is at it."""
    with turn("clockwork") as ours:
        if not ours:
            return {}
        done: Done = dict.fromkeys([*JOBS, *AT_THE_END], 0)
        for instant in instants(at):
            run_jobs(JOBS, instant, done)
        return run_jobs({**JOBS, **AT_THE_END}, at, done)


def what_is_due(at: dt.datetime) -> Done:
    """What `run_clockwork` would do at `at`, found out by doing it and taking it back: nobody is woken, nothing stays."""
    with hush(), transaction.atomic():
        done = run_clockwork(at)
        transaction.set_rollback(True)
    return done


def run_jobs(jobs: dict[str, Callable[[dt.datetime], int]], at: dt.datetime, done: Done) -> Done:
    """Each job at this instant, added to `done`; one that fails does not keep the others from their work."""
    for name, job in jobs.items():
        before = done[name]
        try:
            moved = job(at)
            done[name] = None if before is None else before + moved
        except Exception:
            log.exception("clockwork: %s failed at %s", name, at.isoformat())
            done[name] = None
    return done
