import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from evaluation.models.ranking import Ranking
from evaluation.models.round import Round
from evaluation.models.sheet import Entry
from evaluation.states import NOTICE_MOVES, OBJECTION_MOVES, NoticeKind, NoticeState, ObjectionState
from ledger.contacts import SealedContact
from ledger.models import StoredFile


class PublicNotice(models.Model):
    """公告: the evaluation notice, the result in public notice, the award. Immutable once published, its hash shown;
    a correction is a new notice that names the one it corrects. Never closes before the end of its window."""

    MOVES = NOTICE_MOVES
    ACTS = {"draft": "起草", "update": "修改文字", "discard": "作废草稿", "lengthen_window": "延长公示期"}

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="notices", verbose_name="评价")
    kind = models.CharField("类别", max_length=20, choices=NoticeKind)
    state = models.CharField("状态", max_length=20, choices=NoticeState, default=NoticeState.DRAFT)
    serial = models.CharField("编号", max_length=40, unique=True)
    document_number = models.CharField(
        "发文字号", max_length=60, blank=True, help_text="由办公室编定，例如 武市监〔2026〕1号"
    )
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文", blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, null=True, blank=True, related_name="notices")
    # What the public sees, whole: {entries: [{entry, station, organisation, credit_code, district, track, outcome, ...}]}
    content = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64, blank=True)
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The window of the result notice: frozen with the rule and the counted days; may be lengthened, never shortened
    last_day = models.DateField("公示末日", null=True, blank=True)
    closes_at = models.DateTimeField("公示截止", null=True, blank=True)
    day_rule = models.CharField(max_length=20, blank=True)
    calendar_version = models.CharField(max_length=40, blank=True)
    counted_days = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = "公告"
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NoticeState.values), name="notice_state_known"),
            models.CheckConstraint(
                condition=Q(state=NoticeState.DRAFT) | (Q(published_at__isnull=False) & ~Q(sha256="")),
                name="a_published_notice_has_instant_and_hash",
            ),
            models.CheckConstraint(
                condition=Q(state=NoticeState.DRAFT) | ~Q(kind=NoticeKind.RESULT) | Q(closes_at__isnull=False),
                name="a_result_notice_has_a_window",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("evaluation:notice_detail", args=[self.pk])


class Objection(models.Model):
    """异议 by anyone, without an account (Art 15(4)). Followed by a random number; the objector's identity is apart."""

    MOVES = OBJECTION_MOVES
    ACTS = {"file": "提出异议", "reveal": "查看异议人身份", "remind": "提醒核查期限"}

    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="objections")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="objections", verbose_name="参评对象")
    number = models.UUIDField("查询号", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=20, choices=ObjectionState, default=ObjectionState.FILED)
    statement = models.TextField("异议内容", max_length=5000)
    evidence = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="证据材料")
    filed_at = models.DateTimeField("提出时间")
    # When the investigation is due, counted from acceptance by the round's objection_days; nothing advances on it
    due_at = models.DateTimeField("核查期限", null=True, blank=True)
    investigator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="核查人",
    )
    # upheld or rejected, kept when the state has gone on to answered
    finding = models.CharField(
        "核查结论", max_length=10, choices=[("upheld", "成立"), ("rejected", "不成立")], blank=True
    )
    finding_text = models.TextField("核查情况", max_length=5000, blank=True)
    answer = models.TextField("反馈内容", max_length=5000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["filed_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ObjectionState.values), name="objection_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "rejected", "answered"]) | ~Q(finding=""),
                name="a_decided_objection_has_a_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} 异议"

    def get_absolute_url(self) -> str:
        """The page of who handles it; the objector's own is found by its number."""
        return reverse("evaluation:objection_detail", args=[self.pk])


class Objector(SealedContact):
    """Who objected: kept apart and encrypted, opened by name only for those who handle the objection, each time journalled."""

    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, related_name="objector")

    class Meta:
        verbose_name = verbose_name_plural = "异议人"

    def __str__(self) -> str:
        return "异议人（保密）"
