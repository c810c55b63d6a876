"""What people type about accounts, and the filters of their lists."""

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from accounts.fields import DateInput, ReasonField
from accounts.models import Message, RoleGrant, User
from accounts.states import Role

PHONE = re.compile(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?)$")


class ProfileForm(forms.Form):
    name = forms.CharField(label="姓名", max_length=40, help_text="办理记录、通知和文书上显示的姓名。")
    phone = forms.CharField(
        label="手机", max_length=20, required=False, help_text="11 位手机号，或带区号的座机，例如 027-85551234。"
    )

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].replace(" ", "")
        if phone and not PHONE.match(phone):
            raise forms.ValidationError("请填写 11 位手机号，或带区号的座机，例如 027-85551234。")
        return phone


class ReasonForm(forms.Form):
    reason = ReasonField()


class LongReasonForm(forms.Form):
    """Of a decision on a title, a round or money."""

    reason = ReasonField(max_length=1000)


class GrantForm(forms.Form):
    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *Role.choices])
    scope = forms.ChoiceField(label="区域", required=False, help_text="授予区局人员时选择，其他角色留空。")
    reason = forms.CharField(
        label="依据",
        max_length=500,
        required=False,
        help_text="例如任职文件的文号。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, scopes: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [("", "（不限区域）"), *scopes.items()]


class MessageFilter(django_filters.FilterSet):
    unread = django_filters.ChoiceFilter(
        label="状态", choices=[("True", "未读"), ("False", "已读")], empty_label="全部"
    )
    since = django_filters.DateFilter("created_at__date", "gte", label="起始日期", widget=DateInput())

    class Meta:
        model = Message
        fields: list[str] = []


class OutboxFilter(django_filters.FilterSet):
    email_state = django_filters.ChoiceFilter(
        label="状态",
        choices=[(state, state.label) for state in (Message.EmailState.WAITING, Message.EmailState.FAILED)],
        empty_label="全部",
    )

    class Meta:
        model = Message
        fields: list[str] = []


class PersonFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(
        label="角色", choices=[*Role.choices, ("none", "没有工作角色")], empty_label="全部", method="filter_role"
    )
    is_active = django_filters.ChoiceFilter(
        label="账号", choices=[("True", "启用"), ("False", "停用")], empty_label="全部"
    )
    has_totp = django_filters.ChoiceFilter(
        label="两步验证", choices=[("True", "已启用"), ("False", "未启用")], empty_label="全部"
    )

    class Meta:
        model = User
        fields: list[str] = []

    def filter_role(self, people: QuerySet, name: str, role: str) -> QuerySet:
        if role == "none":
            return people.exclude(role_grants__in=RoleGrant.objects.filter(ended_at__isnull=True))
        return people.filter(role_grants__role=role, role_grants__ended_at__isnull=True).distinct()
