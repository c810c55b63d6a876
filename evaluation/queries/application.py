"""Who sees which application, and what an application needs before it can be submitted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

import measures
from accounts.rules import reads_all
from evaluation.eligibility import Check, check_conditions
from evaluation.models import Application, ApplicationVersion, ReturnRequest, Round
from evaluation.parts import DECLARATION, PROJECTS, names
from evaluation.project_table import Project
from evaluation.queries.sheets import evidence_visible_to
from evaluation.queries.snapshot import facts_of, snapshot_of
from evaluation.states import ApplicationState, RoundState
from measures import Measure
from measures.periods import Deadline, Rule, deadline
from measures.queries import current_calendar
from stations.rules import memberships


def applications_visible_to(user: Any) -> QuerySet[Application]:
    """Members see all of their organisation's. Bureau and auditors see what was submitted once; a draft is nobody's
    business but the applicant's."""
    if not user.is_authenticated:
        return Application.objects.none()
    seen = Q(organisation__in=memberships(user))
    if reads_all(user):
        seen |= Q(submitted_at__isnull=False)
    return Application.objects.filter(seen)


def own_applications(user: Any) -> QuerySet[Application]:
    """Of the organisations for which the person acts."""
    rows = Application.objects.select_related("station", "organisation__district", "round")
    return rows.filter(organisation__in=memberships(user))


def applications_with_files_for(user: Any) -> QuerySet[Application]:
    """Those whose files the person may open: the visible ones and, for an expert past the conflict gate, the assigned."""
    if not user.is_authenticated:
        return Application.objects.none()
    assigned = Application.objects.filter(entry__in=evidence_visible_to(user))
    return Application.objects.filter(
        Q(pk__in=applications_visible_to(user).values("pk")) | Q(pk__in=assigned.values("pk"))
    )


def measure_of(application: Application) -> Measure:
    return measures.load(application.round.measure)


def projects_of(application: Application) -> list[Project]:
    """The list of quality projects as plain rows, in order."""
    fields = ("year", "name", "client", "kind", "outcome", "recognised_by")
    return [Project(*row) for row in application.projects.values_list(*fields)]


# -- Windows, versions, returns  ----


def in_window(round: Round, at: dt.datetime) -> bool:
    """Whether applications are taken at `at`."""
    return round.state == RoundState.OPEN and round.opens_at <= at < round.closes_at


def latest_version(application: Application) -> ApplicationVersion | None:
    return application.versions.order_by("-number").first()


def current_version(application: Application) -> int:
    """The number that the next page of the application carries, read anew."""
    return Application.objects.values_list("version", flat=True).get(pk=application.pk)


def open_return(application: Application) -> ReturnRequest | None:
    """The return that waits for its answer."""
    if application.state != ApplicationState.RETURNED:
        return None
    return ReturnRequest.objects.filter(version__application=application).order_by("-version__number").first()


def return_deadline(round: Round, returned_at: dt.datetime) -> Deadline:
    """When a return of `returned_at` is due by the calendar in force: the round's working days (not in the measure)."""
    return deadline(returned_at, round.return_days or 1, Rule.WORKING_DAYS, current_calendar())


def editable_codes(application: Application, at: dt.datetime) -> frozenset[str]:
    """The parts and materials that may be changed at `at`: all of a draft within the window, the named ones of a return
    until it is due, otherwise none."""
    if application.state == ApplicationState.DRAFT and in_window(application.round, at):
        return frozenset(names(measure_of(application)))
    request = open_return(application)
    if request is not None and application.due_at is not None and at < application.due_at:
        return frozenset(item["code"] for item in request.items)
    return frozenset()


# -- Ready?  ----


@dataclass(frozen=True, slots=True)
class Problem:
    """What still stands in the way of a submission; `step` is the page where it is mended."""

    step: str
    code: str
    message: str


STEPS = (
    ("organisation", "单位信息"),
    ("conditions", "基本条件"),
    ("abilities", "服务能力"),
    ("materials", "申报材料"),
    ("check", "核对提交"),
)
# On which step's page a condition is worked on; the others are on 基本条件
STEP_OF_CONDITION = {"operation": "organisation", "team": "abilities", "abilities": "abilities"}


@dataclass(frozen=True, slots=True)
class Readiness:
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...]

    def of(self, step: str) -> list[Problem]:
        return [problem for problem in self.problems if problem.step == step]


def readiness_of(application: Application, at: dt.datetime, snapshot: Mapping[str, Any] | None = None) -> Readiness:
    """The conditions held against what the application says, and everything that is still missing."""
    measure = measure_of(application)
    snapshot = snapshot or snapshot_of(application, measure)
    other_counts = application.round.setting("ability_other_counts") is not False
    checks = check_conditions(measure, facts_of(snapshot, at=at), other_counts=other_counts)
    problems = [
        Problem(STEP_OF_CONDITION.get(check.code, "conditions"), check.code, message)
        for check in checks
        for message in check.missing
    ]
    return Readiness(checks, (*problems, *missing_materials(measure, snapshot), *missing_declaration(snapshot)))


def missing_materials(measure: Measure, snapshot: Mapping[str, Any]) -> Iterable[Problem]:
    """Materials of Art 14 with too few files. The list of projects may be filled in as a table instead."""
    for material in measure.materials:
        files = len(snapshot["materials"].get(material.code, []))
        if files >= material.min_files or (material.code == PROJECTS and snapshot["projects"]):
            continue
        how = "请填写项目表格或者上传文件。" if material.code == PROJECTS else "请上传。"
        yield Problem("materials", material.code, f"还没有“{material.name}”（{material.citation}），{how}")


def missing_declaration(snapshot: Mapping[str, Any]) -> Iterable[Problem]:
    answers = snapshot["answers"]
    if not answers["declared_by"]:
        yield Problem("check", DECLARATION, "请填写声明人的姓名。")
    if not answers["declared"]:
        yield Problem("check", DECLARATION, "请勾选材料真实性声明。")
