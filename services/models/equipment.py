from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from services.models.library import Contact, LibraryItem, kinds_field
from services.states.library import (
    BOOKED,
    BOOKING_ACTS,
    BOOKING_MOVES,
    BookingState,
    FeeUnit,
    SharingMode,
)
from stations.models import District, Station


class Equipment(LibraryItem, Contact):
    """仪器设备: an instrument with the terms on which companies and other stations use it."""

    name = models.CharField("设备名称", max_length=100)
    model = models.CharField("型号规格", max_length=100, blank=True)
    asset_number = models.CharField("设备编号", max_length=40)
    kinds = kinds_field()
    ability = models.CharField("测量范围和精度", max_length=300, blank=True)
    calibrated_until = models.DateField("检定校准有效期至", null=True, blank=True)
    # As in Qualification
    expires_at = models.GeneratedField(
        expression=Func(
            F("calibrated_until"), template="(timezone('Asia/Shanghai', (%(expressions)s + 1)::timestamp))"
        ),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    modes = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name="共享方式")
    terms = models.TextField("使用条件", max_length=1000, blank=True)
    fee = models.DecimalField("收费标准（元）", max_digits=10, decimal_places=2, null=True, blank=True)
    fee_unit = models.CharField("计费单位", max_length=10, choices=FeeUnit, blank=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在区"
    )
    place = models.CharField("放置地点", max_length=200)

    class Meta(LibraryItem.Meta):
        verbose_name = verbose_name_plural = "仪器设备"
        constraints = [
            *LibraryItem.Meta.constraints,
            models.UniqueConstraint(fields=["station", "asset_number"], name="a_station_numbers_its_equipment"),
            models.CheckConstraint(condition=Q(fee__isnull=True) | Q(fee__gte=0), name="a_fee_is_not_negative"),
            models.CheckConstraint(
                condition=Q(fee__isnull=True, fee_unit="") | (Q(fee__isnull=False) & Q(fee_unit__in=FeeUnit.values)),
                name="a_fee_has_its_unit",
            ),
            models.CheckConstraint(
                condition=Q(modes__contained_by=SharingMode.values), name="equipment_sharing_modes_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.asset_number}）"

    def get_absolute_url(self) -> str:
        return reverse("services:equipment_detail", args=[self.pk])


class Booking(models.Model):
    """预约 of an instrument for a time. Two that hold never overlap: an exclusion constraint, whoever writes."""

    MOVES = BOOKING_MOVES
    ACTS = BOOKING_ACTS

    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="bookings", verbose_name="仪器设备")
    state = models.CharField("状态", max_length=20, choices=BookingState, default=BookingState.ASKED)
    during = DateTimeRangeField("使用时间")
    client_code = models.CharField("企业统一社会信用代码", max_length=18)
    client_name = models.CharField("企业名称", max_length=100)
    purpose = models.CharField("用途", max_length=300)
    # Whose staff asked: the station of the instrument or one that it is shared with; none for a machine client
    by_station = models.ForeignKey(
        Station, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出预约的服务站"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="提出人",
    )
    asked_at = models.DateTimeField("提出时间")
    source_client = models.CharField(max_length=100, blank=True, editable=False)
    external_id = models.CharField(max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "设备预约"
        ordering = ["during", "id"]
        constraints = [
            # An equal number as a range of one, because the extension btree_gist is not in every installation
            ExclusionConstraint(
                name="an_instrument_is_booked_once_at_a_time",
                expressions=[
                    (Func(F("equipment"), F("equipment"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=sorted(BOOKED)),
            ),
            models.CheckConstraint(condition=Q(state__in=BookingState.values), name="booking_state_known"),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="a_booking_has_a_beginning_and_an_end",
            ),
            models.CheckConstraint(
                condition=Q(client_code__regex=r"^[0-9A-Z]{18}$"), name="booking_client_code_has_18_signs"
            ),
            models.CheckConstraint(
                condition=Q(source_client="") | ~Q(external_id=""), name="a_booking_of_a_machine_has_its_number"
            ),
            models.UniqueConstraint(
                fields=["source_client", "external_id"],
                condition=~Q(source_client=""),
                name="a_booking_of_a_machine_is_taken_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.equipment.name}预约"

    def get_absolute_url(self) -> str:
        return reverse("services:booking_detail", args=[self.pk])
