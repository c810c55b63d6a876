"""Rounds, as the manager who runs them sees them."""

from __future__ import annotations

from typing import Any

from django.conf import settings as site
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

import measures
from accounts.exports import Column
from accounts.forms import LongReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from evaluation.actions import notices, rounds
from evaluation.announcement import paragraphs
from evaluation.forms.rounds import PublishRoundForm, RoundFilter, RoundForm, initial_of
from evaluation.models import Round
from evaluation.queries.places import READERS as RANKING_READERS
from evaluation.queries.rounds import decided_settings, rounds_visible_to, tallies
from evaluation.rules import unset_settings
from ledger.journal import history_of, last_word
from ledger.moves import may
from measures.setting import setting_text

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


class RoundList(ListPage):
    title = "评价管理"
    roles = READERS
    template_name = "evaluation/round_list.html"
    query = staticmethod(rounds_visible_to)
    filterset_class = RoundFilter
    search_fields = ("name",)
    search = "评价名称"
    sorts = {"year": ("year", "pk"), "opens": ("opens_at",), "closes": ("closes_at",)}
    sort = "-year"
    columns = (
        Column("年度", "year"),
        Column("名称", "name"),
        Column("状态", "get_state_display"),
        Column("申报开始", "opens_at"),
        Column("申报截止", "closes_at"),
        Column("发布时间", "published_at"),
    )


class RoundDetail(DetailPage):
    """The dashboard: where the round stands, what is next, what there is of it."""

    roles = READERS
    template_name = "evaluation/round_detail.html"
    query = staticmethod(rounds_visible_to)

    def get_title(self) -> str:
        return self.object.name

    def context(self) -> dict[str, Any]:
        measure = measures.load(self.object.measure)
        return {
            **super().context(),
            "measure": measure,
            "unset": unset_settings(self.object, measure),
            "settings": setting_rows(self.object),
            "tallies": tallies(self.object),
            "steps": steps_of(self.object),
            "may": {name: may(self.request.user, self.object, name) for name in self.object.MOVES},
            "notices": self.object.notices.order_by("pk"),
            "history": history_of(self.object),
            "now": timezone.now(),
            "ranking_readable": bool(self.request.user.roles & RANKING_READERS),
        }


STEPS = (
    ("起草", {"draft"}),
    ("发布通知", {"published"}),
    ("申报", {"open"}),
    ("受理", {"intake_closed"}),
    ("评审", {"reviewing"}),
    ("排名", {"ranked"}),
    ("公示", {"in_notice"}),
    ("结论", {"concluded"}),
)


def steps_of(round: Round) -> list[dict[str, str]]:
    """The year of a round as a step bar."""
    here = next((place for place, (_, states) in enumerate(STEPS) if round.state in states), -1)
    done = round.state == "concluded"
    return [
        {"label": label, "state": "done" if place < here or done else "current" if place == here else "todo"}
        for place, (label, _) in enumerate(STEPS)
    ]


def setting_rows(round: Round) -> list[tuple[str, str]]:
    """Every silent setting in words; what is open says so."""
    decided = {setting.code: setting_text(setting, value) for setting, value in decided_settings(round)}
    return [(setting.label, decided.get(setting.code, "")) for setting in measures.load(round.measure).round_settings]


