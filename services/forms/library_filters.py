"""Filters of the libraries, shared by page and export."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from services.models import Agency, Client, Equipment, Qualification, Specialist
from services.queries.library import kind_names, stations_seen_by
from services.states.library import CompanySize, LibraryState, QualificationType, SharingMode, SpecialistKind
from stations.filters import districts
from stations.models import Industry

SOON = dt.timedelta(days=60)
EXPIRY = [("soon", "60 天内到期"), ("over", "已过期")]


def runs_out(column: str, value: str) -> Q:
    today = timezone.localdate()
    if value == "over":
        return Q(**{f"{column}__lt": today})
    return Q(**{f"{column}__gte": today, f"{column}__lte": today + SOON})


class SharedFilter(filters.FilterSet):
    """What may be filtered in a masked list: nothing that is behind a mask."""

    kind = filters.ChoiceFilter(
        label="服务种类", method="by_kind", choices=lambda: list(kind_names().items()), empty_label="全部"
    )
    district = districts(label="所在区")

    def by_kind(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(kinds__contains=[value])


class ItemFilter(SharedFilter):
    """Of the rows that one reads in full; what is retired is not shown unless asked for."""

    state = filters.ChoiceFilter(label="状态", choices=LibraryState.choices, empty_label="全部")
    station = filters.ChoiceFilter(label="服务站", empty_label="全部")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None and "state" not in data:
            data = data.copy()
            data["state"] = LibraryState.ACTIVE.value
        super().__init__(data, **kwargs)
        stations = stations_seen_by(self.request.user)
        if len(stations) > 1:
            self.form.fields["station"].choices = [("", "全部"), *stations]
        else:
            del self.form.fields["station"]


class AgencyShared(SharedFilter):
    type = filters.ChoiceFilter(
        label="资质", field_name="qualifications__type", choices=QualificationType, empty_label="全部", distinct=True
    )

    class Meta:
        model = Agency
        fields: list[str] = []


class AgencyFilter(ItemFilter):
    type = filters.ChoiceFilter(
        label="资质", field_name="qualifications__type", choices=QualificationType, empty_label="全部", distinct=True
    )
    expiry = filters.ChoiceFilter(label="资质有效期", method="by_expiry", choices=EXPIRY, empty_label="全部")

    class Meta:
        model = Agency
        fields: list[str] = []

    def by_expiry(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        held = Qualification.objects.filter(runs_out("valid_until", value), agency=OuterRef("pk"))
        return rows.filter(Exists(held))


class SpecialistShared(SharedFilter):
    category = filters.ChoiceFilter(label="类别", choices=SpecialistKind, empty_label="全部")

    class Meta:
        model = Specialist
        fields: list[str] = []


class SpecialistFilter(ItemFilter):
    category = filters.ChoiceFilter(label="类别", choices=SpecialistKind, empty_label="全部")

    class Meta:
        model = Specialist
        fields: list[str] = []


def industries() -> list[tuple[str, str]]:
    return list(Industry.objects.values_list("code", "name"))


class ClientShared(filters.FilterSet):
    district = districts(label="所在区")
    industry = filters.ChoiceFilter(label="产业", choices=industries, empty_label="全部")
    size = filters.ChoiceFilter(label="规模", choices=CompanySize, empty_label="全部")

    class Meta:
        model = Client
        fields: list[str] = []


class ClientFilter(ItemFilter):
    kind = None
    industry = filters.ChoiceFilter(label="产业", choices=industries, empty_label="全部")
    size = filters.ChoiceFilter(label="规模", choices=CompanySize, empty_label="全部")

    class Meta:
        model = Client
        fields: list[str] = []


class EquipmentShared(SharedFilter):
    mode = filters.ChoiceFilter(label="共享方式", method="by_mode", choices=SharingMode, empty_label="全部")

    class Meta:
        model = Equipment
        fields: list[str] = []

    def by_mode(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(modes__contains=[value])


class EquipmentFilter(ItemFilter):
    mode = filters.ChoiceFilter(label="共享方式", method="by_mode", choices=SharingMode, empty_label="全部")
    expiry = filters.ChoiceFilter(label="检定校准", method="by_expiry", choices=EXPIRY, empty_label="全部")

    class Meta:
        model = Equipment
        fields: list[str] = []

    def by_mode(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(modes__contains=[value])

    def by_expiry(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(runs_out("calibrated_until", value))
