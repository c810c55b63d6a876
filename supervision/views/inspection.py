"""Inspections on the spot, written down on a phone, and what follows from them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.exports import Column
from accounts.forms import ReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from ledger.files import file_response
from ledger.journal import history_of
from ledger.moves import may
from supervision.actions import improvement
from supervision.actions import inspection as actions
from supervision.actions import inspection_plan as plans
from supervision.forms.improvement import IssueForm
from supervision.forms.inspection import CloseForm, FindingForm, InspectionFilter, RecordForm, SubstituteForm
from supervision.models import Inspection
from supervision.queries import inspection as queries
from supervision.queries.improvement import usual_day
from supervision.states.inspection import OPEN, InspectionState


class InspectionList(ListPage):
    """One's own to make, those of one's district, the city's; to the station's people those that are recorded."""

    title = "监督检查"
    template_name = "supervision/inspection/list.html"
    query = staticmethod(queries.inspections_visible_to)
    filterset_class = InspectionFilter
    search_fields = ("title__station__name", "title__station__organisation__name", "plan__name")
    search = "服务站、建设主体或检查计划"
    sorts = {"due": ("due_at",), "station": ("title__station__name",), "recorded": ("recorded_at",)}
    sort = "due"
    columns = (
        Column("检查计划", "plan.name"),
        Column("服务站", "title.station.name"),
        Column("建设主体", "title.station.organisation.name"),
        Column("检查人员", lambda row: "、".join(map(str, row.inspectors.all()))),
        Column("状态", "get_state_display"),
        Column("检查期限", "due_at"),
        Column("形成记录时间", "recorded_at"),
        Column("记录校验值", "record_sha256"),
    )


class InspectionDetail(DetailPage):
    template_name = "supervision/inspection/detail.html"
    query = staticmethod(queries.inspections_visible_to)

    def get_title(self) -> str:
        return f"监督检查：{self.object.title.station}"

    def context(self) -> dict[str, Any]:
        user, inspection = self.request.user, self.object
        parts = queries.checklist(inspection)
        checks = [line for _, lines in parts for line in lines]
        return {
            **super().context(),
            "parts": parts,
            "checked": sum(line.verdict != "not_checked" for line in checks),
            "wrong": sum(line.verdict == "does_not_conform" for line in checks),
            "total": len(checks),
            "improvements": inspection.improvements.all(),
            "may_begin": may(user, inspection, "begin"),
            "may_record": may(user, inspection, "record"),
            "may_cancel": may(user, inspection, "cancel"),
            "may_close": may(user, inspection, "close"),
            "may_improve": inspection.state in (InspectionState.RECORDED, InspectionState.FOLLOWED_UP)
            and user.has_perm("supervision.issue_improvement", inspection.title.station),
            "is_open": inspection.state in OPEN,
            "sees_plan": queries.inspection_plans_visible_to(user).filter(pk=inspection.plan_id).exists(),
            "history": history_of(inspection),
        }


class InspectionAct(ActPage):
    template_name = "supervision/inspection/act.html"
    query = staticmethod(queries.inspections_visible_to)
    permission = "supervision.record_inspection"


class InspectionBegin(InspectionAct):
    title = "开始检查"
    question = "到达服务站、出示证件以后开始。开始后可以逐项填写检查情况、拍照。"
    success = "检查已开始，请逐项填写。"

    def act(self) -> Inspection:
        return actions.begin_inspection(self.object, actor=self.request.user)


class InspectionFindingSave(InspectionAct):
    """One indicator: verdict, words, photographs; saved as it is typed."""

    template_name = "supervision/inspection/finding.html"
    form_class = FindingForm
    button = "保存"
    success = "已保存。"

    def get_title(self) -> str:
        return f"{self.line.indicator.code} {self.line.indicator.name}"

    def lines(self) -> list[queries.CheckLine]:
        if not hasattr(self, "_lines"):
            self._lines = [line for _, lines in queries.checklist(self.object) for line in lines]
        return self._lines

    @property
    def line(self) -> queries.CheckLine:
        for line in self.lines():
            if line.indicator.code == self.kwargs["code"]:
                return line
        raise Http404

    def form_kwargs(self) -> dict[str, Any]:
        found = self.line.finding
        known = {"verdict": found.verdict, "text": found.text, "version": found.version} if found else {}
        return {"initial": known or {"verdict": "not_checked", "version": 0}}

    def act(self, **data: Any) -> Any:
        return actions.save_finding(self.object, actor=self.request.user, indicator=self.kwargs["code"], **data)

    def get_success_url(self) -> str:
        return f"{super().get_success_url()}#finding-{self.kwargs['code']}"

    def context(self) -> dict[str, Any]:
        codes = [line.indicator.code for line in self.lines()]
        here = codes.index(self.line.indicator.code)
        return {
            **super().context(),
            "line": self.line,
            "number": here + 1,
            "total": len(codes),
            "next": codes[here + 1] if here + 1 < len(codes) else "",
        }

    def refuse(self, form: Any, status: int, code: str = "invalid") -> HttpResponse:
        """Who was told that the other inspector saved, and saves again, means it."""
        if code == "stale" and self.line.finding:
            form.data = form.data.copy()
            form.data["version"] = str(self.line.finding.version)
        return super().refuse(form, status, code)


class InspectionPhotoRemove(InspectionAct):
    title = "删除照片"
    question = "删除后照片不再列入检查记录；上传和删除的经过留在办理记录里。"
    button = "删除"
    danger = True
    success = "已删除照片。"

    def act(self) -> None:
        actions.remove_photo(self.object, actor=self.request.user, key=self.kwargs["key"])


class InspectionRecord(InspectionAct):
    title = "形成检查记录"
    form_class = RecordForm
    question = "形成记录以后，检查情况、照片和服务站意见都不能再改，服务站可以查看。"
    button = "形成检查记录"
    success = "检查记录已形成，服务站可以查看。"

    def act(self, **data: Any) -> Inspection:
        return actions.record_inspection(self.object, actor=self.request.user, **data)


class InspectionClose(InspectionAct):
    title = "办结检查"
    permission = "supervision.follow_up_inspection"
    form_class = CloseForm
    success = "检查已办结。"

    def act(self, reason: str) -> Inspection:
        return actions.close_inspection(self.object, actor=self.request.user, reason=reason)


class InspectionCancel(InspectionAct):
    title = "取消检查"
    permission = "supervision.cancel_inspection"
    form_class = ReasonForm
    danger = True
    success = "已取消，并已通知检查人员。"

    def act(self, reason: str) -> Inspection:
        return actions.cancel_inspection(self.object, actor=self.request.user, reason=reason)


class InspectionSubstitute(InspectionAct):
    title = "替补检查人员"
    permission = "supervision.cancel_inspection"
    form_class = SubstituteForm
    question = "替补人员不由人选：从抽取时固定的名单里，除去须回避和已经抽中的人员，由排序值最小的人替补。"
    success = "已替补，并已通知替补人员。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"inspectors": self.object.inspectors.order_by("pk")}

    def act(self, **data: Any) -> Inspection:
        return plans.substitute_inspector(self.object, actor=self.request.user, **data)


class InspectionImprove(InspectionAct):
    """Improvement asked from what was found: each thing that does not conform is an item to begin with."""

    title = "提出整改"
    template_name = "supervision/improvement/issue.html"
    permission = "supervision.follow_up_inspection"
    form_class = IssueForm
    success = "已提出整改，并已通知服务站。"

    def form_kwargs(self) -> dict[str, Any]:
        found = queries.nonconformities(self.object)
        day = usual_day(self.object.plan.measure, timezone.now())
        return {"asked": [(f"{one.name}：{one.text}"[:1000], one.indicator) for one in found], "usual": day}

    def act(self, **data: Any) -> Any:
        return improvement.issue_improvement(
            self.object.title.station,
            actor=self.request.user,
            measure=settings.MEASURE,
            origin=improvement.from_inspection(self.object),
            **data,
        )

    def get_success_url(self) -> str:
        return self.result.get_absolute_url()

    def context(self) -> dict[str, Any]:
        return {**super().context(), "station": self.object.title.station, "source": f"监督检查（{self.object.plan}）"}


class InspectionFile(DetailPage):
    """A photograph of an inspection that one may see."""

    query = staticmethod(queries.inspections_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stored = get_object_or_404(queries.photos_of(self.object), key=self.kwargs["key"])
        return file_response(stored, view="view" in request.GET)