class RoundCreate(ActPage):
    """A new draft of the portal's measure."""

    title = "起草评价"
    roles = {Role.MANAGER}
    template_name = "evaluation/round_form.html"
    form_class = RoundForm
    success = "草稿已保存。请补充尚未决定的设定，然后发布。"

    def get_object(self) -> Round:
        return Round(measure=site.MEASURE)

    def form_kwargs(self) -> dict[str, Any]:
        year = timezone.localdate().year
        initial = {"year": year, "name": f"{year}年度质量服务站评价"}
        measure = measures.load(site.MEASURE)
        return {"measure": measure, "initial": initial, "suggest": "suggest" in self.request.GET}

    def act(self, seen: int | None = None, **data: Any) -> Round:
        return rounds.draft_round(actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class RoundEdit(ActPage):
    title = "修改评价"
    query = staticmethod(rounds_visible_to)
    permission = "evaluation.draft_round"
    template_name = "evaluation/round_form.html"
    form_class = RoundForm
    success = "已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        measure = measures.load(self.object.measure)
        initial = {**initial_of(self.object, measure), "seen": last_word(self.object)}
        return {"measure": measure, "initial": initial, "suggest": "suggest" in self.request.GET}

    def act(self, **data: Any) -> None:
        rounds.update_round(self.object, actor=self.request.user, **data)

    def refuse(self, form: Any, status: int, code: str = "invalid") -> HttpResponse:
        """Who was told that somebody else saved, and saves again, means it."""
        if code == "stale_page":
            form.data = form.data.copy()
            form.data["seen"] = str(last_word(self.object))
        return super().refuse(form, status, code)


class RoundPublish(ActPage):
    """What will be published, before it is: the notice word for word, the settings, what is still open."""

    title = "发布评价通知"
    query = staticmethod(rounds_visible_to)
    permission = "evaluation.publish_round"
    template_name = "evaluation/round_publish.html"
    form_class = PublishRoundForm
    success = "评价通知已发布。到申报开始时间，系统自动开放申报。"

    def context(self) -> dict[str, Any]:
        measure = measures.load(self.object.measure)
        title, body = notices.evaluation_words(self.object)
        return {
            **super().context(),
            "notice_title": title,
            "paragraphs": paragraphs(body),
            "unset": unset_settings(self.object, measure),
            "settings": setting_rows(self.object),
            "measure": measure,
            "past": self.object.closes_at <= timezone.now(),
        }

    def act(self, **data: Any) -> None:
        rounds.publish_round(self.object, actor=self.request.user, **data)


class RoundPreview(DetailPage):
    """The paper of the evaluation notice as it would be published now."""

    query = staticmethod(rounds_visible_to)
    permission = "evaluation.publish_round"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse(notices.evaluation_preview(self.object), content_type="application/pdf")


class RoundAct(ActPage):
    query = staticmethod(rounds_visible_to)


class RoundOpen(RoundAct):
    title = "开放申报"
    permission = "evaluation.run_round"
    question = "到通知公布的申报开始时间，系统会自动开放申报；自动开放没有进行时，可以在这里办理。"
    success = "已开放申报。"

    def act(self, **data: Any) -> None:
        rounds.open_round(self.object, actor=self.request.user)


class RoundCloseIntake(RoundAct):
    title = "截止申报"
    permission = "evaluation.run_round"
    question = "到通知公布的申报截止时间，系统会自动截止；自动截止没有进行时，可以在这里办理。"
    success = "申报已截止。"

    def act(self, **data: Any) -> None:
        rounds.close_intake(self.object, actor=self.request.user)


class RoundBeginReview(RoundAct):
    title = "开始评审"
    permission = "evaluation.run_round"
    question = "已受理的申报和已报送自评的市级站将列入参评。开始评审后不再受理本轮申报。"
    success = "评审已开始，请分配专家。"

    def act(self, **data: Any) -> None:
        rounds.begin_review(self.object, actor=self.request.user)


class RoundCancel(RoundAct):
    title = "取消本轮评价"
    permission = "evaluation.cancel_round"
    question = "取消以后不能恢复，已申报的单位会收到通知。"
    form_class = LongReasonForm
    danger = True
    success = "本轮评价已取消。"

    def act(self, **data: Any) -> None:
        rounds.cancel_round(self.object, actor=self.request.user, **data)


class RoundDraftNotice(RoundAct):
    title = "起草评价结果公示"
    permission = "evaluation.publish_notice"
    question = "按已确认的排名起草公示。起草后可以修改文字、预览，再发布。"
    success = "公示已起草，请核对。"

    def act(self, **data: Any) -> Any:
        return notices.draft_result_notice(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("evaluation:notice_publish", args=[self.result.pk])
