"""Accounts, batches of payments, receipts of the bank, and the books."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from accounts.exports import XLSX, Column, attachment, xlsx_bytes
from accounts.forms import LongReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from funding.actions import account as writing
from funding.actions import batch as actions
from funding.actions import receipt as receipts
from funding.forms.payment import AccountForm, BatchForm, PurposeForm, ReceiptForm, ReceiptTableForm, VoucherForm
from funding.queries.payment import (
    account_of,
    batches_visible_to,
    items_of,
    items_visible_to,
    organisations_owned_by,
)
from funding.views.budget import READERS
from ledger.errors import Refused
from ledger.journal import history_of

# The paper for the finance office: (payment, payee in the open)
PAPER = (
    Column("支付编号", lambda pair: pair[0].number),
    Column("收款单位", lambda pair: pair[0].grant.organisation.name),
    Column("户名", lambda pair: pair[1].holder),
    Column("开户银行", lambda pair: pair[1].bank),
    Column("账号", lambda pair: pair[1].number),
    Column("金额", lambda pair: pair[0].amount),
    Column("用途", lambda pair: f"质量服务站资金支持（{pair[0].grant.entitlement.scheme.name}）"),
    Column("付款日期", lambda pair: ""),
    Column("银行流水号", lambda pair: ""),
)


class AccountWrite(ActPage):
    """The owner enters the account; what is known already is shown masked, and never filled in."""

    title = "填写收款账户"
    template_name = "funding/account_write.html"
    query = staticmethod(organisations_owned_by)
    permission = "funding.write_account"
    form_class = AccountForm
    button = "保存"
    success = "收款账户已保存，此后只显示末四位。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"holder": self.object.name}}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "known": account_of(self.object)}

    def act(self, **data: Any) -> Any:
        return writing.write_account(self.object, actor=self.request.user, **data)


class BatchList(ListPage):
    title = "支付批次"
    roles = READERS
    template_name = "funding/batch_list.html"
    query = staticmethod(batches_visible_to)
    search_fields = ("number",)
    search = "批次号"
    sorts = {"made": ("made_at",), "total": ("total",)}
    sort = "-made"
    columns = (
        Column("批次号", "number"),
        Column("笔数", "count"),
        Column("金额（元）", "total"),
        Column("已登记回单", "paid"),
        Column("生成人", "made_by"),
        Column("生成时间", "made_at"),
    )


class BatchMake(ActPage):
    title = "生成支付批次"
    roles = {Role.FINANCE}
    template_name = "funding/batch_make.html"
    form_class = BatchForm
    success = "支付批次已生成，可以导出付款清单。"

    def get_object(self) -> Any:
        return ""

    def act(self, grants: Any) -> Any:
        return actions.make_batch(list(grants), actor=self.request.user)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class BatchDetail(DetailPage):
    roles = READERS
    template_name = "funding/batch_detail.html"
    query = staticmethod(batches_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        items = list(items_of(self.object))
        return {
            **super().context(),
            "items": items,
            "may_pay": self.request.user.has_perm("funding.pay_grant"),
            "unpaid": sum(not item.dropped_at and not hasattr(item, "receipt") for item in items),
            "to_reconcile": sum(not item.dropped_at and item.grant.state == "paid" for item in items),
            "history": history_of(self.object),
        }


class BatchAct(ActPage):
    query = staticmethod(batches_visible_to)
    permission = "funding.pay_grant"


class BatchReveal(BatchAct):
    """Shows the accounts once, on the answer to the post, and nowhere else."""

    title = "查看收款账户"
    permission = "funding.reveal_account"
    template_name = "funding/batch_reveal.html"
    form_class = PurposeForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        try:
            seen = actions.reveal_accounts(self.object, actor=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
            return self.refuse(form, 422, refusal.code)
        response = self.show(form=form, payees=seen)
        add_never_cache_headers(response)
        return response


class BatchExport(BatchReveal):
    """The list for the finance office, whose accounts are in the open: asked for by post, and journalled as a look."""

    title = "导出付款清单"
    template_name = "funding/batch_export.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        seen = actions.reveal_accounts(self.object, actor=request.user, act="export", **form.cleaned_data)
        content = xlsx_bytes(PAPER, seen, title=f"付款清单{self.object.number}")
        return attachment(HttpResponse(content, content_type=XLSX), f"付款清单-{self.object.number}.xlsx")


class ReceiptImport(BatchAct):
    title = "导入银行回单"
    template_name = "funding/receipt_import.html"
    form_class = ReceiptTableForm
    button = "导入"
    success = "银行回单已全部登记。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"batch": self.object, "judge": receipts.problems_of}

    def act(self, table: Any) -> Any:
        return receipts.import_receipts(self.object, table, actor=self.request.user)


class BatchReconcile(BatchAct):
    title = "对账"
    form_class = VoucherForm
    question = "本批次里已登记回单的各笔一并对账，记入同一张记账凭证。"
    button = "对账"
    success = "已对账。"

    def act(self, **data: Any) -> Any:
        return receipts.reconcile_batch(self.object, actor=self.request.user, **data)


class ItemAct(ActPage):
    query = staticmethod(items_visible_to)
    permission = "funding.pay_grant"

    def get_success_url(self) -> str:
        return self.object.batch.get_absolute_url()


class ReceiptRecord(ItemAct):
    title = "登记银行回单"
    template_name = "funding/receipt_record.html"
    form_class = ReceiptForm
    button = "登记"
    success = "银行回单已登记。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"paid_on": timezone.localdate()}}

    def act(self, **data: Any) -> Any:
        return receipts.record_receipt(self.object, actor=self.request.user, **data)


class ItemDrop(ItemAct):
    title = "移出支付批次"
    template_name = "funding/receipt_record.html"
    form_class = LongReasonForm
    danger = True
    question = "例如银行退回。移出以后，这笔资金可以重新列入支付批次，或者取消。"
    success = "已移出支付批次。"

    def act(self, **data: Any) -> Any:
        return actions.drop_item(self.object, actor=self.request.user, **data)
