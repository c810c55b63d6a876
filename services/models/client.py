from django.db import models
from django.db.models import Q
from django.urls import reverse

from services.models.library import Contact, LibraryItem
from services.states.library import SMALL_FIRMS, CompanySize
from stations.models import District, Industry


class Client(LibraryItem, Contact):
    """服务对象: a company that the station serves, by its code."""

    credit_code = models.CharField("统一社会信用代码", max_length=18)
    name = models.CharField("企业名称", max_length=100)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所在区",
        help_text="武汉市以外的不选",
    )
    industry = models.ForeignKey(
        Industry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所属产业"
    )
    size = models.CharField(
        "企业规模",
        max_length=10,
        choices=CompanySize,
        blank=True,
        help_text="按中小企业划型标准；小型、微型企业收费优惠（办法第十条）",
    )
    address = models.CharField("地址", max_length=200, blank=True)

    class Meta(LibraryItem.Meta):
        verbose_name = verbose_name_plural = "服务对象"
        constraints = [
            *LibraryItem.Meta.constraints,
            models.UniqueConstraint(fields=["station", "credit_code"], name="a_station_lists_a_client_once"),
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-Z]{18}$"), name="client_credit_code_has_18_signs"
            ),
            models.CheckConstraint(condition=Q(size__in=["", *CompanySize.values]), name="client_size_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("services:client_detail", args=[self.pk])

    @property
    def is_small(self) -> bool:
        """Whether the discount for small firms is for it."""
        return self.size in SMALL_FIRMS
