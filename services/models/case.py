from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from ledger.models import StoredFile
from services.annexes import CASE
from services.states.case import CASE_MOVES, CaseState
from stations.models import Station

PARTS = ("situation", "practice", "effect")  # the texts that are counted together (Hunan annex 2)


class TypicalCase(models.Model):
    """典型案例: what a station did and what came of it, in the parts of Hunan's annex 2. Public once the bureau has reviewed
    it."""

    MOVES = CASE_MOVES
    ACTS = {"begin": "开始写典型案例", "write": "修改典型案例"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="typical_cases", verbose_name="服务站")
    state = models.CharField("状态", max_length=20, choices=CaseState, default=CaseState.DRAFT)
    year = models.PositiveSmallIntegerField("年度")
    project = models.CharField("项目名称", max_length=60)
    situation = models.TextField("基本情况", max_length=3000, blank=True)
    practice = models.TextField("主要做法", max_length=3000, blank=True)
    effect = models.TextField("发展成效", max_length=3000, blank=True)
    pictures = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="图片")
    changed_at = models.DateTimeField("最近修改时间")
    version = models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    remark = models.CharField("审核意见", max_length=1000, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审核人",
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "典型案例"
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state_known"),
            models.CheckConstraint(condition=~Q(project=""), name="a_case_has_a_name"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "returned", "discarded"])
                | (~Q(situation="") & ~Q(practice="") & ~Q(effect="") & Q(submitted_at__isnull=False)),
                name="a_submitted_case_has_its_parts",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retracted"])
                | (Q(published_at__isnull=False) & Q(reviewed_by__isnull=False)),
                name="a_published_case_was_reviewed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "retracted"]) | ~Q(remark=""),
                name="a_returned_case_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.project

    def get_absolute_url(self) -> str:
        return reverse("services:case_detail", args=[self.pk])

    @property
    def parts(self) -> list[tuple[str, str]]:
        """(name, text) of each part, in order."""
        return [(CASE.field(name).name, getattr(self, name)) for name in PARTS]
