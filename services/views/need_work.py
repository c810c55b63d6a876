"""Needs as the station works on them, and as the bureau and the district find a station for them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from ledger.journal import history_of
from ledger.moves import may
from services.actions import need as actions
from services.forms.need import AssessForm, AssignForm, DeclineForm, NeedEnterForm, NeedFilter, WithdrawForm
from services.models import Need
from services.queries.need import needs_visible_to, service_words
from services.queries.need_work import case_of, cases_visible_to
from services.states.need import IN_HAND, NeedState, ServiceMode
from stations.queries import my_stations

STAGES = (
    ("received", "收到"),
    ("assessed", "评估"),
    ("matched", "对接"),
    ("contracted", "合同"),
    ("in_progress", "服务"),
    ("delivered", "交付"),
    ("rated", "评价"),
    ("archived", "归档"),
)


class NeedList(ListPage):
    title = "服务需求"
    template_name = "services/need/list.html"
    query = staticmethod(needs_visible_to)
    filterset_class = NeedFilter
    search_fields = ("company", "credit_code", "text", "station__name")
    search = "企业、信用代码、需求内容或服务站"
    sorts = {
        "received": ("received_at",),
        "due": ("response_due_at",),
        "wanted": ("wanted_on",),
        "company": ("company",),
        "station": ("station__name",),
    }
    sort = "-received"
    columns = (
        Column("企业", "company"),
        Column("统一社会信用代码", "credit_code"),
        Column("企业所在区", "district"),
        Column("服务", service_words),
        Column("需求内容", "text"),
        Column("来源", "get_source_display"),
        Column("服务站", "station"),
        Column("状态", "get_state_display"),
        Column("收到时间", "received_at"),
        Column("首次答复期限", "response_due_at"),
        Column("希望完成日期", "wanted_on"),
        Column("服务方式", "get_mode_display"),
        Column("办结时间", "ended_at"),
    )

    def context(self) -> dict[str, Any]:
        found = super().context()
        return {
            **found,
            "lines": [(need, service_words(need)) for need in found["rows"]],
            "may_enter": my_stations(self.request.user).exists(),
        }


class NeedDetail(DetailPage):
    """The file of a need on one page."""

    title = "服务需求"
    template_name = "services/need/detail.html"
    query = staticmethod(cases_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        need, user = self.object, self.request.user
        serves = user.has_perm("services.serve_need", need)
        case = case_of(need)
        archive = getattr(need, "archive", None)
        return {
            **super().context(),
            "service": service_words(need),
            "steps": stages_of(need),
            "contact": need.contact.opened() if serves else None,
            "may": {name: may(user, need, name) for name in need.MOVES},
            "case": case,
            "contract_file": papers(need, case["contract"] and case["contract"].file),
            "report_file": papers(need, case["delivery"] and case["delivery"].report),
            "archive_file": papers(need, archive and archive.file),
            "in_hand": serves and need.state in IN_HAND,
            "matches_open": serves and need.state in {NeedState.ASSESSED, NeedState.MATCHED},
            "at_once": need.mode == ServiceMode.AT_ONCE,
            "history": history_of(need, *case["matches"]),
        }


def papers(need: Need, file: Any) -> list[dict[str, Any]]:
    """A file of the case as the list of files shows it."""
    if not file:
        return []
    url = reverse("services:need_paper", args=[need.pk, file.key])
    return [{"name": file.name, "size": file.size, "sha256": file.sha256, "url": url}]


def stages_of(need: Need) -> list[dict[str, str]]:
    """For the step bar; empty for a need that ended on the way. What is done on the spot passes over match and contract."""
    order = [code for code, _ in STAGES]
    if need.state not in order:
        return []
    here = order.index(need.state)
    last = need.state == NeedState.ARCHIVED
    return [
        {"label": label, "state": "done" if place < here or last else "current" if place == here else "todo"}
        for place, (_, label) in enumerate(STAGES)
    ]


class NeedEnter(ActPage):
    """By phone, at the window or on patrol: written down by the station's staff."""

    title = "登记需求"
    template_name = "services/need/enter.html"
    form_class = NeedEnterForm
    success = "需求已登记。请评估。"

    def get_object(self) -> Any:
        return None

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def act(self, **data: Any) -> Need:
        return actions.post_need(actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class NeedAct(ActPage):
    query = staticmethod(needs_visible_to)
    permission = "services.serve_need"


class NeedAssign(NeedAct):
    title = "分派需求"
    permission = "services.assign_need"
    form_class = AssignForm
    success = "已分派，并已通知服务站。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"need": self.object}

    def act(self, **data: Any) -> None:
        actions.assign_need(self.object, actor=self.request.user, **data)


class NeedAssess(NeedAct):
    title = "评估需求"
    form_class = AssessForm
    success = "评估意见已记录。"

    def form_kwargs(self) -> dict[str, Any]:
        need = self.object
        known = {
            "mode": need.mode,
            "service": need.item or need.kind,
            "assessment": need.assessment,
            "appointment_at": need.appointment_at,
        }
        return {"initial": known}

    def act(self, **data: Any) -> None:
        actions.assess_need(self.object, actor=self.request.user, **data)


class NeedDecline(NeedAct):
    title = "不承接需求"
    form_class = DeclineForm
    danger = True
    success = "已记录不承接，并告知企业。"

    def act(self, **data: Any) -> None:
        actions.decline_need(self.object, actor=self.request.user, **data)


class NeedEnd(NeedAct):
    title = "登记企业撤回"
    form_class = WithdrawForm
    danger = True
    success = "已登记撤回。"

    def act(self, **data: Any) -> None:
        actions.withdraw_need(self.object, actor=self.request.user, **data)
