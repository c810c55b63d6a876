"""The figures of a station's year, and the records behind each of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

import measures
from accounts.pages import DetailPage, ListPage
from services.forms.record import RecordFilter
from services.queries.figures import BY_RECORDS, records_behind, year_of
from services.queries.oddities import oddities
from services.queries.rating import satisfaction
from services.views.record import COLUMNS
from stations.models import Station
from stations.queries import stations_visible_to

DISCOUNTS = "small_firm_discounts"
FIRST_YEAR = 2000


class OfYear:
    """A station that the person sees, and a year that can have figures."""

    kwargs: dict[str, Any]

    @property
    def year(self) -> int:
        return self.kwargs["year"]

    def require_year(self) -> None:
        if not FIRST_YEAR <= self.year <= timezone.localdate().year:
            raise Http404("没有这一年的数字")


class FigureList(OfYear, DetailPage):
    template_name = "services/record/figures.html"
    query = staticmethod(stations_visible_to)
    object: Station

    def get_object(self) -> Station:
        self.require_year()
        return super().get_object()

    def get_title(self) -> str:
        return f"{self.year} 年服务数字"

    def context(self) -> dict[str, Any]:
        thresholds = {item.code: item for item in measures.load("wuhan").thresholds}
        found = year_of(self.object, self.year, discounts=True)
        said = satisfaction(self.object, self.year, delivered=found.records)
        figures = [(thresholds[code], found.figure(code)) for code in BY_RECORDS]
        return {
            **super().context(),
            "year": self.year,
            "years": [year for year in (self.year - 1, self.year + 1) if year <= timezone.localdate().year],
            "found": found,
            "figures": [(item, known, item.is_met(known.value)) for item, known in figures],
            "wanted": thresholds["satisfaction"],
            "said": said,
            "satisfied": said.mean is not None and thresholds["satisfaction"].is_met(said.mean),
            "discounts": found.discounts,
            "oddities": oddities(self.object, self.year, found.sums["visits"] or 0),
        }


class FigureDetail(OfYear, ListPage):
    """The records that one figure is counted from."""

    template_name = "services/record/figure.html"
    filterset_class = RecordFilter
    search_fields = ("client_name", "client_code")
    search = "企业名称或者代码"
    sorts = {"served": ("served_on",), "client": ("client_name", "served_on")}
    sort = "-served"
    columns = COLUMNS

    def rows(self) -> Any:
        self.require_year()
        self.station = get_object_or_404(stations_visible_to(self.request.user), pk=self.kwargs["pk"])
        try:
            rows = records_behind(self.station, self.year, self.kwargs["code"])
        except KeyError:
            raise Http404("没有这个数字") from None
        return rows.select_related("station", "industry")

    def get_title(self) -> str:
        if self.kwargs["code"] == DISCOUNTS:
            return "给小型、微型企业的减免"
        return next(item.label for item in measures.load("wuhan").thresholds if item.code == self.kwargs["code"])

    def context(self) -> dict[str, Any]:
        own = super().context()
        firms = self.filtered().order_by().values("client_code").distinct().count()
        return {**own, "station": self.station, "year": self.year, "firms": firms}
