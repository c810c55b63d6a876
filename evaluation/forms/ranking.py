"""What is typed about a ranking and about its ties, and how its list is filtered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms

from evaluation.models import Entry, RankingLine
from evaluation.models.ranking import Outcome
from evaluation.states import Track


class TieForm(forms.Form):
    """An order for every entry of the tie, the reason, the minutes. Cleaned `order` is a list of entry numbers."""

    reason = forms.CharField(
        label="集体决定的理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="例如：何时由哪些人员集体研究，按什么考虑排定次序。",
    )
    minutes = forms.FileField(label="会议纪要", help_text="PDF、图片、Word 或 Excel，不超过 50 MB。")

    def __init__(self, *args: Any, entries: Sequence[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries
        places = {
            f"place_{entry.pk}": forms.IntegerField(
                label=f"{entry.station}", min_value=1, max_value=len(entries), help_text=f"填写 1 至 {len(entries)}"
            )
            for entry in entries
        }
        self.fields = {**places, **self.fields}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        given = {entry.pk: said.pop(f"place_{entry.pk}", None) for entry in self.entries}
        if None not in given.values():
            if len(set(given.values())) < len(given):
                raise forms.ValidationError(
                    "次序有重复，请给每个并列的参评对象填写不同的次序。", code="order_incomplete"
                )
            said["order"] = sorted(given, key=lambda pk: given[pk])
        return said


class RankingFilter(django_filters.FilterSet):
    """Within one track of one version, both of which the page itself picks from the address."""

    outcome = django_filters.ChoiceFilter(label="建议", choices=Outcome.choices, empty_label="全部")
    flagged = django_filters.ChoiceFilter(
        label="分差", choices=[("True", "分差较大"), ("False", "分差不大")], empty_label="全部"
    )
    track = django_filters.ChoiceFilter(choices=Track.choices, widget=forms.HiddenInput, method="leave")
    version = django_filters.NumberFilter(widget=forms.HiddenInput, method="leave")

    class Meta:
        model = RankingLine
        fields = ["outcome", "flagged"]

    def leave(self, rows: Any, name: str, value: Any) -> Any:
        return rows
