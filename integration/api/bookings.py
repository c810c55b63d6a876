"""/api/v1/equipment/{id}/bookings/: time of an instrument, asked for by an outside platform."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.actions.booking import push_booking
from integration.api.once import KEY_HEADER, OncePerKey
from integration.api.strict import Body, Instant, Text
from integration.models import ApiClient
from integration.queries.service_record import equipment_for_client
from integration.states.client import Scope
from services.models import Booking


class BookingIn(Body):
    external_id = Text(max_length=100, help_text="贵平台的预约编号；同一编号再次提交得到同一预约")
    begins_at = Instant(help_text="开始时间，带时区")
    ends_at = Instant(help_text="结束时间，不含；一次最多 31 天")
    client_code = Text(max_length=18, help_text="使用设备的企业的统一社会信用代码")
    client_name = Text(max_length=100)
    purpose = Text(max_length=300, help_text="用途，例如测量什么样件")


class BookingOut(serializers.ModelSerializer):
    equipment = serializers.IntegerField(source="equipment_id")
    begins_at = serializers.DateTimeField(source="during.lower")
    ends_at = serializers.DateTimeField(source="during.upper")

    class Meta:
        model = Booking
        fields = ["id", "external_id", "equipment", "state", "begins_at", "ends_at", "client_code", "client_name"]
        read_only_fields = fields


class PushedBooking(serializers.Serializer):
    status = serializers.ChoiceField(["created", "unchanged"])
    booking = BookingOut()


class Bookings(OncePerKey):
    scopes = {"POST": Scope.SERVICES_WRITE}

    @extend_schema(
        operation_id="booking_push",
        summary="预约一台仪器设备",
        description="由设备所属的服务站确认。时间已被占用的答 409 already_booked。",
        tags=["服务"],
        parameters=[KEY_HEADER],
        request=BookingIn,
        responses={201: PushedBooking, 200: PushedBooking},
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        return super().post(request, *args, **kwargs)

    def create(self, request: Request, client: ApiClient, *args: Any, **kwargs: Any) -> Response:
        equipment = get_object_or_404(equipment_for_client(client), pk=kwargs["pk"])
        said = BookingIn().run_validation(request.data)
        during = said.pop("begins_at"), said.pop("ends_at")
        booking, new = push_booking(client, equipment, during=during, **said)
        status = "created" if new else "unchanged"
        return Response({"status": status, "booking": BookingOut(booking).data}, 201 if new else 200)
