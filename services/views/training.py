"""Training events as their station runs them, and the authority looks on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.masks import mask_name, mask_phone
from accounts.pages import ActPage, DetailPage, ListPage
from ledger.journal import history_of
from ledger.moves import may
from services.actions import training as actions
from services.actions import training_attendance as attendance
from services.actions.training_sign_up import cancel_sign_up
from services.forms.training import (
    AttendanceFilter,
    CancelForm,
    CheckInForm,
    ConcludeForm,
    PeopleForm,
    SignUpFilter,
    TrainingCreateForm,
    TrainingFilter,
    TrainingForm,
    initial_of,
)
from services.models import TrainingAttendance, TrainingEvent, TrainingSignUp
from services.queries.training import (
    attendances_visible_to,
    code_of,
    kinds,
    sign_ups_visible_to,
    stations_to_train_for,
    trainings_listed,
    trainings_visible_to,
)
from stations.actions.certificate import qr_of
from stations.rules import memberships

NO_STATION = "培训活动由服务站所属单位的人员发布。请先加入单位，或者登记本单位的服务站。"


class TrainingList(ListPage):
    title = "培训活动"
    template_name = "services/training/list.html"
    query = staticmethod(trainings_listed)
    filterset_class = TrainingFilter
    search_fields = ("title", "place", "station__name")
    search = "主题、地点或服务站"
    sorts = {"starts": ("starts_at",), "station": ("station__name",)}
    sort = "-starts"
    columns = (
        Column("服务站", "station.name"),
        Column("培训主题", "title"),
        Column("服务种类", lambda row: kinds().get(row.kind, row.kind)),
        Column("状态", "get_state_display"),
        Column("开始时间", "starts_at"),
        Column("结束时间", "ends_at"),
        Column("地点", "place"),
        Column("名额", "capacity"),
        Column("报名人数", "signed"),
        Column("候补人数", "waiting"),
        Column("到场单位", "came"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "may_create": stations_to_train_for(self.request.user).exists()}


class TrainingCreate(ActPage):
    title = "新建培训活动"
    template_name = "services/training/form.html"
    form_class = TrainingCreateForm
    success = "培训活动已保存为草稿。核对以后发布，企业才能报名。"
    button = "保存草稿"

    def get_object(self) -> Any:
        if not stations_to_train_for(self.request.user).exists():
            raise PermissionDenied(NO_STATION)

    def form_kwargs(self) -> dict[str, Any]:
        stations = list(stations_to_train_for(self.request.user)[:2])
        only = stations[0].pk if len(stations) == 1 else None
        return {"user": self.request.user, "initial": {"station": self.request.GET.get("station") or only}}

    def act(self, station: Any, **facts: Any) -> TrainingEvent:
        return actions.create_training(station, actor=self.request.user, **facts)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class TrainingDetail(DetailPage):
    """The file of an event: what is announced, who signed up, who came, what is next."""

    template_name = "services/training/detail.html"
    query = staticmethod(trainings_listed)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        event, user = self.object, self.request.user
        runs = user.has_perm("services.run_training", event)
        alive = event.state in attendance.ATTENDED
        return {
            **super().context(),
            "kind": kinds().get(event.kind, event.kind),
            "may": {name: may(user, event, name) for name in event.MOVES},
            "may_change": runs and event.state in actions.CHANGEABLE,
            "may_tick": runs and alive and timezone.now() >= event.starts_at - attendance.EARLIER,
            "may_show_code": runs and alive,
            "over": event.ends_at <= timezone.now(),
            "history": history_of(event),
        }


class TrainingAct(ActPage):
    query = staticmethod(trainings_visible_to)
    permission = "services.run_training"


class TrainingChange(TrainingAct):
    title = "修改培训活动"
    template_name = "services/training/form.html"
    form_class = TrainingForm
    success = "已保存。时间、地点有变动的，已通知报名的单位。"
    button = "保存"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": initial_of(self.object)}

    def act(self, **facts: Any) -> Any:
        return actions.change_training(self.object, actor=self.request.user, **facts)


class TrainingPublish(TrainingAct):
    title = "发布培训活动"
    question = "发布以后公开显示，企业可以报名，直到培训开始。"
    success = "已发布，企业可以报名。"

    def act(self) -> None:
        actions.publish_training(self.object, actor=self.request.user)


class TrainingCancel(TrainingAct):
    title = "取消培训活动"
    form_class = CancelForm
    danger = True
    success = "已取消，并已通知留有邮箱的单位。"

    def act(self, reason: str) -> None:
        actions.cancel_training(self.object, actor=self.request.user, reason=reason)


class TrainingConclude(TrainingAct):
    title = "办结培训活动"
    form_class = ConcludeForm
    question = "办结以后，每家到场单位计入一条培训服务记录，签到不能再改；报名时留有邮箱的，收到评价链接。"
    success = "已办结，到场单位已计入服务记录。"

    def act(self, summary: str) -> int:
        return actions.conclude_training(self.object, actor=self.request.user, summary=summary)


class TrainingCode(DetailPage):
    """The QR code, to be printed or shown on the wall."""

    title = "签到二维码"
    query = staticmethod(trainings_visible_to)
    permission = "services.run_training"
    template_name = "services/training/code.html"

    def context(self) -> dict[str, Any]:
        url = settings.SITE_URL + reverse("services:training_check_in", args=[code_of(self.object)])
        alive = self.object.state in attendance.ATTENDED
        opens = self.object.starts_at - attendance.EARLIER
        return {**super().context(), "url": url, "qr": qr_of(url), "alive": alive, "opens_at": opens}


class TrainingRenewCode(TrainingAct):
    title = "更换签到二维码"
    question = "更换以后，原来的二维码不能再签到，已经印出的需要重印。"
    success = "二维码已更换。"

    def act(self) -> None:
        actions.renew_code(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("services:training_code", args=[self.object.pk])


# -- Who signed up, who came  ----


class OfEvent(ListPage):
    """A list of one event's rows."""

    of: ClassVar[Any]

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            self.event = get_object_or_404(trainings_visible_to(request.user), pk=kwargs["pk"])

    def rows(self) -> QuerySet:
        return super().rows().filter(event=self.event)

    def get_title(self) -> str:
        return f"{self.event}：{self.title}"

    def context(self) -> dict[str, Any]:
        runs = self.request.user.has_perm("services.run_training", self.event)
        alive = self.event.state in attendance.ATTENDED
        begun = timezone.now() >= self.event.starts_at - attendance.EARLIER
        return {**super().context(), "event": self.event, "runs": runs and alive, "may_tick": runs and alive and begun}


