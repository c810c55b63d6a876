"""What is asked about a person at every request."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from accounts.models import User


class OnePerson:
    """One of `people` by key, with what they are annotated with.

    The statement is put together once: to do so at each request would take longer than PostgreSQL does with it.
    """

    def __init__(self, people: QuerySet[User]) -> None:
        self.people = people

    @cached_property
    def statement(self) -> tuple[str, list[Any]]:
        """With its parameters but the last, which is the key."""
        text, (*parameters, _) = self.people.filter(pk=0).query.sql_with_params()
        return text, parameters

    def __call__(self, pk: Any) -> Any:
        """A User, or None."""
        text, parameters = self.statement
        return next(iter(User.objects.raw(text, [*parameters, pk])), None)
