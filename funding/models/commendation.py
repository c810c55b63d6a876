from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from funding.states.commendation import COMMENDATION_MOVES, CommendationState
from stations.models import Station


class Commendation(models.Model):
    """通报表扬 of one person of a station (Art 19). Whoever holds the link of the mail is the person; its hash is kept."""

    MOVES = COMMENDATION_MOVES
    ACTS = {"nominate": "提名表扬", "send_link": "重发征求意见链接"}

    year = models.PositiveSmallIntegerField("年度")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name="服务站")
    name = models.CharField("姓名", max_length=40)
    post = models.CharField("岗位", max_length=60)
    merit = models.CharField("事迹", max_length=500)
    email = models.EmailField("本人邮箱")
    state = models.CharField("状态", max_length=20, choices=CommendationState, default=CommendationState.NOMINATED)
    token_sha256 = models.CharField(max_length=64, unique=True)
    nominated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    nominated_at = models.DateTimeField("提名时间")
    published_at = models.DateTimeField("公布时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通报表扬"
        ordering = ["-year", "station", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CommendationState.values), name="commendation_state_known"),
            models.UniqueConstraint(
                fields=["year", "station", "name"],
                condition=~Q(state=CommendationState.CANCELLED),
                name="a_person_is_commended_once_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("funding:commendation_detail", args=[self.pk])


class Consent(models.Model):
    """同意公布: what the person agreed to, when, and when it was taken back. Kept for proof."""

    commendation = models.ForeignKey(Commendation, on_delete=models.PROTECT, related_name="consents")
    wording = models.TextField("同意公布的内容", max_length=1000)
    given_at = models.DateTimeField("同意时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公布同意书"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["commendation"], condition=Q(withdrawn_at__isnull=True), name="one_consent_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.commendation} 同意公布"
