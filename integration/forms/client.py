"""What is typed about a machine client, and what a station gives it leave for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters as filters
from django import forms

from integration.models import ApiClient, StationAuthorisation
from integration.states.client import AuthorisationState, ClientState, Scope


class ScopesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class ClientForm(forms.Form):
    name = forms.CharField(label="名称", max_length=60, help_text="平台的名称，服务站授权时看到，例如：汉检链。")
    operator = forms.CharField(label="运营单位", max_length=100)
    contact = forms.EmailField(label="联系邮箱", help_text="接口变更和故障时联系。")
    purpose = forms.CharField(
        label="用途",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="读写哪些数据、做什么用。服务站凭此决定是否授权。",
    )
    scopes = ScopesField(
        label="权限范围", choices=Scope.choices, help_text="只选需要的。取消一项，已发出的令牌立即失效。"
    )


class DisableForm(forms.Form):
    reason = forms.CharField(label="停用原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class AuthoriseForm(forms.Form):
    scopes = ScopesField(label="允许它做什么")

    def __init__(self, *args: Any, offered: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(scope, Scope(scope).label) for scope in offered]  # type: ignore[attr-defined]
        self.fields["scopes"].initial = list(offered)


class ClientFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label="状态", choices=ClientState.choices, empty_label="全部")

    class Meta:
        model = ApiClient
        fields: list[str] = []


class AuthorisationFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label="状态", choices=AuthorisationState.choices, empty_label="全部")

    class Meta:
        model = StationAuthorisation
        fields: list[str] = []
