"""What a company writes of its need, and what the station writes of it."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from accounts.fields import DateInput, MomentInput
from services.models import Need
from services.queries.library import kind_names
from services.queries.need import service_choices, stations_for, stations_to_ask
from services.states.need import ENTERED_SOURCES, NeedSource, NeedState, ServiceMode
from stations.filters import districts
from stations.models import District, Station
from stations.queries import my_stations

WHO_READS_IT = "加密保存，只有为您服务的服务站可以查看，不公开。"


class ServiceField(forms.ChoiceField):
    """One select of kinds with their items; `parted` gives (kind, item)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=lambda: [("", "请选择"), *service_choices()], **kwargs)

    @staticmethod
    def parted(value: str) -> tuple[str, str]:
        kind, _, rest = value.partition(".")
        return kind, value if rest else ""


class CompanyForm(forms.Form):
    """What is asked of a company, whoever types it."""

    service = ServiceField(label="需要的服务", help_text="不清楚选哪一项的，选最接近的一类，服务站会与您确认。")
    text = forms.CharField(
        label="需求内容",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明产品、遇到的问题和希望得到的帮助。请不要写入商业秘密。",
    )
    wanted_on = forms.DateField(label="希望完成日期", required=False, widget=DateInput())
    company = forms.CharField(label="企业名称", max_length=100, help_text="与营业执照一致。")
    credit_code = forms.CharField(label="统一社会信用代码", max_length=30, help_text="18 位，印在营业执照上。")
    district = forms.ModelChoiceField(
        label="企业所在区", queryset=District.objects.all(), empty_label="请选择", help_text="用来就近找服务站。"
    )
    contact_name = forms.CharField(label="联系人", max_length=40, help_text=WHO_READS_IT)
    contact_phone = forms.CharField(label="联系电话", max_length=30, widget=forms.TextInput(attrs={"type": "tel"}))

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if service := found.pop("service", ""):
            found["kind"], found["item"] = ServiceField.parted(service)
        return found


class NeedForm(CompanyForm):
    station = forms.ModelChoiceField(
        label="希望由哪个服务站办理",
        queryset=Station.objects.none(),
        required=False,
        empty_label="不指定，请帮我找",
        help_text="不指定的，由企业所在区或者市局找合适的服务站。",
    )
    contact_email = forms.EmailField(label="邮箱", help_text="办理进度和评价链接发到这个邮箱。")
    consent = forms.BooleanField(
        label="我已阅读并同意个人信息使用说明",
        help_text="填写的联系方式只用于办理这件需求，加密保存，只有为您服务的服务站可以查看。",
    )
    field_order = ("service", "text", "wanted_on", "company", "credit_code", "district", "station")

    def __init__(self, *args: Any, verified: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = stations_to_ask()
        if not verified:
            self.fields["contact_email"].help_text += "提交后会发送验证码，请填写现在就能收信的邮箱。"

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        found.pop("consent", None)
        return found


class NeedEnterForm(CompanyForm):
    station = forms.ModelChoiceField(label="登记到服务站", queryset=Station.objects.none(), empty_label=None)
    source = forms.ChoiceField(
        label="怎样提出的",
        choices=[(source.value, source.label) for source in ENTERED_SOURCES],
        widget=forms.RadioSelect,
        initial=NeedSource.PHONE,
    )
    contact_email = forms.EmailField(
        label="邮箱", required=False, help_text="填了邮箱的，企业会收到查询号、办理进度和评价链接。"
    )
    field_order = ("station", "source")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = my_stations(user)
        self.fields["contact_phone"].required = False
        self.fields["contact_phone"].help_text = "电话和邮箱至少填一项。"


class CodeForm(forms.Form):
    code = forms.CharField(
        label="验证码",
        max_length=10,
        help_text="邮件里的 6 位数字，30 分钟内有效。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="撤回的理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="服务站会看到。",
    )


class AssignForm(forms.Form):
    station = forms.ModelChoiceField(
        label="服务站",
        queryset=Station.objects.none(),
        empty_label="请选择",
        help_text="填报了这类服务能力的排在前面，其中与企业同区的更靠前。",
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["station"]
        field.queryset = stations_for(need)
        field.label_from_instance = lambda station: (
            f"{station}（{station.district}{'' if station.able else '，未填报这类能力'}）"
        )


class AssessForm(forms.Form):
    mode = forms.ChoiceField(label="服务方式", choices=ServiceMode.choices, widget=forms.RadioSelect)
    appointment_at = forms.DateTimeField(
        label="预约时间",
        required=False,
        widget=MomentInput(),
        help_text="选“本站预约服务”的填写。",
    )
    service = ServiceField(label="服务事项", help_text="企业选得不准的，在这里改正。")
    assessment = forms.CharField(
        label="评估意见",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="企业要解决什么问题，本站能不能做，怎样服务。企业看不到这段话。",
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if service := found.pop("service", ""):
            found["kind"], found["item"] = ServiceField.parted(service)
        return found


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label="不承接的理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="告知企业，请用可以对外的措辞，能指个去处的写明去处。",
    )


class NeedFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=NeedState.choices, empty_label="全部")
    source = django_filters.ChoiceFilter(label="来源", choices=NeedSource.choices, empty_label="全部")
    kind = django_filters.ChoiceFilter(label="服务种类", choices=lambda: list(kind_names().items()), empty_label="全部")
    district = districts(label="企业所在区", field_name="district")
    unassigned = django_filters.BooleanFilter(
        label="待分派",
        method="without_station",
        widget=forms.Select(choices=[("", "全部"), ("true", "是")]),
    )

    class Meta:
        model = Need
        fields = ["state", "source", "kind"]

    def without_station(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(station__isnull=True) if value else rows
