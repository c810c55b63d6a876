"""The exchange with the platform 汉检链: for the system administrator, who looks after it, and those who audit, who read."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage, Page, SlicePaginator
from accounts.states import Role
from integration.actions.hanjianlian import pull, push, reconciliation
from integration.forms.hanjianlian import (
    DiscrepancyFilter,
    DocumentFilter,
    ReceiptFilter,
    RefusedFilter,
    ServiceFilter,
)
from integration.models import Reconciliation
from integration.models.hanjianlian import KINDS
from integration.queries import hanjianlian as queries
from integration.states.hanjianlian import MENDED_BY_SENDING, PulledKind
from ledger import jobs
from ledger.journal import history_of

ADMIN = {Role.SYSTEM_ADMIN}
READERS = {Role.SYSTEM_ADMIN, Role.AUDITOR, Role.AUDIT_ADMIN}
MANAGE = "integration.manage_hanjianlian"


class Hanjianlian(Page):
    title = "汉检链对接"
    roles = READERS
    template_name = "integration/hanjianlian/overview.html"

    def context(self) -> dict[str, Any]:
        return {**super().context(), **queries.overview(), "may_manage": self.request.user.has_perm(MANAGE)}


# -- What is pushed  ----


class DocumentList(ListPage):
    title = "推送文档"
    roles = READERS
    template_name = "integration/hanjianlian/documents.html"
    query = staticmethod(queries.documents_visible_to)
    filterset_class = DocumentFilter
    paginator_class = SlicePaginator
    search_fields = ("label", "number")
    search = "名称或编号"
    sorts = {"kind": ("kind", "label"), "changed": ("arranged_at",), "confirmed": ("confirmed_at",)}
    sort = "-changed"
    columns = (
        Column("类别", "get_kind_display"),
        Column("编号", "number"),
        Column("名称", "label"),
        Column("状态", "words"),
        Column("内容指纹", "hash"),
        Column("内容产生时间", "arranged_at"),
        Column("平台确认的指纹", "confirmed_hash"),
        Column("平台确认时间", "confirmed_at"),
        Column("连续未成功次数", "attempts"),
        Column("最近一次状态码", "last_status"),
        Column("最近一次问题", "get_last_problem_display"),
        Column("下次推送", "next_at"),
    )


class DocumentDetail(DetailPage):
    title = "推送文档"
    template_name = "integration/hanjianlian/document.html"
    query = staticmethod(queries.documents_visible_to)

    def context(self) -> dict[str, Any]:
        row = self.object
        return {
            **super().context(),
            "tries": queries.tries_of(row)[:50],
            "body": json.dumps(row.body, ensure_ascii=False, indent=2, sort_keys=True),
            "history": history_of(row),
            "may_send": self.request.user.has_perm(MANAGE),
        }


class DocumentSend(ActPage):
    title = "重新推送"
    permission = MANAGE
    query = staticmethod(queries.documents_visible_to)
    question = "这份文档会立即重新推送。平台按编号和内容指纹接收，内容相同的不会重复。"
    success = "已重新排队，很快发出。"

    def act(self, **data: Any) -> Any:
        return push.send_again(self.object, actor=self.request.user)


# -- What is pulled  ----


class ReceiptList(ListPage):
    title = "存证回执"
    roles = READERS
    template_name = "integration/hanjianlian/receipts.html"
    query = staticmethod(queries.receipts_visible_to)
    filterset_class = ReceiptFilter
    search_fields = ("number", "reference", "root")
    search = "回执编号、交易编号或默克尔根"
    sorts = {"seal": ("seal_number",), "anchored": ("anchored_at",), "received": ("received_at",)}
    sort = "-seal"
    columns = (
        Column("封存序号", "seal_number"),
        Column("核对", "get_verdict_display"),
        Column("回执编号", "number"),
        Column("交易编号", "reference"),
        Column("存证时间", "anchored_at"),
        Column("取得时间", "received_at"),
        Column("平台所见的默克尔根", "root"),
        Column("本门户的默克尔根", "seal.root"),
        Column("平台所见的封存值", "hash"),
        Column("本门户的封存值", "seal.hash"),
    )


class ReceiptDetail(DetailPage):
    title = "存证回执"
    template_name = "integration/hanjianlian/receipt.html"
    query = staticmethod(queries.receipts_visible_to)


class ServiceList(ListPage):
    title = "汉检链线上内容"
    roles = READERS
    template_name = "integration/hanjianlian/services.html"
    query = staticmethod(queries.services_visible_to)
    filterset_class = ServiceFilter
    search_fields = ("title", "station__name", "station__organisation__name", "number")
    search = "标题、服务站、单位"
    sorts = {"station": ("station__name", "content"), "changed": ("changed_at",)}
    sort = "station"
    columns = (
        Column("服务站", "station.name"),
        Column("建设主体", "station.organisation.name"),
        Column("内容类别", "get_content_display"),
        Column("标题", "title"),
        Column("网址", "url"),
        Column("在线", "online"),
        Column("平台编号", "number"),
        Column("平台更新时间", "changed_at"),
        Column("取得时间", "received_at"),
    )


class RefusedList(ListPage):
    title = "不能接收的内容"
    roles = READERS
    template_name = "integration/hanjianlian/refused.html"
    query = staticmethod(queries.refused_visible_to)
    filterset_class = RefusedFilter
    search_fields = ("key", "reason")
    search = "平台编号或原因"
    sorts = {"last": ("last_at",), "first": ("first_at",), "key": ("key",)}
    sort = "-last"
    columns = (
        Column("类别", "get_kind_display"),
        Column("平台编号", "key"),
        Column("不能接收的原因", "reason"),
        Column("首次出现", "first_at"),
        Column("最近一次出现", "last_at"),
        Column("解决时间", "settled_at"),
        Column("原文", "raw"),
    )


class ActOfExchange(ActPage):
    """An act on the exchange as a whole."""

    roles = ADMIN

    def get_object(self) -> Any:
        return None

    def get_success_url(self) -> str:
        return reverse("integration:hanjianlian")


class PullAnew(ActOfExchange):
    title = "从头重新拉取"
    question = "把平台上的线上服务和存证回执从头拉取一遍。已有的不会重复，缺少的会补上。"
    success = "已开始拉取，几分钟内完成。"

    def act(self, **data: Any) -> None:
        pull.pull_anew(actor=self.request.user)


# -- Reconciliation  ----


class ReconciliationList(ListPage):
    title = "汉检链对账"
    roles = READERS
    template_name = "integration/hanjianlian/reconciliations.html"
    query = staticmethod(queries.reconciliations_visible_to)
    sorts = {"time": ("id",), "differing": ("differing",)}
    sort = "-time"
    columns = (
        Column("发起时间", "asked_at"),
        Column("发起人", lambda run: run.asked_by or "系统每天自动"),
        Column("结束时间", "finished_at"),
        Column("差异", "differing"),
        Column("未完成的原因", "get_problem_display"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "may_manage": self.request.user.has_perm(MANAGE)}


class ReconciliationAsk(ActOfExchange):
    title = "开始对账"
    question = "读取平台上的全部清单，与本门户现有的、推送过的、拉取过的逐项比对。对账只比对，不改动任何一方。"
    success = "已开始对账，完成后在本页显示。"

    def act(self, **data: Any) -> Any:
        return reconciliation.ask_for_reconciliation(actor=self.request.user)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class ReconciliationDetail(ListPage):
    """What differs, thing by thing, with what we have, what we sent and what they have."""

    roles = READERS
    template_name = "integration/hanjianlian/reconciliation.html"
    filterset_class = DiscrepancyFilter
    search_fields = ("number", "label", "note")
    search = "编号或名称"
    sorts = {"kind": ("kind", "id"), "what": ("what", "id")}
    sort = "kind"
    columns = (
        Column("类别", "get_kind_display"),
        Column("编号", "number"),
        Column("名称", "label"),
        Column("差异", "get_what_display"),
        Column("本门户的指纹", "ours"),
        Column("推送时的指纹", "sent"),
        Column("平台的指纹", "theirs"),
        Column("说明", "note"),
    )

    @cached_property
    def run(self) -> Reconciliation:
        return get_object_or_404(queries.reconciliations_visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return str(self.run)

    def rows(self) -> QuerySet:
        return queries.discrepancies_of(self.run)

    def context(self) -> dict[str, Any]:
        context, run = super().context(), self.run
        job = jobs.latest(reconciliation.KIND, run)
        latest = queries.latest_reconciliation()
        newest = latest is not None and latest.pk == run.pk
        found = set(queries.discrepancies_of(run).values_list("kind", "what").distinct())
        mendable = any(what in MENDED_BY_SENDING or kind in PulledKind.values for kind, what in found)
        may_manage = self.request.user.has_perm(MANAGE)
        return {
            **context,
            "object": run,
            "job": job,
            "busy": job is not None and job.state in jobs.BUSY,
            "newest": newest,
            "lines": [(label, run.counts[kind]) for kind, label in KINDS if kind in run.counts],
            "may_mend": may_manage and newest and run.finished and mendable,
            "may_manage": may_manage,
            "history": history_of(run),
        }


class ReconciliationMend(ActPage):
    title = "补齐差异"
    permission = MANAGE
    query = staticmethod(queries.reconciliations_visible_to)
    question = (
        "平台缺少的、内容不同的和过时的文档重新推送；本门户没有拉取到的从头重新拉取。平台多出的内容不动，请与平台核对。"
    )
    success = "已重新排队。完成后请再次对账。"

    def act(self, **data: Any) -> Any:
        return reconciliation.mend(self.object, actor=self.request.user)
