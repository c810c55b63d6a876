from django.db import models
from django.db.models import Q
from django.urls import reverse

from ledger.models import StoredFile
from stations.models import Title
from supervision.states.self_assessment import SELF_ASSESSMENT_MOVES, SelfAssessmentState


class SelfAssessment(models.Model):
    """年度服务效能评估 of one title and year (Art 16): due at the end of October. When it is filed, it is the dossier
    on which a titled station is evaluated in the round."""

    MOVES = SELF_ASSESSMENT_MOVES
    ACTS = {"open": "开始本年度自评"}

    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="self_assessments", verbose_name="称号")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=20, choices=SelfAssessmentState, default=SelfAssessmentState.DUE)
    due_at = models.DateTimeField("报送期限", help_text="该时刻起为逾期")
    # {dimension code of the measure: text}; the four parts of Art 16
    narrative = models.JSONField("自评内容", default=dict)
    report = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="评估报告"
    )
    filed_at = models.DateTimeField("报送时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")

    class Meta:
        verbose_name = verbose_name_plural = "年度自评"
        ordering = ["-year", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SelfAssessmentState.values), name="self_assessment_state_known"
            ),
            models.UniqueConstraint(fields=["title", "year"], name="one_self_assessment_per_title_and_year"),
            models.CheckConstraint(
                condition=~Q(state__in=["filed", "filed_late"]) | Q(filed_at__isnull=False),
                name="a_filed_self_assessment_has_its_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title.station} {self.year} 年度自评"

    def get_absolute_url(self) -> str:
        return reverse("supervision:self_assessment_detail", args=[self.pk])
