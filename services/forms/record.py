"""What a station writes down of a service, and how the list of records is narrowed."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from accounts.fields import DateInput
from services.catalogue import CATALOGUE
from services.forms.library import TableForm
from services.models import ServiceRecord
from services.queries.record import own_stations_first
from services.record_table import MOST_ROWS
from services.rules.record import faults_of
from services.states.record import Origin, SetAside
from stations.models import Industry, Station

NUMBER = {"min": "0", "inputmode": "numeric"}
YUAN = {"inputmode": "decimal", "autocomplete": "off"}


def amount(label: str, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=f"{label}（元）",
        required=False,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs=YUAN),
        **kwargs,
    )


def count(label: str, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, widget=forms.NumberInput(attrs=NUMBER), **kwargs)


class RecordForm(forms.Form):
    """The facts of one service; judged as a whole, so that everything wrong is told at once."""

    client_code = forms.CharField(
        label="服务对象统一社会信用代码",
        max_length=60,
        help_text="18 位，印在营业执照上。同一家企业按代码合并统计。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client_name = forms.CharField(label="服务对象名称", max_length=100)
    contact_phone = forms.CharField(
        label="服务对象联系电话",
        max_length=40,
        required=False,
        help_text="只用来核对是否与本站联系电话相同，不保存。",
    )
    industry = forms.ModelChoiceField(
        label="所属产业", queryset=Industry.objects.all(), required=False, empty_label="不属于目录中的产业"
    )
    item = forms.ChoiceField(label="服务事项", help_text="按服务事项目录选择，服务类别由事项决定。")
    served_on = forms.DateField(label="服务日期", widget=DateInput(), help_text="服务完成的日期。")
    visits = count("服务次数（家次）", initial=1, help_text="这家企业这次接受服务的次数，一般为 1。")
    problems_found = count("发现质量问题（个）")
    problems_solved = count("解决质量问题（个）")
    experts = count("投入专家（人次）")
    fee = amount("收费", help_text="不收费的填 0 或者不填。")
    discount = amount("减免", help_text="给小型、微型企业减免的金额也填在这里。")
    saved_cost = amount("帮助企业节约费用")
    added_profit = amount("帮助企业增长利润", help_text="利润减少的填负数。")
    jobs_added = count("新增就业（人）")
    summary = forms.CharField(
        label="服务情况",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="做了什么，结果怎样。请不要写入个人信息和企业的商业秘密。",
    )

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.station = station
        self.fields["item"].choices = [("", "请选择"), *CATALOGUE.choices()]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}

    def clean(self) -> dict[str, Any]:
        for fault in faults_of(self.facts(), self.station, timezone.now()):
            if fault.field not in self.errors:
                self.add_error(fault.field if fault.field in self.fields else None, fault.message)
        return self.cleaned_data


class RecordChangeForm(RecordForm):
    reason = forms.CharField(
        label="修改的理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="修改前后的内容和理由都记入台账。",
    )


class RecordWithdrawForm(forms.Form):
    reason = forms.CharField(label="撤回的理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class RecordTableForm(TableForm):
    """Which station a table of services is for, and the table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "table"
        ].help_text = f"用上面的模板填写，.xlsx，最多 {MOST_ROWS} 行。上传后先逐行核对，确认后才导入。"


COUNTING = [("yes", "计入统计"), ("no", "没有计入"), *SetAside.choices]


class RecordFilter(django_filters.FilterSet):
    station = django_filters.ModelChoiceFilter(
        label="服务站", queryset=lambda request: own_stations_first(request.user), empty_label="全部"
    )
    kind = django_filters.ChoiceFilter(
        label="服务类别", choices=[(kind.code, kind.name) for kind in CATALOGUE.kinds], empty_label="全部"
    )
    item = django_filters.ChoiceFilter(label="服务事项", choices=CATALOGUE.choices(), empty_label="全部")
    origin = django_filters.ChoiceFilter(label="来源", choices=Origin.choices, empty_label="全部")
    counting = django_filters.ChoiceFilter(label="是否计入", choices=COUNTING, method="by_counting", empty_label="全部")
    since = django_filters.DateFilter(label="服务日期起", field_name="served_on", lookup_expr="gte", widget=DateInput())
    until = django_filters.DateFilter(label="服务日期止", field_name="served_on", lookup_expr="lte", widget=DateInput())

    class Meta:
        model = ServiceRecord
        fields: list[str] = []

    def by_counting(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        match value:
            case "yes":
                return rows.filter(set_aside="")
            case "no":
                return rows.exclude(set_aside="")
            case _:
                return rows.filter(set_aside=value)
