"""Webhook endpoints and the delivery log, for the system administrator."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage, SlicePaginator
from accounts.states import Role
from integration.actions import delivery, webhook
from integration.forms.webhook import (
    DeliveryFilter,
    DisableForm,
    EndpointFilter,
    EndpointForm,
    NewEndpointForm,
    RotateForm,
)
from integration.queries.webhook import attempts_on, deliveries_visible_to, endpoints_visible_to
from integration.signing import message
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.moves import may

ADMIN = {Role.SYSTEM_ADMIN}
LATEST = 10


class WebhookList(ListPage):
    title = "事件推送"
    roles = ADMIN
    template_name = "integration/webhook/list.html"
    query = staticmethod(endpoints_visible_to)
    filterset_class = EndpointFilter
    search_fields = ("url", "client__name")
    search = "地址或接口客户端"
    sorts = {"client": ("client__name",), "waiting": ("waiting",), "dead": ("dead",), "time": ("registered_at",)}
    sort = "client"
    columns = (
        Column("接口客户端", "client.name"),
        Column("地址", "url"),
        Column("推送的事件", lambda row: "、".join(row.kind_labels)),
        Column("状态", "get_state_display"),
        Column("等待推送", "waiting"),
        Column("未送达", "dead"),
        Column("登记时间", "registered_at"),
    )


class WebhookDetail(DetailPage):
    title = "推送地址"
    template_name = "integration/webhook/detail.html"
    query = staticmethod(endpoints_visible_to)

    def context(self) -> dict[str, Any]:
        user, row = self.request.user, self.object
        return {
            **super().context(),
            "latest": deliveries_visible_to(user).filter(endpoint=row)[:LATEST],
            "changing": bool(row.earlier_until and timezone.now() < row.earlier_until),
            "may": {name: may(user, row, name) for name in row.MOVES},
            "history": history_of(row),
        }


class SecretPage(ActPage):
    """An act whose answer shows a new signing secret, this once."""

    def make(self, **data: Any) -> tuple[Any, str]:
        """(endpoint, secret)."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        try:
            self.object, secret = self.make(**form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return self.refuse(form, 422, refusal.code)
        return self.show_secret(secret)

    def show_secret(self, secret: str) -> HttpResponse:
        self.template_name = "integration/webhook/secret.html"
        response = self.show(secret=secret)
        response["Cache-Control"] = "no-store"
        return response


class WebhookCreate(SecretPage):
    title = "登记推送地址"
    roles = ADMIN
    template_name = "integration/webhook/form.html"
    form_class = NewEndpointForm

    def get_object(self) -> Any:
        return None

    def make(self, **data: Any) -> tuple[Any, str]:
        return webhook.register_endpoint(data.pop("client"), actor=self.request.user, **data)


class WebhookEdit(ActPage):
    title = "修改推送地址"
    permission = "integration.manage_webhook"
    query = staticmethod(endpoints_visible_to)
    template_name = "integration/webhook/form.html"
    form_class = EndpointForm
    success = "已修改。还没有发出的推送会发到新地址。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"url": self.object.url, "kinds": self.object.kinds}}

    def act(self, **data: Any) -> Any:
        return webhook.update_endpoint(self.object, actor=self.request.user, **data)


class WebhookRotate(SecretPage):
    title = "更换签名密钥"
    permission = "integration.manage_webhook"
    query = staticmethod(endpoints_visible_to)
    form_class = RotateForm
    question = "更换后 24 小时内，每条推送同时带新、旧两个签名，接收方在这段时间内换用新密钥即可，不会漏收。"

    def make(self, **data: Any) -> tuple[Any, str]:
        return self.object, webhook.rotate_webhook_secret(self.object, actor=self.request.user, **data)


class WebhookDisable(ActPage):
    title = "停用推送地址"
    permission = "integration.manage_webhook"
    query = staticmethod(endpoints_visible_to)
    form_class = DisableForm
    question = (
        "停用后不再向这个地址发送任何内容。已排队的保留，恢复以后继续；停用期间发生的事件不补推，接收方可从事件流读取。"
    )
    danger = True
    success = "已停用。"

    def act(self, **data: Any) -> Any:
        return webhook.disable_endpoint(self.object, actor=self.request.user, **data)


class WebhookEnable(ActPage):
    title = "恢复推送地址"
    permission = "integration.manage_webhook"
    query = staticmethod(endpoints_visible_to)
    question = "恢复后继续发送已排队的推送，并推送从现在起发生的事件。停用期间发生的事件，接收方可从事件流读取。"
    success = "已恢复。"

    def act(self, **data: Any) -> Any:
        return webhook.enable_endpoint(self.object, actor=self.request.user)


class WebhookReplay(ActPage):
    title = "重新推送全部未送达"
    permission = "integration.manage_webhook"
    query = staticmethod(endpoints_visible_to)
    question = "这个地址所有未送达的推送会重新排队。请先与接收方确认服务已恢复；推送编号不变，接收方可据此去重。"
    success = "已重新排队。"

    def act(self, **data: Any) -> Any:
        return delivery.replay_dead(self.object, actor=self.request.user)


# -- The delivery log  ----


class DeliveryList(ListPage):
    title = "推送记录"
    roles = ADMIN
    template_name = "integration/webhook/deliveries.html"
    query = staticmethod(deliveries_visible_to)
    filterset_class = DeliveryFilter
    paginator_class = SlicePaginator
    search_fields = ("endpoint__client__name", "endpoint__url", "event__subject_id")
    search = "接口客户端、地址或对象编号"
    sorts = {"time": ("id",), "next": ("next_at",), "attempts": ("attempts",)}
    sort = "-time"
    columns = (
        Column("事件序号", "event.seq"),
        Column("事件", "event.get_kind_display"),
        Column("接口客户端", "endpoint.client.name"),
        Column("地址", "endpoint.url"),
        Column("状态", "get_outcome_display"),
        Column("已尝试次数", "attempts"),
        Column("最近一次状态码", "last_status"),
        Column("最近一次问题", "get_last_problem_display"),
        Column("产生时间", "made_at"),
        Column("下次推送", "next_at"),
    )


class DeliveryDetail(DetailPage):
    title = "推送记录"
    template_name = "integration/webhook/delivery.html"
    query = staticmethod(deliveries_visible_to)

    def context(self) -> dict[str, Any]:
        row = self.object
        return {
            **super().context(),
            "attempts": attempts_on(row),
            "message": json.dumps(message(row.event), ensure_ascii=False, indent=2, sort_keys=True),
            "history": history_of(row),
        }


class DeliveryReplay(ActPage):
    title = "重新推送"
    permission = "integration.manage_webhook"
    query = staticmethod(deliveries_visible_to)
    question = "这条推送会立即重新排队。推送编号不变，接收方可据此去重。"
    success = "已重新排队，几秒钟内发出。"

    def act(self, **data: Any) -> Any:
        return delivery.replay_delivery(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("integration:delivery_detail", args=[self.object.pk])
