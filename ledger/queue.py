"""Waking the workers. The truth is in PostgreSQL: a task only says that there may be something to do, and the sweep of
every minute finds what a broken broker did not announce."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
hushed: ContextVar[bool] = ContextVar("hushed", default=False)


def wake_on_commit(task: str, *args: Any) -> None:
    """Queue the task of this name once the transaction has committed. With the broker down, a line in the log."""
    if not hushed.get():
        transaction.on_commit(lambda: wake(task, *args))


def wake(task: str, *args: Any) -> None:
    if hushed.get():
        return
    try:
        current_app.send_task(task, args=args)
    except OperationalError:
        log.warning("broker out of reach: %s waits for the sweep", task)


@contextmanager
def hush() -> Iterator[None]:
    """Nobody is woken in this block and this thread: what is queued there waits for the sweep."""
    hushed.set(True)
    try:
        yield
    finally:
        hushed.set(False)
