"""What comes of a need at its station: matches, plan, contract, log, delivery, archive."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from ledger.models import StoredFile
from services.models.agency import Agency
from services.models.equipment import Equipment
from services.models.need import Need
from services.models.record import ServiceRecord
from services.models.specialist import Specialist
from services.states.library import CompanySize
from services.states.need import MATCH_MOVES, MatchState
from stations.models import Station


def person(label: str, **options: Any) -> Any:
    """A column for somebody of the station."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=label, **options
    )


def yuan(label: str) -> Any:
    return models.DecimalField(label, max_digits=12, decimal_places=2, default=Decimal(0))


class NeedMatch(models.Model):
    """Somebody or something proposed for a need, with what spoke for it then, and what the other side said."""

    MOVES = MATCH_MOVES
    ACTS = {"propose": "提出对接"}

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="matches", verbose_name="服务需求")
    state = models.CharField("状态", max_length=20, choices=MatchState, default=MatchState.PROPOSED)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="matches")
    specialist = models.ForeignKey(Specialist, on_delete=models.PROTECT, null=True, blank=True, related_name="matches")
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, null=True, blank=True, related_name="matches")
    points = models.PositiveSmallIntegerField("匹配分")
    reasons = models.JSONField("理由", default=list, help_text="[[文字, 得分, 满分], ...]")
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = person("提出人")
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "对接"
        ordering = ["-points", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MatchState.values), name="need_match_state_known"),
            models.CheckConstraint(
                condition=Q(agency__isnull=False, specialist__isnull=True, equipment__isnull=True)
                | Q(agency__isnull=True, specialist__isnull=False, equipment__isnull=True)
                | Q(agency__isnull=True, specialist__isnull=True, equipment__isnull=False),
                name="a_match_is_of_one_resource",
            ),
            *(
                models.UniqueConstraint(
                    fields=["need", what],
                    condition=Q(state__in=["proposed", "accepted"]),
                    name=f"one_open_match_per_{what}",
                )
                for what in ("agency", "specialist", "equipment")
            ),
        ]

    def __str__(self) -> str:
        return f"对接{self.resource}"

    def get_absolute_url(self) -> str:
        return self.need.get_absolute_url()

    @property
    def resource(self) -> Any:
        return self.agency or self.specialist or self.equipment

    @property
    def what(self) -> str:
        return "服务机构" if self.agency_id else "专业人员" if self.specialist_id else "仪器设备"

    @property
    def station(self) -> Station | None:
        return self.need.station

    @property
    def station_id(self) -> int | None:
        return self.need.station_id


class ServicePlan(models.Model):
    """一企一策: what this company's problem is, and what is done about it. Written until the service is delivered."""

    need = models.OneToOneField(Need, on_delete=models.PROTECT, related_name="plan")
    situation = models.TextField("企业现状和问题", max_length=3000)
    goal = models.TextField("服务目标", max_length=2000)
    measures = models.TextField("服务措施", max_length=3000)
    written_at = models.DateTimeField("制定时间")
    written_by = person("制定人")

    class Meta:
        verbose_name = verbose_name_plural = "服务方案"

    def __str__(self) -> str:
        return f"{self.need.company}服务方案"


