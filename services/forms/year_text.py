"""What a station types of a year: the columns of the annex that nobody can count."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from services.actions.year_text import longest
from services.annexes import STATISTICS
from services.models import YearText
from services.queries.year_text import FIELDS
from stations.filters import districts

HINTS = {
    "situation": "站点的定位、服务的产业、人员和场所。",
    "pass_rate": "例如：抽查合格率由 92% 提高到 96%，并写明依据。",
    "quality_effect": "例如：建立体系、通过认证、获得奖项、投诉下降。",
    "other_effect": "例如：拉动投资、增加产值、保护环境。",
}


class YearTextForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    investment = forms.DecimalField(
        label="本年度投入经费（万元）", min_value=0, max_digits=10, decimal_places=2, required=False
    )

    field_order = ("version", *FIELDS)

    def __init__(self, *args: Any, row: YearText | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            if name != "investment":
                self.fields[name] = forms.CharField(
                    label=STATISTICS.field(name).name,
                    max_length=longest(name),
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 4}),
                    help_text=HINTS[name],
                )
            self.fields[name].initial = getattr(row, name, None)
        self.fields["version"].initial = row.version if row else 0
        self.order_fields(self.field_order)


class YearTextFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(label="年度", min_value=2000, max_value=2100, decimal_places=0)
    district = districts(label="监管单位", field_name="station__supervised_by")

    class Meta:
        model = YearText
        fields = ["year"]
