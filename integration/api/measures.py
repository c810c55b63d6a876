"""/api/v1/measures/{key}/: the rules as data."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

import measures
from integration.api.asked import Asked, read
from integration.api.problems import Problem
from integration.api.public import PublicEndpoint


class Clause(serializers.Serializer):
    article = serializers.CharField(help_text="条款号，如 15(4)")


class Named(Clause):
    code = serializers.CharField()
    name = serializers.CharField()


class Worded(Named):
    text = serializers.CharField()


class MeasureThreshold(Clause):
    code = serializers.CharField()
    label = serializers.CharField()
    op = serializers.ChoiceField([">=", ">", "<=", "<", "=="])
    value = serializers.DecimalField(max_digits=None, decimal_places=None)
    unit = serializers.CharField()
    indicator = serializers.CharField(allow_blank=True)
    condition = serializers.CharField(allow_blank=True)


class MeasureKind(Worded):
    qi_component = serializers.CharField(help_text="国际质量基础设施分类")


class MeasureTitle(Clause):
    name = serializers.CharField()
    short_name = serializers.CharField()
    cap = serializers.IntegerField(allow_null=True)


class MeasureCondition(Worded):
    computed = serializers.BooleanField(help_text="由系统核验，不符合不能提交")


class MeasureMaterial(Named):
    hint = serializers.CharField(allow_blank=True)


class MeasureNotice(Clause):
    days = serializers.IntegerField()
    rule = serializers.CharField(source="rule.value")


class MeasureReport(Clause):
    month = serializers.IntegerField()
    day = serializers.IntegerField()


class MeasureExit(Worded):
    discretionary = serializers.BooleanField()


class MeasureAward(Clause):
    ceiling = serializers.IntegerField(help_text="元")
    once = serializers.BooleanField()


class MeasurePrize(Clause):
    tier = serializers.IntegerField()
    name = serializers.CharField()
    places = serializers.IntegerField()
    amount = serializers.IntegerField(help_text="元")


class MeasureIndicator(Named):
    points = serializers.DecimalField(max_digits=None, decimal_places=None)
    checks = serializers.ListField(child=serializers.CharField())


class MeasureGroup(Named):
    points = serializers.DecimalField(max_digits=None, decimal_places=None)
    indicators = MeasureIndicator(many=True)


class MeasureDimension(Named):
    number = serializers.CharField()
    points = serializers.DecimalField(max_digits=None, decimal_places=None)
    groups = MeasureGroup(many=True)


class MeasureOut(serializers.Serializer):
    """A measure may be silent on a section: a list is then empty, a single thing null."""

    code = serializers.CharField()
    version = serializers.CharField(help_text="规则文件的 SHA-256")
    name = serializers.CharField()
    short_name = serializers.CharField(source="text.short_name")
    authority = serializers.CharField(source="text.authority")
    stage = serializers.CharField(source="text.stage")
    validity_years = serializers.IntegerField(source="text.validity_years", allow_null=True)
    title = MeasureTitle(source="said_title", allow_null=True)
    service_kinds = MeasureKind(many=True)
    conditions = MeasureCondition(many=True)
    materials = MeasureMaterial(many=True)
    steps = Worded(many=True)
    notice = MeasureNotice(source="said_notice", allow_null=True)
    self_assessment = MeasureReport(source="said_self_assessment", allow_null=True)
    grounds = Worded(many=True)
    exits = MeasureExit(many=True)
    award = MeasureAward(source="money.award", allow_null=True)
    prizes = MeasurePrize(source="money.tiers", many=True)
    dimensions = MeasureDimension(many=True)
    thresholds = MeasureThreshold(many=True)


class MeasureDetail(PublicEndpoint):
    max_age = 3600

    @extend_schema(
        operation_id="measure",
        summary="一份管理办法的全部规则",
        description="服务种类、申报条件、材料、评价指标和分值、阈值、资金，逐项注明条款号。键如 wuhan。",
        tags=["公开数据"],
        responses=MeasureOut,
    )
    def get(self, request: Request, key: str) -> Response:
        read(request, Asked)
        if key not in measures.codes():
            raise Problem(404, "measure_unknown", f"没有这份办法；现有：{'、'.join(measures.codes())}。")
        return Response(MeasureOut(measures.load(key)).data)
