"""/api/v1/stations/ and /api/v1/certificates/{number}/: the directory, and whether a certificate holds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

import measures
from accounts.pages import rows_with_words
from integration.api.asked import Asked, Polled, filtered, read
from integration.api.public import PublicEndpoint, PublicList, list_of
from stations.filters import DirectoryFilter
from stations.models import Certificate, Station, Title
from stations.queries import IN_DIRECTORY, directory, directory_changed_since, find_number, public_stations
from stations.states import Level, Platform, TitleState

KINDS = [kind.code for kind in measures.load(settings.MEASURE).service_kinds]
ANY = "any"
SEARCHED = ("name", "organisation__name", "address", "introduction")  # as on the page of the directory


class StationOrganisation(serializers.Serializer):
    name = serializers.CharField()
    credit_code = serializers.CharField(help_text="统一社会信用代码")


class StationDistrict(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class StationIndustry(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class StationTitle(serializers.ModelSerializer):
    level = serializers.ChoiceField(Level.values)
    state = serializers.ChoiceField(TitleState.values)
    state_label = serializers.SerializerMethodField()
    certificate = serializers.SerializerMethodField(help_text="证书编号；早年的称号没有本门户的证书")

    class Meta:
        model = Title
        fields = [
            "number", "level", "state", "state_label", "awarded_at", "ended_at", "ended_article", "ended_decision",
            "certificate",
        ]  # fmt: skip
        read_only_fields = fields

    def get_state_label(self, row: Title) -> str:
        return TitleState(row.state).public_label

    def get_certificate(self, row: Title) -> str | None:
        certificate: Certificate | None = getattr(row, "certificate", None)
        return certificate.number if certificate else None


class StationOut(serializers.ModelSerializer):
    organisation = StationOrganisation()
    district = StationDistrict()
    abilities = serializers.SerializerMethodField(help_text="管理办法第九条的服务种类代码，见 measures/")
    industries = StationIndustry(many=True)
    titles = StationTitle(many=True, source="known_titles", help_text="现有和曾有的称号，最要紧的在前")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Station
        fields = [
            "id", "name", "organisation", "district", "address", "window", "opening_hours", "phone", "shown_class",
            "abilities", "industries", "titles", "url",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(KINDS)))
    def get_abilities(self, row: Station) -> list[str]:
        claimed = {ability.kind for ability in row.abilities.all()}
        return [code for code in KINDS if code in claimed]

    @extend_schema_field(serializers.URLField)
    def get_url(self, row: Station) -> str:
        return settings.SITE_URL + row.get_absolute_url()


class StationOnline(serializers.Serializer):
    platform = serializers.ChoiceField(Platform.values)
    url = serializers.URLField()


class StationDetailOut(StationOut):
    supervised_by = serializers.CharField(source="supervised_by.supervising_bureau", read_only=True)
    team_count = serializers.IntegerField(read_only=True)
    specialist_count = serializers.IntegerField(read_only=True)
    online = StationOnline(many=True, read_only=True)

    class Meta(StationOut.Meta):
        fields = [
            *StationOut.Meta.fields, "introduction", "commitment", "supervised_by", "team_count", "specialist_count",
            "online",
        ]  # fmt: skip
        read_only_fields = fields


class StationsAsked(Polled):
    q = serializers.CharField(required=False, max_length=100, help_text="服务站、单位、地址中的词")
    district = serializers.CharField(required=False, max_length=20, help_text="区或功能区代码，如 420106")
    ability = serializers.ChoiceField(KINDS, required=False, help_text="服务种类代码")
    industry = serializers.CharField(required=False, max_length=40, help_text="产业代码")
    shown_class = serializers.CharField(required=False, max_length=40, help_text="公开的类别；不公开时没有这项")
    title = serializers.ChoiceField(
        [*TitleState.values, ANY],
        required=False,
        help_text="称号状态；不填为有效的，与 updated_since 同用时不填为全部（这样也能得知称号终止）",
    )


class StationList(PublicList):
    watched = IN_DIRECTORY
    lasts = 60  # districts and industries are dictionaries
    row_class = StationOut
    asked_class = StationsAsked

    def rows(self, asked: dict[str, Any]) -> QuerySet[Station]:
        names = ("district", "ability", "industry", "shown_class", "title")
        wanted = {name: asked[name] for name in names if name in asked}
        if wanted.get("title", ANY if "updated_since" in asked else "") == ANY:
            wanted["title"] = ""
        known = directory_changed_since(asked["updated_since"]) if "updated_since" in asked else directory()
        rows = filtered(DirectoryFilter(wanted, queryset=known), wanted)
        return rows_with_words(rows, asked.get("q", ""), SEARCHED)

    @extend_schema(
        operation_id="station_list",
        summary="服务站名录",
        description="有或曾有称号的服务站，筛选与名录页相同。",
        tags=["公开数据"],
        parameters=[StationsAsked],
        responses=list_of(StationOut),
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class StationDetail(PublicEndpoint):
    watched = IN_DIRECTORY
    lasts = 60

    @extend_schema(operation_id="station", summary="一个服务站", tags=["公开数据"], responses=StationDetailOut)
    def get(self, request: Request, pk: int) -> Response:
        read(request, Asked)
        return Response(StationDetailOut(get_object_or_404(public_stations(request.user), pk=pk)).data)


class CertificateOut(serializers.Serializer):
    number = serializers.CharField(help_text="证书编号；没有证书的早年称号为称号编号")
    valid = serializers.BooleanField(help_text="称号现在是否有效")
    issued_at = serializers.DateTimeField(allow_null=True)
    basis = serializers.CharField(help_text="授予依据")
    title = StationTitle()
    station = serializers.IntegerField()
    station_name = serializers.CharField()
    organisation = StationOrganisation()
    url = serializers.URLField()


class CertificateDetail(PublicEndpoint):
    watched = IN_DIRECTORY
    max_age = 0  # a title may end at any moment

    @extend_schema(
        operation_id="certificate",
        summary="查验证书",
        description="按证书编号或称号编号查验，告知称号现在是否有效；失效的，自何时起、依据哪一条。",
        tags=["公开数据"],
        responses=CertificateOut,
    )
    def get(self, request: Request, number: str) -> Response:
        read(request, Asked)
        found = find_number(number)
        if found is None:
            raise Http404
        title, certificate = found
        known = certificate or title
        station = title.station
        said = {
            "number": known.number,
            "valid": title.state == TitleState.ACTIVE,
            "issued_at": certificate.issued_at if certificate else None,
            "basis": title.basis,
            "title": title,
            "station": station.pk,
            "station_name": station.name,
            "organisation": station.organisation,
            "url": f"{settings.SITE_URL}{Certificate(number=known.number).get_absolute_url()}",
        }
        return Response(CertificateOut(said).data)
