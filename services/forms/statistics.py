"""Of what, of when and by which document the statistics are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from services.queries.statistics import Place, Span, schemes, stations_with_statistics
from services.states.statistics import Scope
from stations.models import District

FIRST_YEAR = 2020


class StatisticsForm(forms.Form):
    year = forms.TypedChoiceField(label="年度", coerce=int)
    month = forms.TypedChoiceField(
        label="月份",
        coerce=int,
        required=False,
        empty_value=None,
        choices=[("", "全年"), *((month, f"{month} 月") for month in range(1, 13))],
    )
    district = forms.ChoiceField(label="所在区", required=False)
    station = forms.ChoiceField(label="服务站", required=False)
    scheme = forms.ChoiceField(label="分类依据", required=False, help_text="同一条记录在各文件里归入哪一类。")

    def __init__(self, data: Any, *, user: Any) -> None:
        this_year = timezone.localdate().year
        given = {"year": this_year, **{name: value for name, value in data.items() if name in self.base_fields}}
        super().__init__(given)
        years = range(this_year, FIRST_YEAR - 1, -1)
        self.stations = {str(pk): (name, district) for pk, name, district in stations_with_statistics(user)}
        names = [(key, name) for key, (name, _) in self.stations.items()]
        self.fields["year"].choices = [(year, f"{year} 年") for year in years]  # type: ignore[attr-defined]
        self.districts = dict(District.objects.values_list("code", "name"))
        self.fields["district"].choices = [("", "全市"), *self.districts.items()]  # type: ignore[attr-defined]
        self.fields["station"].choices = [("", "全部"), *names]  # type: ignore[attr-defined]
        self.fields["scheme"].choices = list(schemes().items())  # type: ignore[attr-defined]

    @property
    def span(self) -> Span:
        return Span(self.cleaned_data["year"], self.cleaned_data["month"])

    @property
    def place(self) -> Place:
        """A station where one is chosen, otherwise a district, otherwise the city."""
        if station := self.cleaned_data["station"]:
            return Place(Scope.STATION, station, self.stations[station][0])
        if district := self.cleaned_data["district"]:
            return Place(Scope.DISTRICT, district, self.districts[district])
        return Place(Scope.CITY)
