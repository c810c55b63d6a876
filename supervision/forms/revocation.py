"""What is typed about a case of revocation, and about a title that is given up."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils import timezone

from accounts.fields import FilesField, MomentInput
from measures import Measure
from stations.filters import districts
from stations.models import Title
from supervision.models import Departure, RevocationCase
from supervision.states.revocation import DepartureState, RevocationState, ServiceMethod

FILES = "PDF、图片、Word 或 Excel，可以选多个，每个不超过 50 MB。"
NUMBER = "由办公室编发，例如 武市监〔2026〕9号。系统不自动编号。"


def text(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=5000, widget=forms.Textarea(attrs={"rows": 6}), **options)


class GroundsField(forms.MultipleChoiceField):
    """Required, but that it lacks is said by the action, in the words of the measure."""

    def validate(self, value: list[str]) -> None:
        if value:
            super().validate(value)


class OpenForm(forms.Form):
    """A case: which of the measure's grounds, and the facts."""

    grounds = GroundsField(
        label="情形（办法第十八条）",
        widget=forms.CheckboxSelectMultiple,
        help_text="至少选一项。符合情形的“可以”撤销，是否撤销由人决定。",
    )
    facts = text("认定的事实", help_text="写明时间、经过和依据的材料，告知书和决定书会写入这段文字。")
    evidence = FilesField(label="证据材料", required=False, help_text=FILES)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grounds"].choices = [
            (ground.code, f"{ground.citation}：{ground.name}") for ground in measure.grounds
        ]


class ChooseTitleForm(forms.Form):
    title = forms.ModelChoiceField(
        label="服务站", queryset=Title.objects.none(), empty_label="请选择", help_text="只列有效的市级称号。"
    )

    def __init__(self, *args: Any, titles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].queryset = titles
        self.fields["title"].label_from_instance = lambda title: f"{title.station}（{title.number}）"


class EvidenceForm(forms.Form):
    files = FilesField(label="证据材料", help_text=FILES)


class NumberForm(forms.Form):
    document_number = forms.CharField(label="发文字号", max_length=60, help_text=NUMBER)


class ServeForm(forms.Form):
    """How a paper was brought to the station."""

    how = forms.ChoiceField(label="送达方式", choices=ServiceMethod.choices)
    served_at = forms.DateTimeField(
        label="送达时间",
        widget=MomentInput(),
        initial=lambda: timezone.localtime().replace(second=0, microsecond=0),
    )
    served_to = forms.CharField(label="签收人", max_length=80, required=False, help_text="直接送达的，写签收人姓名。")
    proof = forms.FileField(label="送达回证", required=False, help_text="签收回执、邮寄凭证等的扫描件或照片。")


class StatementForm(forms.Form):
    text = text("陈述申辩的内容")
    files = FilesField(label="证据材料", required=False, help_text=FILES)


class ProposeForm(forms.Form):
    proposal = text("拟办意见", help_text="写明陈述申辩是否成立、为什么撤销。决定书会写入这段文字。")


class DepartureForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    statement = forms.FileField(
        label="声明或者证明文件", help_text="盖章的书面声明，或者注销、吊销的证明，PDF 或图片。"
    )


class RevocationFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=RevocationState.choices, empty_label="全部")
    district = districts(label="监管单位", field_name="title__station__supervised_by")

    class Meta:
        model = RevocationCase
        fields: list[str] = []


class DepartureFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=DepartureState.choices, empty_label="全部")

    class Meta:
        model = Departure
        fields: list[str] = []
