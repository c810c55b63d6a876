"""What a company fills in on its phone, and what the station writes about a rating."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from services.aspects import ASPECTS, STEPS
from services.models import Rating
from services.models.rating import POOR_RATING
from services.queries.rating import flagged, years_of
from services.states.rating import Integrity
from stations.models import Station
from stations.queries import stations_visible_to

ASKED = "服务人员有没有索要财物、指定机构，或者收取约定以外的费用？"
WHO_READS_IT = "这一项只有市局和区局的监管人员看得到，服务站看不到。"


class RatingForm(forms.Form):
    """Five scales of five steps, the question on integrity, a few words. One field for each aspect, by its code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [(step.number, step.label) for step in STEPS]
        for aspect in ASPECTS:
            self.fields[aspect.code] = forms.TypedChoiceField(
                label=aspect.name,
                help_text=aspect.question,
                choices=steps,
                coerce=int,
                widget=forms.RadioSelect(attrs={"class": "scale"}),
            )
        self.fields["integrity"] = forms.ChoiceField(
            label="廉洁情况",
            help_text=f"{ASKED}{WHO_READS_IT}",
            choices=Integrity.choices,
            widget=forms.RadioSelect(attrs={"class": "scale"}),
        )
        self.fields["comment"] = forms.CharField(
            label="意见和建议",
            max_length=1000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="服务站看得到这段话。不想让服务站知道是谁，请不要写单位和姓名。",
        )


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="服务对象的邮箱",
        required=False,
        help_text="填写后链接直接发给服务对象，服务站看不到链接。不填的，显示一次链接和二维码，由您当面转交。",
    )


class ImproveForm(forms.Form):
    text = forms.CharField(
        label="改进情况",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="了解到什么原因，改进了什么。监管人员可以看到。",
    )


def stations_of(request: Any) -> QuerySet[Station]:
    return stations_visible_to(request.user).select_related(None).only("name").order_by("name")


class RatingFilter(django_filters.FilterSet):
    station = django_filters.ModelChoiceFilter(
        label="服务站", field_name="record__station", queryset=stations_of, empty_label="全部"
    )
    year = django_filters.ChoiceFilter(
        label="服务年度", field_name="record__served_on__year", choices=years_of, empty_label="全部"
    )
    poor = django_filters.BooleanFilter(
        label="不满意", method="only_poor", widget=forms.Select(choices=[("", "全部"), ("true", "有不满意的方面")])
    )
    flags = django_filters.BooleanFilter(
        label="提示", method="only_flagged", widget=forms.Select(choices=[("", "全部"), ("true", "与服务站有关联")])
    )
    asked = django_filters.BooleanFilter(
        label="廉洁情况", method="only_asked", widget=forms.Select(choices=[("", "全部"), ("true", "反映有问题")])
    )

    class Meta:
        model = Rating
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.roles:  # the station does not learn who answered so
            del self.filters["asked"]

    def only_poor(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(POOR_RATING) if value else rows

    def only_flagged(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return flagged(rows) if value else rows

    def only_asked(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(integrity=Integrity.ASKED) if value else rows
