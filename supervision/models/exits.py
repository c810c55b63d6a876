from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from ledger.models import StoredFile
from stations.models import Title
from supervision.states.revocation import DEPARTURE_MOVES, DepartureKind, DepartureState


class Departure(models.Model):
    """退出: a title that ends because its organisation has ended, or because the station gives it up."""

    MOVES = DEPARTURE_MOVES
    ACTS = {"ask": "申请终止称号"}

    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="departures", verbose_name="称号")
    kind = models.CharField("原因", max_length=20, choices=DepartureKind)
    state = models.CharField("状态", max_length=20, choices=DepartureState, default=DepartureState.ASKED)
    reason = models.TextField("说明", max_length=2000)
    statement = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="声明或者证明文件"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    document_number = models.CharField("发文字号", max_length=60, blank=True)
    answer = models.TextField("不予确认的理由", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "称号退出"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DepartureState.values), name="departure_state_known"),
            models.UniqueConstraint(
                fields=["title"], condition=Q(state=DepartureState.ASKED), name="one_open_departure_per_title"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="who_asked_for_a_departure_does_not_decide_it",
            ),
            models.CheckConstraint(
                condition=~Q(state=DepartureState.CONFIRMED) | (Q(decided_by__isnull=False) & ~Q(document_number="")),
                name="a_confirmed_departure_has_its_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.title.station}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:departure_detail", args=[self.pk])


class SuspicionSetAside(models.Model):
    """A suspicion that somebody looked at and did not follow, as long as its facts are the same."""

    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    facts = models.JSONField(encoder=DjangoJSONEncoder)
    fingerprint = models.CharField(max_length=64)
    reason = models.TextField("理由", max_length=1000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ACTS = {"set_aside": "搁置疑点"}

    class Meta:
        verbose_name = verbose_name_plural = "已搁置的疑点"
        constraints = [
            models.UniqueConstraint(
                fields=["title", "kind", "fingerprint"], name="a_suspicion_is_set_aside_once_for_the_same_facts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.kind}"
