"""Ratings: given by whoever has the link, read by the station without names, and by who supervises it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

import measures
from accounts.exports import Column
from accounts.followed import keep_private
from accounts.pages import ActPage, DetailPage, ListPage, Page
from ledger.charts import Chart, scale_chart
from ledger.errors import Refused
from ledger.journal import history_of
from services import network, outliers
from services.actions import rating as actions
from services.aspects import ASPECTS, LABELS, NAMES, THRESHOLD
from services.forms.rating import ImproveForm, InviteForm, RatingFilter, RatingForm
from services.models import Rating
from services.queries.rating import (
    Satisfaction,
    invitation_of,
    rated_stations,
    ratings_visible_to,
    satisfaction,
    sees_who,
    with_notes,
    years_of,
)
from services.queries.record import records_visible_to
from services.states.rating import Channel
from stations.actions.certificate import qr_of
from stations.queries import stations_visible_to

CLOSED = {
    "link_unknown": "链接不完整或者不存在",
    "link_used": "评价已经收到",
    "link_withdrawn": "链接已经作废",
    "link_expired": "链接已过有效期",
    "own_station": "不能代替企业评价",
}


def network_of(request: HttpRequest) -> str:
    return network.network_of(get_adapter().get_client_ip(request))


class RatingGive(ActPage):
    """What the link opens: on a phone, without an account, once."""

    title = "评价服务"
    public = True
    template_name = "services/rating/give.html"
    form_class = RatingForm
    success = "评价已提交，谢谢。"

    def get_object(self) -> Any:
        return invitation_of(actions.digest_of(self.kwargs["token"]))

    def show(self, **extra: Any) -> HttpResponse:
        return keep_private(super().show(**extra))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.refuse_closed()
        except Refused as refusal:
            return self.closed(refusal)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object is None:
            return self.closed(unknown())
        return super().post(request, *args, **kwargs)

    def refuse_closed(self) -> None:
        if self.object is None:
            raise unknown()
        actions.refuse_unusable(self.object, timezone.now())
        actions.refuse_own(self.object.record.station, self.request.user)

    def refuse(self, form: Any, status: int, code: str = "invalid") -> HttpResponse:
        if code in CLOSED:
            return self.closed(Refused(code, form.non_field_errors()[0]))
        return super().refuse(form, status, code)

    def closed(self, refusal: Refused) -> HttpResponse:
        """A page that says why there is nothing to fill in, and what to do."""
        status = {"link_unknown": 404, "own_station": 403}.get(refusal.code, 410)
        said = {"title": CLOSED[refusal.code], "refusal": refusal, "invitation": self.object}
        return keep_private(render(self.request, "services/rating/closed.html", said, status=status))

    def act(self, integrity: str, comment: str, **marks: int) -> Rating:
        return actions.rate(
            self.object,
            marks=marks,
            integrity=integrity,
            comment=comment,
            actor=self.request.user,
            network=network_of(self.request),
        )

    def get_success_url(self) -> str:
        return reverse("services:rating_thanks")


def unknown() -> Refused:
    return Refused("link_unknown", "请从邮件里完整地打开链接，或者请服务站重新发送。")


class RatingThanks(Page):
    title = "谢谢您的评价"
    public = True
    template_name = "services/rating/thanks.html"


class RatingInvite(ActPage):
    """Ask the company of a service record for its rating; a link without mailbox is shown once, on the answer."""

    title = "邀请评价"
    query = staticmethod(records_visible_to)
    permission = "services.invite_rating"
    template_name = "services/rating/invite.html"
    form_class = InviteForm
    success = "评价链接已发送到服务对象的邮箱。"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if not form.is_valid() or form.cleaned_data["email"]:
            return super().post(request, *args, **kwargs)
        try:
            url = self.act("")
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return self.refuse(form, 422, refusal.code)
        return keep_private(self.show(form=form, link=url, qr=qr_of(url)))

    def act(self, email: str) -> str:
        return actions.invite(self.object, actor=self.request.user, email=email, network=network_of(self.request))


# -- Reading them  ----


def notes_of(rating: Rating) -> list[str]:
    """Why a rating is marked, in words."""
    return [network.WORDS[flag] for flag in rating.flags] + [outliers.WORDS[flag] for flag in rating.odd]  # type: ignore[attr-defined]


class RatingList(ListPage):
    """Newest first. The month is shown and not the day, so that the station does not recognise who wrote."""

    title = "服务评价"
    template_name = "services/rating/list.html"
    query = staticmethod(ratings_visible_to)
    as_lines = staticmethod(with_notes)
    filterset_class = RatingFilter
    search_fields = ("comment", "improvement")
    search = "意见或改进情况"
    sorts = {"rated": ("rated_at",), "points": ("points",), "station": ("record__station__name",)}
    sort = "-rated"
    columns = (
        Column("服务站", "record.station.name"),
        Column("评价月份", lambda row: f"{timezone.localtime(row.rated_at):%Y-%m}"),
        Column("得分", "points"),
        *(Column(name, lambda row, code=code: LABELS[getattr(row, code)]) for code, name in NAMES.items()),
        Column("意见和建议", "comment"),
        Column("提示", lambda row: "；".join(notes_of(row))),
        Column("改进情况", "improvement"),
    )

    def context(self) -> dict[str, Any]:
        known = super().context()
        return {**known, "lines": [(row, notes_of(row)) for row in known["rows"]]}


class RatingDetail(DetailPage):
    title = "服务评价"
    template_name = "services/rating/detail.html"
    query = staticmethod(ratings_visible_to)

    def context(self) -> dict[str, Any]:
        rating, user = self.object, self.request.user
        with_notes([rating])
        who = sees_who(user, rating)
        return {
            **super().context(),
            "aspects": [
                (aspect, getattr(rating, aspect.code), LABELS[getattr(rating, aspect.code)]) for aspect in ASPECTS
            ],
            "notes": notes_of(rating),
            "sees_who": who,
            "may_improve": rating.is_poor and user.has_perm("services.improve_rating", rating),
            "history": history_of(rating) if who else history_of(rating).filter(move="improve"),
        }


class RatingImprove(ActPage):
    title = "记录改进情况"
    query = staticmethod(ratings_visible_to)
    permission = "services.improve_rating"
    form_class = ImproveForm
    success = "改进情况已记录。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"text": self.object.improvement}}

    def act(self, text: str) -> None:
        actions.improve_rating(self.object, actor=self.request.user, text=text)


# -- Satisfaction  ----


def year_of(request: HttpRequest) -> int:
    """The year asked for; this one where none that is offered."""
    asked = request.GET.get("year", "")
    known = [year for year, _ in years_of()]
    return int(asked) if asked in map(str, known) else known[0]


class SatisfactionList(ListPage):
    """Every station of the reader's with its satisfaction of the year."""

    title = "服务满意度"
    template_name = "services/rating/satisfaction_list.html"
    search_fields = ("name", "organisation__name")
    search = "服务站或建设主体"
    sorts = {"name": ("name",), "mean": ("mean",), "sample": ("sample",)}
    sort = "name"
    columns = (
        Column("服务站", "name"),
        Column("满意度（分）", lambda row: round(row.mean, 2) if row.mean is not None else None),
        Column("评价份数", "sample"),
        Column("服务次数", "delivered"),
    )

    def rows(self) -> Any:
        return rated_stations(self.request.user, year_of(self.request))

    def context(self) -> dict[str, Any]:
        return {**super().context(), "year": year_of(self.request), "years": years_of(), "threshold": threshold()}


class SatisfactionPage(DetailPage):
    """The satisfaction of one station in a year: sample, share, five aspects, what was flagged and why."""

    title = "服务满意度"
    template_name = "services/rating/satisfaction.html"
    query = staticmethod(stations_visible_to)

    def context(self) -> dict[str, Any]:
        year = year_of(self.request)
        found, bound = satisfaction(self.object, year), threshold()
        return {
            **super().context(),
            "year": year,
            "years": years_of(),
            "figure": found,
            "bound": f"标准：高于 {bound.value} 分",
            "chart": aspect_chart(found, year, bound.value),
            "channels": [(label, found.channels.get(value, 0)) for value, label in Channel.choices],
        }


def threshold() -> Any:
    """The annex's bound on satisfaction: more than 80 points."""
    return next(found for found in measures.load(settings.MEASURE).thresholds if found.code == THRESHOLD)


def aspect_chart(found: Satisfaction, year: int, bound: Decimal) -> Chart:
    bars = [("五个方面平均", found.mean), *((NAMES[code], value) for code, value in found.by_aspect.items())]
    return scale_chart("satisfaction", f"{year}年服务满意度", bars, mark=("须高于", bound))
