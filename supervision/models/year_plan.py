from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from supervision.states.year_plan import YEAR_PLAN_MOVES, YearPlanState


class YearPlan(models.Model):
    """年度监督安排: what the bureau decides for one year where the measure is silent on chapters four and five."""

    MOVES = YEAR_PLAN_MOVES
    ACTS = {"draft": "起草年度监督安排", "update": "修改年度监督安排", "open": "开放年度自评"}

    measure = models.CharField("办法", max_length=30)
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=20, choices=YearPlanState, default=YearPlanState.DRAFT)
    self_assessment_opens_on = models.DateField(
        "年度自评开放日期", null=True, blank=True, help_text="从这一天零时起可以填报，各站会收到通知。"
    )
    self_assessment_opened_at = models.DateTimeField("年度自评已开放", null=True, blank=True, editable=False)
    # Silent settings of the measure whose scope is supervision, by code: {"statement_days": 5}
    settings = models.JSONField("市局设定", default=dict, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度监督安排"
        ordering = ["-year", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=YearPlanState.values), name="year_plan_state_known"),
            models.UniqueConstraint(fields=["measure", "year"], name="one_plan_per_measure_and_year"),
            models.CheckConstraint(
                condition=Q(state=YearPlanState.DRAFT) | Q(self_assessment_opens_on__isnull=False),
                name="a_plan_in_force_says_when_self_assessment_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年度监督安排"

    def get_absolute_url(self) -> str:
        return reverse("supervision:year_plan_detail", args=[self.pk])

    def setting(self, code: str) -> Any:
        """The decided value of a silent setting, None while it is open."""
        return self.settings.get(code)
