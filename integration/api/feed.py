"""/api/v1/feed/: what has happened, in order, each event once. Public; a token adds the records of its own stations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from integration.api.access import client_of, granted
from integration.api.asked import Asked, read
from integration.api.endpoint import Endpoint
from integration.queries.webhook import feed
from integration.signing import message
from integration.states.client import Scope
from ledger import events
from ledger.models import EventKind

MOST, USUAL = 1000, 100


class FeedAsked(Asked):
    after = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2**63 - 1,
        help_text="只要这个序号之后的；填上一次的 next_after，首次不填",
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text=f"条数，默认 {USUAL}，最多 {MOST}"
    )


class SubjectOut(serializers.Serializer):
    type = serializers.CharField()
    id = serializers.CharField()


class EventOut(serializers.Serializer):
    """As in a webhook."""

    id = serializers.CharField(help_text="与推送的 webhook-id 相同，可据此去重")
    seq = serializers.IntegerField(help_text="序号，逐一递增；提交后才编号，不会补到已读过的序号之前")
    type = serializers.ChoiceField(EventKind.values)
    timestamp = serializers.DateTimeField(help_text="发生时间，UTC")
    subject = SubjectOut()
    data = serializers.DictField(help_text="内容，随事件类型而定，见 docs/events.md")


class FeedOut(serializers.Serializer):
    events = EventOut(many=True)
    next_after = serializers.IntegerField(help_text="下一次的 after")
    more = serializers.BooleanField(help_text="还有没读完的，可立即再读")


class Feed(Endpoint):
    scopes = {"GET": Scope.EVENTS_READ}
    permission_classes: Sequence[type[AllowAny]] = [AllowAny]

    @extend_schema(
        operation_id="feed",
        summary="事件流",
        tags=["事件"],
        parameters=[FeedAsked],
        responses=FeedOut,
    )
    def get(self, request: Request) -> Response:
        asked = read(request, FeedAsked)
        after, limit = asked.get("after", 0), asked.get("limit", USUAL)
        events.number()
        last = events.last()
        page = feed(self.reader(request), after, limit, upto=last)
        more = len(page) == limit
        content: dict[str, Any] = {
            "events": [message(event) for event in page],
            # past what is of other stations; smaller than what was asked only after a restore from an older backup
            "next_after": page[-1].seq if more else last,
            "more": more,
        }
        return Response(content, headers={"Cache-Control": "no-store"})

    def reader(self, request: Request) -> Any:
        """The client, where its token lets it read more than everybody may."""
        if request.auth is None or Scope.EVENTS_READ not in granted(request.auth):
            return None
        return client_of(request)
