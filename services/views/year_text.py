"""The texts of a year that stations type for the table of Hunan's annex 3."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.pages import ActPage, ListPage
from ledger.errors import Refused
from services.actions import year_text as actions
from services.annexes import STATISTICS
from services.forms.year_text import YearTextFilter, YearTextForm
from services.queries.year_text import FIELDS, year_texts_visible_to
from services.rules.record import closes_on
from stations.queries import my_stations


def open_years() -> list[int]:
    """This year, and the last one while it can still be written."""
    today = timezone.localdate()
    return [today.year, *([today.year - 1] if today <= closes_on(today.year - 1) else [])]


def head_of(name: str) -> str:
    column = STATISTICS.field(name)
    return f"{column.name}（{column.unit}）" if column.unit else column.name


class YearTextList(ListPage):
    title = "年度情况"
    template_name = "services/year_text/list.html"
    query = staticmethod(year_texts_visible_to)
    filterset_class = YearTextFilter
    search_fields = ("station__name", "station__organisation__name")
    search = "服务站或单位"
    sorts = {"year": ("year",), "station": ("station__name",)}
    sort = "-year"
    columns = (
        Column("年度", "year"),
        Column("服务站", "station.name"),
        *(Column(head_of(name), name) for name in FIELDS),
        Column("最近修改时间", "changed_at"),
    )

    def context(self) -> dict[str, Any]:
        years, stations = open_years(), my_stations(self.request.user).order_by("name")
        own = [(station, [(year, address(station.pk, year)) for year in years]) for station in stations]
        return {**super().context(), "own": own}


def address(station: int, year: int) -> str:
    return reverse("services:year_text_write", args=[station, year])


class YearTextWrite(ActPage):
    """The texts of one year of one of the person's stations."""

    template_name = "services/year_text/form.html"
    query = staticmethod(my_stations)
    permission = "services.write_year_text"
    form_class = YearTextForm
    success = "已保存。"

    def get_title(self) -> str:
        return f"{self.kwargs['year']} 年度情况"

    def get_object(self) -> Any:
        try:
            actions.check_year(self.kwargs["year"], timezone.now())
        except Refused as refusal:
            raise Http404(refusal.message) from refusal
        return super().get_object()

    def form_kwargs(self) -> dict[str, Any]:
        rows = year_texts_visible_to(self.request.user)
        return {"row": rows.filter(station=self.object, year=self.kwargs["year"]).first()}

    def act(self, **data: Any) -> None:
        seen = data.pop("version")
        actions.write_year_text(self.object, self.kwargs["year"], actor=self.request.user, seen=seen, **data)

    def get_success_url(self) -> str:
        return reverse("services:year_text_list")
