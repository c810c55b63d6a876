"""Waking the workers. The truth is in PostgreSQL: a task only says that there may be something to do, and the sweep of
every minute finds what a broken broker did not announce."""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def wake_on_commit(task: str, *args: Any) -> None:
    """Queue the task of this name once the transaction has committed. With the broker down, a line in the log."""
    transaction.on_commit(lambda: wake(task, *args))


def wake(task: str, *args: Any) -> None:
    try:
        current_app.send_task(task, args=args)
    except OperationalError:
        log.warning("broker out of reach: %s waits for the sweep", task)
