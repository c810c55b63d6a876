"""From when to when, and of which district, the table of the annex is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from accounts.fields import DateInput
from stations.models import District


class AnnexTableForm(forms.Form):
    since = forms.DateField(label="自", widget=DateInput())
    until = forms.DateField(label="至", widget=DateInput())
    district = forms.ChoiceField(label="所在区", required=False)

    def __init__(self, data: Any) -> None:
        today = timezone.localdate()
        usual = {"since": f"{today.year}-01-01", "until": today.isoformat()}
        super().__init__({**usual, **{name: value for name, value in data.items() if name in self.base_fields}})
        districts = District.objects.values_list("code", "name")
        self.fields["district"].choices = [("", "全市"), *districts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"since", "until"} <= data.keys() and data["until"] < data["since"]:
            self.add_error("until", "结束的日期早于开始的日期，请修改。")
        return data