def contact_of(sign_up: TrainingSignUp, *, whole: bool) -> str:
    """Name and phone as the station reads them; masked for everybody else."""
    known = sign_up.opened()
    return f"{known.name} {known.phone}" if whole else f"{mask_name(known.name)} {mask_phone(known.phone)}"


class SignUpList(OfEvent):
    title = "报名名单"
    template_name = "services/training/sign_up_list.html"
    query = staticmethod(sign_ups_visible_to)
    filterset_class = SignUpFilter
    search_fields = ("company", "credit_code")
    search = "单位名称或信用代码"
    sorts = {"signed": ("signed_at",), "company": ("company",)}
    sort = "signed"
    columns = (
        Column("单位名称", "company"),
        Column("统一社会信用代码", "credit_code"),
        Column("人数", "people"),
        Column("状态", "get_state_display"),
        Column("报名时间", "signed_at"),
        Column("联系人", "shown_contact"),
        Column("到场", lambda row: hasattr(row, "attendance")),
    )

    def rows(self) -> QuerySet:
        return super().rows().select_related("attendance")

    def to_lines(self, rows: Any) -> Any:
        whole = self.event.station.organisation_id in memberships(self.request.user)
        found = list(rows)
        for row in found:
            row.shown_contact = contact_of(row, whole=whole)
        return found


class SignUpCancel(ActPage):
    title = "取消报名"
    query = staticmethod(sign_ups_visible_to)
    permission = "services.run_sign_up"
    form_class = CancelForm
    danger = True
    success = "已取消报名，名额由候补的单位依次递补。"

    def act(self, reason: str) -> None:
        cancel_sign_up(self.object, actor=self.request.user, reason=reason)

    def get_success_url(self) -> str:
        return reverse("services:training_sign_ups", args=[self.object.event_id])


class SignUpTick(ActPage):
    """Tick a company that signed up."""

    title = "登记签到"
    query = staticmethod(sign_ups_visible_to)
    permission = "services.run_sign_up"
    form_class = PeopleForm
    success = "已登记签到。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"people": self.object.people}}

    def act(self, people: int) -> TrainingAttendance:
        return attendance.tick_sign_up(self.object, actor=self.request.user, people=people)

    def get_success_url(self) -> str:
        return reverse("services:training_sign_ups", args=[self.object.event_id])


class AttendanceList(OfEvent):
    title = "签到名单"
    template_name = "services/training/attendance_list.html"
    query = staticmethod(attendances_visible_to)
    filterset_class = AttendanceFilter
    search_fields = ("company", "credit_code")
    search = "单位名称或信用代码"
    sorts = {"at": ("at",), "company": ("company",)}
    sort = "at"
    columns = (
        Column("单位名称", "company"),
        Column("统一社会信用代码", "credit_code"),
        Column("到场人数", "people"),
        Column("是否报名", lambda row: row.sign_up_id is not None),
        Column("签到方式", "get_way_display"),
        Column("签到时间", "at"),
        Column("登记人", "registered_by"),
    )


class AttendanceTick(TrainingAct):
    """Enter a company that is not on the list of those who signed up."""

    title = "补登到场单位"
    form_class = CheckInForm
    success = "已登记签到。"

    def act(self, **facts: Any) -> TrainingAttendance:
        return attendance.tick_attendance(self.object, actor=self.request.user, **facts)

    def get_success_url(self) -> str:
        return reverse("services:training_attendances", args=[self.object.pk])


class AttendanceUndo(ActPage):
    title = "撤销签到"
    query = staticmethod(attendances_visible_to)
    question = "撤销以后，这家单位不计入到场。撤销记入办理记录。"
    danger = True
    success = "已撤销。"

    def get_object(self) -> Any:
        found = super().get_object()
        if not self.request.user.has_perm("services.run_training", found.event):
            return get_object_or_404(attendances_visible_to(self.request.user).none())
        return found

    def act(self) -> None:
        attendance.undo_attendance(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("services:training_attendances", args=[self.object.event_id])
