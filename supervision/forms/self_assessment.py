"""What a station writes of its year, and what the bureau says of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import django_filters
from django import forms

from accounts.fields import DateInput, FilesField
from measures.measure import Indicator
from measures.setting import plain
from measures.setting_fields import Open, OpenText
from stations.filters import districts
from supervision.actions.self_assessment import MAX_TEXT, MOST, Typed
from supervision.actions.self_assessment_review import MAX_REASON, MAX_WORDS
from supervision.models import SelfAssessment
from supervision.queries.self_assessment_content import Line
from supervision.states.self_assessment import SelfAssessmentState, Timeliness


def slug(code: str) -> str:
    """1.1.1 as it stands in the name of a field."""
    return code.replace(".", "_")


class OpenNumber(Open, forms.DecimalField):
    """Needed before filing, and until then it may stay empty."""


class PartForm(forms.Form):
    """One part of the report: points, text and figures for each of its indicators, each item saved by itself.

    The hidden `token` of an item is that with which the page was made; it tells what was touched here.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, lines: Mapping[str, Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for code, line in lines.items():
            name, item = slug(code), line.item
            most = line.indicator.points
            self.fields[f"score_{name}"] = OpenNumber(
                label=f"自评分（满分 {plain(most)} 分）",
                min_value=Decimal(0),
                max_value=most,
                step_size=Decimal("0.5"),
                initial=None if item.own_score is None else plain(item.own_score),
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "data-points": ""}),
                error_messages={
                    "invalid": "请填写数字。",
                    "min_value": "自评分不能小于 0，请改正。",
                    "max_value": f"自评分不能超过 {plain(most)} 分，请改正。",
                    "step_size": "自评分每档 0.5 分，请改正。",
                },
            )
            self.fields[f"text_{name}"] = OpenText(
                label="自评说明",
                max_length=MAX_TEXT,
                initial=item.narrative,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
            for figure in line.figures:
                if figure.typed:
                    self.fields[f"figure_{figure.code}"] = OpenNumber(
                        label=f"{figure.threshold.label}（{figure.threshold.unit}）",
                        min_value=Decimal(0),
                        max_value=MOST,
                        decimal_places=2,
                        initial=None if figure.value is None else plain(figure.value),
                        help_text=f"细则要求{figure.threshold.text}。",
                        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
                    )
            self.fields[f"token_{name}"] = forms.CharField(
                required=False, initial=line.token, widget=forms.HiddenInput, max_length=40
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, value in cleaned.items():
            if name.startswith("text_"):
                cleaned[name] = value.replace("\r\n", "\n")
        return cleaned

    @property
    def items(self) -> dict[str, Typed]:
        """What can be saved: the items on which nothing is wrong and which were sent at all."""
        found = {}
        for code, line in self.lines.items():
            names = self.names(line)
            if f"token_{slug(code)}" in self.data and not any(name in self.errors for name in names):
                data = self.cleaned_data
                found[code] = Typed(
                    own_score=data[f"score_{slug(code)}"],
                    narrative=data[f"text_{slug(code)}"],
                    figures={figure.code: data[f"figure_{figure.code}"] for figure in line.figures if figure.typed},
                    token=data[f"token_{slug(code)}"],
                )
        return found

    @staticmethod
    def names(line: Line) -> list[str]:
        figures = [f"figure_{figure.code}" for figure in line.figures if figure.typed]
        return [f"score_{slug(line.indicator.code)}", f"text_{slug(line.indicator.code)}", *figures]

    def fields_of(self, line: Line) -> dict[str, Any]:
        """The bound fields of one indicator, for the template."""
        name = slug(line.indicator.code)
        return {
            "score": self[f"score_{name}"],
            "text": self[f"text_{name}"],
            "figures": [(figure, self[f"figure_{figure.code}"] if figure.typed else None) for figure in line.figures],
            "token": self[f"token_{name}"],
        }


class EvidenceForm(forms.Form):
    files = FilesField(label="文件", help_text="PDF、图片、Word 或 Excel，可以选择几个，每个不超过 50 MB。")


class ReportForm(forms.Form):
    report = forms.FileField(
        label="评估报告",
        help_text="PDF，不超过 50 MB。可以不上传：报送时系统按所填内容生成报告。重新上传会替换原来的文件。",
    )


class ReviewForm(forms.Form):
    feedback = forms.CharField(
        label="审阅意见",
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="发给服务站：肯定什么，明年改进什么。",
    )


class ReturnForm(forms.Form):
    """A reason for each indicator that is to be supplemented; the others stay empty."""

    use_required_attribute = False

    last_day = forms.DateField(
        label="补充期限", widget=DateInput(), help_text="到这一天24时。未再次报送的，按原报送内容处理。"
    )

    def __init__(self, *args: Any, indicators: tuple[Indicator, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = {f"reason_{slug(item.code)}": item.code for item in indicators}
        for item in indicators:
            self.fields[f"reason_{slug(item.code)}"] = forms.CharField(
                label=f"{item.code} {item.name}",
                required=False,
                max_length=MAX_REASON,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        items = {code: cleaned.pop(name) for name, code in self.codes.items() if cleaned.get(name)}
        kept = {name: value for name, value in cleaned.items() if name not in self.codes}
        if not items:
            raise forms.ValidationError("请至少在一项指标下写明要补充什么。")
        return {**kept, "items": items}


class SelfAssessmentFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(label="年度")
    state = django_filters.ChoiceFilter(label="状态", choices=SelfAssessmentState.choices, empty_label="全部")
    timeliness = django_filters.ChoiceFilter(
        label="报送情况", choices=[choice for choice in Timeliness.choices if choice[0]], empty_label="全部"
    )
    district = districts(label="监管区局", field_name="title__station__supervised_by")

    class Meta:
        model = SelfAssessment
        fields = ["year", "state", "timeliness", "district"]
