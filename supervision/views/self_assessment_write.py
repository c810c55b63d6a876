"""The pages on which a station writes its self-assessment: the four parts, files, filing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from accounts.answers import wants_json
from accounts.pages import ActPage, DetailPage
from ledger.errors import Refused
from supervision.actions import self_assessment as actions
from supervision.forms.self_assessment import EvidenceForm, PartForm, ReportForm, slug
from supervision.queries import self_assessment as queries
from supervision.queries.self_assessment_content import Line, items_in, lacking, lines_of, measure_of, token_of
from supervision.states.self_assessment import SelfAssessmentState
from supervision.views.self_assessment import parts_of


class SelfAssessmentWrite(DetailPage):
    """One of the four parts, saved as it is typed or by the button. Several people may write at once."""

    query = staticmethod(queries.self_assessments_to_write)
    permission = "supervision.write_self_assessment"
    template_name = "supervision/self_assessment/write.html"

    def get_title(self) -> str:
        return f"填写自评：{self.part.name}"

    @property
    def part(self) -> Any:
        try:
            return measure_of(self.object).dimension(self.kwargs["part"])
        except KeyError:
            raise Http404 from None

    @property
    def here(self) -> str:
        return reverse("supervision:self_assessment_write", args=[self.object.pk, self.part.code])

    def mine(self, lines: dict[str, Line]) -> dict[str, Line]:
        """The items of this part; of a returned report those that were asked for."""
        codes = [indicator.code for indicator in self.part.indicators]
        if self.object.state == SelfAssessmentState.RETURNED:
            codes = [code for code in codes if code in self.object.returned]
        return {code: lines[code] for code in codes}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.object.state not in actions.WRITABLE:
            messages.info(request, "自评报告已经报送，不能再修改。")
            return redirect(self.object)
        lines = lines_of(self.object)
        return self.page(PartForm(lines=self.mine(lines)), lines)

    def page(
        self, form: PartForm, lines: dict[str, Line], status: int = 200, stale: tuple[str, ...] = ()
    ) -> HttpResponse:
        before = items_in(self.object.before) if self.object.before else {}
        rows = [
            {
                "line": line,
                **form.fields_of(line),
                "asked": self.object.returned.get(code, "")
                if self.object.state == SelfAssessmentState.RETURNED
                else "",
                "stale": code in stale,
                "before": before.get(code),
            }
            for code, line in self.mine(lines).items()
        ]
        parts = measure_of(self.object).dimensions
        place = parts.index(self.part)
        return self.show(
            status=status,
            form=form,
            rows=rows,
            part=self.part,
            here=self.here,
            parts=parts_of(self.object, lines),
            next=parts[place + 1] if place + 1 < len(parts) else None,
            before_year=self.object.year - 1 if before else None,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        lines = lines_of(self.object)
        form = PartForm(request.POST, lines=self.mine(lines))
        form.is_valid()
        try:
            saved = actions.save_items(self.object, actor=request.user, items=form.items)
        except Refused as refusal:
            return self.refuse(refusal)
        if wants_json(request):
            return self.answer(form, saved)
        if form.errors or saved.stale:
            return self.show_again(form, saved)
        messages.success(request, "已保存。")
        if "next" in request.POST:
            return redirect("supervision:self_assessment_write", self.object.pk, request.POST["next"])
        return redirect(self.object if "done" in request.POST else self.here)

    def refuse(self, refusal: Refused) -> HttpResponse:
        if wants_json(self.request):
            return JsonResponse({"code": refusal.code, "message": refusal.message}, status=409)
        messages.error(self.request, refusal.message)
        return redirect(self.object)

    def answer(self, form: PartForm, saved: actions.Saved) -> JsonResponse:
        """To a page that saves as one types: what is kept, what is wrong, what somebody else has changed meanwhile."""
        said = [message for errors in form.errors.values() for message in errors]
        if saved.stale:
            said.append(f"{'、'.join(saved.stale)} 已由别人修改过，请按“保存”查看两份内容。")
        status, code = (409, "stale") if saved.stale else (422, "invalid") if said else (200, "saved")
        body = {
            "code": code,
            "message": " ".join(said) or "已保存。",
            "errors": form.errors.get_json_data(),
            "tokens": {f"token_{slug(item)}": token for item, token in saved.tokens.items()},
        }
        return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})

    def show_again(self, form: PartForm, saved: actions.Saved) -> HttpResponse:
        """The page with everything that was typed. Where somebody else saved meanwhile, his text stands beside it; who has
        read it and saves again means it."""
        lines = lines_of(self.object)
        form.data = form.data.copy()
        for code, token in saved.tokens.items():
            form.data[f"token_{slug(code)}"] = token
        for code in saved.stale:
            line = lines[code]
            form.data[f"token_{slug(code)}"] = token_of(line.item.version, line.content)
        return self.page(form, lines, status=409 if saved.stale else 422, stale=tuple(saved.stale))


class SelfAssessmentAct(ActPage):
    query = staticmethod(queries.self_assessments_visible_to)
    permission = "supervision.write_self_assessment"


class EvidenceAdd(SelfAssessmentAct):
    """Files to one indicator; each is taken or refused by itself, and those that were taken stay."""

    form_class = EvidenceForm
    button = "上传"

    def get_title(self) -> str:
        return f"上传证明材料：{self.indicator.code} {self.indicator.name}"

    @property
    def indicator(self) -> Any:
        try:
            return measure_of(self.object).indicator(self.kwargs["code"])
        except KeyError:
            raise Http404 from None

    @property
    def success(self) -> str:  # type: ignore[override]
        return f"已上传 {self.result} 个文件。"

    def act(self, files: list[Any]) -> int:
        for file in files:
            actions.add_evidence(self.object, self.indicator.code, file, actor=self.request.user)
        return len(files)

    def get_success_url(self) -> str:
        return written_at(self.object, self.indicator)


class EvidenceRemove(SelfAssessmentAct):
    title = "删除证明材料"
    button = "确认删除"
    danger = True
    success = "已删除。"

    @property
    def evidence(self) -> Any:
        return get_object_or_404(queries.evidence_in(self.object), pk=self.kwargs["file"])

    @property
    def question(self) -> str:  # type: ignore[override]
        return f"删除“{self.evidence.file.name}”吗？以前报送的版本里仍然保留。"

    def act(self, **data: Any) -> Any:
        evidence = self.evidence
        indicator = measure_of(self.object).indicator(evidence.item.indicator)
        actions.remove_evidence(evidence, actor=self.request.user)
        return indicator

    def get_success_url(self) -> str:
        return written_at(self.object, self.result)


def written_at(assessment: Any, indicator: Any) -> str:
    page = reverse("supervision:self_assessment_write", args=[assessment.pk, indicator.dimension])
    return f"{page}#item-{slug(indicator.code)}"


class SelfAssessmentReport(SelfAssessmentAct):
    title = "上传本单位的评估报告"
    form_class = ReportForm
    button = "上传"
    success = "评估报告已上传。"

    def act(self, **data: Any) -> Any:
        return actions.attach_report(self.object, data["report"], actor=self.request.user)


class SelfAssessmentFiling(SelfAssessmentAct):
    """Everything once more, and what is still lacking; then it is filed."""

    title = "核对并报送年度自评"
    template_name = "supervision/self_assessment/file.html"
    success = "年度自评已报送市市场监管局。"

    def context(self) -> dict[str, Any]:
        lines = lines_of(self.object)
        return {
            **super().context(),
            "gaps": lacking(self.object, lines) if self.object.state in actions.WRITABLE else [],
            "parts": parts_of(self.object, lines),
            "measure": measure_of(self.object),
            "late": self.object.due_at <= timezone.now() and self.object.state != SelfAssessmentState.RETURNED,
        }

    def act(self, **data: Any) -> Any:
        return actions.file_self_assessment(self.object, actor=self.request.user)
