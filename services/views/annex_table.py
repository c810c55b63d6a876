"""The table of Hunan's annex 3 as a page and as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.exports import Column, export
from accounts.pages import Page
from services.annexes import STATISTICS
from services.forms.annex_table import AnnexTableForm
from services.queries.annex_table import Line, annex_table
from services.views.statistics import READERS

COLUMNS = [
    Column(f"{one.name}（{one.unit}）" if one.unit else one.name, lambda line, code=one.code: getattr(line, code))
    for one in STATISTICS.fields
]
NUMBERS = {"number", "investment", "experts", "visits", "firms", "saved_cost", "added_profit", "jobs_added"}


class AnnexTable(Page):
    """A stretch of days that makes no sense is said at its field, and no table is shown."""

    title = "服务工作情况统计表"
    roles = READERS
    template_name = "services/statistics/annex_table.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.form = AnnexTableForm(request.GET)
        self.lines: list[Line] = []
        if not self.form.is_valid():
            return self.show(status=422)
        asked = self.form.cleaned_data
        self.lines = annex_table(request.user, asked["since"], asked["until"], district=asked["district"])
        if kind := request.GET.get("export"):
            return export(kind, COLUMNS, self.lines, title=f"{self.title}-{asked['since']}-{asked['until']}")
        return self.show()

    def context(self) -> dict[str, Any]:
        heads = [(column.label, one.code in NUMBERS) for column, one in zip(COLUMNS, STATISTICS.fields, strict=True)]
        rows = [
            [(column.value(line), number) for column, (_, number) in zip(COLUMNS, heads, strict=True)]
            for line in self.lines
        ]
        return {**super().context(), "form": self.form, "heads": heads, "rows": rows}
