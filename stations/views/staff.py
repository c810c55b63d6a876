"""Lists and files of the bureau: organisations, stations, titles, the places, and the import of older titles."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy

from accounts.exports import XLSX, Column, attachment
from accounts.pages import ActPage, DetailPage, ListPage, Page
from accounts.states import Role
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.models import StoredFile
from stations import actions, queries
from stations.filters import StaffOrganisationFilter, StaffStationFilter, TitleFilter
from stations.forms import TableUploadForm, TitleImportForm
from stations.models import Title
from stations.queries import Part
from stations.title_table import read_table, template_bytes
from stations.views.parts import links
from stations.views.public import foremost, kind_names
from stations.views.uploads import take_in

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}
STAFF = READERS | {Role.DISTRICT}
IMPORT_URLS = {
    "single_url": reverse_lazy("stations:title_import"),
    "upload_url": reverse_lazy("stations:title_table_upload"),
}
TABS = [("slots", "名额", "stations:slot_board"), ("titles", "称号", "stations:title_list")]


def title_tabs() -> list[dict[str, str]]:
    return [{"key": key, "label": label, "url": reverse(name)} for key, label, name in TABS]


class StaffOrganisationList(ListPage):
    title = "单位"
    roles = STAFF
    template_name = "stations/staff_organisation_list.html"
    query = staticmethod(queries.staff_organisations)
    filterset_class = StaffOrganisationFilter
    search_fields = ("name", "credit_code", "legal_representative")
    search = "单位名称、信用代码"
    sorts = {
        "name": ("name",),
        "district": ("district__position",),
        "founded": ("founded_on",),
        "stations": ("station_count",),
    }
    sort = "name"
    columns = (
        Column("单位名称", "name"),
        Column("统一社会信用代码", "credit_code"),
        Column("单位类型", "get_kind_display"),
        Column("成立日期", "founded_on"),
        Column("注册地", "district.name"),
        Column("注册地址", "address"),
        Column("服务站数", "station_count"),
        Column("在册人员数", "member_count"),
    )


class StaffStationList(ListPage):
    title = "服务站"
    roles = STAFF
    template_name = "stations/staff_station_list.html"
    query = staticmethod(queries.staff_stations)
    filterset_class = StaffStationFilter
    search_fields = ("name", "organisation__name", "organisation__credit_code", "address")
    search = "服务站、单位、信用代码、地址"
    sorts = {
        "name": ("name",),
        "district": ("district__position",),
        "abilities": ("ability_count",),
        "specialists": ("specialist_count",),
    }
    sort = "name"
    columns = (
        Column("服务站", "name"),
        Column("建设主体", "organisation.name"),
        Column("统一社会信用代码", "organisation.credit_code"),
        Column("所在区", "district.name"),
        Column("监管单位", "supervised_by.supervising_bureau"),
        Column("地址", "address"),
        Column("服务能力数", "ability_count"),
        Column("专业人员数", "specialist_count"),
        Column("称号", lambda station: (held := foremost(station)) and held.get_state_display()),
        Column("称号编号", lambda station: (held := foremost(station)) and held.number),
    )

    def context(self) -> dict[str, Any]:
        context = super().context()
        context["shown"] = [(station, foremost(station)) for station in context["rows"]]
        return context


class StaffStation(DetailPage):
    """The whole file of a station, names included, for those who examine and supervise."""

    roles = STAFF
    template_name = "stations/staff_station.html"
    query = staticmethod(queries.stations_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        station, names = self.object, kind_names()
        abilities = [
            (names.get(ability.kind, ability.kind), ability, links(station, ability.evidence.all()))
            for ability in station.abilities.prefetch_related("evidence")
        ]
        team = [(member, links(station, member.evidence.all())) for member in station.team.prefetch_related("evidence")]
        online = [(place, links(station, [place.screenshot])) for place in station.online.select_related("screenshot")]
        parts: list[Part] = queries.parts_of(station)
        return {
            **super().context(),
            "abilities": abilities,
            "team": team,
            "online": online,
            "services": queries.online_services_of(station),
            "titles": station.titles.select_related("slot", "certificate").order_by("-awarded_at"),
            "parts": parts,
            "journal": history_of(station, *station.titles.all())[:30],
        }


class TitleList(ListPage):
    title = "称号与名额"
    roles = STAFF
    template_name = "stations/title_list.html"
    query = staticmethod(queries.titles_visible_to)
    filterset_class = TitleFilter
    search_fields = ("number", "station__name", "station__organisation__name", "certificate__number", "basis")
    search = "编号、服务站、单位、依据"
    sorts = {"slot": ("slot__number",), "awarded": ("awarded_at",), "number": ("number",), "name": ("station__name",)}
    sort = "-awarded"
    columns = (
        Column("称号编号", "number"),
        Column("服务站", "station.name"),
        Column("建设主体", "station.organisation.name"),
        Column("所在区", "station.district.name"),
        Column("级别", "get_level_display"),
        Column("名额号", "slot.number"),
        Column("状态", "get_state_display"),
        Column("授予时间", "awarded_at"),
        Column("授予依据", "basis"),
        Column("证书编号", lambda title: getattr(getattr(title, "certificate", None), "number", "")),
        Column("终止时间", "ended_at"),
        Column("终止依据", "ended_article"),
        Column("终止决定", "ended_decision"),
    )

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "tabs": title_tabs(),
            "may_import": self.request.user.has_perm("stations.import_title"),
        }


class SlotBoard(Page):
    title = "称号与名额"
    roles = READERS
    template_name = "stations/slot_board.html"

    def context(self) -> dict[str, Any]:
        board = queries.slot_board(settings.MEASURE)
        held = sum(place.holder is not None for place in board)
        return {
            **super().context(),
            "board": board,
            "held": held,
            "free": len(board) - held,
            "tabs": title_tabs(),
            "may_import": self.request.user.has_perm("stations.import_title"),
        }


class TitleImport(ActPage):
    """One title from before this system, for a station that is there; the table does many, with their stations."""

    title = "导入原有称号"
    roles = {Role.MANAGER}
    template_name = "stations/title_import.html"
    form_class = TitleImportForm
    button = "导入这个称号"
    success = "称号已导入。"

    def get_object(self) -> None:
        return None

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def act(self, **data: Any) -> Title:
        return actions.import_title(data.pop("station"), actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("stations:title_list")

    def context(self) -> dict[str, Any]:
        return {**super().context(), **IMPORT_URLS, "upload": TableUploadForm()}


class TitleTableUpload(TitleImport):
    """Takes the table in; what it would do is shown on the next page, before anything is written."""

    form_class = TableUploadForm
    button = "上传并核对"
    success = "文件已上传。请核对下面的内容，再确认导入。"

    def form_kwargs(self) -> dict[str, Any]:
        return {}

    def act(self, table: Any) -> StoredFile:
        stored = take_in(self.request, [table], ("xlsx",), field="table")[0]
        table.seek(0)
        read_table(table.read())  # refuses a table without heads or rows here, at its field
        return stored

    def get_success_url(self) -> str:
        return reverse("stations:title_table", args=[self.result.key])

    def context(self) -> dict[str, Any]:
        own = super().context()
        return {**own, "upload": None, "single": TitleImportForm(user=self.request.user)}


class TitleTable(ActPage):
    """The uploaded table, row by row: what would be written, or what is wrong. Confirmed as a whole."""

    title = "核对称号清单"
    roles = {Role.MANAGER}
    template_name = "stations/title_table.html"
    lookup = "key"
    button = "确认导入"
    object: StoredFile

    query = staticmethod(queries.uploaded_tables)

    def rehearse(self) -> dict[str, Any]:
        with self.object.file.open("rb") as file:
            rows, problems = read_table(file.read())
        titles, refused = actions.import_titles(rows, actor=self.request.user, dry_run=True)
        return {"rows": rows, "titles": titles, "problems": sorted([*problems, *refused], key=lambda p: p.line)}

    def context(self) -> dict[str, Any]:
        return {**super().context(), **self.rehearse()}

    def act(self) -> list[Title]:
        with self.object.file.open("rb") as file:
            rows, problems = read_table(file.read())
        titles, refused = ([], []) if problems else actions.import_titles(rows, actor=self.request.user)
        if problems or refused:
            raise Refused("table_has_problems", "表里还有问题，请改正后重新上传，没有导入任何一行。")
        self.success = f"已导入 {len(titles)} 个称号。"  # type: ignore[misc]
        return titles

    def get_success_url(self) -> str:
        return reverse("stations:title_list")


class TitleTemplate(Page):
    """The empty table to fill in."""

    roles = {Role.MANAGER}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return attachment(HttpResponse(template_bytes(), content_type=XLSX), "原有称号清单模板.xlsx")
