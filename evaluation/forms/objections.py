"""What the public writes in an objection, and what the bureau writes of it."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from accounts.fields import FilesField
from accounts.models import User
from accounts.queries import people_with
from accounts.states import Role
from evaluation.models import Objection, Objector, PublicNotice
from evaluation.states import ObjectionState

WHO_READS_IT = "只有办理这件异议的工作人员可以查看，每次查看都有记录；不公开，也不告知被异议的单位。"


class ObjectionForm(forms.Form):
    entry = forms.ChoiceField(label="对哪个对象有异议")
    statement = forms.CharField(
        label="异议事项和理由",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="请写明事实和依据，便于核查。请不要写入与异议无关的个人信息。",
    )
    evidence = FilesField(
        label="证据材料", required=False, help_text="最多 5 个文件，PDF、图片、Word 或 Excel，每个不超过 50 MB。"
    )
    kind = forms.ChoiceField(
        label="您的身份", choices=Objector._meta.get_field("kind").choices, widget=forms.RadioSelect, initial="person"
    )
    name = forms.CharField(
        label="姓名或者单位名称",
        max_length=100,
        help_text=WHO_READS_IT,
    )
    email = forms.EmailField(label="邮箱", required=False, help_text="核查结果发到这个邮箱。邮箱和电话至少填写一项。")
    phone = forms.CharField(label="电话", max_length=30, required=False)

    def __init__(self, *args: Any, notice: PublicNotice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = {str(entry["entry"]): entry for entry in notice.content["entries"]}
        choices = [(pk, f"{entry['station']}（{entry['label']}）") for pk, entry in self.listed.items()]
        self.fields["entry"].choices = [("", "（请选择）"), *choices]
        if notice.round.setting("objection_anonymous"):
            self.fields["name"].required = False
            self.fields["name"].help_text = f"可以不填，匿名的异议标明匿名。{WHO_READS_IT}"


class NotAcceptForm(forms.Form):
    reason = forms.CharField(
        label="不予受理的理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="告知异议人，请用可以对外的措辞。",
    )


class InvestigateForm(forms.Form):
    investigator = forms.ModelChoiceField(label="核查人", queryset=User.objects.none(), empty_label="请选择")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["investigator"].queryset = people_with(Role.INTAKE, Role.MANAGER).order_by("name")


class DecideForm(forms.Form):
    upheld = forms.TypedChoiceField(
        label="核查结论",
        choices=[("no", "异议不成立"), ("yes", "异议成立")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="核查情况和依据",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="内部材料，不公开。",
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="反馈内容",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="发给异议人，并显示在凭查询号查询的页面上。请不要写入个人信息。",
    )


class ObjectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=ObjectionState.choices, empty_label="全部")
    mine = django_filters.BooleanFilter(
        label="由我核查", method="by_investigator", widget=forms.Select(choices=[("", "全部"), ("true", "是")])
    )

    class Meta:
        model = Objection
        fields = ["state"]

    def by_investigator(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(investigator=self.request.user) if value else rows
