from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from integration.states.hanjianlian import (
    FAULTS,
    VERDICT_TONES,
    Difference,
    DocumentKind,
    PulledKind,
    SendOutcome,
    Verdict,
)
from ledger.models import Seal

KINDS = [*DocumentKind.choices, *PulledKind.choices]


class SentDocument(models.Model):
    """推送文档: one station, certificate or seal as the platform is to have it, and what it has confirmed."""

    ACTS = {"send_again": "重新推送"}

    kind = models.CharField("类别", max_length=20, choices=DocumentKind)
    number = models.CharField("编号", max_length=60)
    label = models.CharField("名称", max_length=120)
    body = models.JSONField("内容")
    hash = models.CharField("内容指纹", max_length=64)
    arranged_at = models.DateTimeField("内容产生时间")
    outcome = models.CharField("状态", max_length=20, choices=SendOutcome, default=SendOutcome.WAITING)
    confirmed_hash = models.CharField("平台确认的指纹", max_length=64, blank=True)
    confirmed_at = models.DateTimeField("平台确认时间", null=True)
    attempts = models.PositiveIntegerField("连续未成功次数", default=0)
    next_at = models.DateTimeField("下次推送", null=True)
    last_at = models.DateTimeField("最近一次推送", null=True)
    last_status = models.PositiveSmallIntegerField("最近一次状态码", null=True)
    last_problem = models.CharField("最近一次问题", max_length=20, choices=FAULTS, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送文档"
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="a_document_of_a_number_goes_out_once"),
            models.CheckConstraint(condition=Q(kind__in=DocumentKind.values), name="sent_document_kind_known"),
            models.CheckConstraint(
                condition=Q(
                    outcome=SendOutcome.CONFIRMED,
                    confirmed_hash=F("hash"),
                    confirmed_at__isnull=False,
                    next_at__isnull=True,
                )
                | Q(outcome=SendOutcome.WAITING, next_at__isnull=False),
                name="a_document_is_confirmed_as_it_is_or_waits",
            ),
        ]
        indexes = [
            # what is due: asked every minute
            models.Index(fields=["next_at"], condition=Q(outcome=SendOutcome.WAITING), name="sent_document_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("integration:hanjianlian_document", args=[self.pk])

    @property
    def failing(self) -> bool:
        return self.outcome == SendOutcome.WAITING and self.attempts > 0

    @property
    def tone(self) -> str:
        return "bad" if self.failing else "info" if self.outcome == SendOutcome.WAITING else "good"

    @property
    def words(self) -> str:
        """The state in words."""
        return f"未成功 {self.attempts} 次，将再试" if self.failing else str(SendOutcome(self.outcome).label)


class SendAttempt(models.Model):
    """One try to push a document, and what came of it. Never changed (trigger)."""

    document = models.ForeignKey(SentDocument, on_delete=models.PROTECT, related_name="tries")
    hash = models.CharField("内容指纹", max_length=64)
    at = models.DateTimeField("时间")
    milliseconds = models.PositiveIntegerField("用时（毫秒）")
    status = models.PositiveSmallIntegerField("状态码", null=True)
    problem = models.CharField("问题", max_length=20, choices=FAULTS, blank=True)
    excerpt = models.CharField("答复摘录", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "向汉检链的推送"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.document_id} {self.status or self.problem}"


class AnchorReceipt(models.Model):
    """存证回执: the platform says that it has anchored a seal of ours, as it saw it. Never changed (trigger); the database
    holds the verdict against the seal (trigger).

    No journal row: the journal is sealed, and each seal would bring a receipt, and so on for ever."""

    number = models.CharField("回执编号", max_length=64, unique=True)
    seal_number = models.PositiveIntegerField("封存序号")
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, null=True, related_name="receipts", verbose_name="封存")
    root = models.CharField("平台所见的默克尔根", max_length=64)
    hash = models.CharField("平台所见的封存值", max_length=64, blank=True)
    reference = models.CharField("交易编号", max_length=200)
    anchored_at = models.DateTimeField("存证时间")
    received_at = models.DateTimeField("取得时间")
    verdict = models.CharField("核对", max_length=20, choices=Verdict)
    raw = models.TextField("回执原文")

    class Meta:
        verbose_name = verbose_name_plural = "存证回执"
        ordering = ["-seal_number", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict=Verdict.NO_SUCH_SEAL, seal__isnull=True)
                | Q(verdict__in=[Verdict.MATCHES, Verdict.DIFFERS], seal__isnull=False),
                name="a_receipt_without_a_seal_says_so",
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.seal_number} 号封存的存证回执"

    def get_absolute_url(self) -> str:
        return reverse("integration:hanjianlian_receipt", args=[self.pk])

    @property
    def tone(self) -> str:
        return VERDICT_TONES[Verdict(self.verdict)]


