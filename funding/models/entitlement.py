from django.db import models
from django.db.models import Q

from evaluation.models import Conclusion, Entry, Ranking
from funding.states.grant import SchemeKind
from measures.articles import citation
from stations.models import Organisation, Station, Title


class Scheme(models.Model):
    """What the measure pays for: a ceiling in yuan and, for a prize tier, how many places. Written by `sync_schemes` from
    the measure's file, and by nobody else."""

    ACTS = {"sync_schemes": "按办法设置资金标准"}

    measure = models.CharField("办法", max_length=30)
    kind = models.CharField("类别", max_length=20, choices=SchemeKind)
    tier = models.PositiveSmallIntegerField("等次", default=0, help_text="0 为没有等次")
    name = models.CharField("名称", max_length=40)
    ceiling = models.PositiveIntegerField("最高金额（元）")
    places = models.PositiveSmallIntegerField("名额", null=True, blank=True)
    article = models.CharField("依据", max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = "资金标准"
        ordering = ["measure", "tier", "id"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "kind", "tier"], name="a_measure_has_each_scheme_once"),
            models.CheckConstraint(
                condition=Q(kind=SchemeKind.AWARD_SUPPORT, tier=0, places__isnull=True)
                | Q(kind=SchemeKind.PRIZE, tier__gte=1, places__gte=1),
                name="prizes_have_tier_and_places",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EntitlementRun(models.Model):
    """The entitlements of one executed conclusion were computed: once, and from which version of the ranking."""

    ACTS = {"compute": "计算资金支持对象"}

    conclusion = models.OneToOneField(Conclusion, on_delete=models.PROTECT, related_name="+", verbose_name="评价结论")
    ranking = models.ForeignKey(Ranking, on_delete=models.PROTECT, related_name="+", verbose_name="排名")
    computed_at = models.DateTimeField("计算时间")
    count = models.PositiveSmallIntegerField("支持对象数")

    class Meta:
        verbose_name = verbose_name_plural = "资金支持对象的计算"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.conclusion} 资金支持对象"


class Entitlement(models.Model):
    """支持对象: what a station may be given by Art 19, as it follows from a confirmed ranking. A ceiling, not yet a
    decision. Never changed."""

    run = models.ForeignKey(EntitlementRun, on_delete=models.PROTECT, related_name="entitlements")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="entitlements", verbose_name="支持类别")
    kind = models.CharField("类别", max_length=20, choices=SchemeKind)
    measure = models.CharField("办法", max_length=30)
    year = models.PositiveSmallIntegerField("评价年度")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+", verbose_name="参评对象")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name="服务站")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="建设主体")
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="+", verbose_name="称号")
    rank = models.PositiveIntegerField("名次")
    tier = models.PositiveSmallIntegerField("等次", default=0)
    # Which of the tier's places, from 1: within the measure's number and each given once (trigger, unique)
    seat = models.PositiveSmallIntegerField("等次内名额", null=True, blank=True)
    ceiling = models.PositiveIntegerField("最高金额（元）")
    article = models.CharField("依据", max_length=20)
    # The organisation had the one-off support before, or has it from this ranking already (Art 19: 一次性)
    again = models.BooleanField("再次享受一次性支持", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "资金支持对象"
        ordering = ["-year", "kind", "rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["entry"], name="an_entry_is_entitled_once"),
            models.UniqueConstraint(
                fields=["measure", "year", "tier", "seat"],
                condition=Q(kind=SchemeKind.PRIZE),
                name="a_place_of_a_tier_is_given_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=SchemeKind.AWARD_SUPPORT, tier=0, seat__isnull=True)
                | Q(kind=SchemeKind.PRIZE, tier__gte=1, seat__gte=1, again=False),
                name="a_prize_has_tier_and_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.scheme}"

    @property
    def citation(self) -> str:
        """第十九条"""
        return citation(self.article)
