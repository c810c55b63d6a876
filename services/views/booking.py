"""The calendar of an instrument, and its bookings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.moves import may
from services.actions import equipment as actions
from services.forms.booking import BookForm, BookingFilter, CancelForm
from services.models import Booking, Equipment
from services.queries import equipment as queries
from services.queries.client import client_of
from services.queries.library import reach_of
from services.shown import Reach, Shown
from services.views.library import OfLibraries, tabs

WEEK = dt.timedelta(days=7)


def asked_day(text: str) -> dt.date:
    """The day in the address; today for what is none."""
    try:
        return parse_date(text) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


class OfEquipment:
    """An instrument whose calendar one may look at: one's own in full, another station's masked."""

    query = staticmethod(queries.bookable_by)
    object: Equipment

    def shown(self) -> Shown:
        user = self.request.user  # type: ignore[attr-defined]
        full = queries.equipment_visible_to(user).filter(pk=self.object.pk).exists()
        return Shown(self.object, reach_of(user, self.object) if full else Reach.SHARED)

    def own_url(self) -> str:
        kind = "shared_detail" if self.shown().is_masked else "detail"
        return reverse(f"services:equipment_{kind}", args=[self.object.pk])


class EquipmentWeek(OfEquipment, DetailPage):
    template_name = "services/booking/week.html"

    def get_title(self) -> str:
        return f"预约日历：{self.object.name}"

    def context(self) -> dict[str, Any]:
        day = asked_day(self.request.GET.get("day", ""))
        day = max(min(day, dt.date(2999, 1, 1)), dt.date(2000, 1, 10))
        monday = day - dt.timedelta(days=day.weekday())
        return {
            **super().context(),
            "shown": self.shown(),
            "back": self.own_url(),
            "days": queries.week_of(self.object, monday, self.request.user),
            "monday": monday,
            "sunday": monday + WEEK - dt.timedelta(days=1),
            "before": monday - WEEK,
            "after": monday + WEEK,
            "today": timezone.localdate(),
            "may_book": self.request.user.has_perm("services.book_equipment", self.object),
        }


class EquipmentBook(OfEquipment, ActPage):
    title = "预约设备"
    template_name = "services/booking/book.html"
    permission = "services.book_equipment"
    form_class = BookForm
    button = "提交预约"

    def form_kwargs(self) -> dict[str, Any]:
        day = asked_day(self.request.GET.get("day", ""))
        return {"user": self.request.user, "equipment": self.object, "initial": {"begins_on": day}}

    def act(self, station: Any, **data: Any) -> Booking:
        name = data["client_name"]
        if not name and (known := client_of(station, data["client_code"])):
            name = known.name
        booking = actions.book(
            self.object,
            actor=self.request.user,
            during=(
                instant(data["begins_on"], data["begins_at"]),
                instant(data["ends_on"] or data["begins_on"], data["ends_at"]),
            ),
            client_code=data["client_code"],
            client_name=name,
            purpose=data["purpose"],
            by_station=station,
        )
        done = "预约已确认。" if booking.state == "confirmed" else "预约已提交，等设备所在的服务站确认。"
        self.success = done  # type: ignore[misc]
        return booking

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()

    def context(self) -> dict[str, Any]:
        return {**super().context(), "shown": self.shown(), "back": self.own_url()}


def instant(day: dt.date, clock: str) -> dt.datetime:
    """9:00 of a day in the city; 24:00 is the midnight after it."""
    hours, minutes = map(int, clock.split(":"))
    midnight = dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())
    try:
        return midnight + dt.timedelta(hours=hours, minutes=minutes)
    except OverflowError:
        raise Refused("period_too_far", "日期太远，请选择近一些的时间。", field="begins_on") from None


class BookingList(OfLibraries, ListPage):
    title = "设备预约"
    template_name = "services/booking/list.html"
    query = staticmethod(queries.bookings_visible_to)
    filterset_class = BookingFilter
    search_fields = ("equipment__name", "equipment__asset_number", "client_name", "purpose")
    search = "设备、企业或用途"
    sorts = {"during": ("during",), "asked": ("asked_at",), "equipment": ("equipment__name", "during")}
    sort = "-during"
    columns = (
        Column("设备编号", "equipment.asset_number"),
        Column("设备名称", "equipment.name"),
        Column("设备所在服务站", "equipment.station.name"),
        Column("开始", "during.lower"),
        Column("结束", "during.upper"),
        Column("使用企业", "client_name"),
        Column("统一社会信用代码", "client_code"),
        Column("用途", "purpose"),
        Column("提出预约的服务站", "by_station.name"),
        Column("状态", "get_state_display"),
        Column("提出时间", "asked_at"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "tabs": tabs()}


class BookingDetail(DetailPage):
    template_name = "services/booking/detail.html"
    query = staticmethod(queries.bookings_visible_to)

    def get_title(self) -> str:
        return f"预约：{self.object.equipment.name}"

    def context(self) -> dict[str, Any]:
        user, now = self.request.user, timezone.now()
        sees_calendar = queries.bookable_by(user).filter(pk=self.object.equipment_id).exists()
        return {
            **super().context(),
            "may_confirm": may(user, self.object, "confirm") and self.object.during.lower >= now,
            "may_cancel": may(user, self.object, "cancel") and self.object.during.upper > now,
            "sees_calendar": sees_calendar,
            "history": history_of(self.object),
        }


class BookingAct(ActPage):
    template_name = "services/booking/act.html"
    query = staticmethod(queries.bookings_visible_to)


class BookingConfirm(BookingAct):
    title = "确认预约"
    permission = "services.confirm_booking"
    button = "确认预约"
    success = "预约已确认，并已通知提出的人。"

    def act(self) -> None:
        actions.confirm_booking(self.object, actor=self.request.user)


class BookingCancel(BookingAct):
    title = "取消预约"
    permission = "services.cancel_booking"
    form_class = CancelForm
    button = "取消预约"
    danger = True
    question = "取消后这段时间重新开放给别人预约。"
    success = "预约已取消。"

    def act(self, reason: str) -> None:
        actions.cancel_booking(self.object, actor=self.request.user, reason=reason)
