"""One kind of instant at which something is due, as the table of `config/deadlines.py` lists them."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone

Words = Callable[[Any], str]


@dataclass(frozen=True)
class Kind:
    """One kind of due instant: the column that keeps it, and the words for it.

    `waiting` are the rows on which it has still to happen; `list_url` names the
    list on which many of them stand together; `job` is the part of the clockwork that makes it happen, empty
    where a person must act. `rule` says how the instant was found, `concerns` whom it binds.
    """

    code: str
    label: str
    model: type[Model]
    field: str
    waiting: Q
    visible_to: Callable[[Any], QuerySet]
    happens: str
    rule: Words
    concerns: Words
    title: Words = str
    url: Words = operator.methodcaller("get_absolute_url")
    list_url: str = ""
    job: str = ""

    def rows(self) -> QuerySet:
        """Where it has still to happen, whoever asks."""
        return self.model._base_manager.filter(self.waiting, **{f"{self.field}__isnull": False})

    def instant(self, value: dt.date) -> dt.datetime:
        """A day begins at its midnight in the city."""
        if isinstance(value, dt.datetime):
            return value
        return dt.datetime.combine(value, dt.time(), timezone.get_default_timezone())

    def bound(self, at: dt.datetime) -> dt.date:
        """`at` as it is compared with the column."""
        kept = self.model._meta.get_field(self.field).get_internal_type()
        return at if kept == "DateTimeField" else timezone.localdate(at)
