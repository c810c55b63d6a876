"""The ranking of a round: computed by a worker, looked at place by place, decided where it ties, confirmed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.exports import Column
from accounts.forms import LongReasonForm
from accounts.pages import ActPage, DetailPage, ListPage, SlicePaginator
from evaluation.actions import ranking as actions
from evaluation.forms.ranking import RankingFilter, TieForm
from evaluation.models import Ranking, RankingLine, Round
from evaluation.queries import places
from evaluation.queries import ranking as queries
from evaluation.queries.places import READERS
from evaluation.queries.rounds import rounds_visible_to
from evaluation.states import RankingState, RoundState, Track
from ledger import jobs
from ledger.documents import render_pdf
from ledger.moves import may

# Texts of station and organisation that are neither shown nor exported
UNSEEN = [
    f"entry__station__{field}"
    for field in (
        *("address", "window", "opening_hours", "phone", "introduction", "commitment"),
        *(f"organisation__{name}" for name in ("address", "legal_representative", "contact_name", "contact_phone")),
    )
]


class RankingPage(ListPage):
    """One track of the current ranking, or of an earlier version; what is to be done; the field as a chart."""

    roles = READERS
    template_name = "evaluation/ranking/detail.html"
    filterset_class = RankingFilter
    search_fields = ("entry__station__name", "entry__station__organisation__name", "entry__station__district__name")
    search = "服务站、建设主体、所在区"
    sorts = {
        "rank": ("rank",),
        "station": ("entry__station__name",),
        "district": ("entry__station__district__position",),
        "spread": ("spread",),
    }
    sort = "rank"
    paginator_class = SlicePaginator

    @cached_property
    def round(self) -> Round:
        return get_object_or_404(rounds_visible_to(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def versions(self) -> list[Ranking]:
        found = list(self.round.rankings.order_by("-number"))
        for ranking in found:
            ranking.round = self.round
        return found

    @cached_property
    def ranking(self) -> Ranking | None:
        """The version of the address, or the one that counts."""
        if wanted := self.request.GET.get("version"):
            found = next((ranking for ranking in self.versions if str(ranking.number) == wanted), None)
            if found is None:
                raise Http404("no such version")
            return found
        return next((ranking for ranking in self.versions if ranking.state != RankingState.SUPERSEDED), None)

    @cached_property
    def track(self) -> str:
        held = places.fields_of(self.ranking) if self.ranking else {}
        wanted = self.request.GET.get("track", "")
        return wanted if wanted in Track.values else next(iter(held), str(Track.NEW))

    def get_title(self) -> str:
        return f"{self.round.name}排名"

    def rows(self) -> QuerySet[RankingLine]:
        lines = queries.lines_of(self.ranking).filter(track=self.track)
        return lines.defer(*UNSEEN)

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        def points(code: str) -> Any:
            return lambda line: line.dimensions.get(code)

        return (
            Column("名次", "rank"),
            Column("组别", "entry.get_track_display"),
            Column("服务站", "entry.station.name"),
            Column("建设主体", "entry.station.organisation.name"),
            Column("所在区", "entry.station.district.name"),
            Column("总分", "total"),
            *(Column(name, points(code)) for code, name in places.dimension_names(self.round).items()),
            Column("极差", "spread"),
            Column("标准差", "deviation"),
            Column("分差较大", "flagged"),
            Column("建议", "get_outcome_display"),
            Column("等次", "tier"),
        )

    def context(self) -> dict[str, Any]:
        context = super().context()
        ranking, round, user = self.ranking, self.round, self.request.user
        names = places.dimension_names(round)
        fields = places.fields_of(ranking) if ranking else {}
        job = jobs.latest(actions.KIND, round)
        reviewing = round.state == RoundState.REVIEWING
        mine = user.has_perm("evaluation.rank_round", round)
        return {
            **context,
            "object": round,
            "ranking": ranking,
            "versions": self.versions,
            "old": ranking is not None and ranking.state == RankingState.SUPERSEDED,
            "job": job,
            "busy": job is not None and job.state in jobs.BUSY,
            "waiting": queries.not_ready(round).count() if reviewing else 0,
            "names": list(names.values()),
            "shown": [
                (line, [(name, line.dimensions.get(code)) for code, name in names.items()]) for line in context["rows"]
            ],
            "field": fields.get(self.track),
            "tabs": self.tabs(fields),
            "track": self.track,
            "ties": places.ties_in_words(ranking, ranking.ties) if ranking and not ranking_old(ranking) else [],
            "narrowed": bool(set(self.request.GET) - {"sort", "page", "track", "version"}),
            "may_rank": mine and reviewing,
            "may_confirm": ranking is not None and mine and reviewing and ranking.state == RankingState.READY,
            "may_go_back": may(user, round, "review_again"),
        }

    def tabs(self, fields: dict[str, places.Field]) -> list[dict[str, Any]]:
        version = self.request.GET.get("version", "")
        tail = f"&version={version}" if version else ""
        return [
            {"key": str(track), "label": track.label, "url": f"?track={track}{tail}", "count": fields[track].total}
            for track in Track
            if track in fields
        ]


def ranking_old(ranking: Ranking) -> bool:
    return ranking.state == RankingState.SUPERSEDED


class RankingAct(ActPage):
    """What a manager does with a round's ranking; it leads back to the page of the ranking."""

    query = staticmethod(rounds_visible_to)
    permission = "evaluation.rank_round"

    def get_success_url(self) -> str:
        return reverse("evaluation:ranking_detail", args=[self.object.pk])

    def current(self) -> Ranking:
        found = queries.current_ranking(self.object)
        if found is None:
            raise Http404("no ranking yet")
        return found


