from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from evaluation.models.round import Round
from evaluation.states import CONCLUSION_MOVES, ConclusionState


class Conclusion(models.Model):
    """结论: what one person proposes and another approves; approval delists, frees, awards and promotes at once."""

    MOVES = CONCLUSION_MOVES
    ACTS = {"propose": "拟办结论"}

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="conclusions", verbose_name="评价")
    state = models.CharField("状态", max_length=20, choices=ConclusionState, default=ConclusionState.PROPOSED)
    # [{entry, station, action: delist|retain|award|reserve|refuse|held, slot?}] as shown by the dry run
    plan = models.JSONField(encoder=DjangoJSONEncoder)
    plan_sha256 = models.CharField(max_length=64)
    document_number = models.CharField("发文字号", max_length=60, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="拟办人"
    )
    proposed_at = models.DateTimeField("拟办时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审批人",
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评价结论"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ConclusionState.values), name="conclusion_state_known"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="proposer_and_approver_differ",
            ),
            models.CheckConstraint(
                condition=Q(state=ConclusionState.PROPOSED) | Q(decided_by__isnull=False),
                name="a_decided_conclusion_names_who_decided",
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(state=ConclusionState.PROPOSED),
                name="one_conclusion_awaits_approval_per_round",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} 结论"

    def get_absolute_url(self) -> str:
        return reverse("evaluation:conclusion_detail", args=[self.pk])
