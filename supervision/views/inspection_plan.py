"""Plans of inspections: drafted, drawn in public view of the bureau, shown so that anybody can recompute the draw."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.exports import Column, export
from accounts.forms import ReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from ledger.canonical import canonical
from ledger.journal import history_of
from ledger.moves import may
from supervision.actions import inspection_plan as actions
from supervision.forms.inspection import InspectionPlanFilter, InspectionPlanForm
from supervision.models import InspectionPlan
from supervision.queries import inspection as queries
from supervision.states.inspection import OPEN, InspectionPlanState

READERS: frozenset[str] = frozenset({Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR, Role.DISTRICT})
PLANNERS: frozenset[str] = frozenset({Role.MANAGER, Role.DISTRICT})


class InspectionPlanList(ListPage):
    title = "监督检查计划"
    roles: ClassVar[Collection[str]] = READERS
    template_name = "supervision/inspection/plan_list.html"
    query = staticmethod(queries.plan_list)
    filterset_class = InspectionPlanFilter
    search_fields = ("name", "district__name")
    search = "计划名称或区"
    sorts = {"start": ("starts_on",), "end": ("ends_on",), "name": ("name",)}
    sort = "-start"
    columns = (
        Column("计划", "name"),
        Column("范围", "scope"),
        Column("状态", "get_state_display"),
        Column("开始", "starts_on"),
        Column("结束", "ends_on"),
        Column("抽取站数", "stations_count"),
        Column("已检查站数", "made"),
        Column("随机种子", "seed"),
        Column("名单校验值", "pools_sha256"),
    )


class InspectionPlanDetail(DetailPage):
    template_name = "supervision/inspection/plan_detail.html"
    query = staticmethod(queries.inspection_plans_visible_to)

    def get_title(self) -> str:
        return str(self.object)

    def context(self) -> dict[str, Any]:
        user, plan = self.request.user, self.object
        inspections = list(
            plan.inspections.select_related("title__station__organisation")
            .prefetch_related("inspectors")
            .order_by("position")
        )
        pools = queries.pools_of(plan, timezone.now()) if plan.state != InspectionPlanState.DROPPED else {}
        return {
            **super().context(),
            "stations": len(pools.get("stations", ())),
            "inspectors": len(pools.get("inspectors", ())),
            "barred": [row for row in pools.get("inspectors", ()) if row["barred"]],
            "lines": queries.draw_lines(plan),
            "inspections": inspections,
            "may_draw": may(user, plan, "draw"),
            "may_close": may(user, plan, "close") and not any(row.state in OPEN for row in inspections),
            "history": history_of(plan),
        }


class InspectionPlanCreate(ActPage):
    title = "起草监督检查计划"
    roles: ClassVar[Collection[str]] = PLANNERS
    form_class = InspectionPlanForm
    button = "保存"
    question = "保存后先核对可抽取的服务站和检查人员，再随机抽取。"
    success = "已起草。请核对名单后随机抽取。"

    def get_object(self) -> InspectionPlan:
        return InspectionPlan(measure=settings.MEASURE)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "object": ""}

    def form_kwargs(self) -> dict[str, Any]:
        return {"scopes": queries.scopes_of(self.request.user)}

    def act(self, **data: Any) -> InspectionPlan:
        return actions.draft_plan(measure=settings.MEASURE, actor=self.request.user, **data)

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()


class InspectionPlanAct(ActPage):
    query = staticmethod(queries.inspection_plans_visible_to)
    permission = "supervision.plan_inspections"


class InspectionPlanEdit(InspectionPlanAct):
    title = "修改检查计划"
    form_class = InspectionPlanForm
    button = "保存"

    def form_kwargs(self) -> dict[str, Any]:
        names = ("name", "starts_on", "ends_on", "stations_count", "inspectors_each")
        return {"initial": {name: getattr(self.object, name) for name in names}}

    def act(self, **data: Any) -> InspectionPlan:
        return actions.update_plan(self.object, actor=self.request.user, **data)


class InspectionPlanDraw(InspectionPlanAct):
    title = "随机抽取"
    question = (
        "系统先固定名单并记录校验值，再产生随机种子，按公开的算法抽取服务站和检查人员，并通知抽中的检查人员。"
        "抽取只进行一次，抽取后名单、种子和结果都不能更改。"
    )
    button = "现在抽取"
    success = "已抽取，并已通知检查人员。"

    def act(self) -> InspectionPlan:
        return actions.draw_plan(self.object, actor=self.request.user)


class InspectionPlanDrop(InspectionPlanAct):
    title = "作废检查计划"
    form_class = ReasonForm
    danger = True
    success = "已作废。"

    def act(self, reason: str) -> InspectionPlan:
        return actions.drop_plan(self.object, actor=self.request.user, reason=reason)


class InspectionPlanClose(InspectionPlanAct):
    title = "结束检查计划"
    question = "全部服务站都已检查或者取消以后，可以结束计划。整改仍按期限办理。"
    success = "检查计划已结束。"

    def act(self) -> InspectionPlan:
        return actions.close_plan(self.object, actor=self.request.user)


# -- The draw as a file  ----


@dataclass(frozen=True)
class FileLine:
    """A line of the draw's file: the seed, a station of the pool, or an inspector of the pool."""

    kind: str
    number: object = ""
    name: str = ""
    organisations: str = ""
    key: str = ""
    position: int | None = None
    inspectors: str = ""


def file_lines(plan: InspectionPlan) -> Iterator[FileLine]:
    """Everything from which an outsider recomputes the draw, in the order of the keys."""
    yield FileLine("随机种子", name=plan.seed)
    yield FileLine("名单校验值（SHA-256）", name=plan.pools_sha256)
    yield FileLine("抽取站数", number=plan.stations_count)
    yield FileLine("每站检查人员数", number=plan.inspectors_each)
    organisations = {row["id"]: row["organisation"] for row in plan.pools["stations"]}
    for line in queries.draw_lines(plan):
        yield FileLine(
            "服务站",
            line.station,
            line.name,
            str(organisations[line.station]),
            line.key,
            line.position,
            "、".join(f"{person} {name} {key}" for person, name, key in line.inspectors),
        )
    for row in plan.pools["inspectors"]:
        yield FileLine("检查人员", row["id"], row["name"], "、".join(map(str, row["barred"])))


COLUMNS = (
    Column("类别", "kind"),
    Column("编号", "number"),
    Column("名称", "name"),
    Column("所属或须回避的单位编号", "organisations"),
    Column("排序值（SHA-256）", "key"),
    Column("抽中次序", "position"),
    Column("抽中的检查人员（编号、姓名、排序值）", "inspectors"),
)


class InspectionPlanDrawFile(DetailPage):
    """The draw as CSV or XLSX, or the frozen pools as the bytes whose hash is on the journal (json)."""

    query = staticmethod(queries.inspection_plans_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        plan = self.object
        if not plan.seed:
            raise Http404
        match request.GET.get("export", "csv"):
            case "json":
                response = HttpResponse(canonical(plan.pools), content_type="application/json")
                response["Content-Disposition"] = f'attachment; filename="pools-{plan.pk}.json"'
                return response
            case "csv" | "xlsx" as kind:
                return export(kind, COLUMNS, list(file_lines(plan)), title=f"{plan}抽取过程")
            case _:
                raise BadRequest("unknown kind of file")
