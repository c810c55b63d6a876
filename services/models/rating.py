"""A company's rating of one service, and the link by which it is asked."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from services.aspects import CODES, NAMES, POOR, is_poor
from services.models.record import ServiceRecord
from services.states.rating import Channel, Integrity

# Somebody was not satisfied with something
POOR_RATING = reduce(or_, (Q(**{f"{code}__lte": POOR}) for code in CODES))


class RatingInvitation(models.Model):
    """A link that opens the rating of one service, once, for a time; only the digest of its token is kept."""

    ACTS = {"invite": "邀请评价", "withdraw": "评价链接作废", "use": "提交评价"}

    record = models.ForeignKey(ServiceRecord, on_delete=models.PROTECT, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    channel = models.CharField("送达方式", max_length=10, choices=Channel)
    flags = models.JSONField(default=list, help_text="与服务站的联系方式相同之处")
    network = models.CharField(max_length=32, blank=True, help_text="邀请时所在网络的摘要")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="邀请人"
    )
    invited_at = models.DateTimeField("邀请时间")
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("评价时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评价邀请"
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_rating_invitation_per_record",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="a_withdrawn_rating_link_is_not_used",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("invited_at")), name="a_rating_link_is_good_for_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"评价邀请 {self.pk}"


class Rating(models.Model):
    """What a company says of one service, once. `points` are of 100, counted by the database from the five aspects.

    Whose it is follows from the record, which the station's own people are not shown beside it.
    """

    ACTS = {"rate": "评价服务", "change": "平台更正评价", "improve": "记录改进情况"}

    record = models.OneToOneField(ServiceRecord, on_delete=models.PROTECT, related_name="rating")
    invitation = models.OneToOneField(RatingInvitation, on_delete=models.PROTECT, null=True, related_name="rating")
    channel = models.CharField("送达方式", max_length=10, choices=Channel)
    place = models.PositiveSmallIntegerField(NAMES["place"])
    response = models.PositiveSmallIntegerField(NAMES["response"])
    skill = models.PositiveSmallIntegerField(NAMES["skill"])
    conduct = models.PositiveSmallIntegerField(NAMES["conduct"])
    outcome = models.PositiveSmallIntegerField(NAMES["outcome"])
    points = models.GeneratedField(
        expression=(F("place") + F("response") + F("skill") + F("conduct") + F("outcome") - 5) * 5,
        output_field=models.SmallIntegerField(),
        db_persist=True,
        verbose_name="得分",
    )
    integrity = models.CharField("廉洁情况", max_length=10, choices=Integrity, default=Integrity.UNSAID)
    comment = models.TextField("意见和建议", max_length=1000, blank=True)
    flags = models.JSONField(default=list, help_text="与服务站的联系方式、网络相同之处")
    network = models.CharField(max_length=32, blank=True, help_text="评价时所在网络的摘要")
    source_client = models.CharField("推送平台", max_length=100, blank=True)
    external_id = models.CharField("平台编号", max_length=100, blank=True)
    rated_at = models.DateTimeField("评价时间")
    improvement = models.TextField("改进情况", max_length=2000, blank=True)
    improved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    improved_at = models.DateTimeField("改进时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务评价"
        ordering = ["-rated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{code}__range": (1, 5) for code in CODES}), name="a_rating_is_in_five_steps"
            ),
            models.CheckConstraint(condition=Q(integrity__in=Integrity.values), name="rating_integrity_known"),
            models.CheckConstraint(
                condition=Q(channel=Channel.API, invitation__isnull=True, external_id__gt="", source_client__gt="")
                | (~Q(channel=Channel.API) & Q(invitation__isnull=False, external_id="", source_client="")),
                name="a_rating_came_by_a_link_or_from_a_client",
            ),
            models.UniqueConstraint(
                fields=["source_client", "external_id"],
                condition=~Q(source_client=""),
                name="a_client_s_rating_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(improvement="", improved_at__isnull=True, improved_by__isnull=True)
                | (~Q(improvement="") & Q(improved_at__isnull=False, improved_by__isnull=False)),
                name="an_improvement_has_its_author",
            ),
        ]

    def __str__(self) -> str:
        return f"服务评价 {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("services:rating_detail", args=[self.pk])

    @property
    def station(self) -> object:
        """Whose service it is."""
        return self.record.station

    @property
    def marks(self) -> dict[str, int]:
        """{aspect: step of 1 to 5}"""
        return {code: getattr(self, code) for code in CODES}

    @property
    def is_poor(self) -> bool:
        return is_poor(self.marks)
