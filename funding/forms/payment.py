"""What is typed and uploaded about payments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from accounts.fields import DateInput
from funding.forms.money import yuan
from funding.models import PaymentBatch
from funding.queries.payment import grants_to_pay, payable
from funding.receipts import MAX_ROWS, ReceiptRow, read_receipts
from ledger.errors import Refused
from ledger.uploads import check_upload

MAX_BYTES = 5 * 1024 * 1024


class AccountForm(forms.Form):
    holder = forms.CharField(label="户名", max_length=100, help_text="应与单位名称一致。")
    bank = forms.CharField(label="开户银行", max_length=100, help_text="全称，具体到支行。")
    number = forms.CharField(
        label="账号",
        max_length=48,
        help_text="8 至 32 位数字，可以带空格。保存后只显示末四位。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}),
    )


class BatchForm(forms.Form):
    """Which of the approved grants are paid together: those that can be are ticked already."""

    grants = forms.ModelMultipleChoiceField(queryset=None, widget=forms.CheckboxSelectMultiple, label="资金支持")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = grants_to_pay()
        self.fields["grants"].queryset = rows
        self.fields["grants"].error_messages["required"] = "请至少选择一笔已批准的资金。"
        self.rows = list(rows)
        self.ticked = set(self.data.getlist("grants")) if self.is_bound else {str(r.pk) for r in rows if payable(r)}


class PurposeForm(forms.Form):
    reason = forms.CharField(label="用途", max_length=200, help_text="例如：向财务室提交付款清单。记入台账。")


class ReceiptForm(forms.Form):
    amount = yuan("金额（元）")
    paid_on = forms.DateField(label="付款日期", widget=DateInput())
    reference = forms.CharField(label="银行流水号", max_length=60)


class VoucherForm(forms.Form):
    voucher = forms.CharField(label="记账凭证号", max_length=60)


class ReceiptTableForm(forms.Form):
    """A table of receipts; every bad row is told, and nothing is taken while there is one."""

    table = forms.FileField(
        label="银行回单清单",
        allow_empty_file=True,
        help_text=f"Excel（.xlsx）或 CSV，最多 {MAX_ROWS} 行；表头须有：支付编号、金额、付款日期、银行流水号。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, *args: Any, batch: PaymentBatch, judge: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch, self.judge = batch, judge

    def clean_table(self) -> list[ReceiptRow]:
        upload = self.cleaned_data["table"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError("文件超过 5 MB，请只保留回单一张表后重新上传。")
        content = upload.read()
        try:
            if not upload.name.lower().endswith(".csv"):
                check_upload(upload.name, content, ("xlsx",))
            rows, problems = read_receipts(upload.name, content)
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        problems = sorted([*problems, *self.judge(self.batch, rows, timezone.now())], key=lambda one: one.line)
        if problems:
            raise forms.ValidationError([str(problem) for problem in problems])
        return rows