class CaseNumber(models.Model):
    """档案号 of a need: given by the database, 1, 2, 3 ... for each station and year, without a gap; never changed."""

    need = models.OneToOneField(Need, on_delete=models.PROTECT, related_name="case_number")
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+", verbose_name="服务站")
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("顺序号", default=0, help_text="由数据库给出")
    given_at = models.DateTimeField("编号时间")

    class Meta:
        verbose_name = verbose_name_plural = "档案号"
        constraints = [
            models.UniqueConstraint(fields=["station", "year", "number"], name="a_case_number_is_given_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="case_numbers_begin_at_1"),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.number:04d}"


class CaseCounter(models.Model):
    """The last number of a station and year. Only the database's trigger writes it, under its row lock."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["station", "year"], name="one_case_counter_per_year")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.year}: {self.last}"


class Contract(models.Model):
    """服务合同 as it was signed: parties, items, fee, what was taken off for a small firm, and the paper. Final."""

    need = models.OneToOneField(Need, on_delete=models.PROTECT, related_name="contract")
    client_name = models.CharField("委托方", max_length=100)
    client_code = models.CharField("委托方统一社会信用代码", max_length=18)
    provider = models.CharField("服务方", max_length=100, help_text="服务站的建设主体")
    agency_name = models.CharField("参与服务的机构", max_length=300, blank=True)
    size = models.CharField("企业规模", max_length=10, choices=CompanySize)
    signed_on = models.DateField("签订日期")
    ends_on = models.DateField("约定完成日期")
    fee = yuan("服务费（元）")
    discount = yuan("减免（元）")
    discount_reason = models.CharField("减免依据", max_length=200, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="合同文件")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = person("登记人")

    class Meta:
        verbose_name = verbose_name_plural = "服务合同"
        constraints = [
            models.CheckConstraint(condition=Q(fee__gte=0), name="a_contract_fee_is_not_negative"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=F("fee")), name="a_discount_is_within_the_fee"
            ),
            models.CheckConstraint(condition=Q(discount=0) | ~Q(discount_reason=""), name="a_discount_has_its_reason"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("signed_on")), name="a_contract_ends_after_it_is_signed"),
        ]

    def __str__(self) -> str:
        return f"{self.client_name}服务合同"

    @property
    def payable(self) -> Decimal:
        return self.fee - self.discount


class ContractItem(models.Model):
    """One line of a contract. The lines add up to the fee: the database looks at commit."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("服务事项", max_length=100)
    amount = yuan("金额（元）")

    class Meta:
        verbose_name = verbose_name_plural = "合同事项"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "position"], name="contract_items_are_numbered"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_contract_item_is_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class Progress(models.Model):
    """One line of the log: something done, or something to do by a day; problems found on the way, and solved."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="progress")
    text = models.TextField("事项", max_length=1000)
    due_at = models.DateTimeField("期限", null=True, blank=True, help_text="所填日期的24时")
    problems_found = models.PositiveSmallIntegerField("发现问题（个）", default=0)
    problems_solved = models.PositiveSmallIntegerField("解决问题（个）", default=0)
    problems = models.TextField("问题和处理情况", max_length=2000, blank=True)
    entered_at = models.DateTimeField("登记时间")
    entered_by = person("登记人")
    done_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务进展"
        ordering = ["entered_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | Q(done_at__isnull=False), name="a_step_to_come_has_its_day"
            ),
            models.CheckConstraint(
                condition=Q(problems_solved__lte=F("problems_found")), name="a_step_solves_what_it_found"
            ),
            models.CheckConstraint(condition=Q(problems_found=0) | ~Q(problems=""), name="problems_found_are_told"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        return reverse("services:need_detail", args=[self.need_id])


class Delivery(models.Model):
    """交付: the report, and the record by which the service is counted. Final."""

    need = models.OneToOneField(Need, on_delete=models.PROTECT, related_name="delivery")
    report = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="服务报告")
    record = models.OneToOneField(ServiceRecord, on_delete=models.PROTECT, related_name="delivery")
    summary = models.TextField("服务成果", max_length=2000)
    delivered_at = models.DateTimeField("交付时间")
    delivered_by = person("交付人")

    class Meta:
        verbose_name = verbose_name_plural = "交付"

    def __str__(self) -> str:
        return f"{self.need.company}服务交付"


class CaseArchive(models.Model):
    """归档: the whole case as one PDF with its index. Final."""

    need = models.OneToOneField(Need, on_delete=models.PROTECT, related_name="archive")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="档案")
    papers = models.JSONField("目录", default=list, help_text="[{name, pages, sha256}, ...]")
    archived_at = models.DateTimeField("归档时间")
    archived_by = person("归档人")

    class Meta:
        verbose_name = verbose_name_plural = "服务档案"

    def __str__(self) -> str:
        return f"{self.need.company}服务档案"
