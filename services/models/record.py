from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from services.catalogue import CATALOGUE, Item
from services.states.record import Origin, SetAside
from stations.models import Industry, Station


def money(label: str) -> Any:
    """A column of yuan, empty where the station has not said."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=True, blank=True)


class ServiceRecord(models.Model):
    """One service that a station gave to one company: what every figure of the year is counted from.

    `set_aside` is empty for a record that counts. Nothing is deleted: what should not count is set aside, and shown.
    """

    ACTS = {"add": "登记服务记录", "change": "修改服务记录", "withdraw": "撤回服务记录"}

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="service_records", verbose_name="服务站", db_index=False
    )
    client_code = models.CharField("统一社会信用代码", max_length=18)
    client_name = models.CharField("服务对象", max_length=100)
    industry = models.ForeignKey(
        Industry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="产业", db_index=False
    )
    kind = models.CharField("服务类别", max_length=40, help_text="办法第九条的服务种类代码")
    item = models.CharField("服务事项", max_length=80, help_text="服务事项目录里的代码")
    served_on = models.DateField("服务日期")
    visits = models.PositiveIntegerField("服务次数（家次）", default=1)
    problems_found = models.PositiveIntegerField("发现问题（个）", default=0)
    problems_solved = models.PositiveIntegerField("解决问题（个）", default=0)
    experts = models.PositiveIntegerField("投入专家（人次）", default=0)
    fee = money("收费（元）")
    discount = money("减免（元）")
    saved_cost = money("节约费用（元）")
    added_profit = money("增长利润（元）")
    jobs_added = models.PositiveIntegerField("新增就业（人）", default=0)
    summary = models.CharField("服务情况", max_length=2000, blank=True)
    origin = models.CharField("来源", max_length=10, choices=Origin)
    source_client = models.CharField("推送的应用", max_length=100, blank=True)
    external_id = models.CharField("外部编号", max_length=100, blank=True)
    # What tells a row of a table from every other of the station; of rows that did not come by one it is empty
    import_key = models.CharField("导入标识", max_length=64, blank=True, db_default="")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记人",
        db_index=False,
    )
    changed_at = models.DateTimeField("最近变更时间")
    set_aside = models.CharField("不计入的原因", max_length=20, choices=SetAside, blank=True)
    set_aside_reason = models.CharField("不计入的说明", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务记录"
        ordering = ["-served_on", "-id"]
        indexes = [
            models.Index(fields=["station", "served_on"], name="records_by_station_and_day"),
            models.Index(fields=["served_on"], name="records_by_day"),
            # who polls for what has changed
            models.Index(fields=["changed_at", "id"], name="records_by_change"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(client_code__regex=r"^[0-9A-Z]{18}$"), name="a_client_code_has_18_signs"
            ),
            models.CheckConstraint(condition=~Q(client_name=""), name="a_record_names_its_client"),
            models.CheckConstraint(condition=Q(visits__gte=1), name="a_record_is_at_least_one_visit"),
            models.CheckConstraint(
                condition=Q(problems_solved__lte=F("problems_found")), name="only_problems_found_are_solved"
            ),
            models.CheckConstraint(
                condition=(Q(fee__isnull=True) | Q(fee__gte=0))
                & (Q(discount__isnull=True) | Q(discount__gte=0))
                & (Q(saved_cost__isnull=True) | Q(saved_cost__gte=0)),
                name="a_record_holds_no_negative_money",
            ),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="a_record_origin_is_known"),
            models.CheckConstraint(
                condition=Q(set_aside__in=["", *SetAside.values]), name="a_record_set_aside_is_known"
            ),
            models.CheckConstraint(
                condition=Q(set_aside="", set_aside_reason="") | (~Q(set_aside="") & ~Q(set_aside_reason="")),
                name="a_record_set_aside_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(origin=Origin.API) | (~Q(source_client="") & ~Q(external_id="")),
                name="a_pushed_record_names_its_client_and_number",
            ),
            models.UniqueConstraint(
                fields=["source_client", "external_id"],
                condition=~Q(source_client=""),
                name="an_external_record_is_kept_once",
            ),
            models.UniqueConstraint(
                fields=["station", "import_key"],
                condition=~Q(import_key=""),
                name="a_row_of_a_table_is_kept_once",
            ),
            models.CheckConstraint(
                condition=Q(import_key="") | Q(origin=Origin.IMPORTED), name="only_a_row_of_a_table_has_its_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_name} {self.item_name} {self.served_on}"

    def get_absolute_url(self) -> str:
        return reverse("services:record_detail", args=[self.pk])

    @property
    def catalogue_item(self) -> Item | None:
        """None for a code that the catalogue has dropped since."""
        return CATALOGUE.by_code.get(self.item)

    @property
    def item_name(self) -> str:
        return self.catalogue_item.name if self.catalogue_item else self.item

    @property
    def kind_name(self) -> str:
        return next((kind.name for kind in CATALOGUE.kinds if kind.code == self.kind), self.kind)

    @property
    def counts(self) -> bool:
        return not self.set_aside

    @property
    def withdrawn(self) -> bool:
        return self.set_aside == SetAside.WITHDRAWN
