from django.db import models
from django.db.models import Q

from services.states.statistics import Scope
from stations.models import Station


class DirtyDay(models.Model):
    """A day of a station whose records have changed since they were last rolled up. Written by a trigger in the same
    transaction as the records, one row for each statement: a queue, in which a day may stand more than once."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="+")
    day = models.DateField("服务日期")

    class Meta:
        verbose_name = verbose_name_plural = "待汇总的服务日"

    def __str__(self) -> str:
        return f"{self.station_id} {self.day}"


class Total(models.Model):
    """What the counted records of one period sum up to: of a month or a year; of the city, a district or a station; as a
    whole (`dimension` empty) or for one `key` of a dimension (industry, or the kinds of one document). Money in yuan.

    `firms` are counted once in a period, hence a row for each: firms of months do not add up to those of a year.
    """

    monthly = models.BooleanField("按月")
    period = models.DateField("期间的第一天")
    scope = models.CharField("范围", max_length=10, choices=Scope)
    scope_key = models.CharField("区或服务站", max_length=20, blank=True)
    dimension = models.CharField("分类", max_length=20, blank=True)
    key = models.CharField("类别", max_length=80, blank=True)
    services = models.PositiveIntegerField("服务记录")
    firms = models.PositiveIntegerField("服务企业（家）")
    visits = models.PositiveBigIntegerField("服务次数（家次）")
    experts = models.PositiveBigIntegerField("投入专家（人次）")
    problems_found = models.PositiveBigIntegerField("发现问题")
    problems_solved = models.PositiveBigIntegerField("解决问题")
    jobs_added = models.PositiveBigIntegerField("新增就业")
    fee = models.DecimalField("收费", max_digits=20, decimal_places=2)
    discount = models.DecimalField("减免", max_digits=20, decimal_places=2)
    saved_cost = models.DecimalField("节约费用", max_digits=20, decimal_places=2)
    added_profit = models.DecimalField("增长利润", max_digits=20, decimal_places=2)
    rolled_at = models.DateTimeField("汇总时间")

    class Meta:
        verbose_name = verbose_name_plural = "服务统计"
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "scope_key", "monthly", "period", "dimension", "key"],
                name="a_total_stands_once",
            ),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="a_total_scope_is_known"),
            models.CheckConstraint(
                condition=Q(monthly=True, period__day=1) | Q(monthly=False, period__day=1, period__month=1),
                name="a_total_begins_with_its_period",
            ),
        ]
        indexes = [
            models.Index(fields=["scope", "monthly", "period", "dimension"], name="totals_of_all_of_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.scope_key} {self.period} {self.dimension} {self.key}"
