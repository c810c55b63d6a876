"""What a station types of a media report, and what a decision on it asks."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from accounts.fields import DateInput, FilesField
from services.models import MediaReport
from services.states.media_report import MediaReportState
from stations.filters import districts
from stations.models import Station
from stations.queries import my_stations


class MyStationField(forms.ModelChoiceField):
    """A station of the person's own organisations; the only one is chosen already."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Station.objects.none(), empty_label="请选择", label="服务站", **kwargs)

    def offer(self, user: Any) -> None:
        self.queryset = my_stations(user).order_by("name")
        known = list(self.queryset[:2])
        if len(known) == 1:
            self.initial = known[0]


class MediaReportForm(forms.Form):
    station = MyStationField()
    title = forms.CharField(label="报道标题", max_length=200)
    outlet = forms.CharField(label="媒体名称", max_length=100, help_text="报纸、电视台、网站或者公众号的名称。")
    published_on = forms.DateField(label="报道日期", widget=DateInput())
    url = forms.URLField(
        label="报道网址",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="没有网址的，请上传报道的截图或者扫描件。",
    )
    evidence = FilesField(
        label="报道材料", required=False, help_text="最多 5 个文件，PDF、图片、Word 或 Excel，每个不超过 50 MB。"
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].offer(user)


class DeclineReportForm(forms.Form):
    reason = forms.CharField(
        label="不予确认的理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="告知服务站。例如报道的是其他单位，网址打不开，属于付费广告。",
    )


class MediaReportFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=MediaReportState.choices, empty_label="全部")
    year = django_filters.NumberFilter(
        label="年度", field_name="published_on__year", min_value=2000, max_value=2100, decimal_places=0
    )
    district = districts(label="监管单位", field_name="station__supervised_by")

    class Meta:
        model = MediaReport
        fields = ["state"]
