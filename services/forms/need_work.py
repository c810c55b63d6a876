"""What the station writes of a need that it has in hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from accounts.fields import DateInput
from services.catalogue import CATALOGUE
from services.models import Need, Progress
from services.states.library import CompanySize

LINES = 5  # of a contract
PAPERS = "PDF、图片、Word 或 Excel，不超过 50 MB。"


class MatchForm(forms.Form):
    keys = forms.MultipleChoiceField(label="选择", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, keys: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = [(key, key) for key in keys]


class AcceptForm(forms.Form):
    answer = forms.CharField(
        label="答复内容",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="机构答应的服务项目、时间和周期。",
    )


class RefusalForm(forms.Form):
    reason = forms.CharField(label="不接受的理由", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class PlanForm(forms.Form):
    situation = forms.CharField(label="企业现状和问题", max_length=3000, widget=forms.Textarea(attrs={"rows": 5}))
    goal = forms.CharField(
        label="服务目标",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="能检验的写成能检验的，例如：三坐标测量机取得校准证书。",
    )
    measures = forms.CharField(
        label="服务措施",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="谁来做、怎样做、分几步。要按日期跟进的步骤，在“登记进展”里填上期限。",
    )


class ContractForm(forms.Form):
    size = forms.ChoiceField(
        label="企业规模",
        choices=[("", "请选择"), *CompanySize.choices],
        help_text="按中小企业划型标准，由企业自己说明；小型、微型企业可以减免。",
    )
    signed_on = forms.DateField(label="签订日期", widget=DateInput())
    ends_on = forms.DateField(label="约定完成日期", widget=DateInput())
    discount = forms.DecimalField(label="减免（元）", required=False, max_digits=12, decimal_places=2, min_value=0)
    discount_reason = forms.CharField(label="减免的依据", max_length=200, required=False)
    file = forms.FileField(label="双方签章的合同", help_text=PAPERS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines: dict[str, forms.Field] = {}
        for place in range(1, LINES + 1):
            first = place == 1
            lines[f"item_{place}"] = forms.CharField(label=f"事项 {place}", max_length=100, required=first)
            lines[f"amount_{place}"] = forms.DecimalField(
                label=f"金额 {place}（元）", required=first, max_digits=12, decimal_places=2, min_value=0
            )
        lines["amount_1"].help_text = "免费服务的填 0；各项合计为服务费。"
        head = {name: self.fields.pop(name) for name in ("size", "signed_on", "ends_on")}
        self.fields = {**head, **lines, **self.fields}

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        lines = []
        for place in range(1, LINES + 1):
            name, amount = found.pop(f"item_{place}", ""), found.pop(f"amount_{place}", None)
            if name and amount is None and f"amount_{place}" not in self.errors:
                self.add_error(f"amount_{place}", f"请填写事项 {place} 的金额，免费的填 0。")
            elif amount is not None and not name and f"item_{place}" not in self.errors:
                self.add_error(f"item_{place}", f"请填写事项 {place} 的名称。")
            elif name:
                lines.append((name, amount or Decimal(0)))
        return {**found, "items": lines}


class ProblemsForm(forms.Form):
    """What was found on the way."""

    problems_found = forms.IntegerField(label="发现问题（个）", min_value=0, max_value=9999, required=False)
    problems_solved = forms.IntegerField(label="解决问题（个）", min_value=0, max_value=9999, required=False)
    problems = forms.CharField(
        label="问题和处理情况",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="发现了问题的填写。",
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        return {**found, **{name: found.get(name) or 0 for name in ("problems_found", "problems_solved")}}


class ProgressForm(ProblemsForm):
    text = forms.CharField(label="事项", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(
        label="期限", required=False, widget=DateInput(), help_text="还要做的填写，到期前提醒；已经做完的不填。"
    )
    field_order = ("text", "due_on")


class FinishForm(ProblemsForm):
    def __init__(self, *args: Any, step: Progress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("problems_found", "problems_solved"):
            self.fields[name].initial = getattr(step, name)
        self.fields["problems"].initial = step.problems


class DeliverForm(forms.Form):
    item = forms.ChoiceField(label="服务事项", help_text="按实际提供的服务选择，服务记录按它计入统计。")
    served_on = forms.DateField(label="服务日期", widget=DateInput())
    summary = forms.CharField(label="服务成果", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
    report = forms.FileField(label="服务报告", help_text=f"检测报告、校准证书、诊断报告等。{PAPERS}")
    visits = forms.IntegerField(
        label="服务次数（家次）", min_value=1, max_value=9999, initial=1, help_text="为这家企业服务了几次。"
    )
    experts = forms.IntegerField(label="投入专家（人次）", min_value=0, max_value=9999, required=False)
    saved_cost = forms.DecimalField(
        label="为企业节约费用（元）", required=False, max_digits=14, decimal_places=2, min_value=0
    )
    added_profit = forms.DecimalField(label="企业增长利润（元）", required=False, max_digits=14, decimal_places=2)
    jobs_added = forms.IntegerField(label="新增就业（人）", min_value=0, max_value=999_999, required=False)

    def __init__(self, *args: Any, need: Need, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [(item.code, item.name) for item in CATALOGUE.items_of(need.kind)]
        self.fields["item"].initial = need.item or f"{need.kind}.consulting"
        self.fields["served_on"].initial = today
