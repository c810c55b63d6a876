"""Forms of a site visit."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.fields import FilesField, FilesInput, MomentInput
from accounts.models import User
from evaluation.models import VisitFinding


class VisitForm(forms.Form):
    planned_for = forms.DateTimeField(
        label="核查时间",
        widget=MomentInput(),
        error_messages={"required": "请填写核查时间。", "invalid": "请按“年-月-日 时:分”填写核查时间。"},
    )
    place = forms.CharField(label="地点", max_length=200, error_messages={"required": "请填写地点。"})
    visitors = forms.ModelMultipleChoiceField(
        label="核查人员",
        help_text="至少两人。可选市局工作人员，以及已声明无利益冲突的本项目评分专家。",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择核查人员，至少两人。"},
    )

    def __init__(self, *args: Any, visitors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visitors"].queryset = visitors  # type: ignore[attr-defined]


class FindingForm(forms.Form):
    verdict = forms.ChoiceField(
        label="核查结论",
        choices=VisitFinding.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择核查结论。"},
    )
    text = forms.CharField(
        label="核查情况",
        help_text="与材料不完全一致的，写明现场看到的情况。",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photos = FilesField(
        label="照片",
        help_text="JPG 或 PNG，可一次选多张，手机上可直接拍照。已上传的保留。",
        required=False,
        widget=FilesInput(attrs={"accept": "image/jpeg,image/png"}),
    )


class FinishForm(forms.Form):
    summary = forms.CharField(
        label="核查小结", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    station_signed_by = forms.CharField(
        label="服务站签字人", max_length=40, error_messages={"required": "请填写服务站签字人的姓名。"}
    )
    bureau_signed_by = forms.CharField(
        label="核查组签字人", max_length=40, error_messages={"required": "请填写核查组签字人的姓名。"}
    )
    signed_record = forms.FileField(
        label="签字记录扫描件",
        help_text="双方签字的核查记录，PDF、JPG 或 PNG。",
        allow_empty_file=True,  # said in our own words by the check of the content
        error_messages={"required": "请上传双方签字的核查记录扫描件。"},
    )
