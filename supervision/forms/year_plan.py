"""The year's plan of supervision, as the bureau fills it in."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from accounts.fields import DateInput
from measures import Measure
from measures.setting_fields import Open, field_of, judge_settings, typed_as
from supervision.models import YearPlan
from supervision.states.year_plan import YearPlanState

OPENS = "self_assessment_opens_on"


class NewPlanForm(forms.Form):
    year = forms.IntegerField(
        label="年度",
        min_value=2020,
        max_value=2099,
        help_text="已有上一年度安排的，先按上一年度的决定填好，再逐项核对。",
    )


class OpenDate(Open, forms.DateField):
    """Needed before the plan is adopted, and until then it may stay empty."""


class YearPlanForm(forms.Form):
    """The fields of silent settings have the setting's code as their name, and may stay empty in a draft."""

    use_required_attribute = False

    self_assessment_opens_on = OpenDate(
        label="年度自评开放日期",
        widget=DateInput(),
        help_text="从这一天零时起，持有市级称号的服务站可以填报，并收到通知。办法只规定每年10月底前报送。",
    )
    reason = forms.CharField(
        label="修改理由",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="安排已经执行，修改须写明理由；理由和修改前后的内容记入办理记录。",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, measure: Measure, in_force: bool = False, suggest: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.silent = measure.supervision_settings
        for setting in self.silent:
            self.fields[setting.code] = field_of(setting)
            if suggest and self.initial.get(setting.code) in (None, ""):
                self.initial[setting.code] = setting.suggestion
        if not in_force:
            del self.fields["reason"]

    @property
    def settings(self) -> list[forms.BoundField]:
        return [self[setting.code] for setting in self.silent]

    def clean(self) -> dict[str, Any]:
        return judge_settings(self, self.silent, super().clean() or {})


def initial_of(plan: YearPlan, measure: Measure) -> dict[str, Any]:
    """What a form of this plan begins with."""
    settings = {setting.code: typed_as(plan.setting(setting.code)) for setting in measure.supervision_settings}
    return {OPENS: plan.self_assessment_opens_on, **settings}


class YearPlanFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=YearPlanState.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="年度")

    class Meta:
        model = YearPlan
        fields = ["state", "year"]
