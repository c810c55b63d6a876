"""What everybody may read, without a token and without a session: kept by the shelf of public pages, with ETag and 304
(accounts/cached.py). Only fields that a public page shows as well. No other origin's scripts are let in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.cached import for_everybody
from integration.api.asked import Asked, Polled, read
from integration.api.cursors import page_of
from integration.api.endpoint import Endpoint
from ledger.journal import complete_until

COMPLETE_UNTIL = "Complete-Until"
SELDOM_THE_SAME = frozenset({"updated_since", "cursor"})  # a poller asks each once: they would only crowd the shelf


class PublicEndpoint(Endpoint):
    """`watched` and `lasts` as on a CachedPage."""

    authentication_classes: Sequence[type[BaseAuthentication]] = []
    permission_classes: Sequence[Any] = []
    watched: ClassVar[Sequence[str]] = ()
    lasts: ClassVar[int | None] = None
    max_age: ClassVar[int] = 60
    asked_class: ClassVar[type[serializers.Serializer]] = Asked

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        render = partial(super().dispatch, request, *args, **kwargs)
        keep = SELDOM_THE_SAME.isdisjoint(request.GET)
        return for_everybody(request, render, watched=self.watched, lasts=self.lasts, max_age=self.max_age, keep=keep)


class PublicList(PublicEndpoint):
    """A list in pages. `rows(asked)` gives what fits the checked parameters. The header Complete-Until is what to ask
    `updated_since` with the next time."""

    asked_class = Polled
    row_class: ClassVar[type[serializers.Serializer]]
    ordering: ClassVar[tuple[str, ...]] = ("id",)

    def rows(self, asked: dict[str, Any]) -> QuerySet:
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        asked = read(request, self.asked_class)
        until = complete_until()  # before the rows are read
        pages = page_of(self.rows(asked), request, ordering=self.ordering, limit=asked.get("limit"))
        return Response(
            {
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
                "results": self.row_class(pages.page, many=True).data,
            },
            headers={
                COMPLETE_UNTIL: until.isoformat()
            },  # no part of the body: that is the same until something changes
        )


def list_of(row: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The answer of a PublicList, for the description."""
    fields = {
        "next": serializers.URLField(allow_null=True, help_text="下一页"),
        "previous": serializers.URLField(allow_null=True, help_text="上一页"),
        "results": row(many=True),
    }
    return type(f"{row.__name__}List", (serializers.Serializer,), fields)
