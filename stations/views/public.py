"""What everybody reads: the directory, a station, whether a certificate holds."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

import measures
from accounts.cached import CachedPage
from accounts.exports import Column
from accounts.pages import DetailPage, ListPage, Page
from stations import queries
from stations.filters import DirectoryFilter, EndedTitleFilter
from stations.forms import CertificateCheckForm
from stations.models import Station, Title
from stations.states import TitleState


def kind_names() -> dict[str, str]:
    return dict(queries.ability_choices())


def abilities_of(station: Station) -> list[str]:
    """Names of the claimed kinds in the order of Art 9."""
    claimed = {ability.kind for ability in station.abilities.all()}
    return [name for code, name in kind_names().items() if code in claimed]


def foremost(station: Station) -> Title | None:
    return next(iter(station.known_titles), None)  # type: ignore[attr-defined]


class Directory(CachedPage, ListPage):
    title = "服务站名录"
    watched = ("stations.station", "stations.organisation", "stations.title", "stations.certificate")
    lasts = 60  # districts and industries are dictionaries
    template_name = "stations/directory.html"
    query = staticmethod(queries.directory)
    filterset_class = DirectoryFilter
    search_fields = ("name", "organisation__name", "address", "introduction")
    search = "服务站、单位、地址"
    sorts = {"name": ("name",), "district": ("district__position",), "since": ("title_since",)}
    sort = "district"
    columns = (
        Column("服务站", "name"),
        Column("建设主体", "organisation.name"),
        Column("所在区", "district.name"),
        Column("地址", "address"),
        Column("服务窗口", "window"),
        Column("服务时间", "opening_hours"),
        Column("服务电话", "phone"),
        Column("服务能力", lambda station: "、".join(abilities_of(station))),
        Column("服务产业", lambda station: "、".join(industry.name for industry in station.industries.all())),
        Column("称号状态", lambda station: foremost(station).get_state_display()),  # type: ignore[union-attr]
        Column("称号编号", lambda station: foremost(station).number),  # type: ignore[union-attr]
        Column("类别", "shown_class"),
        Column("授予日期", lambda station: timezone.localdate(station.title_since)),
    )

    def context(self) -> dict[str, Any]:
        context = super().context()
        context["shown"] = [(station, foremost(station), abilities_of(station)) for station in context["rows"]]
        cards = self.request.GET.get("view") == "cards"
        context["classes"] = any(station.shown_class for station in context["rows"])
        context["view"] = "cards" if cards else "table"
        context["views"] = [self.view_link("table", "表格"), self.view_link("cards", "卡片")]
        return context

    def view_link(self, key: str, label: str) -> dict[str, str]:
        params = self.request.GET.copy()
        params["view"] = key
        return {"key": key, "label": label, "url": f"?{params.urlencode()}"}


class EndedTitleList(CachedPage, ListPage):
    """Titles that no longer hold: by which article and decision, since when, and which place fell free."""

    title = "称号终止名单"
    watched = ("stations.title", "stations.station", "stations.organisation")
    lasts = 60  # districts are a dictionary
    template_name = "stations/ended_title_list.html"
    query = staticmethod(queries.ended_titles)
    filterset_class = EndedTitleFilter
    search_fields = ("station__name", "station__organisation__name", "number", "ended_decision")
    search = "服务站、单位、称号编号、决定文号"
    sorts = {"ended": ("ended_at",), "name": ("station__name",), "slot": ("slot__number",)}
    sort = "-ended"
    columns = (
        Column("服务站", "station.name"),
        Column("建设主体", "station.organisation.name"),
        Column("所在区", "station.district.name"),
        Column("称号编号", "number"),
        Column("方式", lambda title: TitleState(title.state).public_label),
        Column("依据", "ended_article"),
        Column("决定文号", "ended_decision"),
        Column("终止日期", lambda title: timezone.localdate(title.ended_at)),
        Column("名额号", "slot.number"),
    )


class StationPage(DetailPage):
    """A station as the public sees it: no name of a person, counts only."""

    public = True
    template_name = "stations/station_page.html"
    query = staticmethod(queries.public_stations)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        claimed = {ability.kind for ability in self.object.abilities.all()}
        kinds = measures.load(settings.MEASURE).service_kinds
        return {
            **super().context(),
            "titles": self.object.known_titles,
            "kinds": [kind for kind in kinds if kind.code in claimed],
            "preview": not self.object.known_titles,
            "people": f"{self.object.team_count} 人，其中专业人员 {self.object.specialist_count} 名",
        }


class CertificateCheck(Page):
    """A number is typed; the answer has an address of its own, the one that the QR code leads to."""

    title = "证书查验"
    public = True
    template_name = "stations/certificate_check.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "number" not in request.GET:
            return self.show(form=CertificateCheckForm())
        form = CertificateCheckForm(request.GET)
        if not form.is_valid():
            return self.show(form=form, status=422)
        found = queries.find_number(form.cleaned_data["number"])
        if found is None:
            return self.show(form=form, unknown=form.cleaned_data["number"], status=404)
        title, certificate = found
        return redirect("stations:certificate_page", number=(certificate or title).number)


class CertificatePage(Page):
    """Whether the title behind a number holds today; if not, since when and by which article."""

    public = True
    template_name = "stations/certificate_page.html"

    def get(self, request: HttpRequest, *args: Any, number: str, **kwargs: Any) -> HttpResponse:
        found = queries.find_number(number)
        if found is None:
            form = CertificateCheckForm({"number": number})
            self.template_name = CertificateCheck.template_name  # type: ignore[misc]
            return self.show(form=form, unknown=number, status=404, title=CertificateCheck.title)
        title, certificate = found
        response = self.show(
            held=title,
            certificate=certificate,
            station=title.station,
            now=timezone.now(),
            title_name=measures.load(settings.MEASURE).title.name,
        )
        response["Cache-Control"] = "no-cache"  # a title may end at any moment
        return response

    def get_title(self) -> str:
        return f"证书查验 {self.kwargs['number']}"
