import datetime as dt

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from integration.models.client import ApiClient
from integration.states.webhook import ENDPOINT_MOVES, TONES, EndpointState, Outcome, Problem
from ledger.models import Event, EventKind
from ledger.sealed import unseal


class WebhookEndpoint(models.Model):
    """推送地址: where a machine client wants to be told of events, and the secret that they are signed with."""

    MOVES = ENDPOINT_MOVES
    ACTS = {"register": "登记推送地址", "update": "修改推送地址", "rotate_secret": "更换签名密钥"}

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="webhooks", verbose_name="接口客户端")
    url = models.URLField("地址", max_length=300)
    kinds = ArrayField(models.CharField(max_length=40, choices=EventKind), verbose_name="推送的事件")
    state = models.CharField("状态", max_length=20, choices=EndpointState, default=EndpointState.ACTIVE)
    # whsec_..., sealed: it must be read again to sign. The one before is signed with as well until its time is over.
    secret = models.CharField(max_length=300)
    earlier_secret = models.CharField(max_length=300, blank=True)
    earlier_until = models.DateTimeField("旧密钥停用时间", null=True, blank=True)
    # Events up to this number are on their way or were none of its business
    made_until = models.BigIntegerField("已安排到的事件序号", default=0)
    registered_at = models.DateTimeField("登记时间")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "推送地址"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EndpointState.values), name="webhook_endpoint_state_known"),
            models.CheckConstraint(condition=Q(url__startswith="https://"), name="a_webhook_goes_by_https"),
            models.CheckConstraint(condition=~Q(kinds=[]), name="a_webhook_tells_of_something"),
            models.CheckConstraint(
                condition=Q(earlier_secret="", earlier_until__isnull=True)
                | (~Q(earlier_secret="") & Q(earlier_until__isnull=False)),
                name="an_earlier_webhook_secret_has_its_end",
            ),
            models.UniqueConstraint(fields=["client", "url"], name="a_client_gives_an_address_once"),
        ]

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return reverse("integration:webhook_detail", args=[self.pk])

    def secrets_at(self, at: dt.datetime) -> list[str]:
        """What is signed with at `at`: the secret, and the one before while the receiver may still know only that."""
        sealed = [self.secret]
        if self.earlier_until and at < self.earlier_until:
            sealed.append(self.earlier_secret)
        return [unseal(secret) for secret in sealed]

    @property
    def kind_labels(self) -> list[str]:
        return [EventKind(kind).label for kind in self.kinds]


class Delivery(models.Model):
    """推送: one event on its way to one endpoint. There is one at most, however often it is arranged."""

    ACTS = {"replay": "重新推送"}

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries", verbose_name="推送地址"
    )
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+", verbose_name="事件")
    outcome = models.CharField("状态", max_length=20, choices=Outcome, default=Outcome.WAITING)
    attempts = models.PositiveSmallIntegerField("已尝试次数", default=0)
    next_at = models.DateTimeField("下次推送", null=True)
    made_at = models.DateTimeField("产生时间")
    last_at = models.DateTimeField("最近一次尝试", null=True)
    last_status = models.PositiveSmallIntegerField("最近一次状态码", null=True)
    last_problem = models.CharField("最近一次问题", max_length=20, choices=Problem, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送记录"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="delivery_outcome_known"),
            models.UniqueConstraint(fields=["endpoint", "event"], name="an_event_goes_to_an_endpoint_once"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.WAITING, next_at__isnull=False)
                | (~Q(outcome=Outcome.WAITING) & Q(next_at__isnull=True)),
                name="a_waiting_delivery_has_its_next_time",
            ),
        ]
        indexes = [
            # what is due at an endpoint: asked every ten seconds
            models.Index(fields=["endpoint", "next_at"], condition=Q(outcome=Outcome.WAITING), name="delivery_waiting"),
            models.Index(fields=["outcome", "-id"], name="delivery_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.event.get_kind_display()}（第 {self.event.seq} 号事件）"

    def get_absolute_url(self) -> str:
        return reverse("integration:delivery_detail", args=[self.pk])

    @property
    def tone(self) -> str:
        return TONES[Outcome(self.outcome)]


class Attempt(models.Model):
    """One try to deliver, and what came of it. Never changed (trigger)."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField("时间")
    milliseconds = models.PositiveIntegerField("用时（毫秒）")
    status = models.PositiveSmallIntegerField("状态码", null=True)
    problem = models.CharField("问题", max_length=20, choices=Problem, blank=True)
    excerpt = models.CharField("答复摘录", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送尝试"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status or self.problem}"
