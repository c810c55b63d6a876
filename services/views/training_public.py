"""Training events as anybody sees them: the list, signing up, following one's sign-up, the QR code at the door."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.followed import FindPage, FollowPage, keep_private
from accounts.pages import ActPage, DetailPage, ListPage, Page
from services.actions import training_attendance as attendance
from services.actions.training_sign_up import cancel_sign_up, sign_up
from services.forms.training import CheckInForm, PublicTrainingFilter, SignUpForm
from services.models import TrainingSignUp
from services.queries.training import event_of_code, kinds, place_in_queue, public_trainings, sign_ups_by_number
from services.states.training import TrainingState


class TrainingPublicList(ListPage):
    title = "培训活动"
    public = True
    template_name = "services/training/public_list.html"
    query = staticmethod(public_trainings)
    filterset_class = PublicTrainingFilter
    search_fields = ("title", "place", "station__name")
    search = "主题、地点或服务站"

    def context(self) -> dict[str, Any]:
        known = super().context()
        now, names = timezone.now(), kinds()
        return {
            **known,
            "lines": [(row, names.get(row.kind, row.kind), is_open(row, now)) for row in known["rows"]],
            "narrowed": bool(set(self.request.GET) - {"page"}),
        }


def is_open(event: Any, now: Any) -> bool:
    """Whether a company can sign up for it."""
    return event.state == TrainingState.OPEN and event.starts_at > now


class TrainingPage(DetailPage):
    public = True
    template_name = "services/training/page.html"
    query = staticmethod(public_trainings)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        event = self.object
        return {
            **super().context(),
            "kind": kinds().get(event.kind, event.kind),
            "free": max(event.capacity - event.signed, 0),
            "open": is_open(event, timezone.now()),
        }


class SignUpCreate(ActPage):
    title = "报名"
    public = True
    query = staticmethod(public_trainings)
    template_name = "services/training/sign_up.html"
    form_class = SignUpForm
    success = "报名已提交。请保存报名号。"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_open(self.object, timezone.now()):
            raise Http404("no more signing up")
        return super().get(request, *args, **kwargs)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "free": max(self.object.capacity - self.object.signed, 0)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ratelimit.consume(request, action="sign_up_training"):
            return ratelimit.respond_429(request)
        return super().post(request, *args, **kwargs)

    def act(self, **data: Any) -> TrainingSignUp:
        return sign_up(self.object, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class SignUpFollow(FollowPage):
    title = "报名查询"
    template_name = "services/training/follow.html"
    query = staticmethod(sign_ups_by_number)

    def context(self) -> dict[str, Any]:
        made, now = self.object, timezone.now()
        alive = made.state in made.MOVES["cancel"].sources
        return {
            **super().context(),
            "kind": kinds().get(made.event.kind, made.event.kind),
            "queue": place_in_queue(made),
            "cancellable": alive and is_open(made.event, now),
        }


class SignUpFind(FindPage):
    title = "培训报名查询"
    template_name = "services/training/find.html"
    query = staticmethod(sign_ups_by_number)
    follow_name = "services:sign_up_follow"


class SignUpWithdraw(ActPage):
    """By whoever has the number."""

    title = "取消报名"
    public = True
    query = staticmethod(sign_ups_by_number)
    lookup = "number"
    template_name = "services/training/withdraw.html"
    danger = True
    question = "取消以后，名额由候补的单位依次递补；需要时可以重新报名，排在候补单位之后。"
    success = "报名已取消。"

    def show(self, **extra: Any) -> HttpResponse:
        return keep_private(super().show(**extra))

    def act(self) -> None:
        cancel_sign_up(self.object)

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()


# -- At the door  ----


class CheckIn(ActPage):
    """What the QR code of an event opens. Whoever signed up gives the code of the company; whoever comes without, its
    name as well."""

    title = "培训签到"
    public = True
    template_name = "services/training/check_in.html"
    form_class = CheckInForm
    success = "签到成功。"

    def get_object(self) -> Any:
        found = event_of_code(self.kwargs["code"])
        if found is None:
            raise Http404("no such code")
        return found

    def show(self, **extra: Any) -> HttpResponse:
        return keep_private(super().show(**extra))

    def context(self) -> dict[str, Any]:
        event, now = self.object, timezone.now()
        opens = event.starts_at - attendance.EARLIER
        alive = event.state in attendance.ATTENDED and now < event.ends_at
        return {**super().context(), "opens_at": opens, "early": now < opens, "alive": alive}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ratelimit.consume(request, action="check_in_training"):
            return ratelimit.respond_429(request)
        return super().post(request, *args, **kwargs)

    def act(self, **data: Any) -> Any:
        return attendance.check_in(self.object, **data)

    def get_success_url(self) -> str:
        return reverse("services:training_checked_in")


class CheckedIn(Page):
    title = "签到成功"
    public = True
    template_name = "services/training/checked_in.html"
