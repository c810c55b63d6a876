from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from stations.states import ORGANISATION_ACTS, DistrictKind, MemberRole, OrganisationKind


class District(models.Model):
    """A district of the city or a functional zone. Zones have codes of our own, never invented GB/T 2260 numbers."""

    code = models.CharField("代码", max_length=20, primary_key=True)
    name = models.CharField("名称", max_length=40, unique=True)
    kind = models.CharField("类别", max_length=10, choices=DistrictKind)
    gb_code = models.CharField("行政区划代码", max_length=6, null=True, blank=True, unique=True)
    supervising_bureau = models.CharField("监管机构", max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "区和功能区"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=DistrictKind.DIVISION, gb_code__isnull=False))
                | Q(kind=DistrictKind.ZONE, gb_code__isnull=True),
                name="only_divisions_have_a_gb_code",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Industry(models.Model):
    """One industry of the city's lists such as “965”: a dictionary that moves, hence dates and a mark for unverified."""

    code = models.CharField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=60)
    group = models.CharField("类别", max_length=40)
    valid_from = models.DateField("起始", null=True, blank=True)
    valid_to = models.DateField("终止", null=True, blank=True)
    verified = models.BooleanField("已核实", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "产业"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """质量服务站建设主体: the legal person that builds stations."""

    name = models.CharField("单位名称", max_length=100)
    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    kind = models.CharField("单位类型", max_length=20, choices=OrganisationKind)
    founded_on = models.DateField("成立日期")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", verbose_name="注册地")
    address = models.CharField("注册地址", max_length=200)
    legal_representative = models.CharField("法定代表人", max_length=40, blank=True)
    licence_valid_until = models.DateField(
        "证照有效期至", null=True, blank=True, help_text="登记证照上写明期限的填写；长期有效的不填"
    )
    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    version = models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()
    ACTS = ORGANISATION_ACTS

    class Meta:
        verbose_name = verbose_name_plural = "建设主体"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(credit_code__regex=r"^[0-9A-Z]{18}$"), name="credit_code_has_18_signs")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("stations:organisation_detail", args=[self.pk])


class Membership(models.Model):
    """A person who acts for an organisation. Several people of one organisation work on one file."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("身份", max_length=10, choices=MemberRole)
    joined_at = models.DateTimeField("加入时间")
    left_at = models.DateTimeField("退出时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "成员"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(left_at__isnull=True), name="one_membership_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.user}"


class Invitation(models.Model):
    """An invitation by e-mail into an organisation; only the hash of its token is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField("邮箱")
    role = models.CharField("身份", max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField("邀请时间")
    expires_at = models.DateTimeField("有效期至")
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "邀请"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_invitation_per_email",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.email}"
