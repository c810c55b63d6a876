"""What a station writes of its year."""

from typing import Any

import django_filters
from django import forms

from measures import Measure
from supervision.actions.self_assessment import MAX_TEXT
from supervision.models import SelfAssessment
from supervision.states.self_assessment import SelfAssessmentState


class NarrativeForm(forms.Form):
    """One text per dimension of the measure's annex (Art 16 names the four)."""

    def __init__(self, *args: Any, measure: Measure, assessment: SelfAssessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in measure.dimensions:
            indicators = "、".join(indicator.name for group in part.groups for indicator in group.indicators)
            self.fields[part.code] = forms.CharField(
                label=f"{part.name}（{part.points:g} 分）",
                help_text=f"对照评价细则说明本年度情况：{indicators}。",
                widget=forms.Textarea(attrs={"rows": 6}),
                max_length=MAX_TEXT,
                required=False,
                initial=assessment.narrative.get(part.code, ""),
                show_hidden_initial=True,
            )

    def clean(self) -> dict[str, Any]:
        """Only the parts that were changed on this page; what others wrote in the meantime stays."""
        cleaned = super().clean() or {}
        return {name: text for name, text in cleaned.items() if name in self.changed_data}


class ReportForm(forms.Form):
    report = forms.FileField(label="评估报告", help_text="PDF，不超过 50 MB。重新上传会替换原来的文件。")


class SelfAssessmentFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=SelfAssessmentState.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="年度")

    class Meta:
        model = SelfAssessment
        fields = ["state", "year"]
