from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage, Page
from ledger.errors import Refused
from ledger.journal import history_of
from stations import actions, credit_code, queries
from stations.forms import OrganisationForm


class FreshVersion:
    """For a form with a version: who was too late keeps what was typed, and may save it over the other's."""

    def refuse(self, form: BaseForm, status: int, code: str = "invalid") -> HttpResponse:
        if code == "stale":
            self.object.refresh_from_db()  # type: ignore[attr-defined]
            form.data = form.data.copy()
            form.data["version"] = str(self.object.version)  # type: ignore[attr-defined]
        return super().refuse(form, status, code)  # type: ignore[misc]


class OrganisationList(ListPage):
    title = "我的单位"
    template_name = "stations/organisation_list.html"
    query = staticmethod(queries.my_organisations)
    search_fields = ("name", "credit_code")
    sorts = {"name": ("name",), "stations": ("station_count",)}
    sort = "name"
    columns = (
        Column("单位名称", "name"),
        Column("统一社会信用代码", "credit_code"),
        Column("单位类型", "get_kind_display"),
        Column("注册地", "district.name"),
        Column("服务站数", "station_count"),
    )


class OrganisationDetail(DetailPage):
    template_name = "stations/organisation_detail.html"
    query = staticmethod(queries.organisations_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        organisation = self.object
        return {
            **super().context(),
            "stations": organisation.stations.select_related("district").order_by("name"),
            "caution": credit_code.caution(organisation.credit_code),
            "may_write": self.request.user.has_perm("stations.write_organisation", organisation),
            "journal": history_of(organisation)[:20],
        }


class OrganisationRegister(ActPage):
    title = "登记单位"
    template_name = "stations/organisation_form.html"
    form_class = OrganisationForm
    button = "登记"
    success = "单位已登记，您是本单位的管理员。接下来请建立服务站。"

    def get_object(self) -> None:
        return None

    def act(self, version: int | None, **data: Any) -> Any:
        return actions.register_organisation(actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class OrganisationEdit(FreshVersion, ActPage):
    title = "修改单位信息"
    template_name = "stations/organisation_form.html"
    query = staticmethod(queries.organisations_visible_to)
    permission = "stations.write_organisation"
    form_class = OrganisationForm
    button = "保存"
    success = "单位信息已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.object, "initial": {"version": self.object.version}}

    def act(self, version: int | None, **data: Any) -> Any:
        return actions.update_organisation(self.object, actor=self.request.user, seen=version, **data)


class CreditCodeHint(Page):
    """What is to be said of a code while it is being typed: a fragment for htmx."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = request.GET.get("credit_code", "")[:100]
        context: dict[str, str] = {}
        if credit_code.normalise(typed):
            try:
                code = credit_code.validate(typed)
                context = {"said": credit_code.describe(code), "caution": credit_code.caution(code)}
            except Refused as refusal:
                context = {"wrong": refusal.message}
        return render(request, "stations/credit_code_hint.html", context)
