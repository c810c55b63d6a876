"""Pages of the yearly self-assessment."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

import measures
from accounts.exports import Column
from accounts.pages import ActPage, DetailPage, ListPage
from ledger.files import file_response
from ledger.journal import history_of
from supervision.actions import self_assessment as actions
from supervision.forms.self_assessment import NarrativeForm, ReportForm, SelfAssessmentFilter
from supervision.queries import self_assessment as queries


class SelfAssessmentList(ListPage):
    title = "年度自评"
    template_name = "supervision/self_assessment_list.html"
    query = staticmethod(queries.self_assessments_visible_to)
    filterset_class = SelfAssessmentFilter
    search_fields = ("title__station__name", "title__station__organisation__name", "title__number")
    search = "服务站、建设主体或称号编号"
    sorts = {"due": ("due_at",), "station": ("title__station__name",), "year": ("year",)}
    sort = "due"
    columns = (
        Column("年度", "year"),
        Column("服务站", "title.station.name"),
        Column("建设主体", "title.station.organisation.name"),
        Column("称号编号", "title.number"),
        Column("状态", "get_state_display"),
        Column("报送期限", "due_at"),
        Column("报送时间", "filed_at"),
    )


class SelfAssessmentPage(DetailPage):
    title = "年度自评"
    query = staticmethod(queries.self_assessments_visible_to)
    template_name = "supervision/self_assessment_detail.html"

    def context(self) -> dict[str, Any]:
        measure = measures.load(self.object.title.slot.measure)
        may_write = self.request.user.has_perm("supervision.write_self_assessment", self.object)
        return {
            **super().context(),
            "parts": [(part, self.object.narrative.get(part.code, "")) for part in measure.dimensions],
            "lacking": actions.missing_parts(self.object),
            "may_write": may_write and self.object.state in actions.WRITABLE,
            "late": timezone.now() >= self.object.due_at,
            "history": history_of(self.object),
        }


class SelfAssessmentAct(ActPage):
    """What the station's own people do; to everybody else the page does not exist."""

    query = staticmethod(queries.self_assessments_visible_to)
    permission = "supervision.write_self_assessment"

    def get_success_url(self) -> str:
        return reverse("supervision:self_assessment_detail", args=[self.object.pk])


class SelfAssessmentWrite(SelfAssessmentAct):
    title = "填报年度自评"
    template_name = "supervision/self_assessment_write.html"
    form_class = NarrativeForm
    success = "自评内容已保存。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"measure": measures.load(self.object.title.slot.measure), "assessment": self.object}

    def act(self, **parts: str) -> Any:
        for dimension, text in parts.items():
            actions.save_part(self.object, actor=self.request.user, dimension=dimension, text=text)


class SelfAssessmentReport(SelfAssessmentAct):
    title = "上传评估报告"
    form_class = ReportForm
    button = "上传"
    success = "评估报告已上传。"

    def act(self, **data: Any) -> Any:
        return actions.attach_report(self.object, data["report"], actor=self.request.user)


class SelfAssessmentFile(SelfAssessmentAct):
    title = "报送年度自评"
    question = "报送后不能再修改，并作为本年度评价的依据。确认报送吗？"
    button = "确认报送"
    success = "年度自评已报送市市场监管局。"

    def act(self, **data: Any) -> Any:
        return actions.file_self_assessment(self.object, actor=self.request.user)


class SelfAssessmentReportFile(DetailPage):
    """The report, as an attachment, to whom the self-assessment is visible."""

    query = staticmethod(queries.self_assessments_with_report)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase | HttpResponse:
        return file_response(self.object.report, view="view" in request.GET)
