from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from stations.models import Station


class Basis(models.TextChoices):
    """On what a class rests."""

    ROUND = "round", "评价结果"
    INSPECTION = "inspection", "监督检查"
    OTHER = "other", "其他"


class StationClass(models.Model):
    """One class of the bureau's dictionary: Art 17 asks for classes and names none."""

    ACTS = {"add": "增加类别", "change": "修改类别"}

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=40, unique=True)
    description = models.CharField("说明", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)
    active = models.BooleanField("使用中", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务站类别"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("supervision:class_list")


class Classification(models.Model):
    """One decision on the class of a station (Art 17). Never changed: the newest holds, the others are its history."""

    ACTS = {"classify": "确定服务站类别"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="classifications", verbose_name="服务站"
    )
    station_class = models.ForeignKey(
        StationClass,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="classifications",
        verbose_name="类别",
        help_text="没有类别，即取消分类",
    )
    basis = models.CharField("依据", max_length=20, choices=Basis)
    basis_text = models.CharField("依据的文件或者事项", max_length=200)
    reason = models.CharField("理由", max_length=1000)
    decided_at = models.DateTimeField("确定时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="确定人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "分类分级"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="classification_basis_known"),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(basis_text=""), name="a_classification_has_basis_and_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station}：{self.station_class or '取消分类'}"
