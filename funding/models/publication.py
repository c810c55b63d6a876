from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse


class ListKind(models.TextChoices):
    GRANTS = "grants", "资金支持名单"
    PRIORITY = "priority", "优先考虑名单"


class PublicList(models.Model):
    """A published list of grants (Art 19) or of leading stations (Art 20): content frozen, hash shown. Never changed; a
    later list is a new row."""

    ACTS = {"publish": "公布名单"}

    kind = models.CharField("类别", max_length=20, choices=ListKind)
    measure = models.CharField("办法", max_length=30)
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("标题", max_length=200)
    rule = models.CharField("形成规则", max_length=500)
    # {"rows": [{station, organisation, credit_code, district, ...}]}
    content = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField("公布时间")

    class Meta:
        verbose_name = verbose_name_plural = "公布的名单"
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ListKind.values), name="public_list_kind_known"),
            models.UniqueConstraint(fields=["kind", "sha256"], name="the_same_list_is_published_once"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("funding:list_detail", args=[self.pk])
