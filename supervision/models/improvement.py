from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from ledger.models import StoredFile
from stations.models import Station
from supervision.models.complaint import Complaint
from supervision.models.inspection import Inspection
from supervision.models.self_assessment import SelfAssessment
from supervision.states.improvement import (
    IMPROVEMENT_MOVES,
    ITEM_MOVES,
    OWED,
    ImprovementState,
    ItemState,
    Source,
)


def of_one(source: Source, named: str) -> Q:
    """This source, with the column that names it, and none of the others."""
    columns = ("inspection", "self_assessment", "complaint", "round_number")
    return Q(source=source, **{f"{column}__isnull": column != named for column in columns})


class ImprovementPlan(models.Model):
    """整改 asked of one station: what was found wanting, item by item, and whence it follows. A round stands above this
    app: of it the plan keeps the number and how it is called."""

    MOVES = IMPROVEMENT_MOVES
    ACTS = {"issue": "提出整改要求"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="improvements", verbose_name="服务站")
    state = models.CharField("状态", max_length=20, choices=ImprovementState, default=ImprovementState.OPEN)
    source = models.CharField("来源", max_length=20, choices=Source)
    source_text = models.CharField("来源说明", max_length=200)
    inspection = models.ForeignKey(
        Inspection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="improvements",
        verbose_name="监督检查",
    )
    self_assessment = models.ForeignKey(
        SelfAssessment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="improvements",
        verbose_name="年度自评",
    )
    complaint = models.ForeignKey(
        Complaint,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="improvements",
        verbose_name="投诉",
    )
    round_number = models.PositiveBigIntegerField("评价编号", null=True, blank=True)
    note = models.TextField("总体要求", max_length=2000, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    issued_at = models.DateTimeField("提出时间")

    class Meta:
        verbose_name = verbose_name_plural = "整改"
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImprovementState.values), name="improvement_state_known"),
            models.CheckConstraint(
                condition=of_one(Source.INSPECTION, "inspection")
                | of_one(Source.SELF_ASSESSMENT, "self_assessment")
                | of_one(Source.COMPLAINT, "complaint")
                | of_one(Source.ROUND, "round_number"),
                name="an_improvement_plan_has_the_source_it_names",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station}整改（{self.source_text}）"

    def get_absolute_url(self) -> str:
        return reverse("supervision:improvement_detail", args=[self.pk])


class ImprovementItem(models.Model):
    """One thing to be put right by a day, what the station did about it, and whether that was enough."""

    MOVES = ITEM_MOVES
    ACTS = {"ask": "提出整改事项", "extend": "延长整改期限", "remind": "提醒"}

    plan = models.ForeignKey(ImprovementPlan, on_delete=models.PROTECT, related_name="items", verbose_name="整改")
    position = models.PositiveSmallIntegerField("序号")
    indicator = models.CharField("指标", max_length=20, blank=True)
    what = models.TextField("整改要求", max_length=1000)
    state = models.CharField("状态", max_length=20, choices=ItemState, default=ItemState.OPEN)
    due_at = models.DateTimeField("整改期限", help_text="该时刻起为逾期")
    # measures.periods.Deadline.as_json where days were counted; empty where a person named the day
    deadline = models.JSONField("期限算法", default=dict, blank=True)
    report = models.TextField("整改情况", max_length=2000, blank=True)
    evidence = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="证明材料")
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    decided_at = models.DateTimeField("验收时间", null=True, blank=True)
    answer = models.TextField("验收意见", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "整改事项"
        ordering = ["plan", "position"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="improvement_item_state_known"),
            models.UniqueConstraint(fields=["plan", "position"], name="improvement_items_are_numbered_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "accepted"]) | (Q(submitted_at__isnull=False) & ~Q(report="")),
                name="a_submitted_improvement_says_what_was_done",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state__in=sorted(OWED)), name="improvement_items_owed")]

    def __str__(self) -> str:
        return f"{self.plan.station}整改事项{self.position}"

    def get_absolute_url(self) -> str:
        return f"{self.plan.get_absolute_url()}#item-{self.position}"

    @property
    def is_overdue(self) -> bool:
        return self.state in OWED and self.due_at <= timezone.now()
