from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from evaluation.models.round import Round
from evaluation.models.sheet import Entry
from evaluation.states import RANKING_MOVES, RankingState, Track
from ledger.models import StoredFile


class Ranking(models.Model):
    """排名 of a round, computed from locked sheets by pure functions; a new computation is a new row."""

    MOVES = RANKING_MOVES
    ACTS = {"compute": "计算排名", "decide_tie": "记录集体决定"}

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="rankings")
    number = models.PositiveSmallIntegerField("版次")
    state = models.CharField("状态", max_length=20, choices=RankingState)
    computed_at = models.DateTimeField("计算时间")
    # {aggregation, tie_order, pass_mark, min_sheets, step, spread_threshold, cap, active_before, delisted, free_slots}
    settings = models.JSONField(encoder=DjangoJSONEncoder)
    # [{boundary, entries: [id]}] where a tie straddles a boundary
    ties = models.JSONField(default=list)
    inputs_sha256 = models.CharField(max_length=64, help_text="所依据的全部已锁定评分表的摘要")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "排名"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RankingState.values), name="ranking_state_known"),
            models.UniqueConstraint(fields=["round", "number"], name="a_ranking_has_its_own_number"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(state=RankingState.CONFIRMED),
                name="one_confirmed_ranking_per_round",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} 第{self.number}版排名"


class Outcome(models.TextChoices):
    """What the ranking proposes for an entry."""

    AWARD = "award", "拟授予称号"
    RESERVE = "reserve", "候补"
    RETAIN = "retain", "拟保留称号"
    FAIL = "fail", "拟不通过"
    UNDECIDED = "undecided", "并列待定"


class RankingLine(models.Model):
    """One entry's place: rounded total, dimension scores, rank within its track, proposed outcome and printed working."""

    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="lines")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="ranking_lines")
    # That of its entry, which a foreign key of both holds; here for the index that a page of a track is cut from
    track = models.CharField("组别", max_length=10, choices=Track)
    total = models.DecimalField("总分", max_digits=6, decimal_places=2)
    dimensions = models.JSONField("各维度得分", help_text='{"代码": "25.10"}')
    rank = models.PositiveIntegerField("名次")
    outcome = models.CharField("建议", max_length=20, choices=Outcome)
    tier = models.PositiveSmallIntegerField("等次", null=True, blank=True)
    spread = models.DecimalField("极差", max_digits=6, decimal_places=2)
    deviation = models.DecimalField("标准差", max_digits=6, decimal_places=2)
    flagged = models.BooleanField("分差较大", default=False)
    working = models.JSONField("计算过程", encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = verbose_name_plural = "排名明细"
        ordering = ["rank", "entry"]
        constraints = [models.UniqueConstraint(fields=["ranking", "entry"], name="an_entry_has_one_place_in_a_ranking")]
        indexes = [models.Index(fields=["ranking", "track", "rank", "id"], name="ranking_in_order")]

    def __str__(self) -> str:
        return f"{self.rank} {self.entry}"


class TieDecision(models.Model):
    """集体决定 on a tie that straddles a boundary: the order, the reason, the minutes. The system never breaks it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="tie_decisions")
    boundary = models.CharField("边界", max_length=40)
    order = models.JSONField("次序", help_text="参评对象编号，按先后")
    reason = models.TextField("理由", max_length=1000)
    minutes = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="会议纪要")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = "并列的集体决定"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.round} {self.boundary}"
