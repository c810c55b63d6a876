"""The score sheet as a form: points and reason per indicator, each wrong value by its own name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from evaluation.actions.sheets import COMMENT_LENGTH, REASON_LENGTH, Marks
from evaluation.scoring import Rubric, validate_score
from ledger.errors import Refused


def points_field(code: str) -> str:
    return f"points_{code}"


def reason_field(code: str) -> str:
    return f"reason_{code}"


class ScoreForm(forms.Form):
    """`marks` are those that may be saved: what is wrong is told beside its field and keeps nothing else from being
    kept."""

    comment = forms.CharField(
        label="总体意见",
        max_length=COMMENT_LENGTH,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": f"总体意见最多{COMMENT_LENGTH}字，请精简。"},
    )

    def __init__(self, *args: Any, rubric: Rubric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        for indicator in rubric.indicators:
            wrong = f"“{indicator.name}”的得分请填数字，例如 2.5。"
            self.fields[points_field(indicator.code)] = forms.DecimalField(
                label=f"{indicator.name}得分", required=False, error_messages={"invalid": wrong}
            )
            self.fields[reason_field(indicator.code)] = forms.CharField(
                label=f"{indicator.name}扣分理由",
                max_length=REASON_LENGTH,
                required=False,
                strip=False,
                error_messages={"max_length": f"“{indicator.name}”的扣分理由最多{REASON_LENGTH}字，请精简。"},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for indicator in self.rubric.indicators:
            name = points_field(indicator.code)
            value: Decimal | None = cleaned.get(name)
            try:
                validate_score(indicator, value, self.rubric.step)
            except Refused as refused:
                self.add_error(name, refused.message)
        return cleaned

    @property
    def marks(self) -> Marks:
        """What was posted and is in order. A part of the form may be posted alone."""
        found = {}
        for indicator in self.rubric.indicators:
            points, reason = points_field(indicator.code), reason_field(indicator.code)
            posted = points in self.data and reason in self.data
            if posted and points in self.cleaned_data and reason in self.cleaned_data:
                found[indicator.code] = (self.cleaned_data[points], self.cleaned_data[reason])
        return found


class ConflictForm(forms.Form):
    reason = forms.CharField(
        label="存在什么利益关系",
        help_text="例如：曾在该单位任职、与其负责人有亲属关系、共同承担项目。声明后该参评对象从您的列表中消失，不能撤回。",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明利益关系。"},
    )
