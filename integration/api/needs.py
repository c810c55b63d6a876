"""/api/v1/needs/: a need that a company has told an outside platform."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.actions.need import push_need
from integration.api.once import KEY_HEADER, OncePerKey
from integration.api.problems import Fault, Problem
from integration.api.strict import Body, Day, Text, Whole
from integration.models import ApiClient
from integration.queries.service_record import station_for
from integration.states.client import Scope
from services.models import Need


class NeedIn(Body):
    external_id = Text(max_length=100, help_text="贵平台的需求编号；同一编号再次提交得到同一需求")
    station = Whole(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=2**63 - 1,
        help_text="已授权本客户端的服务站；不填由市、区分派",
    )
    credit_code = Text(max_length=18, help_text="企业的统一社会信用代码")
    company = Text(max_length=100)
    contact_name = Text(max_length=40)
    contact_phone = Text(required=False, allow_blank=True, max_length=30, help_text="电话和邮箱至少填一项；加密保存")
    contact_email = serializers.EmailField(required=False, allow_blank=True, max_length=254)
    kind = Text(max_length=40, help_text="服务种类代码，见 measures/wuhan/")
    item = Text(required=False, allow_blank=True, max_length=60, help_text="服务事项代码")
    text = Text(max_length=3000, help_text="遇到的问题和希望得到的帮助")
    wanted_on = Day(required=False, allow_null=True, help_text="希望完成的日期")


class NeedOut(serializers.ModelSerializer):
    station = serializers.IntegerField(source="station_id", allow_null=True)

    class Meta:
        model = Need
        fields = ["number", "external_id", "station", "state", "kind", "item", "received_at"]
        read_only_fields = fields


class PushedNeed(serializers.Serializer):
    status = serializers.ChoiceField(["created", "unchanged"])
    need = NeedOut()


class Needs(OncePerKey):
    scopes = {"POST": Scope.NEEDS_WRITE}

    @extend_schema(
        operation_id="need_push",
        summary="提交一项服务需求",
        tags=["服务"],
        parameters=[KEY_HEADER],
        request=NeedIn,
        responses={201: PushedNeed, 200: PushedNeed},
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().post(request, *args, **kwargs)

    def create(self, request: Request, client: ApiClient, *args: Any, **kwargs: Any) -> Response:
        said = NeedIn().run_validation(request.data)
        number, station = said.pop("station", None), None
        if number is not None and (station := station_for(client, number, Scope.NEEDS_WRITE)) is None:
            raise no_station()
        said.setdefault("contact_phone", "")
        need, new = push_need(client, station=station, **said)
        status = "created" if new else "unchanged"
        return Response({"status": status, "need": NeedOut(need).data}, 201 if new else 200)


def no_station() -> Problem:
    """The same for one that does not exist."""
    words = "没有这个服务站，或者它没有授权本客户端。"
    error: Fault = {"field": "station", "code": "station_not_authorised", "message": words}
    return Problem(404, "station_not_authorised", words, errors=[error])
