from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from funding.models.grant import Grant
from stations.models import Organisation


class BankAccount(models.Model):
    """收款账户 of an organisation, sealed but for the last four digits. Never changed: a change is a new row, so that a
    batch keeps the account that it was made with."""

    ACTS = {"write": "填写收款账户"}

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="bank_accounts", verbose_name="单位"
    )
    # Fernet tokens
    holder_sealed = models.TextField()
    bank_sealed = models.TextField()
    number_sealed = models.TextField()
    tail = models.CharField("账号末四位", max_length=4)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="填写人"
    )
    written_at = models.DateTimeField("填写时间")

    class Meta:
        verbose_name = verbose_name_plural = "收款账户"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.organisation} 账户 {self.masked}"

    @property
    def masked(self) -> str:
        """As everybody sees it."""
        return f"****{self.tail}"


class PaymentBatch(models.Model):
    """支付批次: grants handed to the finance office together. Accounts and amounts stay as they were when it was made."""

    ACTS = {
        "make": "生成支付批次",
        "reveal": "查看收款账户",
        "export": "导出支付清单",
        "drop": "移出支付批次",
        "import": "导入银行回单",
    }

    number = models.CharField("批次号", max_length=20, unique=True)
    year = models.PositiveSmallIntegerField("预算年度")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="生成人"
    )
    made_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = verbose_name_plural = "支付批次"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"支付批次 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("funding:batch_detail", args=[self.pk])


class PaymentItem(models.Model):
    """One payment of a batch. It may be dropped, where the bank sent the money back; nothing else of it changes."""

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="items", verbose_name="批次")
    number = models.CharField("支付编号", max_length=24, unique=True)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="payments", verbose_name="资金支持")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+", verbose_name="收款账户")
    amount = models.PositiveIntegerField("金额（元）")
    dropped_at = models.DateTimeField("移出时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "支付明细"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant"], condition=Q(dropped_at__isnull=True), name="a_grant_is_in_one_batch_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.number


class BankReceipt(models.Model):
    """银行回单: the bank paid an item on that day. One per item, hence paid once; never changed."""

    item = models.OneToOneField(PaymentItem, on_delete=models.PROTECT, related_name="receipt", verbose_name="支付明细")
    amount = models.PositiveIntegerField("金额（元）")
    paid_on = models.DateField("付款日期")
    reference = models.CharField("银行流水号", max_length=60, unique=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "银行回单"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.reference
