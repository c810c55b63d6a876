"""The draft of a round: its facts, and a field for every setting on which the measure is silent."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

import measures
from accounts.fields import MomentInput
from accounts.models import User
from accounts.queries import people_with
from accounts.states import Role
from evaluation.models import Round
from evaluation.states import RoundState
from measures.setting_fields import field_of, judge_settings, typed_as


class RoundForm(forms.Form):
    """Facts of a round; fields of silent settings have the setting's code as their name and may stay empty."""

    use_required_attribute = False

    name = forms.CharField(label="名称", max_length=100, help_text="例如：2026年度质量服务站评价")
    year = forms.IntegerField(label="年度", min_value=2020, max_value=2099)
    opens_at = forms.DateTimeField(label="申报开始", widget=MomentInput())
    closes_at = forms.DateTimeField(label="申报截止", widget=MomentInput(), help_text="从这一时刻起不再接收申报。")
    requirements = forms.CharField(
        label="其他要求",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写入评价通知。申报条件、材料、程序由系统按办法写入，不必重复。",
    )
    contact = forms.CharField(label="咨询方式", required=False, max_length=200, help_text="写入评价通知。")
    chair = forms.ModelChoiceField(
        label="评审组长",
        queryset=User.objects.none(),
        required=False,
        help_text="可以退回已提交的评分表。发布以后仍可更换。",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, measure: measures.Measure, suggest: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.silent = measure.round_settings
        self.fields["chair"].queryset = (
            people_with(Role.MANAGER, Role.LEADER) | User.objects.filter(expert__active=True).distinct()
        )
        for setting in self.silent:
            self.fields[setting.code] = field_of(setting)
            if suggest and self.initial.get(setting.code) in (None, ""):
                self.initial[setting.code] = setting.suggestion

    @property
    def facts(self) -> list[forms.BoundField]:
        codes = {setting.code for setting in self.silent}
        return [self[name] for name in self.fields if name not in codes and name != "seen"]

    @property
    def settings(self) -> list[forms.BoundField]:
        return [self[setting.code] for setting in self.silent]

    def clean(self) -> dict[str, Any]:
        """Settings are judged by the measure itself, in its own words; what is empty stays open."""
        cleaned = super().clean() or {}
        return judge_settings(self, self.silent, cleaned)


def initial_of(round: Round, measure: measures.Measure) -> dict[str, Any]:
    """What a form of this round begins with."""
    facts = {
        name: getattr(round, name) for name in ("name", "year", "opens_at", "closes_at", "requirements", "contact")
    }
    settings = {setting.code: typed_as(round.setting(setting.code)) for setting in measure.round_settings}
    return {**facts, "chair": round.chair_id, **settings}


class PublishRoundForm(forms.Form):
    document_number = forms.CharField(
        label="发文字号",
        required=False,
        max_length=60,
        help_text="由办公室编定，例如：武市监〔2026〕42号。没有的可以不填，系统另有自己的编号。",
    )


class RoundFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=RoundState.choices, empty_label="全部")
    year = django_filters.NumberFilter(label="年度")

    class Meta:
        model = Round
        fields = ["state", "year"]
