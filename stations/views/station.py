"""The station's file as its own people keep it: a task list, and a page for each part."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from ledger.files import file_response
from ledger.journal import history_of
from stations import actions, queries
from stations.forms import CommitmentForm, StationForm
from stations.models import Station
from stations.states import TitleState
from stations.views.organisation import FreshVersion


class OwnStation:
    """A page about a station that the person may change."""

    query = staticmethod(queries.stations_visible_to)
    permission = "stations.write_station"
    part = "station_tasks"
    request: HttpRequest
    object: Station

    def back(self) -> str:
        return reverse(f"stations:{self.part}", args=[self.object.pk])

    def get_success_url(self) -> str:
        return self.back()

    def context(self) -> dict[str, Any]:
        return {**super().context(), "back": self.back()}  # type: ignore[misc]


class MyStationList(ListPage):
    title = "我的服务站"
    template_name = "stations/my_station_list.html"
    query = staticmethod(lambda user: queries.with_foremost_title(queries.with_parts(queries.my_stations(user))))
    search_fields = ("name", "organisation__name")
    sorts = {"name": ("name",), "district": ("district__position",)}
    sort = "name"
    columns = (
        Column("服务站", "name"),
        Column("建设主体", "organisation.name"),
        Column("所在区", "district.name"),
        Column("地址", "address"),
    )

    def context(self) -> dict[str, Any]:
        context = super().context()
        context["shown"] = [
            (station, queries.missing_of(station), TitleState(station.title_state) if station.title_state else None)
            for station in context["rows"]
        ]
        context["organisations"] = queries.my_organisations(self.request.user)
        return context


class StationCreate(ActPage):
    """A new station of the organisation in the address."""

    title = "新建服务站"
    template_name = "stations/part_form.html"
    query = staticmethod(queries.organisations_visible_to)
    permission = "stations.write_organisation"
    form_class = StationForm
    button = "建立"
    success = "服务站已建立。请继续填报服务能力、团队和服务承诺。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"district": self.object.district_id, "supervised_by": self.object.district_id}}

    def act(self, version: int | None, **data: Any) -> Station:
        return actions.create_station(self.object, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("stations:station_tasks", args=[self.result.pk])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "back": reverse("stations:my_station_list")}


class StationTasks(OwnStation, DetailPage):
    template_name = "stations/station_tasks.html"

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        parts = queries.parts_of(self.object)
        return {
            **super().context(),
            "parts": parts,
            "ready": not any(part.missing for part in parts),
            "titles": self.object.titles.select_related("slot", "certificate").order_by("-awarded_at"),
            "journal": history_of(self.object)[:20],
        }


class StationEdit(FreshVersion, OwnStation, ActPage):
    title = "基本信息"
    template_name = "stations/part_form.html"
    form_class = StationForm
    button = "保存"
    success = "基本信息已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.object, "initial": {"version": self.object.version}}

    def act(self, version: int | None, **data: Any) -> Station:
        return actions.update_station(self.object, actor=self.request.user, seen=version, **data)


class CommitmentEdit(StationEdit):
    title = "服务承诺"
    form_class = CommitmentForm
    success = "服务承诺已保存。"


class StationFile(DetailPage):
    """A piece of evidence, to whoever the station's file is open to; `?view=1` for our own viewer."""

    query = staticmethod(queries.stations_visible_to)

    def get(self, request: HttpRequest, *args: Any, key: UUID, **kwargs: Any) -> FileResponse:
        stored = get_object_or_404(queries.evidence_of(self.object, key))
        try:
            return file_response(stored, view=bool(request.GET.get("view")))
        except FileNotFoundError as missing:
            raise Http404("文件不在存储中") from missing
