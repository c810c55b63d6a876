"""/api/v1/statistics/: what the stations of the city have done in a year or a month, summed up. No station, no company."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.api.asked import Asked, read
from integration.api.public import PublicEndpoint
from services.queries.statistics import city_totals, schemes


class Sums(serializers.Serializer):
    firms = serializers.IntegerField(help_text="服务企业（家），同一期间只算一次")
    visits = serializers.IntegerField(help_text="服务次数（家次）")
    services = serializers.IntegerField(help_text="服务记录")
    problems_found = serializers.IntegerField()
    problems_solved = serializers.IntegerField()


class StatisticsLine(Sums):
    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()


class StatisticsOut(Sums):
    year = serializers.IntegerField()
    month = serializers.IntegerField(allow_null=True)
    scheme = serializers.CharField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="汇总时间；没有记录时为空")
    months = StatisticsLine(many=True)
    kinds = StatisticsLine(many=True, help_text="按 scheme 所指文件的服务类别")
    industries = StatisticsLine(many=True)


class StatisticsAsked(Asked):
    year = serializers.IntegerField(required=False, min_value=2020, max_value=2100, help_text="默认今年")
    month = serializers.IntegerField(required=False, min_value=1, max_value=12)
    scheme = serializers.ChoiceField(list(schemes().items()), required=False, help_text="默认 wuhan")


class Statistics(PublicEndpoint):
    lasts = 60
    asked_class = StatisticsAsked

    @extend_schema(
        operation_id="statistics",
        summary="全市服务统计",
        tags=["公开数据"],
        parameters=[StatisticsAsked],
        responses=StatisticsOut,
    )
    def get(self, request: Request) -> Response:
        asked = read(request, StatisticsAsked)
        year = asked.get("year", timezone.localdate().year)
        return Response(city_totals(year, asked.get("month"), asked.get("scheme", "wuhan")))
