import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from ledger.contacts import SealedContact
from ledger.models import StoredFile
from stations.models import Station
from supervision.states.complaint import (
    COMPLAINT_MOVES,
    COMPLAINT_UNDER_WAY,
    STATEMENT_MOVES,
    ComplaintState,
    Finding,
    StatementState,
)


class Complaint(models.Model):
    """投诉 about a station by anyone, without an account. Followed by a random number; the complainant's identity is
    apart."""

    MOVES = COMPLAINT_MOVES
    ACTS = {"receive": "提出投诉", "reveal": "查看投诉人身份", "remind": "提醒办理期限", "date": "确定受理期限"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="complaints", verbose_name="服务站")
    number = models.UUIDField("查询号", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=20, choices=ComplaintState, default=ComplaintState.RECEIVED)
    statement = models.TextField("投诉内容", max_length=5000)
    happened_on = models.DateField("发生日期", null=True, blank=True)
    evidence = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="证据材料")
    received_at = models.DateTimeField("收到时间")
    # Two periods of the year plan in working days, each with its counting (measures.periods); empty while not decided
    receipt_due_at = models.DateTimeField("受理期限", null=True, blank=True)
    receipt_deadline = models.JSONField(default=dict, blank=True)
    answer_due_at = models.DateTimeField("答复期限", null=True, blank=True)
    answer_deadline = models.JSONField(default=dict, blank=True)
    investigator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核查人",
    )
    finding = models.CharField("核查结论", max_length=10, choices=Finding, blank=True)
    finding_text = models.TextField("核查情况", max_length=5000, blank=True)
    answer = models.TextField("答复内容", max_length=5000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "投诉"
        ordering = ["received_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ComplaintState.values), name="complaint_state_known"),
            models.CheckConstraint(condition=Q(finding__in=["", *Finding.values]), name="complaint_finding_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["concluded", "answered"]) | (~Q(finding="") & ~Q(finding_text="")),
                name="a_concluded_complaint_has_a_finding",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["not_accepted", "answered"]) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="an_answered_complaint_has_its_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["investigating", "concluded", "answered"]) | Q(investigator__isnull=False),
                name="an_investigated_complaint_has_an_investigator",
            ),
        ]

    def __str__(self) -> str:
        return f"对{self.station}的投诉"

    def get_absolute_url(self) -> str:
        """The page of who handles it; the complainant's own is found by its number."""
        return reverse("supervision:complaint_detail", args=[self.pk])

    @property
    def due_at(self) -> dt.datetime | None:
        """What it waits for now."""
        if self.state == ComplaintState.RECEIVED:
            return self.receipt_due_at
        return self.answer_due_at if self.state in COMPLAINT_UNDER_WAY else None

    @property
    def counting(self) -> dict[str, Any]:
        """How `due_at` was counted."""
        return self.receipt_deadline if self.state == ComplaintState.RECEIVED else self.answer_deadline


class Complainant(SealedContact):
    """Who complained; anonymous where nothing was given. Opened by the investigator alone, each time journalled."""

    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="complainant")

    class Meta:
        verbose_name = verbose_name_plural = "投诉人"

    def __str__(self) -> str:
        return "投诉人（保密）"


class ComplaintStatement(models.Model):
    """What a station is asked to explain, in the words of the investigator, and what it says. The station sees this
    and nothing else of the complaint."""

    MOVES = STATEMENT_MOVES
    ACTS = {"ask": "要求服务站说明情况", "remind": "提醒说明期限"}

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="statements")
    state = models.CharField("状态", max_length=20, choices=StatementState, default=StatementState.ASKED)
    question = models.TextField("需要说明的情况", max_length=3000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="要求人"
    )
    asked_at = models.DateTimeField("要求时间")
    due_at = models.DateTimeField("说明期限", help_text="由核查人指定之日的24时")
    text = models.TextField("情况说明", max_length=5000, blank=True)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="说明材料")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="说明人",
    )
    given_at = models.DateTimeField("说明时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "情况说明"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=StatementState.values), name="complaint_statement_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="given") | (~Q(text="") & Q(given_at__isnull=False) & Q(given_by__isnull=False)),
                name="a_given_complaint_statement_has_its_text_and_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint.station} 情况说明"

    def get_absolute_url(self) -> str:
        return reverse("supervision:complaint_statement_detail", args=[self.pk])
