from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from funding.states.grant import SchemeKind


class Budget(models.Model):
    """年度预算: what the bureau's budget of a year holds for Art 19. Its lines add up to `total` (deferred trigger)."""

    ACTS = {"open": "设立预算", "change": "调整预算"}

    measure = models.CharField("办法", max_length=30)
    year = models.PositiveSmallIntegerField("年度")
    total = models.PositiveIntegerField("预算总额（元）")
    source = models.CharField("预算依据", max_length=200, help_text="例如年度部门预算批复的文号")

    class Meta:
        verbose_name = verbose_name_plural = "年度资金预算"
        ordering = ["-year", "id"]
        constraints = [models.UniqueConstraint(fields=["measure", "year"], name="one_budget_per_measure_and_year")]

    def __str__(self) -> str:
        return f"{self.year}年度资金预算"

    def get_absolute_url(self) -> str:
        return reverse("funding:budget_detail", args=[self.pk])


class BudgetLine(models.Model):
    """One line of a budget. `committed` is counted by a trigger from the states of the grants, and never passes
    `amount`: fifty approvals at once queue at this row."""

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="lines", verbose_name="预算")
    kind = models.CharField("科目", max_length=20, choices=SchemeKind)
    amount = models.PositiveIntegerField("预算（元）")
    committed = models.PositiveIntegerField("已批准（元）", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "预算科目"
        ordering = ["budget", "id"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "kind"], name="a_budget_has_each_line_once"),
            models.CheckConstraint(
                condition=Q(committed__lte=F("amount")), name="approved_grants_stay_within_the_budget"
            ),
            models.CheckConstraint(condition=Q(kind__in=SchemeKind.values), name="budget_line_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.budget}：{self.get_kind_display()}"

    @property
    def free(self) -> int:
        """Yuan that may still be approved."""
        return self.amount - self.committed