class RankingCompute(RankingAct):
    title = "计算排名"
    question = "由后台按已锁定的评分表计算两个组别的排名。原有的未确认排名作废并保留备查。"
    success = "已开始计算排名，完成后在本页显示。"

    def act(self, **data: Any) -> None:
        actions.ask_for_ranking(self.object, actor=self.request.user)


class RankingConfirm(RankingAct):
    """What would be confirmed, counted by outcome, before it is."""

    title = "确认排名"
    template_name = "evaluation/ranking/confirm.html"
    success = "排名已确认，可以起草评价结果公示。"

    def context(self) -> dict[str, Any]:
        ranking = self.current()
        return {
            **super().context(),
            "ranking": ranking,
            "fields": places.fields_of(ranking),
            "settings": places.settings_in_words(ranking),
        }

    def act(self, **data: Any) -> None:
        actions.confirm_ranking(self.current(), actor=self.request.user)


class RankingBack(RankingAct):
    title = "退回评审"
    question = "已确认的排名作废并保留备查，本轮回到评审中；重新计算并确认后才能公示。"
    form_class = LongReasonForm
    danger = True
    success = "已退回评审。"

    def act(self, **data: Any) -> None:
        actions.review_again(self.object, actor=self.request.user, **data)


class TieDecide(RankingAct):
    """The collective decision on one tie; the ranking is computed anew with it."""

    title = "记录集体决定"
    template_name = "evaluation/ranking/tie.html"
    form_class = TieForm
    success = "集体决定已记录，正在按决定重新计算排名。"

    @cached_property
    def tie(self) -> places.Tie:
        ranking = self.current()
        found = [tie for tie in ranking.ties if tie["boundary"] == self.kwargs["boundary"]]
        if ranking.state != RankingState.TIED or not found:
            raise Http404("no tie here")
        return places.ties_in_words(ranking, found)[0]

    def form_kwargs(self) -> dict[str, Any]:
        return {"entries": self.tie.entries}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "tie": self.tie, "back": self.get_success_url()}

    def act(self, **data: Any) -> None:
        actions.decide_tie(self.current(), actor=self.request.user, boundary=self.tie.boundary, **data)
        actions.ask_for_ranking(self.object, actor=self.request.user)


class PlacePage(DetailPage):
    """One entry's place: enough of the working to recompute it by hand."""

    roles = READERS
    template_name = "evaluation/ranking/place.html"
    query = staticmethod(places.ranking_lines_visible_to)

    def get_object(self) -> RankingLine:
        rows = places.ranking_lines_visible_to(self.request.user)
        return get_object_or_404(rows, pk=self.kwargs["pk"], ranking__round=self.kwargs["round"])

    def get_title(self) -> str:
        return f"{self.object.entry.station}得分"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "summary": places.summary_of(self.object)}


class PlacePaper(PlacePage):
    """The score summary as PDF."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        paper = render_pdf(
            "documents/score_summary.html", {"line": self.object, "summary": places.summary_of(self.object)}
        )
        response = HttpResponse(paper, content_type="application/pdf")
        response["Cache-Control"] = "private, no-store"
        return response