class RefusedItem(models.Model):
    """退回内容: what the platform told and we could not take, with the reason; judged again at each pull, and settled when
    it can be taken."""

    kind = models.CharField("类别", max_length=20, choices=PulledKind)
    key = models.CharField("平台编号", max_length=64)
    reason = models.CharField("不能接收的原因", max_length=300)
    raw = models.TextField("原文", blank=True)
    first_at = models.DateTimeField("首次出现")
    last_at = models.DateTimeField("最近一次出现")
    settled_at = models.DateTimeField("解决时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "退回内容"
        ordering = ["-last_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="what_was_refused_is_kept_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"


class PullState(models.Model):
    """拉取进度: how far each kind has been pulled, and when the next turn is."""

    ACTS = {"pull_anew": "从头重新拉取"}

    kind = models.CharField("类别", max_length=20, choices=PulledKind, unique=True)
    since = models.DateTimeField("已拉取到", null=True)  # by the platform's clock
    next_at = models.DateTimeField("下次拉取")
    failures = models.PositiveIntegerField("连续未成功次数", default=0)
    last_at = models.DateTimeField("最近一次拉取", null=True)
    done_at = models.DateTimeField("最近一次成功", null=True)
    taken = models.PositiveIntegerField("接收", default=0)  # of the last turn that succeeded
    refused = models.PositiveIntegerField("退回", default=0)
    last_status = models.PositiveSmallIntegerField("最近一次状态码", null=True)
    last_problem = models.CharField("最近一次问题", max_length=20, choices=FAULTS, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "拉取进度"
        ordering = ["kind"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PulledKind.values), name="pulled_kind_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Reconciliation(models.Model):
    """对账: everything that we sent and pulled, held against everything that the platform has, at one time."""

    ACTS = {"ask": "发起对账", "send_differing": "重新推送对账差异"}

    asked_at = models.DateTimeField("发起时间")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发起人"
    )
    finished = models.BooleanField("已结束", default=False)
    finished_at = models.DateTimeField("结束时间", null=True)
    problem = models.CharField("未完成的原因", max_length=20, choices=FAULTS, blank=True)
    differing = models.PositiveIntegerField("差异", default=0)
    # {kind: {"ours": n, "sent": n, "theirs": n, "same": n}}
    counts = models.JSONField("数量", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "对账"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["finished"], condition=Q(finished=False), name="one_reconciliation_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(finished=False, finished_at__isnull=True) | Q(finished=True, finished_at__isnull=False),
                name="a_finished_reconciliation_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.pk} 次对账"

    def get_absolute_url(self) -> str:
        return reverse("integration:hanjianlian_reconciliation", args=[self.pk])


class Discrepancy(models.Model):
    """对账差异: one thing that is not the same here and there. Never changed (trigger)."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="discrepancies")
    kind = models.CharField("类别", max_length=20, choices=KINDS)
    number = models.CharField("编号", max_length=64)
    label = models.CharField("名称", max_length=200, blank=True)
    what = models.CharField("差异", max_length=20, choices=Difference)
    ours = models.CharField("本门户的指纹", max_length=64, blank=True)
    sent = models.CharField("推送时的指纹", max_length=64, blank=True)
    theirs = models.CharField("平台的指纹", max_length=64, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "对账差异"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "kind", "number"], name="a_thing_differs_once_in_a_run")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
