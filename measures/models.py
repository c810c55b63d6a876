"""The statutory calendar, the one table of this app. History is kept: an amended year is a new version."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from measures.schedules import FIRST_YEAR, LAST_YEAR


class CalendarVersion(models.Model):
    """One year's schedule as it was imported. The calendar "v24" is, of each year, the last version up to number 24.

    A year with a version is published; any other is provisional. Rows never change (a trigger refuses).
    """

    number = models.PositiveIntegerField("版本号", unique=True)
    year = models.PositiveSmallIntegerField("年份")
    source = models.CharField("来源", max_length=200)
    papers = ArrayField(models.CharField(max_length=300), default=list, blank=True, verbose_name="通知原文网址")
    imported_by = models.CharField("导入人", max_length=150)
    imported_at = models.DateTimeField("导入时间")
    digest = models.CharField("校验值", max_length=64, unique=True)
    transaction_id = models.CharField(max_length=20, default="", editable=False)  # set by a trigger

    class Meta:
        verbose_name = verbose_name_plural = "放假安排"
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="calendar_versions_count_from_one"),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="a_schedule_is_of_a_sensible_year"
            ),
            models.CheckConstraint(condition=~Q(imported_by=""), name="a_schedule_was_imported_by_somebody"),
        ]
        indexes = [
            # queries.build_calendar looks for the last version of each year by this
            models.Index(fields=["year", "-number"], name="last_version_of_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年放假安排（v{self.number}）"


class CalendarDay(models.Model):
    """A date that a schedule sets: a day off, or a weekend day worked in exchange."""

    version = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="days", verbose_name="版本")
    date = models.DateField("日期")
    is_workday = models.BooleanField("上班")
    name = models.CharField("节日", max_length=30)

    class Meta:
        verbose_name = verbose_name_plural = "放假和调休日"
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["version", "date"], name="a_schedule_sets_a_date_once"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}{'调休上班' if self.is_workday else '放假'}"
