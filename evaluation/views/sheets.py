"""The expert's pages: my sheets, the conflict gate, the sheet beside the evidence, handing it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.answers import wants_json
from accounts.exports import Column
from accounts.forms import ReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from evaluation.actions import sheets as actions
from evaluation.filters.panel import SheetFilter
from evaluation.forms.sheets import ConflictForm, ScoreForm, points_field, reason_field
from evaluation.queries import sheets as queries
from evaluation.queries.evidence import blocks_of, evidence_of, totals_of
from evaluation.queries.ranking import rubric_of_round
from evaluation.scoring import plain
from evaluation.states import SheetState
from ledger.errors import Refused
from ledger.files import file_response
from ledger.journal import history_of
from ledger.models import StoredFile
from supervision.queries.self_assessment_content import filed_content, keys_of


class SheetList(ListPage):
    title = "我的评分表"
    template_name = "evaluation/sheet/list.html"
    query = staticmethod(queries.my_sheet_list)
    as_lines = staticmethod(queries.as_lines)
    filterset_class = SheetFilter
    search_fields = ("entry__station__organisation__name",)
    search = "参评单位名称"
    sorts = {"due": ("due_at",), "organisation": ("entry__station__organisation__name",), "state": ("state",)}
    sort = "due"
    columns = (
        Column("评价", "round_name"),
        Column("参评单位", "organisation_name"),
        Column("状态", "get_state_display"),
        Column("已评指标", "scored"),
        Column("当前得分", "total"),
        Column("完成期限", "due_at"),
    )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "counts": queries.own_counts(self.request.user)}


class SheetDetail(DetailPage):
    """One address for every state of a sheet: the gate, the sheet to fill in, the sheet to read."""

    query = staticmethod(queries.sheets_to_read)

    def get_title(self) -> str:
        return f"评分：{self.object.entry.station.organisation}"

    @property
    def mine(self) -> bool:
        return bool(self.object.expert.user_id == self.request.user.pk)

    @property
    def template_name(self) -> str:  # type: ignore[override]
        if self.mine and self.object.state == SheetState.GATED:
            return "evaluation/sheet/gate.html"
        if self.mine and self.object.state in queries.WRITABLE:
            return "evaluation/sheet/score.html"
        return "evaluation/sheet/read.html"

    def context(self) -> dict[str, Any]:
        context = {**super().context(), "mine": self.mine}
        if self.object.state == SheetState.GATED:
            return context
        return {**context, **self.sheet_context(), **self.history()}

    def history(self) -> dict[str, Any]:
        reopened = history_of(self.object).filter(move="reopen").first()
        return {"reopened": reopened if self.object.state == SheetState.REOPENED else None}

    def sheet_context(self, form: ScoreForm | None = None) -> dict[str, Any]:
        evidence = evidence_of(self.object.entry)
        rubric = rubric_of_round(self.object.entry.round)
        return {
            "evidence": evidence,
            "application": self.object.entry.application,
            "blocks": [
                (block, [(group, [self.row(line, form) for line in lines]) for group, lines in block.groups])
                for block in blocks_of(self.object, evidence)
            ],
            "totals": totals_of(self.object, rubric),
            "rubric": rubric,
            "step": plain(rubric.step),
            "comment": form.data.get("comment", "") if form else self.object.comment,
            "form": form,
        }

    @staticmethod
    def row(line: Any, form: ScoreForm | None) -> dict[str, Any]:
        """A line with what stands in its fields: what was typed when it was refused, what is saved otherwise."""
        code, score = line.indicator.code, line.score
        points = "" if score is None or score.points is None else plain(score.points)
        reason = score.reason if score else ""
        errors: list[str] = []
        if form is not None:
            points = form.data.get(points_field(code), points)
            reason = form.data.get(reason_field(code), reason)
            errors = [*form.errors.get(points_field(code), []), *form.errors.get(reason_field(code), [])]
        return {"line": line, "points": points, "reason": reason, "errors": errors, "max": plain(line.indicator.points)}


class SheetSave(SheetDetail):
    """Saves what is in order, as one types or by the button; what is not is said beside its field and stays typed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("evaluation:sheet_detail", self.object.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.mine:
            raise Http404
        form = ScoreForm(request.POST, rubric=rubric_of_round(self.object.entry.round))
        form.is_valid()
        try:
            actions.save_scores(
                self.object, actor=request.user, scores=form.marks, comment=form.cleaned_data.get("comment")
            )
        except Refused as refusal:
            return self.refuse(form, refusal)
        if wants_json(request):
            return self.answer(form)
        if form.errors:
            return self.show_again(form)
        if "check" in request.POST:
            return redirect("evaluation:sheet_submit", self.object.pk)
        messages.success(request, "已保存。")
        return redirect("evaluation:sheet_detail", self.object.pk)

    def refuse(self, form: ScoreForm, refusal: Refused) -> HttpResponse:
        if wants_json(self.request):
            return JsonResponse({"code": refusal.code, "message": refusal.message}, status=409)
        form.add_error(None, refusal.message)
        return self.show_again(form, status=409)

    def show_again(self, form: ScoreForm, status: int = 422) -> HttpResponse:
        if self.object.state not in queries.WRITABLE:
            messages.error(self.request, " ".join(form.non_field_errors()))
            return redirect("evaluation:sheet_detail", self.object.pk)
        return self.show(status=status, **self.sheet_context(form))

    def answer(self, form: ScoreForm) -> JsonResponse:
        totals = totals_of(self.object, rubric_of_round(self.object.entry.round))
        said = [message for errors in form.errors.values() for message in errors]
        body = {
            "code": "scores_refused" if said else "saved",
            "message": " ".join(said) if said else "已保存。",
            "errors": form.errors.get_json_data(),
            "total": plain(totals.total),
            "scored": totals.scored,
            "dimensions": {code: plain(value) for code, value in totals.dimensions.items()},
        }
        return JsonResponse(body, status=422 if said else 200, json_dumps_params={"ensure_ascii": False})


class SheetAct(ActPage):
    query = staticmethod(queries.sheets_to_read)
    template_name = "evaluation/sheet/act.html"

    def get_success_url(self) -> str:
        return reverse("evaluation:sheet_detail", args=[self.object.pk])


class SheetDeclareClear(SheetAct):
    title = "声明无利益冲突"
    permission = "evaluation.score_sheet"
    question = "确认您和该单位没有任职、亲属、合作等利益关系吗？声明后即可查看材料并评分。"
    button = "我声明无利益冲突"
    success = "已声明。请查看材料并逐项评分。"

    def act(self, **data: Any) -> Any:
        return actions.declare_clear(self.object, actor=self.request.user)


class SheetDeclareConflict(SheetAct):
    title = "声明存在利益冲突"
    permission = "evaluation.score_sheet"
    form_class = ConflictForm
    button = "声明并回避"
    danger = True
    success = "已回避。该参评对象不再出现在您的列表中，评价管理人员会另派专家。"

    def act(self, reason: str) -> Any:
        return actions.declare_conflict(self.object, actor=self.request.user, reason=reason)

    def get_success_url(self) -> str:
        return reverse("evaluation:sheet_list")


class SheetSubmit(SheetAct):
    """The whole sheet once more, and what it still lacks; then it is handed in."""

    title = "核对并提交评分表"
    permission = "evaluation.score_sheet"
    template_name = "evaluation/sheet/check.html"
    success = "评分表已提交。如需修改，请联系评审组长退回复核。"

    def act(self, **data: Any) -> Any:
        return actions.submit_sheet(self.object, actor=self.request.user)

    def context(self) -> dict[str, Any]:
        rubric = rubric_of_round(self.object.entry.round)
        evidence = evidence_of(self.object.entry)
        return {
            **super().context(),
            "gaps": actions.gaps(self.object) if self.object.state in queries.WRITABLE else [],
            "blocks": blocks_of(self.object, evidence),
            "totals": totals_of(self.object, rubric),
        }


class SheetReopen(SheetAct):
    title = "退回复核"
    permission = "evaluation.reopen_sheet"
    form_class = ReasonForm
    question = "请专家重新查看材料后再提交。第一次的评分保留在记录中。"
    success = "已退回，并已通知专家。"

    def act(self, reason: str) -> Any:
        return actions.reopen_sheet(self.object, actor=self.request.user, reason=reason)

    def get_success_url(self) -> str:
        return reverse("evaluation:panel_progress", args=[self.object.entry.round_id])


class EntryReport(DetailPage):
    """The report of a titled station's self-assessment, to whom its file may be read."""

    query = staticmethod(queries.evidence_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        dossier = self.object.dossier
        if dossier is None or dossier.report is None:
            raise Http404
        return file_response(dossier.report, view="view" in request.GET)


class EntryFile(DetailPage):
    """A file that a titled station put to its self-assessment, to whom the file of the entry may be read."""

    query = staticmethod(queries.evidence_visible_to)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        dossier, key = self.object.dossier, str(self.kwargs["key"])
        if dossier is None or key not in keys_of(filed_content(dossier)):
            raise Http404
        return file_response(get_object_or_404(StoredFile, key=key), view="view" in request.GET)
