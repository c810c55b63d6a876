"""What the public writes in a complaint, what its handlers write of it, and what the station answers."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms

from accounts.fields import DateInput, FilesField
from accounts.models import User
from stations.filters import districts
from stations.models import Station
from supervision.models import Complainant, Complaint, ComplaintStatement
from supervision.queries.complaint import possible_investigators, stations_to_complain_about
from supervision.states.complaint import ComplaintState, Finding, StatementState

WHO_READS_IT = "加密保存，只有核查这件投诉的人员可以查看，每次查看都有记录；不公开，也不告知被投诉的服务站。"
FILES = "最多 5 个文件，PDF、图片、Word 或 Excel，每个不超过 50 MB。"


class ComplaintForm(forms.Form):
    station = forms.ModelChoiceField(label="被投诉的服务站", queryset=Station.objects.none(), empty_label="请选择")
    statement = forms.CharField(
        label="投诉的事项和经过",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="请写明时间、地点、经过和您的要求，便于核查。请不要写入与投诉无关的个人信息。",
    )
    happened_on = forms.DateField(
        label="发生日期", required=False, widget=DateInput(), help_text="多次发生的，填最近一次。"
    )
    evidence = FilesField(label="证据材料", required=False, help_text=FILES)
    kind = forms.ChoiceField(
        label="您的身份",
        choices=Complainant._meta.get_field("kind").choices,
        widget=forms.RadioSelect,
        initial="person",
    )
    name = forms.CharField(
        label="姓名或者单位名称", max_length=100, required=False, help_text=f"可以不填，即匿名投诉。{WHO_READS_IT}"
    )
    email = forms.EmailField(
        label="邮箱", required=False, help_text="办理结果发到这个邮箱。不填的，只能凭查询号在本网站查看。"
    )
    phone = forms.CharField(label="电话", max_length=30, required=False, help_text="需要核实时联系您。")
    consent = forms.BooleanField(
        label="我已阅读并同意个人信息使用说明",
        help_text="填写的个人信息只用于核查和答复这件投诉，加密保存，不公开，不告知被投诉的服务站。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations_to_complain_about()


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="撤回的理由", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NotAcceptForm(forms.Form):
    reason = forms.CharField(
        label="不予受理的理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="告知投诉人，请用可以对外的措辞；属于其他部门职责的，写明向哪里反映。",
    )


class InvestigateForm(forms.Form):
    investigator = forms.ModelChoiceField(
        label="核查人",
        queryset=User.objects.none(),
        empty_label="请选择",
        help_text="市局受理、评价管理人员，或者该站监管单位的人员；在被投诉单位任职或者曾任职的不列出。",
    )

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["investigator"].queryset = possible_investigators(complaint.station)


class AskStatementForm(forms.Form):
    question = forms.CharField(
        label="需要说明的情况",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="服务站只看到这里写的内容。请用自己的话写，不要照抄投诉，不要写入能认出投诉人的信息。",
    )
    due_on = forms.DateField(label="说明期限", widget=DateInput(), help_text="到这一天的24时为止。")


class ConcludeForm(forms.Form):
    finding = forms.ChoiceField(label="核查结论", choices=Finding.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="核查情况和依据",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="内部材料，不公开。",
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="答复内容",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="与核查结论一起发给投诉人，并显示在凭查询号查询的页面上。请不要写入他人的个人信息。",
    )


class GiveStatementForm(forms.Form):
    text = forms.CharField(label="情况说明", max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
    files = FilesField(label="说明材料", required=False, help_text=FILES)


class ComplaintFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=ComplaintState.choices, empty_label="全部")
    finding = django_filters.ChoiceFilter(label="结论", choices=Finding.choices, empty_label="全部")
    district = districts(label="监管单位", field_name="station__supervised_by")
    mine = django_filters.BooleanFilter(
        label="由我核查", method="by_investigator", widget=forms.Select(choices=[("", "全部"), ("true", "是")])
    )

    class Meta:
        model = Complaint
        fields = ["state", "finding"]

    def by_investigator(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(investigator=self.request.user) if value else rows


class StatementFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=StatementState.choices, empty_label="全部")

    class Meta:
        model = ComplaintStatement
        fields = ["state"]
