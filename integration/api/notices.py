"""/api/v1/rounds/ and /api/v1/notices/: evaluations and what was published about them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from evaluation.forms.notices import NoticeFilter
from evaluation.models import PublicNotice, Round
from evaluation.queries.notices import published_notices
from evaluation.queries.rounds import rounds_visible_to
from evaluation.states import NoticeKind, NoticeState, RoundState, Track
from integration.api.asked import Asked, Polled, filtered, read
from integration.api.public import PublicEndpoint, PublicList, list_of
from ledger.journal import changed_since

OF_ROUNDS = "evaluation.round"
OF_NOTICES = "evaluation.publicnotice"
PUBLIC_STATES = [state.value for state in RoundState if state != RoundState.DRAFT]


def changed(rows: QuerySet, kind: str, asked: dict[str, Any]) -> QuerySet:
    since = asked.get("updated_since")
    return rows.filter(pk__in=changed_since([kind], since)[kind]) if since else rows


class RoundOut(serializers.ModelSerializer):
    state = serializers.ChoiceField(PUBLIC_STATES)
    state_label = serializers.SerializerMethodField()

    class Meta:
        model = Round
        fields = ["id", "measure", "year", "name", "state", "state_label", "opens_at", "closes_at", "published_at"]
        read_only_fields = fields

    def get_state_label(self, row: Round) -> str:
        return RoundState(row.state).public_label


class RoundList(PublicList):
    watched = (OF_ROUNDS,)
    row_class = RoundOut
    ordering = ("-id",)

    def rows(self, asked: dict[str, Any]) -> QuerySet[Round]:
        return changed(rounds_visible_to(self.request.user), OF_ROUNDS, asked)

    @extend_schema(
        operation_id="round_list",
        summary="已发布的评价",
        tags=["公开数据"],
        parameters=[Polled],
        responses=list_of(RoundOut),
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class NoticeOut(serializers.ModelSerializer):
    kind = serializers.ChoiceField(NoticeKind.values)
    kind_label = serializers.CharField(source="get_kind_display")
    state = serializers.ChoiceField([NoticeState.PUBLISHED.value, NoticeState.CLOSED.value])
    round = serializers.IntegerField(source="round_id")
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True, help_text="所更正的公告")
    url = serializers.SerializerMethodField()

    class Meta:
        model = PublicNotice
        fields = [
            "id", "serial", "document_number", "kind", "kind_label", "state", "round", "title", "published_at",
            "closes_at", "last_day", "corrects", "sha256", "url",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.URLField)
    def get_url(self, row: PublicNotice) -> str:
        return settings.SITE_URL + row.get_absolute_url()


class NoticeEntry(serializers.Serializer):
    """As it was frozen with the notice. `rank` and `total` only where the round publishes scores."""

    entry = serializers.IntegerField()
    station = serializers.CharField()
    organisation = serializers.CharField()
    credit_code = serializers.CharField()
    district = serializers.CharField()
    track = serializers.ChoiceField(Track.values)
    label = serializers.CharField(help_text="结果")
    rank = serializers.IntegerField(required=False)
    total = serializers.CharField(required=False)


class CountedDay(serializers.Serializer):
    date = serializers.DateField()
    counted = serializers.BooleanField()
    why = serializers.CharField(allow_blank=True)


class NoticeDetailOut(NoticeOut):
    body = serializers.CharField(read_only=True, allow_blank=True)
    entries = serializers.SerializerMethodField()
    counted_days = CountedDay(many=True, read_only=True)
    data_url = serializers.SerializerMethodField(help_text="与 sha256 对应的原始数据")

    class Meta(NoticeOut.Meta):
        fields = [*NoticeOut.Meta.fields, "body", "entries", "counted_days", "data_url"]
        read_only_fields = fields

    @extend_schema_field(NoticeEntry(many=True))
    def get_entries(self, row: PublicNotice) -> list[dict[str, Any]]:
        known = NoticeEntry().fields
        return [{name: entry[name] for name in known if name in entry} for entry in row.content.get("entries", [])]

    @extend_schema_field(serializers.URLField)
    def get_data_url(self, row: PublicNotice) -> str:
        return settings.SITE_URL + reverse("evaluation:notice_data", args=[row.pk])


class NoticesAsked(Polled):
    kind = serializers.ChoiceField(NoticeKind.choices, required=False)
    state = serializers.ChoiceField([("open", "正在公示"), ("closed", "公示期满")], required=False)
    year = serializers.IntegerField(required=False, min_value=2000, max_value=2100)


class NoticeList(PublicList):
    watched = (OF_NOTICES, OF_ROUNDS)
    row_class = NoticeOut
    asked_class = NoticesAsked
    ordering = ("-published_at", "-id")

    def rows(self, asked: dict[str, Any]) -> QuerySet[PublicNotice]:
        names = ("kind", "state", "year")
        wanted: dict[str, Any] = {name: asked[name] for name in names if name in asked}
        rows = changed(published_notices().defer("content", "body", "counted_days"), OF_NOTICES, asked)
        return filtered(NoticeFilter(wanted, queryset=rows), wanted)

    @extend_schema(
        operation_id="notice_list",
        summary="公示公告",
        tags=["公开数据"],
        parameters=[NoticesAsked],
        responses=list_of(NoticeOut),
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class NoticeDetail(PublicEndpoint):
    watched = (OF_NOTICES, OF_ROUNDS)

    @extend_schema(operation_id="notice", summary="一份公告及其名单", tags=["公开数据"], responses=NoticeDetailOut)
    def get(self, request: Request, pk: int) -> Response:
        read(request, Asked)
        return Response(NoticeDetailOut(get_object_or_404(published_notices(), pk=pk)).data)
