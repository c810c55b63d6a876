"""Filters of the pages about the exchange with 汉检链."""

from typing import Any

import django_filters
from django import forms

from integration.models import AnchorReceipt, Discrepancy, RefusedItem, SentDocument
from integration.models.hanjianlian import KINDS
from integration.states.hanjianlian import Difference, DocumentKind, PulledKind, SendOutcome, Verdict
from stations.models import OnlineService
from stations.states import OnlineContent

ONLY = forms.Select(choices=[("", "全部"), ("true", "是")])


class DocumentFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类别", choices=DocumentKind.choices, empty_label="全部")
    outcome = django_filters.ChoiceFilter(label="状态", choices=SendOutcome.choices, empty_label="全部")
    failing = django_filters.BooleanFilter(label="推送未成功", method="only_failing", widget=ONLY)

    class Meta:
        model = SentDocument
        fields = ["kind", "outcome"]

    def only_failing(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(outcome=SendOutcome.WAITING, attempts__gt=0) if value else rows


class ReceiptFilter(django_filters.FilterSet):
    verdict = django_filters.ChoiceFilter(label="核对", choices=Verdict.choices, empty_label="全部")
    wrong = django_filters.BooleanFilter(label="只看不一致", method="only_wrong", widget=ONLY)

    class Meta:
        model = AnchorReceipt
        fields = ["verdict"]

    def only_wrong(self, rows: Any, name: str, value: bool) -> Any:
        return rows.exclude(verdict=Verdict.MATCHES) if value else rows


class ServiceFilter(django_filters.FilterSet):
    content = django_filters.ChoiceFilter(label="内容类别", choices=OnlineContent.choices, empty_label="全部")
    online = django_filters.BooleanFilter(
        label="在线", widget=forms.Select(choices=[("", "全部"), ("true", "在线"), ("false", "已下架")])
    )

    class Meta:
        model = OnlineService
        fields = ["content", "online"]


class RefusedFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类别", choices=PulledKind.choices, empty_label="全部")
    open = django_filters.BooleanFilter(label="未解决", method="only_open", widget=ONLY)

    class Meta:
        model = RefusedItem
        fields = ["kind"]

    def only_open(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(settled_at=None) if value else rows


class DiscrepancyFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类别", choices=KINDS, empty_label="全部")
    what = django_filters.ChoiceFilter(label="差异", choices=Difference.choices, empty_label="全部")

    class Meta:
        model = Discrepancy
        fields = ["kind", "what"]
