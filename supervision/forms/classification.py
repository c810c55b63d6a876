"""The dictionary of classes, and the decision on a station."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from stations.filters import districts
from stations.models import Station
from supervision.models import Basis, StationClass

NONE = "none"


class ChangeClassForm(forms.Form):
    name = forms.CharField(label="名称", max_length=40, help_text="例如“A类”。公开时，名录上显示这个名称。")
    description = forms.CharField(
        label="说明", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    position = forms.IntegerField(label="次序", min_value=0, max_value=99, initial=0, help_text="小的排在前面。")
    active = forms.BooleanField(
        label="使用中", required=False, initial=True, help_text="停用以后不能再确定为这个类别，已经确定的不变。"
    )


class AddClassForm(ChangeClassForm):
    code = forms.SlugField(
        label="代码",
        max_length=20,
        help_text="字母、数字和连字符，增加以后不能修改。",
        error_messages={"invalid": "代码只能用字母、数字、下划线和连字符，请修改。"},
    )
    field_order = ("code", "name", "description", "position", "active")


class ClassifyForm(forms.Form):
    station_class = forms.ModelChoiceField(
        label="类别",
        queryset=StationClass.objects.none(),
        required=False,
        empty_label="取消分类",
    )
    basis = forms.ChoiceField(label="依据", choices=Basis.choices, widget=forms.RadioSelect)
    basis_text = forms.CharField(
        label="依据的文件或者事项", max_length=200, help_text="例如“2026年度评价结果，第12名”，或者检查记录的编号。"
    )
    reason = forms.CharField(label="理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station_class"].queryset = StationClass.objects.filter(active=True)


def class_choices() -> list[tuple[str, str]]:
    known = StationClass.objects.values_list("pk", "name")
    return [*((str(pk), name) for pk, name in known), (NONE, "没有分类")]


class ClassifiedFilter(django_filters.FilterSet):
    station_class = django_filters.ChoiceFilter(
        label="类别", method="by_class", choices=class_choices, empty_label="全部"
    )
    district = districts(label="监管单位", field_name="supervised_by")

    class Meta:
        model = Station
        fields: list[str] = []

    def by_class(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(class_id__isnull=True) if value == NONE else rows.filter(class_id=value)
