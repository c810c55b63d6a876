"""The applicant's pages: my applications, one application as a task list, its steps, submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from evaluation.actions import application as actions
from evaluation.actions import draft
from evaluation.filters.application import OwnApplicationFilter
from evaluation.forms.application import (
    FIELDS_OF_CONDITION,
    ConditionsForm,
    DeclarationForm,
    StartForm,
)
from evaluation.queries import application as queries
from evaluation.queries import progress
from evaluation.queries import version as version_queries
from evaluation.queries.result import result_of
from evaluation.queries.snapshot import LABELS, snapshot_of
from evaluation.states import ApplicationState
from evaluation.versions import changes
from ledger.moves import may
from measures.words import cn_instant


class MyApplicationList(ListPage):
    title = "评价申报"
    template_name = "evaluation/application/list.html"
    query = staticmethod(queries.own_applications)
    filterset_class = OwnApplicationFilter
    search_fields = ("number", "station__name", "organisation__name")
    search = "申报编号、服务站或单位名称"
    sorts = {"due": ("due_at",), "station": ("station__name",), "round": ("round__year", "round__name")}
    sort = "due"
    columns = (
        Column("申报编号", "number"),
        Column("评价", "round.name"),
        Column("服务站", "station.name"),
        Column("建设主体", "organisation.name"),
        Column("状态", "get_state_display"),
        Column("提交时间", "submitted_at"),
        Column("期限", "due_at"),
    )

    def context(self) -> dict[str, Any]:
        user = self.request.user
        rounds = [(item, list(progress.stations_that_may_apply(user, item))) for item in progress.open_rounds(user)]
        return {**super().context(), "rounds": rounds, "has_station": progress.own_stations(user).exists()}


class ApplicationStart(ActPage):
    title = "开始申报"
    template_name = "evaluation/application/start.html"
    query = staticmethod(progress.open_rounds)
    form_class = StartForm
    success = "已经开始填报。每一步都可以先保存，随时回来继续。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"user": self.request.user, "evaluation": self.object}

    def act(self, **data: Any) -> Any:
        return draft.start_application(self.object, data["station"], actor=self.request.user)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class ApplicationPage(DetailPage):
    """Where is my application, what do I do next, by when."""

    title = "评价申报"
    query = staticmethod(queries.own_applications)
    template_name = "evaluation/application/detail.html"

    def context(self) -> dict[str, Any]:
        application, user = self.object, self.request.user
        result = result_of(application)
        context = {
            **super().context(),
            "stages": progress.stages_of(application, result.entry if result else None),
            "versions": progress.versions_of(application),
            "history": progress.milestones_of(application),
            "return": progress.return_of(application),
            "reason": progress.last_reason(application),
            "result": result,
            "may_withdraw": may(user, application, "withdraw"),
            "may_resume": may(user, application, "resume") and queries.in_window(application.round, timezone.now()),
        }
        if application.state in (ApplicationState.DRAFT, ApplicationState.RETURNED):
            readiness = queries.readiness_of(application, timezone.now())
            tasks = progress.tasks_of(application, readiness)
            context |= {
                "tasks": tasks,
                "readiness": readiness,
                "next": next(task for task in tasks if task.state != "done"),
                "editable": queries.editable_codes(application, timezone.now()),
            }
        return context


@dataclass(frozen=True)
class PageVersion:
    """What the page that saves as one types goes on saving with: the version with which it was opened."""

    version: int


class StepPage(DetailPage):
    """One step of filling in: the step bar, what is still missing here, and whether it can be changed now."""

    query = staticmethod(queries.own_applications)
    step = ""

    def context(self) -> dict[str, Any]:
        readiness = queries.readiness_of(self.object, timezone.now())
        return {
            **super().context(),
            "tasks": progress.tasks_of(self.object, readiness, self.step),
            "readiness": readiness,
            "problems": readiness.of(self.step),
            "editable": queries.editable_codes(self.object, timezone.now()),
            "return": progress.return_of(self.object),
            "step": self.step,
            "snapshot": snapshot_of(self.object, queries.measure_of(self.object)),
        }


class OrganisationStep(StepPage):
    title = "单位信息"
    step = "organisation"
    template_name = "evaluation/application/organisation.html"


class AbilitiesStep(StepPage):
    title = "服务能力"
    step = "abilities"
    template_name = "evaluation/application/abilities.html"

    def context(self) -> dict[str, Any]:
        context = super().context()
        checks = [check for check in context["readiness"].checks if check.code in ("team", "abilities")]
        kinds = queries.measure_of(self.object).service_kinds
        claimed = {ability["kind"]: ability for ability in context["snapshot"]["abilities"]}
        return {**context, "checks": checks, "kinds": [(kind, claimed.get(kind.code)) for kind in kinds]}


class AnswersPage(StepPage, ActPage):
    """A step that is typed: saved as one types, or by its button."""

    success = "已保存。"
    permission = "evaluation.write_application"
    theirs: dict[str, Any] = {}

    def form_kwargs(self) -> dict[str, Any]:
        return {"application": self.object}

    def act(self, version: int, **answers: Any) -> Any:
        try:
            draft.save_answers(self.object, actor=self.request.user, version=version, **answers)
        except draft.Stale as stale:
            self.theirs = stale.theirs
            raise
        return PageVersion(version)

    def get_success_url(self) -> str:
        return self.request.path

    def context(self) -> dict[str, Any]:
        return {**super().context(), "theirs": self.theirs}

    def refuse(self, form: Any, status: int, code: str = "invalid") -> Any:
        """After a conflict the page knows what the others wrote: saving once more is then a decision."""
        if self.theirs:
            form.data = form.data.copy()
            form.data["version"] = str(queries.current_version(self.object))
        return super().refuse(form, status, code)


class ConditionsStep(AnswersPage):
    title = "基本条件"
    step = "conditions"
    template_name = "evaluation/application/conditions.html"
    form_class = ConditionsForm

    def show(self, *, status: int = 200, **extra: Any) -> Any:
        form = extra["form"]
        checks = queries.readiness_of(self.object, timezone.now()).checks
        rows = [(check, [form[name] for name in FIELDS_OF_CONDITION.get(check.code, ())]) for check in checks]
        return super().show(status=status, rows=rows, **extra)


class ApplicationChecks(DetailPage):
    """The conditions of Art 13 as they stand now, for a page that is being typed."""

    query = staticmethod(queries.own_applications)
    template_name = "evaluation/application/_checks.html"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "checks": queries.readiness_of(self.object, timezone.now()).checks}


class CheckStep(AnswersPage):
    """Check-answers: everything on one page, the declaration, and the way to submission."""

    title = "核对提交"
    step = "check"
    template_name = "evaluation/application/check.html"
    form_class = DeclarationForm

    def context(self) -> dict[str, Any]:
        context = super().context()
        previous = queries.latest_version(self.object)
        measure = queries.measure_of(self.object)
        changed = changes(previous.snapshot, context["snapshot"], measure, LABELS) if previous else []
        return {
            **context,
            "sections": version_queries.sections_of(context["snapshot"], measure),
            "changed": changed,
            "previous": previous,
        }


# -- Acts  ----


class ApplicationAct(ActPage):
    """What members of the applicant do; to everybody else the page does not exist."""

    query = staticmethod(queries.own_applications)
    permission = "evaluation.write_application"


class ApplicationSubmit(ApplicationAct):
    title = "提交申报"
    template_name = "evaluation/application/submit.html"
    question = "提交后内容不能修改；申报截止以前可以撤回，修改后重新提交。"
    button = "确认提交"
    success = "申报已提交，请保存回执。"

    def act(self, **data: Any) -> Any:
        return actions.submit_application(self.object, actor=self.request.user)

    def get_success_url(self) -> str:
        return reverse("evaluation:application_receipt", args=[self.object.pk, self.result.number])

    def context(self) -> dict[str, Any]:
        return {**super().context(), "problems": queries.readiness_of(self.object, timezone.now()).problems}


class ApplicationSupplement(ApplicationSubmit):
    title = "提交补正"
    question = "只提交补正通知列出的事项。提交后由受理人员再次审查。"
    button = "确认提交补正"
    success = "补正已提交，请保存回执。"

    def act(self, **data: Any) -> Any:
        return actions.supplement_application(self.object, actor=self.request.user)


class ApplicationWithdraw(ApplicationAct):
    title = "撤回申报"
    button = "确认撤回"
    success = "申报已撤回。"
    danger = True

    @property
    def question(self) -> str:  # type: ignore[override]
        closes = cn_instant(self.object.round.closes_at)
        if queries.in_window(self.object.round, timezone.now()):
            return f"撤回后可以修改并重新提交，须在{closes}以前。"
        return f"申报已于{closes}截止：撤回后不能再提交，本次评价不再参加。"

    def act(self, **data: Any) -> Any:
        return actions.withdraw_application(self.object, actor=self.request.user)


class ApplicationResume(ApplicationAct):
    title = "重新填报"
    button = "重新填报"
    success = "可以继续填报了，修改后请重新提交。"

    @property
    def question(self) -> str:  # type: ignore[override]
        return f"原来填写的内容和材料都在。请在{cn_instant(self.object.round.closes_at)}以前重新提交。"

    def act(self, **data: Any) -> Any:
        return actions.resume_application(self.object, actor=self.request.user)
