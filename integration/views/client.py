"""Machine clients as the system administrator keeps them. A secret is shown on the page that answers, and never again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.exports import Column
from accounts.once import answered, first_time, key_of, remember
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from integration.actions import client as actions
from integration.forms.client import ClientFilter, ClientForm, DisableForm
from integration.models import ApiClient
from integration.queries.client import clients_visible_to, leaves_of
from integration.states.client import Scope
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.moves import may

FIELDS = ("name", "operator", "contact", "purpose", "scopes")


def scope_labels(client: ApiClient) -> str:
    return "、".join(Scope(scope).label for scope in client.scopes)


class ClientList(ListPage):
    title = "接口客户端"
    roles = {Role.SYSTEM_ADMIN}
    template_name = "integration/client/list.html"
    query = staticmethod(clients_visible_to)
    filterset_class = ClientFilter
    search_fields = ("name", "operator", "client_id")
    search = "名称、运营单位、客户端编号"
    sorts = {"name": ("name",), "registered": ("created",), "stations": ("stations",)}
    sort = "name"
    columns = (
        Column("名称", "name"),
        Column("运营单位", "operator"),
        Column("客户端编号", "client_id"),
        Column("权限范围", scope_labels),
        Column("授权的服务站", "stations"),
        Column("状态", "get_state_display"),
        Column("登记时间", "created"),
    )


class ClientDetail(DetailPage):
    template_name = "integration/client/detail.html"
    query = staticmethod(clients_visible_to)

    def get_title(self) -> str:
        return self.object.name

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "scopes": [Scope(scope) for scope in self.object.scopes],
            "leaves": leaves_of(self.object),
            "may_disable": may(self.request.user, self.object, "disable"),
            "may_enable": may(self.request.user, self.object, "enable"),
            "history": history_of(self.object),
        }


class SecretPage(ActPage):
    """An act whose answer is a secret. Posted twice, it acts once, and the secret is not told a second time."""

    template_name = "integration/client/secret.html"
    permission = "integration.manage_client"

    def make(self, **data: Any) -> tuple[ApiClient, str]:
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        key = key_of(request)
        try:
            with transaction.atomic():
                if not first_time(key, request):
                    return self.go_to(answered(key, request) or reverse("integration:client_list"))
                client, secret = self.make(**form.cleaned_data)
                remember(key, client.get_absolute_url())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return self.refuse(form, 422, refusal.code)
        self.object = client
        response = self.show(form=form, secret=secret)
        response["Cache-Control"] = "no-store"
        return response


class ClientRegister(SecretPage):
    title = "登记接口客户端"
    roles = {Role.SYSTEM_ADMIN}
    permission = ""
    form_class = ClientForm
    button = "登记"

    def get_object(self) -> ApiClient:
        return ApiClient()

    def make(self, **data: Any) -> tuple[ApiClient, str]:
        return actions.register_client(actor=self.request.user, **data)


class ClientRotate(SecretPage):
    title = "更换密钥"
    query = staticmethod(clients_visible_to)
    question = "原来的密钥和已发出的令牌立即失效，平台换上新密钥之前不能调用接口。请先与对方约好时间。"
    button = "更换密钥"
    danger = True

    def make(self, **data: Any) -> tuple[ApiClient, str]:
        return self.object, actions.rotate_secret(self.object, actor=self.request.user)


class ClientEdit(ActPage):
    title = "修改接口客户端"
    query = staticmethod(clients_visible_to)
    permission = "integration.manage_client"
    form_class = ClientForm
    button = "保存"
    success = "已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {name: getattr(self.object, name) for name in FIELDS}}

    def act(self, **data: Any) -> Any:
        return actions.update_client(self.object, actor=self.request.user, **data)


class ClientDisable(ActPage):
    title = "停用接口客户端"
    query = staticmethod(clients_visible_to)
    permission = "integration.manage_client"
    form_class = DisableForm
    question = "停用后立即不能调用接口，已发出的令牌全部失效。服务站的授权保留，恢复后继续有效。"
    button = "停用"
    danger = True
    success = "已停用。"

    def act(self, **data: Any) -> Any:
        return actions.disable_client(self.object, actor=self.request.user, **data)


class ClientEnable(ActPage):
    title = "恢复接口客户端"
    query = staticmethod(clients_visible_to)
    permission = "integration.manage_client"
    question = "恢复后，平台可以用原来的密钥重新取得令牌。密钥泄露过的，请恢复后马上更换密钥。"
    button = "恢复"
    success = "已恢复。"

    def act(self, **data: Any) -> Any:
        return actions.enable_client(self.object, actor=self.request.user)
