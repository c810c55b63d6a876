from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from ledger.models import StoredFile
from services.states.media_report import MEDIA_REPORT_MOVES, MediaReportState
from stations.models import Station


class MediaReport(models.Model):
    """媒体报道 about a station: named by it, confirmed by the district or the bureau, and counted only then (annex 4.1.4)."""

    MOVES = MEDIA_REPORT_MOVES
    ACTS = {"report": "登记媒体报道"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="media_reports", verbose_name="服务站", db_index=False
    )
    state = models.CharField("状态", max_length=20, choices=MediaReportState, default=MediaReportState.REPORTED)
    title = models.CharField("报道标题", max_length=200)
    outlet = models.CharField("媒体名称", max_length=100)
    published_on = models.DateField("报道日期")
    url = models.URLField("报道网址", max_length=500, blank=True)
    evidence = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="报道材料")
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    reported_at = models.DateTimeField("登记时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="确认人",
    )
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    remark = models.CharField("不予确认的理由", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "媒体报道"
        ordering = ["-published_on", "-id"]
        indexes = [
            # queries.media_report.confirmed: what counts in a year of a station
            models.Index(fields=["station", "published_on"], name="media_reports_by_station"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MediaReportState.values), name="media_report_state_known"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(outlet=""), name="a_media_report_has_its_title_and_outlet"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "declined"])
                | (Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="a_decided_media_report_says_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(remark=""), name="a_declined_media_report_says_why"
            ),
            models.UniqueConstraint(
                fields=["station", "url"],
                condition=~Q(url="") & Q(state__in=["reported", "confirmed"]),
                name="an_article_counts_once_for_a_station",
            ),
            models.UniqueConstraint(
                fields=["station", "outlet", "title", "published_on"],
                condition=Q(state__in=["reported", "confirmed"]),
                name="a_report_of_an_outlet_counts_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet}：{self.title}"

    def get_absolute_url(self) -> str:
        return reverse("services:media_report_detail", args=[self.pk])
