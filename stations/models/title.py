from django.db import models
from django.db.models import Q
from django.urls import reverse

from ledger.models import StoredFile
from stations.models.station import Station
from stations.states import TITLE_MOVES, Level, TitleState


class SlotCap(models.Model):
    """How many city titles a measure allows (Art 19). Written by `sync_slots` from the measure's file, and by nobody else."""

    ACTS = {"sync_slots": "按办法设置名额"}

    measure = models.CharField("办法", max_length=30, unique=True)
    cap = models.PositiveSmallIntegerField("名额上限")

    class Meta:
        verbose_name = verbose_name_plural = "名额上限"

    def __str__(self) -> str:
        return f"{self.measure} {self.cap}"


class Slot(models.Model):
    """One of the numbered places. A trigger refuses a number above the cap; a title takes one, one title per slot."""

    measure = models.CharField("办法", max_length=30)
    number = models.PositiveSmallIntegerField("名额号")

    class Meta:
        verbose_name = verbose_name_plural = "名额"
        ordering = ["measure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="a_slot_exists_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="slots_are_numbered_from_one"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}号名额"


class Title(models.Model):
    """称号: the city's (or a district's) title of a station. While it is active, a city title occupies one slot."""

    MOVES = TITLE_MOVES
    ACTS = {"award": "授予称号", "import": "导入原有称号"}

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="titles", verbose_name="服务站")
    level = models.CharField("级别", max_length=10, choices=Level, default=Level.CITY)
    state = models.CharField("状态", max_length=20, choices=TitleState, default=TitleState.ACTIVE)
    slot = models.ForeignKey(
        Slot, on_delete=models.PROTECT, null=True, blank=True, related_name="titles", verbose_name="名额"
    )
    number = models.CharField("称号编号", max_length=30, unique=True)
    awarded_at = models.DateTimeField("授予时间")
    basis = models.CharField("授予依据", max_length=200, help_text="评价年度和文号；本系统建立之前授予的注明来源")
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)
    ended_article = models.CharField("终止依据", max_length=60, blank=True)
    ended_decision = models.CharField("决定文号", max_length=80, blank=True)
    ended_paper = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定书"
    )

    class Meta:
        verbose_name = verbose_name_plural = "称号"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TitleState.values), name="title_state_known"),
            models.UniqueConstraint(
                fields=["slot"], condition=Q(state=TitleState.ACTIVE), name="one_active_title_per_slot"
            ),
            models.UniqueConstraint(
                fields=["station", "level"],
                condition=Q(state=TitleState.ACTIVE),
                name="one_active_title_per_station_and_level",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.DISTRICT, slot__isnull=True) | Q(level=Level.CITY, slot__isnull=False),
                name="a_city_title_takes_a_slot",
            ),
            models.CheckConstraint(
                condition=Q(state=TitleState.ACTIVE, ended_at__isnull=True)
                | (~Q(state=TitleState.ACTIVE) & Q(ended_at__isnull=False)),
                name="a_title_ends_when_it_is_no_longer_active",
            ),
            # with `a_city_title_takes_a_slot`: which article, which decision, which slot
            models.CheckConstraint(
                condition=Q(state=TitleState.ACTIVE, ended_article="", ended_decision="")
                | (~Q(state=TitleState.ACTIVE) & ~Q(ended_article="") & ~Q(ended_decision="")),
                name="an_ended_title_names_article_and_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Certificate(models.Model):
    """证书: the paper for a title. Its number and QR lead to a public page that tells the title's state today."""

    ACTS = {"issue": "签发证书", "print": "生成证书文件"}

    title = models.OneToOneField(Title, on_delete=models.PROTECT, related_name="certificate")
    number = models.CharField("证书编号", max_length=40, unique=True)
    issued_at = models.DateTimeField("签发时间")
    pdf = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    template_version = models.CharField(max_length=20, default="1")

    class Meta:
        verbose_name = verbose_name_plural = "证书"

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("stations:certificate_page", args=[self.number])
