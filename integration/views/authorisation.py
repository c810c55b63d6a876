"""Which platforms may read and write for one's stations: given and taken back by the organisation's owner."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from integration.actions import client as actions
from integration.forms.client import AuthorisationFilter, AuthoriseForm
from integration.models import ApiClient
from integration.queries.client import authorisations_visible_to, clients_to_authorise, with_leave_to_give
from integration.states.client import Scope
from stations.queries import my_stations


class AuthorisationList(ListPage):
    title = "接口授权"
    template_name = "integration/authorisation/list.html"
    query = staticmethod(authorisations_visible_to)
    filterset_class = AuthorisationFilter
    search_fields = ("station__name", "client__name", "client__operator")
    search = "服务站、平台、运营单位"
    sorts = {"given": ("given_at",), "station": ("station__name",), "client": ("client__name",)}
    sort = "-given"
    columns = (
        Column("服务站", "station.name"),
        Column("平台", "client.name"),
        Column("运营单位", "client.operator"),
        Column("权限范围", lambda row: "、".join(row.scope_labels)),
        Column("状态", "get_state_display"),
        Column("授权时间", "given_at"),
        Column("授权人", "given_by"),
        Column("撤回时间", "withdrawn_at"),
    )

    def context(self) -> dict[str, Any]:
        owned = with_leave_to_give(self.request.user)
        return {**super().context(), "owned": owned, "owned_pks": {station.pk for station in owned}}


class AuthorisationChoose(DetailPage):
    """Platforms that the station may let in, and what each is for."""

    title = "授权平台"
    template_name = "integration/authorisation/choose.html"
    query = staticmethod(my_stations)
    permission = "integration.authorise_client"

    def context(self) -> dict[str, Any]:
        clients = list(clients_to_authorise(self.object))
        shown = [(client, [Scope(scope).label for scope in client.scopes]) for client in clients]
        return {**super().context(), "clients": shown}


class AuthorisationGive(ActPage):
    title = "确认授权"
    template_name = "integration/authorisation/give.html"
    query = staticmethod(my_stations)
    permission = "integration.authorise_client"
    form_class = AuthoriseForm
    button = "授权"
    success = "已授权。需要时可以随时撤回。"
    client: ApiClient

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            station = my_stations(request.user).filter(pk=kwargs["pk"]).first()
            found = clients_to_authorise(station).filter(pk=kwargs["client"]).first() if station else None
            if found is None:
                raise Http404
            self.client = found
        return super().dispatch(request, *args, **kwargs)

    def form_kwargs(self) -> dict[str, Any]:
        return {"offered": self.client.scopes}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "client": self.client}

    def act(self, **data: Any) -> Any:
        return actions.authorise_client(self.object, self.client, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return reverse("integration:authorisation_list")


class AuthorisationWithdraw(ActPage):
    title = "撤回接口授权"
    query = staticmethod(authorisations_visible_to)
    permission = "integration.authorise_client"
    question = "撤回后，该平台立即不能读取和写入这个服务站的数据。已经写入的记录保留。"
    button = "撤回授权"
    danger = True
    success = "已撤回授权。"

    def act(self, **data: Any) -> Any:
        return actions.withdraw_authorisation(self.object, actor=self.request.user)
