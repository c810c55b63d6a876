from django.db import models
from django.db.models import Q

from stations.models.station import Station
from stations.states import OnlineContent, Platform


class OnlineService(models.Model):
    """线上内容: one thing that an outside platform says it shows of the station in its shop there (Art 10, annex 线上服务).

    Told by the platform, not by the station; kept as it was told last. `integration` brings it in."""

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="online_services", verbose_name="服务站"
    )
    platform = models.CharField("平台", max_length=20, choices=Platform)
    number = models.CharField("平台编号", max_length=64)
    content = models.CharField("内容类别", max_length=20, choices=OnlineContent)
    title = models.CharField("标题", max_length=200)
    url = models.URLField("网址", max_length=500)
    online = models.BooleanField("在线", default=True)
    changed_at = models.DateTimeField("平台更新时间")
    received_at = models.DateTimeField("取得时间")

    class Meta:
        verbose_name = verbose_name_plural = "线上内容"
        ordering = ["station", "content", "number"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "number"], name="a_platform_gives_a_number_once"),
            models.CheckConstraint(condition=Q(platform__in=Platform.values), name="online_service_platform_known"),
            models.CheckConstraint(condition=Q(content__in=OnlineContent.values), name="online_content_known"),
            models.CheckConstraint(
                condition=Q(url__startswith="https://"), name="an_online_service_is_reached_by_https"
            ),
        ]

    def __str__(self) -> str:
        return self.title
