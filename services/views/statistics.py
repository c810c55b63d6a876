"""Statistics of the services: charts with tables beside them, and an export."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.exports import Column, export
from accounts.pages import Page
from accounts.states import Role
from ledger.charts import Chart
from services.forms.statistics import StatisticsForm
from services.queries.statistics import NUMBERS, Line, statistics
from services.statistics_charts import bars_chart

PARTS = {"months": "按月", "kinds": "按服务类别", "industries": "按产业", "districts": "按区", "stations": "按服务站"}
READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR, Role.DISTRICT}


def exported_columns() -> list[Column]:
    """Each row is (part, line)."""
    numbers = [Column(label, lambda row, name=name: getattr(row[1], name)) for name, label in NUMBERS.items()]
    return [Column("分类", lambda row: row[0]), Column("名称", lambda row: row[1].name), *numbers]


class StatisticsPage(Page):
    """Summed up in the background: the page reads a few hundred totals, never the records."""

    title = "服务统计"
    roles = READERS
    template_name = "services/statistics/page.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.form = StatisticsForm(request.GET, user=request.user)
        if not self.form.is_valid():
            raise BadRequest("没有这样的统计，请用页面上的条件重新查询。")
        self.found = statistics(
            self.form.place,
            self.form.span,
            self.form.cleaned_data["scheme"] or "wuhan",
            districts=self.form.districts,
            stations=self.form.stations,
        )
        if kind := request.GET.get("export"):
            title = f"服务统计-{self.form.place.name}-{self.form.span.words}"
            return export(kind, exported_columns(), self.export_rows(), title=title)
        return self.show()

    def export_rows(self) -> list[tuple[str, Line]]:
        rows = [("合计", self.found.total)]
        for part, words in PARTS.items():
            rows += [(words, line) for line in getattr(self.found, part)]
        return rows

    def context(self) -> dict[str, Any]:
        parts = [(part, words, getattr(self.found, part)) for part, words in PARTS.items()]
        return {
            **super().context(),
            "form": self.form,
            "found": self.found,
            "numbers": NUMBERS,
            "parts": [(part, words, lines, visits(part, words, lines)) for part, words, lines in parts if lines],
        }


def visits(part: str, words: str, lines: list[Line]) -> Chart:
    items = [(line.name, int(line.visits)) for line in lines]
    return bars_chart(f"chart-{part}", f"{words}：服务次数", items, unit="家次")
