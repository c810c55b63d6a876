from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms

from accounts.fields import DateInput
from services.forms.library import CreditCodeField
from services.models import Booking, Equipment
from services.queries.library import own_stations
from services.states.library import BookingState

HALF_HOURS = [
    (f"{minutes // 60:02}:{minutes % 60:02}", f"{minutes // 60}:{minutes % 60:02}") for minutes in range(0, 1440, 30)
]
ENDS = [*HALF_HOURS[1:], ("24:00", "24:00")]


class BookForm(forms.Form):
    station = forms.ModelChoiceField(label="提出预约的服务站", queryset=None, empty_label="请选择")
    begins_on = forms.DateField(label="开始日期", widget=DateInput())
    begins_at = forms.ChoiceField(label="开始时间", choices=HALF_HOURS, initial="09:00")
    ends_on = forms.DateField(label="结束日期", widget=DateInput(), required=False, help_text="当天用完的不填。")
    ends_at = forms.ChoiceField(label="结束时间", choices=ENDS, initial="11:00")
    client_code = CreditCodeField(label="使用企业的统一社会信用代码")
    client_name = forms.CharField(
        label="使用企业的名称", max_length=100, required=False, help_text="已在本站服务对象库的企业可以不填。"
    )
    purpose = forms.CharField(
        label="用途", max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text="测量什么样件，大约多少件。"
    )

    def __init__(self, *args: Any, user: Any, equipment: Equipment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stations = own_stations(user)
        field = self.fields["station"]
        field.queryset = stations  # type: ignore[attr-defined]
        own = [station for station in stations if station.pk == equipment.station_id]
        if own or len(stations) == 1:
            field.initial, field.widget = (own or stations)[0].pk, forms.HiddenInput()


class CancelForm(forms.Form):
    reason = forms.CharField(label="取消的理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class BookingFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label="状态", choices=BookingState.choices, empty_label="全部")
    since = filters.DateFilter(label="使用日期从", method="by_since", widget=DateInput())

    class Meta:
        model = Booking
        fields: list[str] = []

    def by_since(self, rows: Any, name: str, value: dt.date) -> Any:
        return rows.filter(during__endswith__date__gte=value)
