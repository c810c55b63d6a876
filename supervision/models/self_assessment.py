from decimal import Decimal

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse

from ledger.models import StoredFile
from stations.models import Title
from supervision.states.self_assessment import SELF_ASSESSMENT_MOVES, SelfAssessmentState, Timeliness

PERSON = settings.AUTH_USER_MODEL


class SelfAssessment(models.Model):
    """年度服务效能评估 of one title and year (Art 16): due at the end of October. Its last filed version is the dossier
    on which a titled station is evaluated in the round."""

    MOVES = SELF_ASSESSMENT_MOVES
    ACTS = {
        "open": "开始本年度自评",
        "settle": "报送期限已确定",
        "attach": "上传评估报告",
        "add_evidence": "上传证明材料",
        "remove_evidence": "删除证明材料",
        "enter": "列入年度评价",
    }

    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="self_assessments", verbose_name="称号")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=20, choices=SelfAssessmentState, default=SelfAssessmentState.DUE)
    timeliness = models.CharField("报送情况", max_length=10, choices=Timeliness, blank=True, default=Timeliness.OPEN)
    opened_at = models.DateTimeField("开放时间", null=True, blank=True)
    due_at = models.DateTimeField("报送期限", help_text="该时刻起为逾期")
    # How the date was found: measures.periods.Deadline.as_json(); {} where it was typed
    deadline = models.JSONField("期限的计算", default=dict, blank=True)
    report = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="本单位的评估报告"
    )
    filed_at = models.DateTimeField("报送时间", null=True, blank=True, help_text="第一次报送的时间")
    # What the bureau asks to have supplemented: {indicator code: reason}
    returned = models.JSONField("退回事项", default=dict, blank=True)
    return_due_at = models.DateTimeField("补充期限", null=True, blank=True)
    feedback = models.TextField("审阅意见", blank=True)
    reviewed_at = models.DateTimeField("审阅时间", null=True, blank=True)
    entered_at = models.DateTimeField("列入评价的时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度自评"
        ordering = ["-year", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SelfAssessmentState.values), name="self_assessment_state_known"
            ),
            models.UniqueConstraint(fields=["title", "year"], name="one_self_assessment_per_title_and_year"),
            models.CheckConstraint(
                condition=~Q(state__in=["filed", "filed_late", "returned", "reviewed"]) | Q(filed_at__isnull=False),
                name="a_filed_self_assessment_has_its_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(return_due_at__isnull=False),
                name="a_returned_self_assessment_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned", entered_at__isnull=False),
                name="a_self_assessment_under_evaluation_is_not_returned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title.station} {self.year} 年度自评"

    def get_absolute_url(self) -> str:
        return reverse("supervision:self_assessment_detail", args=[self.pk])


class SelfAssessmentItem(models.Model):
    """What a station says of itself on one indicator of the annex. NULL points are not given, and never nought.

    `version` is counted up at each save, by which two who write the same item find out about each other."""

    assessment = models.ForeignKey(SelfAssessment, on_delete=models.CASCADE, related_name="items")
    indicator = models.CharField("指标", max_length=20)
    own_score = models.DecimalField("自评分", max_digits=4, decimal_places=1, null=True, blank=True)
    max_points = models.DecimalField("满分", max_digits=4, decimal_places=1)
    narrative = models.TextField("自评说明", blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "自评事项"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "indicator"], name="one_item_per_self_assessment_and_indicator"
            ),
            models.CheckConstraint(
                condition=Q(own_score__isnull=True)
                | Q(own_score__gte=Decimal(0), own_score__lte=models.F("max_points")),
                name="an_own_score_is_within_its_indicator",
            ),
        ]

    def __str__(self) -> str:
        return self.indicator


class SelfAssessmentEvidence(models.Model):
    """A file that proves what is said of one indicator."""

    item = models.ForeignKey(SelfAssessmentItem, on_delete=models.CASCADE, related_name="evidence")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "证明材料"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.file.name


class SelfAssessmentFigure(models.Model):
    """A number of the annex that was typed by hand, one for each threshold; what the system counts itself is not here."""

    assessment = models.ForeignKey(SelfAssessment, on_delete=models.CASCADE, related_name="typed_figures")
    threshold = models.CharField("数据", max_length=40)
    value = models.DecimalField("数值", max_digits=12, decimal_places=2)
    entered_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "自评数据"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "threshold"], name="one_figure_per_threshold"),
            models.CheckConstraint(condition=Q(value__gte=0), name="a_figure_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.threshold} {self.value}"


class SelfAssessmentVersion(models.Model):
    """What was filed, frozen: the whole report as JSON and the hash of its canonical bytes. Never changed (trigger)."""

    assessment = models.ForeignKey(SelfAssessment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版次")
    filed_at = models.DateTimeField("报送时间")
    filed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    # see supervision.queries.self_assessment_content.snapshot_of
    snapshot = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "自评报送版本"
        ordering = ["assessment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="a_filed_version_has_its_own_number")
        ]

    def __str__(self) -> str:
        return f"第{self.number}版"


class SelfAssessmentReminder(models.Model):
    """A reminder that went out. The row is what keeps it from going out twice. Never changed (trigger)."""

    assessment = models.ForeignKey(SelfAssessment, on_delete=models.PROTECT, related_name="reminders")
    stage = models.CharField("提醒", max_length=10)
    at = models.DateTimeField("提醒时间")
    recipients = models.PositiveIntegerField("人数")

    class Meta:
        verbose_name = verbose_name_plural = "自评提醒"
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["assessment", "stage"], name="each_reminder_goes_out_once")]

    def __str__(self) -> str:
        return self.stage
