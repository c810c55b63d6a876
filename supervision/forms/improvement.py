"""Forms of improvement: items asked for, the station's answer, the judgement."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django import forms
from django.utils import timezone

from accounts.fields import DateInput, FilesField, FilesInput
from supervision.actions.improvement import MOST_ITEMS, Asked
from supervision.models import ImprovementItem, ImprovementPlan
from supervision.queries.improvement import overdue_at
from supervision.states.improvement import ImprovementState, ItemState, Source

BLANK = 3  # empty rows after what is known


class IssueForm(forms.Form):
    """Rows of what is asked and by when. `asked` are (words, indicator) to begin with; empty rows are left out; `usual` is
    the day on which an item without a day is due, None while the bureau has not decided."""

    note = forms.CharField(
        label="总体要求",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, asked: list[tuple[str, str]] | None = None, usual: dt.date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = [*(asked or []), *[("", "")] * BLANK][:MOST_ITEMS]
        self.indicators = [indicator for _, indicator in known]
        if usual:
            hint = f"不填的，按年度监督安排为 {usual.year}年{usual.month}月{usual.day}日。"
        else:
            hint = "年度监督安排还没有确定缺省期限，请填写日期。"
        for number, (words, _) in enumerate(known, start=1):
            self.fields[f"what_{number}"] = forms.CharField(
                label=f"第{number}项整改要求",
                max_length=1000,
                required=False,
                initial=words,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"due_{number}"] = forms.DateField(
                label=f"第{number}项期限",
                required=False,
                help_text=hint,
                widget=DateInput(),
                error_messages={"invalid": "请按“年-月-日”填写期限。"},
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        numbers = range(1, len(self.indicators) + 1)
        return [(self[f"what_{number}"], self[f"due_{number}"]) for number in numbers]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        items = []
        for number, indicator in enumerate(self.indicators, start=1):
            what, due_on = (cleaned.get(f"{name}_{number}") for name in ("what", "due"))
            if what:
                items.append(Asked(what, due_on, indicator))
            elif due_on:
                self.add_error(f"what_{number}", f"请填写第{number}项的整改要求，或者清空它的期限。")
        if not items and not self.errors:
            self.add_error(None, "请至少填写一项整改要求。")
        return {"note": cleaned.get("note", ""), "items": items}


class StationIssueForm(IssueForm):
    """Of a round's result: the round is named by who asks."""

    round_number = forms.IntegerField(label="评价编号", min_value=1, widget=forms.HiddenInput)
    source_text = forms.CharField(
        label="来源",
        max_length=200,
        help_text="例如“2026年度质量服务站评价结果”。",
        error_messages={"required": "请填写依据的是哪一次评价的结果。"},
    )

    def clean(self) -> dict[str, Any]:
        source = {name: self.cleaned_data.get(name) for name in ("round_number", "source_text")}
        return {**super().clean(), **source}


class SubmitForm(forms.Form):
    report = forms.CharField(
        label="整改情况",
        help_text="写明采取了哪些措施、结果怎样。",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明采取了哪些措施、结果怎样。", "max_length": "整改情况最多2000字，请精简。"},
    )
    evidence = FilesField(
        label="证明材料",
        help_text="照片、记录或者制度文件，可一次选多个。已上传的保留。",
        required=False,
        widget=FilesInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}),
    )

    def __init__(self, *args: Any, has_evidence: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Needed with the first answer, which the action says in its own words: not shown as optional
        self.fields["evidence"].required = not has_evidence


class AcceptForm(forms.Form):
    answer = forms.CharField(label="验收意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ExtendForm(forms.Form):
    due_on = forms.DateField(
        label="新的期限",
        help_text="到这一天24时止。",
        widget=DateInput(),
        error_messages={"required": "请填写新的期限。", "invalid": "请按“年-月-日”填写期限。"},
    )
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写延长期限的理由。"},
    )


class ImprovementFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=ImprovementState.choices, empty_label="全部")
    source = django_filters.ChoiceFilter(label="来源", choices=Source.choices, empty_label="全部")

    class Meta:
        model = ImprovementPlan
        fields = ["state", "source"]


class ItemFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=ItemState.choices, empty_label="全部")
    overdue = django_filters.ChoiceFilter(
        label="期限", choices=[("1", "已超期")], method="by_overdue", empty_label="全部"
    )

    class Meta:
        model = ImprovementItem
        fields = ["state"]

    def by_overdue(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(overdue_at(timezone.now()))
