from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse

from ledger.models import StoredFile
from services.models.library import Contact, LibraryItem, kinds_field
from services.states.library import QualificationType
from stations.models import District


class Agency(LibraryItem, Contact):
    """服务机构: whom the station brings a need to that it does not serve itself."""

    name = models.CharField("机构名称", max_length=100)
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="所在区",
        help_text="武汉市以外的不选",
    )
    address = models.CharField("地址", max_length=200, blank=True)
    kinds = kinds_field()
    scope = models.TextField("服务范围", max_length=1000)

    class Meta(LibraryItem.Meta):
        verbose_name = verbose_name_plural = "服务机构"
        constraints = [
            *LibraryItem.Meta.constraints,
            models.UniqueConstraint(fields=["station", "credit_code"], name="a_station_lists_an_agency_once"),
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-Z]{18}$"), name="agency_credit_code_has_18_signs"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("services:agency_detail", args=[self.pk])


class Qualification(models.Model):
    """资质 of an agency: in force from its first to its last day, both included."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="qualifications", verbose_name="服务机构")
    type = models.CharField("资质种类", max_length=20, choices=QualificationType)
    number = models.CharField("证书编号", max_length=60)
    issuer = models.CharField("发证机关", max_length=100, blank=True)
    kinds = kinds_field()
    scope = models.TextField("资质范围", max_length=1000, blank=True)
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期至", null=True, blank=True, help_text="证书上没有写明期限的不填")
    # 24:00 of the last day in Wuhan; the database counts it, so that it cannot differ from the day
    expires_at = models.GeneratedField(
        expression=Func(F("valid_until"), template="(timezone('Asia/Shanghai', (%(expressions)s + 1)::timestamp))"),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="证书文件"
    )

    class Meta:
        verbose_name = verbose_name_plural = "资质"
        ordering = ["type", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "type", "number"], name="an_agency_has_a_certificate_once"),
            models.CheckConstraint(condition=Q(type__in=QualificationType.values), name="qualification_type_known"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="a_qualification_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return self.agency.get_absolute_url()

    @property
    def short_type(self) -> str:
        """CMA, CNAS, CAL as everybody says; the others by their name."""
        label = self.get_type_display()
        return label.partition("（")[2].rstrip("）") or label
