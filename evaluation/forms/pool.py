"""Forms of the pool: experts with their employments, institutions with their managers and mandates."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date

from accounts.fields import DateInput
from evaluation.actions.pool import Employer
from evaluation.models import Expert, Institution, Round
from evaluation.queries.panel import kind_choices, people_by_email

SPLIT = re.compile(r"[，,\t]")


def parse_employments(text: str) -> list[Employer]:
    """One line per employment: 单位，起，止，信用代码. The end and the code may be left out."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in SPLIT.split(line)] + ["", "", ""]
        since, until = day_of(parts[1], number), day_of(parts[2], number) if parts[2] else None
        if not parts[0] or since is None:
            raise ValidationError(f"第{number}行请按“单位，入职日期，离职日期，信用代码”填写，入职日期不能空。")
        found.append(Employer(organisation=parts[0][:100], since=since, until=until, credit_code=parts[3]))
    return found


def day_of(text: str, number: int) -> Any:
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        raise ValidationError(f"第{number}行的日期“{text}”请写成 2024-05-31 的样子。")
    return day


def spoken_employments(expert: Expert) -> str:
    """The employments as `parse_employments` reads them."""
    return "\n".join(
        "，".join(
            [
                row.organisation,
                row.from_date.isoformat(),
                row.to_date.isoformat() if row.to_date else "",
                row.credit_code,
            ]
        ).rstrip("，")
        for row in expert.employments.all()
    )


class ExpertForm(forms.Form):
    employer = forms.CharField(label="工作单位", max_length=100, error_messages={"required": "请填写工作单位。"})
    employer_code = forms.CharField(
        label="单位统一社会信用代码", help_text="填了代码，核对利益冲突更准确。", max_length=30, required=False
    )
    position = forms.CharField(label="职务职称", max_length=60, required=False)
    fields_known = forms.MultipleChoiceField(
        label="专业领域", choices=kind_choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    institution = forms.ModelChoiceField(
        label="所属第三方机构", queryset=Institution.objects.all(), required=False, empty_label="不属于第三方机构"
    )
    load_cap = forms.IntegerField(
        label="每轮最多评分表数",
        min_value=1,
        max_value=200,
        initial=20,
        error_messages={"required": "请填写份数。", "min_value": "至少 1 份。", "max_value": "最多 200 份。"},
    )
    employments = forms.CharField(
        label="任职经历",
        help_text="每行一个单位：单位，入职日期，离职日期，信用代码。仍在职的不写离职日期。例如：某检测公司，2019-07-01，2024-05-31",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_employments(self) -> list[Employer]:
        return parse_employments(self.cleaned_data["employments"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "fields_known" in cleaned:
            cleaned["fields"] = cleaned.pop("fields_known")
        return cleaned


class ExpertRegisterForm(ExpertForm):
    email = forms.EmailField(
        label="邮箱",
        help_text="用作登录名。没有账号的会建立账号，本人凭邮件设置密码。",
        error_messages={"required": "请填写邮箱。", "invalid": "请填写有效的邮箱。"},
    )
    name = forms.CharField(label="姓名", max_length=40, error_messages={"required": "请填写姓名。"})
    phone = forms.CharField(label="手机", max_length=20, required=False)
    field_order = ["email", "name", "phone"]


class ExpertEditForm(ExpertForm):
    active = forms.BooleanField(label="在库", help_text="移出后不再分配，也不能继续评分。", required=False)


class InstitutionEditForm(forms.Form):
    qualification = forms.CharField(
        label="资质条件",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明该机构具备的资质条件（第十二条）。"},
    )
    managers = forms.CharField(
        label="机构管理人的邮箱",
        help_text="每行一个，须已有账号。他们能看到本机构专家的评分进度，看不到分数。",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_managers(self) -> list[Any]:
        emails = [line.strip().lower() for line in self.cleaned_data["managers"].splitlines() if line.strip()]
        people = people_by_email(emails)
        if missing := [email for email in emails if email not in people]:
            raise ValidationError(f"没有使用{'、'.join(missing)}的账号，请先让本人注册。")
        return list(people.values())


class InstitutionForm(InstitutionEditForm):
    name = forms.CharField(label="机构名称", max_length=100, error_messages={"required": "请填写机构名称。"})
    code = forms.CharField(
        label="统一社会信用代码", max_length=30, error_messages={"required": "请填写统一社会信用代码。"}
    )
    field_order = ["name", "code"]


class MandateForm(forms.Form):
    round = forms.ModelChoiceField(
        label="评价", queryset=Round.objects.all(), error_messages={"required": "请选择评价。"}, empty_label="请选择"
    )
    number = forms.CharField(label="委托书编号", max_length=60, error_messages={"required": "请填写委托书编号。"})
    document = forms.FileField(
        label="委托书",
        help_text="书面委托书的扫描件，PDF、JPG 或 PNG。",
        allow_empty_file=True,
        error_messages={"required": "请上传委托书。"},
    )
    valid_from = forms.DateField(
        label="起始日期",
        widget=DateInput(),
        error_messages={"required": "请填写起始日期。", "invalid": "日期请写成 2026-05-31 的样子。"},
    )
    valid_to = forms.DateField(
        label="终止日期",
        widget=DateInput(),
        error_messages={"required": "请填写终止日期。", "invalid": "日期请写成 2026-05-31 的样子。"},
    )
