"""What is typed about budgets, grants and what districts give."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from accounts.fields import DateInput
from funding.models import Budget, Entitlement, Grant, MatchingFund
from funding.queries.grant import stations_to_match, to_cancel, to_recover
from funding.states.grant import GrantState, SchemeKind
from stations.models import Station

MOST = 1_000_000_000


def yuan(label: str, **more: Any) -> forms.IntegerField:
    """Whole yuan, with the keypad of a phone."""
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": f"{label}请填写整数，单位为元。"},
        **more,
    )


class AmountsForm(forms.Form):
    award_support = yuan(f"{SchemeKind.AWARD_SUPPORT.label}（元）")
    prize = yuan(f"{SchemeKind.PRIZE.label}（元）")

    def amounts(self) -> dict[str, int]:
        return {str(kind): self.cleaned_data[kind] for kind in SchemeKind}


class OpenBudgetForm(AmountsForm):
    year = forms.IntegerField(label="年度", min_value=2020, max_value=2099)
    source = forms.CharField(label="预算依据", max_length=200, help_text="例如：2026年部门预算批复，武财〔2026〕3号。")
    field_order = ["year", "award_support", "prize", "source"]


class ChangeBudgetForm(AmountsForm):
    reason = forms.CharField(
        label="调整理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="连同调整前后的金额记入办理记录。",
    )


class ProposeGrantForm(forms.Form):
    budget = forms.ModelChoiceField(label="预算年度", queryset=Budget.objects.none(), empty_label=None)
    amount = yuan("金额（元）")
    amount_reason = forms.CharField(
        label="低于最高金额的理由", max_length=500, required=False, help_text="金额等于最高金额的不填。"
    )
    again_reason = forms.CharField(label="再次享受一次性支持的理由", max_length=500, required=False)

    def __init__(self, *args: Any, entitlement: Entitlement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["budget"].queryset = Budget.objects.filter(measure=entitlement.measure).order_by("-year")
        self.fields["amount"].help_text = f"办法规定最高 {entitlement.ceiling:,} 元。"
        if not entitlement.again:
            del self.fields["again_reason"]


class RepaymentForm(forms.Form):
    repaid_on = forms.DateField(label="退款日期", widget=DateInput())
    reference = forms.CharField(label="退款流水号", max_length=60)


class MatchingForm(forms.Form):
    station = forms.ModelChoiceField(label="服务站", queryset=Station.objects.none(), empty_label="请选择")
    year = forms.IntegerField(label="年度", min_value=2020, max_value=2099)
    amount = yuan("金额（元）")
    note = forms.CharField(label="政策依据或者说明", max_length=300)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations_to_match(user)


class GrantFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=GrantState.choices, empty_label="全部")
    kind = django_filters.ChoiceFilter(label="类别", choices=SchemeKind.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="预算年度", field_name="line__budget__year")
    attention = django_filters.ChoiceFilter(
        label="需要处理",
        choices=[("recover", "称号已撤销，是否追回"), ("cancel", "称号已终止，尚未支付")],
        method="attended",
        empty_label="全部",
    )

    class Meta:
        model = Grant
        fields = ["state", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is None or not self.request.user.has_perm("funding.read_money"):
            del self.filters["attention"]  # what the bureau has still to decide

    def attended(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        wanted = to_recover() if value == "recover" else to_cancel()
        return rows.filter(pk__in=wanted.values("pk"))


class EntitlementFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类别", choices=SchemeKind.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="评价年度")
    granted = django_filters.ChoiceFilter(
        label="拟定情况", choices=[("no", "还没有拟定"), ("yes", "已拟定")], method="by_granted", empty_label="全部"
    )

    class Meta:
        model = Entitlement
        fields = ["kind"]

    def by_granted(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(granted=value == "yes")


class MatchingFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(label="年度")

    class Meta:
        model = MatchingFund
        fields = ["year"]
