from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from ledger.models import StoredFile
from stations.models.organisation import District, Industry, Organisation
from stations.states import Platform, TeamRole


class Station(models.Model):
    """质量服务站: the platform that an organisation sets up for companies."""

    ACTS = {
        "create": "新建服务站",
        "update": "修改服务站信息",
        "add_ability": "填报服务能力",
        "change_ability": "修改服务能力",
        "remove_ability": "删除服务能力",
        "add_team_member": "增加团队成员",
        "change_team_member": "修改团队成员",
        "remove_team_member": "删除团队成员",
        "set_online_presence": "填报线上服务",
        "remove_online_presence": "删除线上服务",
        "show_class": "更新公开的类别",
        "add_records": "批量登记服务记录",
    }

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="stations", verbose_name="建设主体"
    )
    name = models.CharField("服务站名称", max_length=80, unique=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="stations", verbose_name="所在区")
    supervised_by = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="supervised_stations", verbose_name="监管单位"
    )
    address = models.CharField("服务场所地址", max_length=200)
    area = models.PositiveIntegerField("场所面积（平方米）", null=True, blank=True)
    window = models.CharField("服务窗口", max_length=100, blank=True)
    opening_hours = models.CharField("服务时间", max_length=100, blank=True)
    phone = models.CharField("服务电话", max_length=30, blank=True)
    introduction = models.TextField("简介", max_length=1000, blank=True)
    commitment = models.TextField("服务承诺", max_length=2000, blank=True)
    industries = models.ManyToManyField(Industry, blank=True, related_name="stations", verbose_name="服务产业")
    shown_class = models.CharField(
        "公开的类别", max_length=40, blank=True, default="", editable=False, help_text="由分类分级写入，空为不公开"
    )
    version = models.PositiveIntegerField(default=0, help_text="每次保存加一，用来发现两人同时修改")
    created_at = models.DateTimeField(auto_now_add=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "服务站"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name__regex="国家|中国|全国"), name="station_name_claims_no_national_rank"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("stations:station_page", args=[self.pk])


class Ability(models.Model):
    """One of the service kinds of Art 9 that the station claims, with the proof for it."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="abilities")
    kind = models.CharField("服务内容", max_length=40, help_text="办法第九条的服务种类代码")
    description = models.TextField("能力说明", max_length=1000)
    evidence = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="证明材料")

    class Meta:
        verbose_name = verbose_name_plural = "服务能力"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["station", "kind"], name="an_ability_counts_once")]

    def __str__(self) -> str:
        return f"{self.station} {self.kind}"


class TeamMember(models.Model):
    """A person of the station's team (Art 13(5)). Names are shown to the bureau and to assigned experts only."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="team")
    role = models.CharField("岗位", max_length=30, choices=TeamRole)
    name = models.CharField("姓名", max_length=40)
    education = models.CharField("学历和专业", max_length=80, blank=True)
    relevant_degree = models.BooleanField("质量、标准化相关专业", default=False)
    years = models.PositiveSmallIntegerField("质量、标准化从业年数", default=0)
    certificate = models.CharField("职称或证书", max_length=100, blank=True)
    evidence = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="证明材料")

    class Meta:
        verbose_name = verbose_name_plural = "团队成员"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "role"],
                condition=Q(role__in=[TeamRole.HEAD, TeamRole.DEPUTY, TeamRole.CHIEF_QUALITY_OFFICER]),
                name="one_head_one_deputy_one_chief_quality_officer",
            ),
            models.CheckConstraint(condition=Q(years__lte=60), name="years_of_work_are_plausible"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.name}"


class OnlinePresence(models.Model):
    """Proof that the station is online on an outside platform: address, screenshot, date. Checked by staff."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="online")
    platform = models.CharField("平台", max_length=20, choices=Platform)
    url = models.URLField("店铺或站点网址", max_length=300)
    screenshot = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="截图")
    seen_on = models.DateField("截图日期")

    class Meta:
        verbose_name = verbose_name_plural = "线上服务"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["station", "platform"], name="one_presence_per_platform")]

    def __str__(self) -> str:
        return f"{self.station} {self.get_platform_display()}"
