"""What a station writes of a training event, and what companies write to sign up for it or when they come."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.fields import MomentInput, ReasonField
from services.forms.rating import stations_of
from services.models import TrainingAttendance, TrainingEvent, TrainingSignUp
from services.queries.training import stations_to_train_for
from services.states.training import AttendanceWay, SignUpState, TrainingState
from stations.models import Station
from stations.queries import ability_choices

CODE = "18 位，印在营业执照上。"
CONSENT = "联系人、电话和邮箱只用于通知培训安排，加密保存，只有组织培训的服务站看得到，不公开。"


class TrainingForm(forms.Form):
    title = forms.CharField(label="培训主题", max_length=80)
    kind = forms.ChoiceField(label="服务种类", choices=lambda: [("", "请选择"), *ability_choices()])
    starts_at = forms.DateTimeField(label="开始时间", widget=MomentInput())
    ends_at = forms.DateTimeField(label="结束时间", widget=MomentInput())
    place = forms.CharField(label="地点", max_length=200)
    capacity = forms.IntegerField(
        label="名额（人）", min_value=1, max_value=5000, help_text="报满以后，后来的单位进入候补。"
    )
    text = forms.CharField(
        label="内容和安排",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="对象、议程、授课人、交通等，公开显示。",
    )


class TrainingCreateForm(TrainingForm):
    station = forms.ModelChoiceField(label="服务站", queryset=Station.objects.none(), empty_label="请选择")
    field_order = ("station",)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations_to_train_for(user)


class CancelForm(forms.Form):
    reason = ReasonField(help_text="告知已报名的单位。")


class ConcludeForm(forms.Form):
    summary = forms.CharField(
        label="办结说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class SignUpForm(forms.Form):
    credit_code = forms.CharField(label="统一社会信用代码", max_length=40, help_text=CODE)
    company = forms.CharField(label="单位名称", max_length=100)
    people = forms.IntegerField(label="参加人数", min_value=1, max_value=50, initial=1)
    name = forms.CharField(label="联系人", max_length=40)
    phone = forms.CharField(label="联系电话", max_length=30)
    email = forms.EmailField(label="邮箱", required=False, help_text="报名结果、变动和开班提醒发到这个邮箱。")
    consent = forms.BooleanField(label="我已阅读并同意个人信息使用说明", help_text=CONSENT)


class CheckInForm(forms.Form):
    credit_code = forms.CharField(label="统一社会信用代码", max_length=40, help_text=CODE)
    company = forms.CharField(label="单位名称", max_length=100, required=False, help_text="已经报名的可以不填。")
    people = forms.IntegerField(label="到场人数", min_value=1, max_value=500, initial=1)


class PeopleForm(forms.Form):
    people = forms.IntegerField(label="到场人数", min_value=1, max_value=500)


class PublicTrainingFilter(django_filters.FilterSet):
    """The public list shows what is to come, unless all is asked for."""

    kind = django_filters.ChoiceFilter(label="服务种类", choices=ability_choices, empty_label="全部")
    when = django_filters.ChoiceFilter(
        label="时间", method="by_time", choices=[("coming", "即将举办"), ("past", "已经结束")], empty_label="全部"
    )

    class Meta:
        model = TrainingEvent
        fields = ["kind"]

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        if data is not None and "when" not in data:
            data = data.copy()
            data["when"] = "coming"
        super().__init__(data, **kwargs)

    def by_time(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        now = timezone.now()
        if value == "coming":
            return rows.filter(ends_at__gt=now).exclude(state=TrainingState.CANCELLED).order_by("starts_at", "pk")
        return rows.filter(ends_at__lte=now)


class TrainingFilter(django_filters.FilterSet):
    station = django_filters.ModelChoiceFilter(label="服务站", queryset=stations_of, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=TrainingState.choices, empty_label="全部")
    kind = django_filters.ChoiceFilter(label="服务种类", choices=ability_choices, empty_label="全部")
    year = django_filters.NumberFilter(
        label="年度", field_name="starts_at__year", min_value=2020, max_value=2099, widget=forms.NumberInput()
    )

    class Meta:
        model = TrainingEvent
        fields = ["state"]


class SignUpFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=SignUpState.choices, empty_label="全部")

    class Meta:
        model = TrainingSignUp
        fields = ["state"]


class AttendanceFilter(django_filters.FilterSet):
    way = django_filters.ChoiceFilter(label="签到方式", choices=AttendanceWay.choices, empty_label="全部")

    class Meta:
        model = TrainingAttendance
        fields = ["way"]


def initial_of(event: TrainingEvent) -> dict[str, Any]:
    """The form as the event stands; instants in the city's time."""
    kept: dict[str, Any] = {name: getattr(event, name) for name in TrainingForm.base_fields}
    return {
        name: timezone.localtime(value) if isinstance(value, dt.datetime) else value for name, value in kept.items()
    }
