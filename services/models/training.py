"""Training events of a station, who signed up, who came."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from ledger.contacts import SealedContact
from ledger.sealed import unseal
from services.models.record import ServiceRecord
from services.states.training import (
    SIGN_UP_MOVES,
    TRAINING_MOVES,
    AttendanceWay,
    SignUpState,
    TrainingState,
)
from stations.models import Station


class TrainingEvent(models.Model):
    """培训活动 of a station. What is counted of it is one service record for each company that came."""

    MOVES = TRAINING_MOVES
    ACTS = {
        "create": "新建培训活动",
        "change": "修改培训活动",
        "attend": "登记签到",
        "undo_attendance": "撤销签到",
        "renew_code": "更换签到二维码",
    }

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="trainings", verbose_name="服务站")
    state = models.CharField("状态", max_length=20, choices=TrainingState, default=TrainingState.DRAFT)
    title = models.CharField("培训主题", max_length=80)
    kind = models.CharField("服务种类", max_length=40, help_text="办法第九条的服务种类代码")
    text = models.TextField("内容和安排", max_length=3000, blank=True)
    place = models.CharField("地点", max_length=200)
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    capacity = models.PositiveIntegerField("名额（人）")
    code_number = models.PositiveSmallIntegerField(default=1, help_text="签到二维码换过几次，旧码随之失效")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="创建人"
    )
    created_at = models.DateTimeField("创建时间")
    summary = models.TextField("办结说明", max_length=2000, blank=True)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "培训活动"
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TrainingState.values), name="training_state_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_training_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(capacity__range=(1, 5000)), name="a_training_has_places"),
            models.CheckConstraint(
                condition=~Q(state="concluded") | Q(ended_at__gte=F("ends_at")),
                name="a_training_is_concluded_after_its_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of who runs it; the public one is `training_page`."""
        return reverse("services:training_detail", args=[self.pk])


class TrainingSignUp(SealedContact):
    """A company that wants to come, with so many people. Followed and cancelled by a random number; the contact person
    is sealed and read by the station."""

    MOVES = SIGN_UP_MOVES
    ACTS = {"sign_up": "报名", "remind": "提醒参加"}

    event = models.ForeignKey(TrainingEvent, on_delete=models.PROTECT, related_name="sign_ups")
    number = models.UUIDField("报名号", default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("状态", max_length=20, choices=SignUpState)
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    company = models.CharField("单位名称", max_length=100)
    people = models.PositiveSmallIntegerField("人数")
    signed_at = models.DateTimeField("报名时间")
    reminded_at = models.DateTimeField("提醒时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "培训报名"
        ordering = ["signed_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SignUpState.values), name="sign_up_state_known"),
            models.CheckConstraint(condition=Q(people__range=(1, 50)), name="a_company_signs_up_so_many_people"),
            models.UniqueConstraint(
                fields=["event", "credit_code"],
                condition=~Q(state=SignUpState.CANCELLED),
                name="a_company_signs_up_once_for_a_training",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}（{self.people} 人）"

    def get_absolute_url(self) -> str:
        return reverse("services:sign_up_follow", args=[self.number])

    @property
    def phone(self) -> str:
        return unseal(self.phone_encrypted)


class TrainingAttendance(models.Model):
    """A company that came: once for each event, signed up or not."""

    event = models.ForeignKey(TrainingEvent, on_delete=models.PROTECT, related_name="attendances")
    sign_up = models.OneToOneField(
        TrainingSignUp, on_delete=models.PROTECT, null=True, blank=True, related_name="attendance"
    )
    credit_code = models.CharField("统一社会信用代码", max_length=18)
    company = models.CharField("单位名称", max_length=100)
    people = models.PositiveSmallIntegerField("到场人数")
    way = models.CharField("签到方式", max_length=10, choices=AttendanceWay)
    at = models.DateTimeField("签到时间")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    record = models.OneToOneField(
        ServiceRecord, on_delete=models.PROTECT, null=True, related_name="attendance", verbose_name="服务记录"
    )

    class Meta:
        verbose_name = verbose_name_plural = "培训签到"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "credit_code"], name="a_company_attends_a_training_once"),
            models.CheckConstraint(condition=Q(people__range=(1, 500)), name="somebody_of_a_company_attends"),
            models.CheckConstraint(
                condition=(Q(way=AttendanceWay.STAFF) & Q(registered_by__isnull=False))
                | (Q(way=AttendanceWay.QR) & Q(registered_by__isnull=True)),
                name="an_attendance_by_staff_has_its_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}（{self.people} 人）"
