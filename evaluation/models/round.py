from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from evaluation.states import ROUND_MOVES, RoundState


class Aggregation(models.TextChoices):
    MEAN = "mean", "算术平均"
    TRIMMED_MEAN = "trimmed_mean", "去掉最高最低后平均"
    MEDIAN = "median", "中位数"


class DayRule(models.TextChoices):
    CALENDAR = "calendar", "自然日"
    CALENDAR_ROLL = "calendar_roll", "自然日，末日逢休息日顺延"
    WORKING_DAYS = "working_days", "工作日"


# Silent settings that constraints and queries read, hence columns of their own
COLUMN_SETTINGS = frozenset(
    {
        "pass_mark",
        "step",
        "min_sheets",
        "aggregation",
        "spread_threshold",
        "tie_order",
        "day_rule",
        "scores_published",
        "return_limit",
        "return_days",
    }
)


class Round(models.Model):
    """评价: one evaluation of a year under a measure (Art 12, 15). What the measure does not say is a setting of the
    round, empty until the bureau decides it; a round with a setting unset cannot be published. Once published, the
    version of the measure, the settings and the version of the calendar are frozen."""

    MOVES = ROUND_MOVES
    ACTS = {"draft": "起草评价", "update": "修改设定", "name_chair": "指定评审组长"}

    measure = models.CharField("办法", max_length=30)
    measure_version = models.CharField("办法版本", max_length=64, blank=True)
    calendar_version = models.CharField("日历版本", max_length=40, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("名称", max_length=100)
    state = models.CharField("状态", max_length=20, choices=RoundState, default=RoundState.DRAFT)
    opens_at = models.DateTimeField("申报开始")
    closes_at = models.DateTimeField("申报截止", help_text="该时刻起不再接收申报")
    requirements = models.TextField("申报和评价要求", blank=True)
    contact = models.CharField("咨询方式", max_length=200, blank=True)
    # 办法未规定，由市局设定
    pass_mark = models.DecimalField("合格分数线", max_digits=5, decimal_places=2, null=True, blank=True)
    step = models.DecimalField("评分步长", max_digits=3, decimal_places=2, null=True, blank=True)
    min_sheets = models.PositiveSmallIntegerField("每个参评对象最少评分表数", null=True, blank=True)
    aggregation = models.CharField("汇总方法", max_length=20, choices=Aggregation, blank=True)
    spread_threshold = models.DecimalField("分差提示线", max_digits=5, decimal_places=2, null=True, blank=True)
    tie_order = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name="同分排序依据")
    day_rule = models.CharField("公示期计算方法", max_length=20, choices=DayRule, blank=True)
    scores_published = models.BooleanField("公示得分", null=True, blank=True)
    return_limit = models.PositiveSmallIntegerField("补正次数上限", null=True, blank=True)
    return_days = models.PositiveSmallIntegerField("补正期限（工作日）", null=True, blank=True)
    # The other silent settings of the measure, by code: {"reserve_size": 5, "failed_published": true}
    more_settings = models.JSONField("其他设定", default=dict, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="评审组长",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        ordering = ["-year", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RoundState.values), name="round_state_known"),
            models.UniqueConstraint(
                fields=["measure", "year"],
                condition=~Q(state__in=[RoundState.CANCELLED, RoundState.CONCLUDED]),
                name="one_running_round_per_measure_and_year",
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="a_round_opens_before_it_closes"),
            models.CheckConstraint(
                condition=Q(state__in=[RoundState.DRAFT, RoundState.CANCELLED])
                | (
                    Q(
                        pass_mark__isnull=False,
                        step__isnull=False,
                        min_sheets__isnull=False,
                        scores_published__isnull=False,
                        return_limit__isnull=False,
                        return_days__isnull=False,
                        spread_threshold__isnull=False,
                        published_at__isnull=False,
                    )
                    & ~Q(aggregation="")
                    & ~Q(day_rule="")
                    & ~Q(measure_version="")
                ),
                name="a_published_round_has_all_its_settings",
            ),
            models.CheckConstraint(condition=Q(step__isnull=True) | Q(step__gt=0), name="a_step_is_above_zero"),
            models.CheckConstraint(
                condition=Q(pass_mark__isnull=True) | Q(pass_mark__gte=0, pass_mark__lte=100),
                name="a_pass_mark_is_within_the_rubric",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("evaluation:round_detail", args=[self.pk])

    def setting(self, code: str) -> Any:
        """What the bureau set where the measure is silent, typed as the measure's setting says; None while unset."""
        value = getattr(self, code) if code in COLUMN_SETTINGS else self.more_settings.get(code)
        return None if value in ("", []) else value


class Indicator(models.Model):
    """One indicator of the annex as it stood when the round was published: the rubric that scores are held against."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="indicators")
    code = models.CharField("编号", max_length=20)
    dimension = models.CharField("一级指标", max_length=30)
    name = models.CharField("名称", max_length=60)
    position = models.PositiveSmallIntegerField()
    max_points = models.DecimalField("满分", max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "评价指标"
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="an_indicator_stands_once_in_a_round"),
            models.CheckConstraint(condition=Q(max_points__gt=0), name="an_indicator_is_worth_something"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
