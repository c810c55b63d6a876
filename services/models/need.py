from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from ledger.contacts import SealedContact
from services.states.need import NEED_MOVES, NeedSource, NeedState, ServiceMode
from stations.models import District, Station

CREDIT_CODE = r"^[0-9A-Z]{18}$"


class Need(models.Model):
    """服务需求 of a company. Followed by a random number; whom to ask for at the company is apart and sealed.

    Without a station it waits for the bureau or the district to find one.
    """

    MOVES = NEED_MOVES
    ACTS = {
        "receive": "收到需求",
        "plan": "制定服务方案",
        "propose": "提出对接",
        "progress": "登记服务进展",
        "finish": "完成计划事项",
        "remind": "提醒到期事项",
        "date": "确定首次答复期限",
    }

    number = models.UUIDField("查询号", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=20, choices=NeedState, default=NeedState.RECEIVED)
    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="needs", verbose_name="服务站"
    )
    source = models.CharField("来源", max_length=10, choices=NeedSource)
    source_client = models.CharField(max_length=100, blank=True, editable=False)
    external_id = models.CharField(max_length=100, blank=True, editable=False)
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    company = models.CharField("企业名称", max_length=100)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="企业所在区"
    )
    kind = models.CharField("服务种类", max_length=40, help_text="办法第九条的服务种类代码")
    item = models.CharField("服务事项", max_length=60, blank=True, help_text="服务目录代码")
    text = models.TextField("需求内容", max_length=3000)
    wanted_on = models.DateField("希望完成日期", null=True, blank=True)
    received_at = models.DateTimeField("收到时间")
    response_due_at = models.DateTimeField(
        "首次答复期限", null=True, blank=True, help_text="评估或者告知不承接的期限；年度监督安排没有确定天数时为空"
    )
    response_deadline = models.JSONField("期限的算法", default=dict, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="提交人",
        help_text="企业的账号，或者登记需求的站内人员",
    )
    mode = models.CharField("服务方式", max_length=20, choices=ServiceMode, blank=True)
    assessment = models.TextField("评估意见", max_length=2000, blank=True)
    assessed_at = models.DateTimeField("评估时间", null=True, blank=True)
    appointment_at = models.DateTimeField("预约时间", null=True, blank=True)
    answer = models.TextField("告知企业的理由", max_length=1000, blank=True)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务需求"
        ordering = ["-received_at", "-id"]
        indexes = [models.Index(fields=["station", "state"], name="need_station_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NeedState.values), name="need_state_known"),
            models.CheckConstraint(condition=Q(source__in=NeedSource.values), name="need_source_known"),
            models.CheckConstraint(condition=Q(mode__in=["", *ServiceMode.values]), name="need_mode_known"),
            models.CheckConstraint(condition=Q(credit_code__regex=CREDIT_CODE), name="need_credit_code_has_18_signs"),
            models.CheckConstraint(
                condition=Q(state__in=["received", "withdrawn"]) | Q(station__isnull=False),
                name="a_need_that_is_worked_on_has_a_station",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "withdrawn", "declined"])
                | (~Q(mode="") & Q(assessed_at__isnull=False)),
                name="a_need_that_is_worked_on_was_assessed",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | (~Q(answer="") & Q(ended_at__isnull=False)),
                name="a_declined_need_has_its_reason",
            ),
            models.UniqueConstraint(
                fields=["source_client", "external_id"],
                condition=~Q(source_client=""),
                name="a_need_of_a_machine_is_taken_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}的服务需求"

    def get_absolute_url(self) -> str:
        """The page of who works on it; the company's own is found by its number."""
        return reverse("services:need_detail", args=[self.pk])


class NeedContact(SealedContact):
    """Whom the station asks for at the company: opened on the pages of the station that serves it only."""

    need = models.OneToOneField(Need, on_delete=models.PROTECT, related_name="contact")

    class Meta:
        verbose_name = verbose_name_plural = "需求联系人"

    def __str__(self) -> str:
        return "需求联系人（保密）"


class NeedDraft(models.Model):
    """What somebody without an account typed, until the code that was sent to the e-mail address comes back.

    All of it is sealed; the row is deleted when the need is posted, or a day later.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facts = models.TextField(help_text="sealed JSON of post_need's arguments")
    code_digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    sendings = models.PositiveSmallIntegerField(default=1)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "待核验的需求"
        indexes = [models.Index(fields=["made_at"], name="need_draft_made_at")]

    def __str__(self) -> str:
        return "待核验的需求"
