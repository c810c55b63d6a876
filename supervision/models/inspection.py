from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from ledger.models import StoredFile
from stations.models import District, Title
from supervision.states.inspection import (
    INSPECTION_MOVES,
    INSPECTION_PLAN_MOVES,
    OPEN,
    RECORDED,
    InspectionPlanState,
    InspectionState,
    Verdict,
)


class InspectionPlan(models.Model):
    """监督检查计划 of the city, or of one district for its own stations. The draw is made once, and what it was made
    from is kept: pools, their hash, the seed (supervision/draw.py says how to recompute it)."""

    MOVES = INSPECTION_PLAN_MOVES
    ACTS = {"draft": "起草检查计划", "update": "修改检查计划", "freeze": "固定抽取名单", "seed": "产生随机种子"}

    name = models.CharField("计划名称", max_length=100)
    measure = models.CharField("办法", max_length=30)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="区"
    )
    state = models.CharField("状态", max_length=20, choices=InspectionPlanState, default=InspectionPlanState.DRAFT)
    starts_on = models.DateField("检查开始日期")
    ends_on = models.DateField("检查结束日期")
    stations_count = models.PositiveSmallIntegerField("抽取服务站数量")
    inspectors_each = models.PositiveSmallIntegerField("每站检查人员数量", default=2)
    # {"stations": [{id, name, organisation, title}], "inspectors": [{id, name, barred: [organisation id]}]}, both by id
    pools = models.JSONField("抽取名单", default=dict, blank=True)
    pools_sha256 = models.CharField("名单校验值", max_length=64, blank=True)
    seed = models.CharField("随机种子", max_length=64, blank=True)
    algorithm = models.CharField("抽取算法", max_length=20, blank=True)
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="起草人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "监督检查计划"
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=InspectionPlanState.values), name="inspection_plan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="an_inspection_plan_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(inspectors_each__gte=2), name="two_inspectors_or_more_go_to_a_station"),
            models.CheckConstraint(condition=Q(stations_count__gte=1), name="an_inspection_plan_draws_a_station"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"], seed="", drawn_at__isnull=True)
                | (~Q(seed="") & ~Q(pools_sha256="") & ~Q(algorithm="") & Q(drawn_at__isnull=False)),
                name="a_drawn_inspection_plan_keeps_its_seed",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("supervision:inspection_plan_detail", args=[self.pk])

    @property
    def scope(self) -> str:
        return str(self.district) if self.district_id else "全市"


class Inspection(models.Model):
    """监督检查 of one station that was drawn, by those who were drawn for it. Once recorded it never changes: a trigger
    refuses it, and `record_sha256` is the fingerprint of what was recorded."""

    MOVES = INSPECTION_MOVES
    ACTS = {
        "assign": "抽中检查对象和检查人员",
        "substitute": "替补检查人员",
        "save_finding": "填写检查情况",
        "add_photos": "上传照片",
        "remove_photo": "删除照片",
    }

    plan = models.ForeignKey(
        InspectionPlan, on_delete=models.PROTECT, related_name="inspections", verbose_name="检查计划"
    )
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="inspections", verbose_name="称号")
    position = models.PositiveSmallIntegerField("抽取次序")
    state = models.CharField("状态", max_length=20, choices=InspectionState, default=InspectionState.ASSIGNED)
    inspectors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="inspections", verbose_name="检查人员")
    # Numbers of those who were drawn and could not go, in turn; who goes instead follows from the seed
    absent = models.JSONField("因故不能参加的人员", default=list, blank=True)
    due_at = models.DateTimeField("检查期限", help_text="该时刻起为逾期")
    begun_at = models.DateTimeField("开始检查时间", null=True, blank=True)
    recorded_at = models.DateTimeField("形成记录时间", null=True, blank=True)
    summary = models.TextField("检查小结", max_length=2000, blank=True)
    representative = models.CharField("服务站在场人员", max_length=40, blank=True)
    statement = models.TextField("服务站意见", max_length=2000, blank=True)
    record_sha256 = models.CharField("记录校验值", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "监督检查"
        ordering = ["-plan", "position"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=InspectionState.values), name="inspection_state_known"),
            models.UniqueConstraint(fields=["plan", "title"], name="a_station_is_drawn_once_in_a_plan"),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(RECORDED))
                | (Q(recorded_at__isnull=False) & ~Q(representative="") & ~Q(statement="") & ~Q(record_sha256="")),
                name="a_recorded_inspection_has_its_statement_and_hash",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state__in=sorted(OPEN)), name="inspections_to_be_made")]

    def __str__(self) -> str:
        return f"{self.title.station}：{self.plan}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:inspection_detail", args=[self.pk])

    @property
    def is_recorded(self) -> bool:
        return self.state in RECORDED


class InspectionFinding(models.Model):
    """What was found on the spot about one indicator of the measure, with photographs. No row: not checked."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="findings")
    indicator = models.CharField("指标", max_length=20, help_text="办法附件的指标代码")
    name = models.CharField("指标名称", max_length=100)
    verdict = models.CharField("检查结论", max_length=20, choices=Verdict, default=Verdict.NOT_CHECKED)
    text = models.TextField("检查情况", max_length=1000, blank=True)
    photos = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="照片")
    version = models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")

    class Meta:
        verbose_name = verbose_name_plural = "检查发现"
        ordering = ["indicator"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="inspection_verdict_known"),
            models.UniqueConstraint(
                fields=["inspection", "indicator"], name="one_finding_per_indicator_and_inspection"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.name}"
