"""/api/v1/ratings/: what a company said on an outside platform about a service that it had."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.actions.rating import CHANGED, CREATED, UNCHANGED, push_rating
from integration.api.once import KEY_HEADER, OncePerKey
from integration.api.problems import Problem
from integration.api.strict import Body, Text, Whole
from integration.models import ApiClient
from integration.queries.service_record import record_to_rate
from integration.states.client import Scope
from services.aspects import ASPECTS
from services.models import Rating
from services.states.rating import Integrity


class Marks(Body):
    """The five aspects, each in five steps."""

    def get_fields(self) -> dict[str, Any]:
        return {aspect.code: Whole(min_value=1, max_value=5, help_text=aspect.name) for aspect in ASPECTS}


class RatingIn(Body):
    external_id = Text(max_length=100, help_text="贵平台的评价编号；同一编号再次提交即更正同一评价")
    record = Whole(
        required=False, min_value=1, max_value=2**63 - 1, help_text="服务记录的 id；或者填 record_external_id"
    )
    record_external_id = Text(required=False, max_length=100, help_text="推送该服务记录时用的 external_id")
    marks = Marks(help_text="1 非常不满意 … 5 非常满意")
    integrity = serializers.ChoiceField(
        Integrity.choices, required=False, help_text="是否有人索要财物、指定机构或者收取约定以外的费用；默认 unsaid"
    )
    comment = Text(required=False, allow_blank=True, max_length=1000)
    email = serializers.EmailField(
        required=False, allow_blank=True, max_length=254, help_text="评价人邮箱，只用来与服务站比对，不保存"
    )
    phone = Text(required=False, allow_blank=True, max_length=30, help_text="评价人电话，只用来与服务站比对，不保存")


class RatingOut(serializers.ModelSerializer):
    record = serializers.IntegerField(source="record_id")

    class Meta:
        model = Rating
        fields = ["id", "external_id", "record", "rated_at"]
        read_only_fields = fields


class PushedRating(serializers.Serializer):
    status = serializers.ChoiceField([CREATED, CHANGED, UNCHANGED])
    rating = RatingOut()


class Ratings(OncePerKey):
    scopes = {"POST": Scope.SERVICES_WRITE}

    @extend_schema(
        operation_id="rating_push",
        summary="推送企业对一次服务的评价",
        tags=["服务"],
        parameters=[KEY_HEADER],
        request=RatingIn,
        responses={201: PushedRating, 200: PushedRating},
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().post(request, *args, **kwargs)

    def create(self, request: Request, client: ApiClient, *args: Any, **kwargs: Any) -> Response:
        said = RatingIn().run_validation(request.data)
        number, external_id = said.pop("record", None), said.pop("record_external_id", "")
        if (number is None) == (not external_id):
            raise one_of_two()
        record = record_to_rate(client, record=number, external_id=external_id)
        if record is None:
            raise no_record("record_external_id" if external_id else "record")
        rating, status = push_rating(client, record, **said)
        return Response({"status": status, "rating": RatingOut(rating).data}, 201 if status == CREATED else 200)


def one_of_two() -> Problem:
    words = "record 和 record_external_id 填且只填一项，指明是哪次服务。"
    return Problem(400, "invalid", words, errors=[{"field": "record", "code": "required", "message": words}])


def no_record(field: str) -> Problem:
    words = "没有这条服务记录，或者它的服务站没有授权本客户端。"
    return Problem(404, "record_unknown", words, errors=[{"field": field, "code": "record_unknown", "message": words}])
