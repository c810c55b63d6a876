"""What is typed about commendations and lists."""

from __future__ import annotations

import django_filters
from django import forms

from funding.models import Commendation
from funding.states.commendation import CommendationState
from stations.models import Station


class NominateForm(forms.Form):
    station = forms.ModelChoiceField(label="服务站", queryset=Station.objects.order_by("name"), empty_label="请选择")
    year = forms.IntegerField(label="年度", min_value=2020, max_value=2099)
    name = forms.CharField(label="姓名", max_length=40)
    post = forms.CharField(label="岗位", max_length=60, help_text="例如：站长、质量专员。")
    merit = forms.CharField(
        label="事迹",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="本人同意后原文公布，不写联系方式。",
    )
    email = forms.EmailField(label="本人邮箱", help_text="征求本人意见的链接发到这里，不公开。")


class YearForm(forms.Form):
    year = forms.IntegerField(label="年度", min_value=2020, max_value=2099)


class TopForm(forms.Form):
    top = forms.IntegerField(
        label="取前多少名", min_value=1, max_value=50, help_text="办法第二十条没有规定名次，由市局设定，连同名单公布。"
    )


class CommendationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=CommendationState.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="年度")

    class Meta:
        model = Commendation
        fields = ["state", "year"]
