"""What a station writes of a typical case, and what its review asks."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.utils import timezone

from accounts.fields import FilesField, ReasonField
from services.actions.case import FIRST_YEAR
from services.annexes import CASE
from services.forms.media_report import MyStationField
from services.models import TypicalCase
from services.models.case import PARTS
from services.queries.case import years
from services.rules.case import AIM, LEAST, MOST, MOST_PICTURES, length_of
from services.states.case import CaseState
from stations.filters import districts
from stations.forms.fields import KeptFilesField

HINTS = {
    "situation": "服务的产业和企业、要解决的质量问题、投入的资源。",
    "practice": "怎样组织、怎样服务，哪些做法别的服务站可以照着做。",
    "effect": "企业和产业有什么变化，尽量用数字说明，数字要有依据。",
}


def year_choices() -> list[tuple[int, str]]:
    return [(year, f"{year} 年") for year in range(timezone.localdate().year, FIRST_YEAR - 1, -1)]


class CaseForm(forms.Form):
    """`case` is what there is; None for a new one, which chooses its station."""

    station = MyStationField()
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    year = forms.TypedChoiceField(label="年度", choices=year_choices, coerce=int)
    project = forms.CharField(label=CASE.field("project").name, max_length=60)

    def __init__(self, *args: Any, user: Any, case: TypicalCase | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PARTS:
            self.fields[name] = forms.CharField(
                label=CASE.field(name).name,
                max_length=MOST,
                required=False,
                widget=forms.Textarea(attrs={"rows": 10}),
                help_text=HINTS[name],
            )
        if case is None:
            self.fields["station"].offer(user)
            del self.fields["version"]
            return
        del self.fields["station"]
        self.fields["version"].initial = case.version
        for name in ("year", "project", *PARTS):
            self.fields[name].initial = getattr(case, name)
        files = list(case.pictures.order_by("pk"))
        if files:
            self.fields["removed"] = KeptFilesField(files, label="删除图片")
        self.fields["pictures"] = FilesField(
            label="添加图片",
            required=False,
            help_text=f"PNG 或 JPEG，一篇最多 {MOST_PICTURES} 张；已有 {len(files)} 张。",
        )

    @property
    def counted(self) -> dict[str, Any]:
        """For the count of the three parts together: which fields, what is aimed at, and how long they are now."""
        texts = {name: str(self[name].value() or "") for name in PARTS}
        ids = " ".join(self[name].id_for_label for name in PARTS)
        return {"ids": ids, "aim": AIM, "least": LEAST, "most": MOST, "now": length_of(texts)}


class CaseReasonForm(forms.Form):
    reason = ReasonField(label="审核意见", max_length=1000, help_text="告知服务站，请写明要改什么或者为什么。")


class CaseFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=CaseState.choices, empty_label="全部")
    year = django_filters.ChoiceFilter(label="年度", choices=year_choices, empty_label="全部")
    district = districts(label="监管单位", field_name="station__supervised_by")

    class Meta:
        model = TypicalCase
        fields = ["state", "year"]


class PublicCaseFilter(django_filters.FilterSet):
    year = django_filters.ChoiceFilter(
        label="年度", choices=lambda: [(year, f"{year} 年") for year in years()], empty_label="全部"
    )
    district = districts(label="所在区", field_name="station__district")

    class Meta:
        model = TypicalCase
        fields = ["year"]
