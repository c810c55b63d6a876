"""What an applicant types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.models import fields_for_model

from accounts.fields import DateInput, FilesField
from evaluation.models import Application, Round
from evaluation.parts import ANSWERS, DECLARATION, NEEDED
from evaluation.project_table import LENGTHS, YEARS_BACK, Project
from evaluation.queries.progress import stations_that_may_apply
from stations.models import Station

HINTS = {
    "statement": "为什么申报、服务哪些产业和企业，可以不填。",
    "systems": "列出制度和流程的名称、要点；文件在“申报材料”里上传。",
    "finance": "概述上一年度收支和财务状况，与审计报告一致。",
    "credit_checked_on": "在国家企业信用信息公示系统和“信用中国”查询本单位的日期。",
    "not_dishonest": "查询结果显示本单位没有被列入严重失信主体名单。",
    "place": "服务场所的地址、面积和权属，主要设施和仪器设备，可以组织的社会资源。",
    "recognition": "系统提供质量服务的案例，获得政府部门或行业认可的项目、课题、活动。",
    "growth_note": "上一年度少于前一年度时必须说明原因。",
    "declared_by": "由法定代表人或者其授权的人声明。",
    "declared": "我声明：本申报所填内容和全部材料真实、合法、有效，并对其真实性负责。",
}
CONDITION_FIELDS = tuple(name for name, part in ANSWERS.items() if part == "conditions")
DECLARATION_FIELDS = tuple(name for name, part in ANSWERS.items() if part == DECLARATION)
OPTIONAL = {"statement", "growth_note"}
FIELDS_OF_CONDITION = {**NEEDED, "record": (*NEEDED["record"], "growth_note")}


class StartForm(forms.Form):
    station = forms.ModelChoiceField(
        label="服务站",
        queryset=Station.objects.none(),
        empty_label="请选择",
        help_text="每个服务站一次评价只申报一份。",
    )

    def __init__(self, *args: Any, user: Any, evaluation: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = stations_that_may_apply(user, evaluation)
        self.fields["station"].queryset = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial["station"] = choices[0]


class AnswersForm(forms.Form):
    """Some answers of an application. Nothing is required: a draft is saved as far as it is. `changed()` are those that
    were changed on this page; `version` is that of the page."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    names: tuple[str, ...] = CONDITION_FIELDS
    use_required_attribute = False

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = fields_for_model(Application, self.names)
        for name, field in fields.items():
            field.help_text = HINTS.get(name, "")
            field.required = name not in OPTIONAL  # for the eye only, see full_clean
            field.show_hidden_initial = True
            field.initial = getattr(application, name)
            if isinstance(field, forms.DateField):
                field.widget = DateInput()
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 5
        self.fields.update(fields)
        self.fields["version"].initial = application.version

    def full_clean(self) -> None:
        """What is needed is marked so, but a draft is saved with or without it."""
        needed = [field for name, field in self.fields.items() if field.required and name in self.names]
        for field in needed:
            field.required = False
        super().full_clean()
        for field in needed:
            field.required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return {name: value for name, value in cleaned.items() if name == "version" or name in self.changed_data}


class ConditionsForm(AnswersForm):
    names = CONDITION_FIELDS


class DeclarationForm(AnswersForm):
    names = DECLARATION_FIELDS


class MaterialForm(forms.Form):
    files = FilesField(label="文件")

    def __init__(self, *args: Any, accept: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].widget.attrs["accept"] = ",".join(f".{kind}" for kind in accept)


class ProjectsImportForm(forms.Form):
    table = forms.FileField(
        label="项目清单表格", help_text="Excel（.xlsx），按模板填写。导入后替换现有的全部项目。", allow_empty_file=True
    )
    table.widget.attrs["accept"] = ".xlsx"


class ProjectsForm(forms.Form):
    """The list of projects as lines of a table. Rows are checked by the action, which names each wrong one."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    columns = ("year", "name", "client", "kind", "outcome", "recognised_by")
    labels = ("年度", "项目名称", "服务对象", "服务内容", "成效", "认可单位")

    def __init__(
        self,
        *args: Any,
        projects: list[Project],
        kinds: dict[str, str],
        year: int,
        version: int,
        blank: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = version
        self.count = len(projects) + blank
        if self.is_bound:
            posted = [
                int(name.split("-")[1])
                for name in self.data
                if name.startswith("row-") and name.split("-")[1].isdigit()
            ]
            self.count = min(max(posted, default=-1) + 1, 150)
        years = [("", "")] + [(str(item), str(item)) for item in range(year, year - YEARS_BACK - 1, -1)]
        for number in range(self.count):
            project = projects[number] if number < len(projects) else None
            for column, label in zip(self.columns, self.labels, strict=True):
                field = self.field_of(column, kinds, years)
                field.label = f"第{number + 1}行{label}"
                field.initial = str(getattr(project, column)) if project else ""
                self.fields[f"row-{number}-{column}"] = field

    def field_of(self, column: str, kinds: dict[str, str], years: list[tuple[str, str]]) -> forms.Field:
        """Texts as they come: what is wrong with a row is said by the action, in one place for form and table."""
        if column == "year":
            return forms.CharField(required=False, widget=forms.Select(choices=years))
        if column == "kind":
            return forms.CharField(required=False, widget=forms.Select(choices=[("", ""), *kinds.items()]))
        return forms.CharField(required=False, widget=forms.TextInput(attrs={"maxlength": LENGTHS[column]}))

    @property
    def lines(self) -> list[tuple[int, list[tuple[str, Any]]]]:
        """(number of the row, [(head of the column, field)])"""
        heads = tuple(zip(self.labels, self.columns, strict=True))
        return [
            (number + 1, [(head, self[f"row-{number}-{column}"]) for head, column in heads])
            for number in range(self.count)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        rows = [
            {column: cleaned.get(f"row-{number}-{column}", "") for column in self.columns}
            for number in range(self.count)
        ]
        return {"version": cleaned.get("version"), "rows": rows}
