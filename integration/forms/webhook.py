"""Forms and filters of webhook endpoints and of the delivery log."""

from typing import Any

import django_filters
from django import forms

from accounts.fields import DateInput
from integration.models import ApiClient, Delivery, WebhookEndpoint
from integration.states.client import ClientState
from integration.states.webhook import EndpointState, Outcome, Problem
from ledger.models import EventKind


class EndpointForm(forms.Form):
    """What may be changed of an endpoint."""

    url = forms.CharField(
        label="接收地址",
        max_length=300,
        help_text="接收方提供的 https 地址，须可从互联网访问。系统不跟随重定向，不连接内部网络。",
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label="推送的事件",
        choices=EventKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="服务记录的事件只推送授权该客户端“读取事件”的服务站的。",
    )


class NewEndpointForm(EndpointForm):
    client = forms.ModelChoiceField(
        label="接口客户端",
        queryset=ApiClient.objects.none(),
        empty_label="请选择",
        help_text="只列使用中的客户端。没有登记的，请先登记接口客户端。",
    )
    field_order = ("client", "url", "kinds")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].queryset = ApiClient.objects.filter(state=ClientState.ACTIVE)


class RotateForm(forms.Form):
    at_once = forms.BooleanField(
        label="立即停用原来的密钥",
        required=False,
        help_text="密钥泄露时勾选。勾选后，接收方换用新密钥之前收到的推送都不能通过核验。",
    )


class DisableForm(forms.Form):
    reason = forms.CharField(label="停用的理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class EndpointFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=EndpointState.choices, empty_label="全部")
    dead = django_filters.BooleanFilter(
        label="有未送达", method="with_dead", widget=forms.Select(choices=[("", "全部"), ("true", "是")])
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["state"]

    def with_dead(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(dead__gt=0) if value else rows


class DeliveryFilter(django_filters.FilterSet):
    outcome = django_filters.ChoiceFilter(label="状态", choices=Outcome.choices, empty_label="全部")
    endpoint = django_filters.ModelChoiceFilter(
        label="推送地址", queryset=WebhookEndpoint.objects.order_by("url"), empty_label="全部"
    )
    kind = django_filters.ChoiceFilter("event__kind", label="事件", choices=EventKind.choices, empty_label="全部")
    problem = django_filters.ChoiceFilter("last_problem", label="问题", choices=Problem.choices, empty_label="全部")
    since = django_filters.DateFilter("made_at__date", "gte", label="自", widget=DateInput())
    until = django_filters.DateFilter("made_at__date", "lte", label="至", widget=DateInput())

    class Meta:
        model = Delivery
        fields = ["outcome"]
