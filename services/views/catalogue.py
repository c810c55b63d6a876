"""The catalogue of services: for companies that look for one, and for stations that ask where a service counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.exports import Column, export
from accounts.pages import Page
from services.catalogue import CATALOGUE
from services.forms.catalogue import CatalogueFilter
from services.queries.catalogue import Line, by_kind, lines


def column_of(number: int) -> Column:
    return Column(CATALOGUE.schemes[number].text.short_name, lambda line: str(line.places[number]))


class Catalogue(Page):
    title = "服务事项目录"
    public = True
    template_name = "services/catalogue.html"
    search = "事项名称或内容"
    columns = (
        Column("服务类别", "kind.name"),
        Column("条款", "kind.citation"),
        Column("事项代码", "item.code"),
        Column("服务事项", "item.name"),
        Column("内容", "item.text"),
        Column("计入的指标", "figure.label"),
        *(column_of(number) for number in range(len(CATALOGUE.schemes))),
        Column("说明", "item.note"),
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if kind := request.GET.get("export"):
            return export(kind, self.columns, self.found()[1], title=self.title)
        return self.show()

    def found(self) -> tuple[CatalogueFilter, list[Line]]:
        """The filter as it was asked for, and what it leaves: nothing where it asks for what is not there."""
        asked = CatalogueFilter(self.request.GET)
        q = self.request.GET.get("q", "").replace("\x00", "")
        return asked, lines(q=q, **asked.cleaned_data) if asked.is_valid() else []

    def context(self) -> dict[str, Any]:
        asked, found = self.found()
        return {
            **super().context(),
            "filter": asked,
            "groups": by_kind(found),
            "total": len(found),
            "measure": CATALOGUE.measure,
            "schemes": CATALOGUE.schemes,
        }
