"""The page of dates, and the calendar feed of the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

import icalendar
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from accounts.actions import end_calendar_feed, make_calendar_feed
from accounts.exports import Column, export
from accounts.fields import DateInput
from accounts.models import User
from accounts.pages import ActPage, Page
from accounts.queries import person_of
from accounts.queries.calendar_feed import feed_of, owner_of
from config.deadlines import KINDS
from config.due_dates import Date, Many, dates_for, together
from measures.queries import year_states

BACK, AHEAD = dt.timedelta(days=30), dt.timedelta(days=180)
FEED_BACK, FEED_AHEAD = dt.timedelta(days=90), dt.timedelta(days=400)
MOST_DAYS = 800  # of one page: what is asked for beyond is refused in words


class DateFilter(forms.Form):
    """Which dates: a span of days, one kind, only what is still open."""

    since = forms.DateField(label="自", required=False, widget=DateInput())
    until = forms.DateField(label="至", required=False, widget=DateInput())
    kind = forms.ChoiceField(
        label="期限", required=False, choices=[("", "全部"), *((kind.code, kind.label) for kind in KINDS)]
    )
    open = forms.ChoiceField(label="范围", required=False, choices=[("", "全部"), ("1", "只看未到期和未办结的")])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and not dt.timedelta() <= until - since <= dt.timedelta(days=MOST_DAYS):
            raise forms.ValidationError(f"结束日期应不早于开始日期，并且相隔不超过 {MOST_DAYS} 天，请修改。")
        return data


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())


class DatesPage(Page):
    """Every coming and past deadline of what one may see: its rule, whom it concerns, what will happen."""

    title = "日期与期限"
    template_name = "config/dates.html"
    columns = (
        Column("日期和时间", "at"),
        Column("期限", "kind.label"),
        Column("事项", "title"),
        Column("相关方", "concerns"),
        Column("到期时", "kind.happens"),
        Column("依据和算法", "rule"),
        Column("状态", lambda date: "已办结" if date.done else "已超期" if date.overdue else "未到期"),
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.form = DateFilter(request.GET)
        self.dates = self.found()
        if not self.form.is_valid():
            return self.show(status=422)
        if kind := request.GET.get("export"):
            return export(kind, self.columns, self.dates, title=self.title)
        return self.show()

    def found(self) -> list[Date]:
        if not self.form.is_valid():
            return []
        asked, now = self.form.cleaned_data, timezone.now()
        since = midnight(asked["since"]) if asked["since"] else now - BACK
        until = midnight(asked["until"] + dt.timedelta(days=1)) if asked["until"] else max(now, since) + AHEAD
        dates = dates_for(self.request.user, since, until, [asked["kind"]] if asked["kind"] else ())
        word = self.request.GET.get("q", "").strip()
        return [date for date in dates if word in date.title and not (asked["open"] and date.done)]

    def context(self) -> dict[str, Any]:
        user = self.request.user
        return {
            **super().context(),
            "filter": self,
            "dates": together(self.dates),
            "total": len(self.dates),
            "narrowed": bool(self.request.GET),
            "years": year_states(timezone.localdate()),
            "may_import": user.has_perm("measures.import_calendar"),
            "feed": feed_of(user),
            "now": timezone.now(),
        }


class FeedAct(ActPage):
    query = staticmethod(person_of)

    def get_object(self) -> User:
        return person_of(self.request.user).get()

    def get_success_url(self) -> str:
        return reverse("dates")


class FeedMake(FeedAct):
    """The address is shown once, on the page that answers: only its digest is kept."""

    title = "日历订阅"
    template_name = "config/feed_make.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = make_calendar_feed(self.object, actor=request.user)
        response = self.show(form=forms.Form(), address=settings.SITE_URL + reverse("dates_feed", args=[token]))
        response["Cache-Control"] = "no-store"
        return response

    def context(self) -> dict[str, Any]:
        return {**super().context(), "feed": feed_of(self.request.user)}


class FeedEnd(FeedAct):
    title = "停用日历订阅"
    question = "停用以后，原来的订阅地址立即失效，日历程序不再收到更新。"
    button = "停用"
    danger = True
    success = "日历订阅已停用。"

    def act(self, **data: Any) -> Any:
        return end_calendar_feed(self.object, actor=self.request.user)


class DatesFeed(Page):
    """The dates of the person to whom the secret belongs, for a calendar program. No session, nothing that says more
    than the page does; an unknown or ended secret opens nothing."""

    public = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        owner = owner_of(kwargs["token"])
        if owner is None:
            raise Http404
        now = timezone.now()
        body = calendar_of(together(dates_for(owner, now - FEED_BACK, now + FEED_AHEAD)), now)
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Cache-Control"] = "private, no-store"
        return response


def calendar_of(dates: list[Date | Many], now: dt.datetime) -> bytes:
    """RFC 5545: one event per date, without length; a date keeps its UID when it is moved."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//wuhan-quality-stations//dates//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "质量服务站：日期与期限")
    host = settings.SITE_URL.split("//", 1)[-1]
    for date in dates:
        event = icalendar.Event()
        event.add("uid", f"{date.key}@{host}")
        event.add("dtstamp", now.astimezone(dt.UTC))
        event.add("dtstart", date.at.astimezone(dt.UTC))
        event.add("summary", f"{date.kind.label}：{date.title}" + ("（已办结）" if date.done else ""))
        event.add("description", f"到期时：{date.kind.happens}\n依据：{date.rule}\n相关方：{date.concerns}")
        event.add("url", settings.SITE_URL + date.url)
        calendar.add_component(event)
    return calendar.to_ical()
