"""Forms of inspections: the plan at a desk, the checklist on a phone."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from accounts.fields import DateInput, FilesField, FilesInput
from accounts.forms import ReasonForm
from accounts.models import User
from stations.models import District
from supervision.actions.inspection import TEXT_LENGTH
from supervision.models import Inspection, InspectionPlan
from supervision.states.inspection import InspectionPlanState, InspectionState, Verdict

MOST_STATIONS = 500
MOST_INSPECTORS = 10


def day(label: str) -> forms.DateField:
    missing = f"请填写{label}。"
    return forms.DateField(
        label=label,
        widget=DateInput(),
        error_messages={"required": missing, "invalid": f"请按“年-月-日”填写{label}。"},
    )


class InspectionPlanForm(forms.Form):
    """`scopes` are those for which the person plans: None is the city. One scope is not asked for."""

    name = forms.CharField(label="计划名称", max_length=100, error_messages={"required": "请填写计划名称。"})
    scope = forms.ChoiceField(
        label="检查范围", help_text="市局计划抽取全市的市级服务站；区局计划抽取本区监管的服务站。"
    )
    starts_on = day("检查开始日期")
    ends_on = day("检查结束日期")
    stations_count = forms.IntegerField(
        label="抽取服务站数量",
        min_value=1,
        max_value=MOST_STATIONS,
        error_messages={"required": "请填写抽取几个服务站。", "invalid": "请填写整数。"},
    )
    inspectors_each = forms.IntegerField(
        label="每站检查人员数量",
        min_value=2,
        max_value=MOST_INSPECTORS,
        initial=2,
        help_text="至少2人。",
        error_messages={
            "required": "请填写每站几名检查人员。",
            "invalid": "请填写整数。",
            "min_value": "每个服务站至少由2人检查。",
        },
    )

    def __init__(self, *args: Any, scopes: list[District | None] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if scopes is None:  # a draft that exists stays in its scope
            del self.fields["scope"]
            return
        self.scopes = {district.code if district else "city": district for district in scopes}
        choices = [(code, str(district) if district else "全市") for code, district in self.scopes.items()]
        self.fields["scope"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "scope" in cleaned:
            cleaned["district"] = self.scopes[cleaned.pop("scope")]
        return cleaned


class InspectionPlanFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=InspectionPlanState.choices, empty_label="全部")

    class Meta:
        model = InspectionPlan
        fields = ["state"]


class InspectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=InspectionState.choices, empty_label="全部")
    mine = django_filters.ChoiceFilter(
        label="检查人员", choices=[("1", "本人参加的")], method="by_mine", empty_label="全部"
    )

    class Meta:
        model = Inspection
        fields = ["state"]

    def by_mine(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(inspectors=self.request.user)


class FindingForm(forms.Form):
    verdict = forms.ChoiceField(
        label="检查结论",
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择检查结论。"},
    )
    text = forms.CharField(
        label="检查情况",
        help_text="不符合的，写明现场看到的情况；形成检查记录前必须写明。",
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": f"检查情况最多{TEXT_LENGTH}字，请精简。"},
    )
    photos = FilesField(
        label="照片",
        help_text="JPG 或 PNG，手机上可直接拍照。选好后点“保存”上传；已上传的保留。",
        required=False,
        widget=FilesInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RecordForm(forms.Form):
    summary = forms.CharField(
        label="检查小结", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    representative = forms.CharField(
        label="服务站在场人员姓名", max_length=40, error_messages={"required": "请填写服务站在场人员的姓名。"}
    )
    statement = forms.CharField(
        label="服务站意见",
        help_text="当场念给服务站人员听，按其原话记录；没有意见的写“无异议”。",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请记录服务站的意见；没有意见的写“无异议”。"},
    )


class SubstituteForm(ReasonForm):
    absent = forms.ModelChoiceField(
        label="不能参加的检查人员",
        queryset=User.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择不能参加的检查人员。", "invalid_choice": "请重新选择检查人员。"},
    )
    field_order = ("absent", "reason")

    def __init__(self, *args: Any, inspectors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["absent"].queryset = inspectors  # type: ignore[attr-defined]


class CloseForm(forms.Form):
    reason = forms.CharField(
        label="理由",
        help_text="发现了不符合项又没有提出整改的，必须写明理由。",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
