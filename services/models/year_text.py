from django.db import models
from django.db.models import Q

from stations.models import Station

LONGEST = 500  # signs, for a column to which the annex sets no length itself


class YearText(models.Model):
    """年度情况: what a station says of a year in the columns of Hunan's annex 3 that nobody can count."""

    ACTS = {"write": "填写年度情况"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="year_texts", verbose_name="服务站", db_index=False
    )
    year = models.PositiveSmallIntegerField("年度")
    situation = models.CharField("基本情况", max_length=LONGEST, blank=True)
    investment = models.DecimalField("本年度投入经费（万元）", max_digits=10, decimal_places=2, null=True, blank=True)
    pass_rate = models.CharField("产品质量合格率提升情况", max_length=LONGEST, blank=True)
    quality_effect = models.CharField("服务企业质量提高成效", max_length=LONGEST, blank=True)
    other_effect = models.CharField("其他成效", max_length=LONGEST, blank=True)
    changed_at = models.DateTimeField("最近修改时间")
    version = models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")

    class Meta:
        verbose_name = verbose_name_plural = "年度情况"
        ordering = ["-year", "station"]
        constraints = [
            models.UniqueConstraint(fields=["station", "year"], name="a_station_has_one_text_of_a_year"),
            models.CheckConstraint(
                condition=Q(investment__isnull=True) | Q(investment__gte=0), name="no_negative_money_was_invested"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.year} 年度情况"
