from django.db import models
from django.db.models import Q
from django.urls import reverse

from services.models.library import LibraryItem, SealedPhone, kinds_field
from services.states.library import SpecialistKind
from stations.models import District


class Specialist(LibraryItem, SealedPhone):
    """专业人员 or 专家: who serves companies for the station, of its own staff or from elsewhere."""

    name = models.CharField("姓名", max_length=40)
    category = models.CharField("类别", max_length=10, choices=SpecialistKind)
    employer = models.CharField("工作单位", max_length=100)
    title = models.CharField("职称或职务", max_length=60, blank=True)
    certificates = models.CharField("职业资格", max_length=200, blank=True)
    kinds = kinds_field()
    field = models.CharField("专业方向", max_length=300)
    years = models.PositiveSmallIntegerField("从业年数", default=0)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所在区",
        help_text="武汉市以外的不选",
    )

    class Meta(LibraryItem.Meta):
        verbose_name = verbose_name_plural = "专业人员和专家"
        constraints = [
            *LibraryItem.Meta.constraints,
            models.UniqueConstraint(fields=["station", "name", "employer"], name="a_station_lists_a_specialist_once"),
            models.CheckConstraint(condition=Q(category__in=SpecialistKind.values), name="specialist_category_known"),
            models.CheckConstraint(condition=Q(years__lte=60), name="years_of_a_specialist_are_plausible"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("services:specialist_detail", args=[self.pk])
