"""Intake's pages: the work list by due date, one file on one page, the decisions (Art 15(2))."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from evaluation.actions import intake as actions
from evaluation.filters.application import IntakeFilter
from evaluation.forms.intake import NotAcceptForm, ReturnForm, VerdictForm
from evaluation.models import MaterialVerdict
from evaluation.queries import application as applications
from evaluation.queries import intake as queries
from evaluation.queries import progress
from evaluation.queries import version as versions
from evaluation.queries.snapshot import LABELS
from evaluation.versions import changes
from ledger.moves import may

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


class IntakeList(ListPage):
    title = "申报受理"
    roles = READERS
    template_name = "evaluation/intake/list.html"
    query = staticmethod(queries.submitted_applications)
    as_lines = staticmethod(queries.as_lines)
    filterset_class = IntakeFilter
    search_fields = ("number", "station__name", "organisation__name", "organisation__credit_code")
    search = "申报编号、服务站、单位名称或信用代码"
    sorts = {
        "due": ("turn", "due_at"),
        "number": ("number",),
        "station": ("station__name",),
        "submitted": ("submitted_at",),
    }
    sort = "due"
    columns = (
        Column("申报编号", "number"),
        Column("服务站", "station_name"),
        Column("建设主体", "organisation_name"),
        Column("统一社会信用代码", "credit_code"),
        Column("所在区", "district_name"),
        Column("状态", "get_state_display"),
        Column("提交时间", "submitted_at"),
        Column("期限", "due_at"),
    )


class IntakeFile(DetailPage):
    """The whole file on one page: facts, materials in place, the decision, the history."""

    query = staticmethod(queries.submitted_applications)
    template_name = "evaluation/intake/detail.html"

    def get_title(self) -> str:
        return f"{self.object.number} {self.object.station}"

    def context(self) -> dict[str, Any]:
        application, user = self.object, self.request.user
        version = applications.latest_version(application)
        materials = queries.judged_materials(application, version)
        decides = may(user, application, "accept")
        rows = [
            (item, VerdictForm(initial=initial_of(item.verdict), auto_id=f"id_{item.material.code}_%s"))
            for item in materials
        ]
        return {
            **super().context(),
            "version": version,
            "snapshot": version.snapshot,
            "sections": versions.sections_of(version.snapshot, applications.measure_of(application)),
            "rows": rows,
            "unjudged": sum(item.verdict is None for item in materials),
            "lacking": sum(item.verdict is not None and item.verdict.verdict == "lacking" for item in materials),
            "decides": decides,
            "returns": queries.returns_of(application),
            "names": queries.item_names(application),
            "changed": versions.changes_in(version, applications.measure_of(application)),
            "history": progress.milestones_of(application),
            "reason": "" if decides else progress.last_reason(application),
        }


def initial_of(verdict: MaterialVerdict | None) -> dict[str, Any]:
    return {"verdict": verdict.verdict, "reason": verdict.reason} if verdict else {}


class VersionChanges(DetailPage):
    """Two versions side by side."""

    query = staticmethod(queries.submitted_applications)
    template_name = "evaluation/intake/changes.html"

    def get_title(self) -> str:
        return f"{self.object.number} 版本对照"

    def context(self) -> dict[str, Any]:
        pair = queries.two_versions(self.object, self.kwargs["number"])
        if pair is None:
            raise Http404
        before, after = pair
        measure = applications.measure_of(self.object)
        changed = changes(before.snapshot, after.snapshot, measure, LABELS)
        return {**super().context(), "before": before, "after": after, "changed": changed}


# -- Acts  ----


class IntakeAct(ActPage):
    """What intake decides; to readers without that right the page does not exist."""

    query = staticmethod(queries.submitted_applications)
    permission = "evaluation.check_application"

    def get_success_url(self) -> str:
        return reverse("evaluation:intake_detail", args=[self.object.pk])


class MaterialJudge(IntakeAct):
    title = "审查材料"
    template_name = "evaluation/intake/act.html"
    form_class = VerdictForm
    success = "审查意见已保存。"

    def act(self, verdict: str, reason: str) -> Any:
        version = applications.latest_version(self.object)
        return actions.judge_material(version, self.kwargs["code"], verdict, reason, actor=self.request.user)

    def get_success_url(self) -> str:
        return super().get_success_url() + f"#material-{self.kwargs['code']}"


class RestComplete(IntakeAct):
    title = "其余材料均齐全"
    template_name = "evaluation/intake/act.html"
    question = "把还没有给出意见的材料都记为“齐全”吗？请确认已逐项查看。"
    button = "确认均齐全"
    success = "其余材料已记为齐全。"

    def act(self, **data: Any) -> Any:
        version = applications.latest_version(self.object)
        for item in queries.judged_materials(self.object, version):
            if item.verdict is None:
                actions.judge_material(version, item.material.code, "complete", actor=self.request.user)


class ApplicationAccept(IntakeAct):
    title = "受理"
    template_name = "evaluation/intake/act.html"
    question = "材料齐全，受理这件申报吗？受理后通知申报单位，等待列入参评。"
    button = "确认受理"
    success = "已受理，并已通知申报单位。"

    def act(self, **data: Any) -> Any:
        return actions.accept_application(self.object, actor=self.request.user)


class ApplicationReturn(IntakeAct):
    title = "退回补正"
    template_name = "evaluation/intake/return.html"
    form_class = ReturnForm
    button = "退回补正"
    success = "已退回补正，并已通知申报单位。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"application": self.object}

    def act(self, items: list[dict[str, str]]) -> Any:
        return actions.return_application(self.object, items=items, actor=self.request.user)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "until": applications.return_deadline(self.object.round, timezone.now()),
            "given": queries.returns_of(self.object).count(),
        }


class ApplicationNotAccept(IntakeAct):
    title = "不予受理"
    template_name = "evaluation/intake/act.html"
    form_class = NotAcceptForm
    button = "确认不予受理"
    danger = True
    success = "已作出不予受理的决定，并已通知申报单位。"

    def act(self, reason: str) -> Any:
        return actions.not_accept_application(self.object, reason=reason, actor=self.request.user)
