"""Who scores what: the board, its confirmation, the progress of the scoring, locking."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from accounts.exports import Column
from accounts.forms import ReasonForm
from accounts.pages import ActPage, DetailPage, ListPage
from accounts.states import Role
from evaluation.actions import panel as actions
from evaluation.actions import sheets as sheet_actions
from evaluation.filters.panel import EntryFilter, ProgressFilter
from evaluation.forms.panel import AssignmentForm, LockForm, ProposalForm, ReplaceForm, label_of
from evaluation.queries import entries as entry_queries
from evaluation.queries import panel as queries
from evaluation.queries import sheets
from evaluation.queries.evidence import evidence_of
from evaluation.queries.rounds import rounds_visible_to
from evaluation.queries.visits import visit_list
from evaluation.states import EntryState, RoundState, SheetState
from ledger.errors import Refused
from ledger.journal import history_of

READERS = {Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR}


class Board(DetailPage):
    """What is proposed, to be changed by hand and confirmed as one batch."""

    roles = READERS
    template_name = "evaluation/panel/board.html"
    query = staticmethod(rounds_visible_to)

    def get_title(self) -> str:
        return f"分配专家：{self.object.name}"

    def context(self) -> dict[str, Any]:
        return {**super().context(), **self.board(None)}

    def board(self, form: AssignmentForm | None) -> dict[str, Any]:
        evaluation, on = self.object, timezone.localdate()
        experts, entries = queries.available_experts(evaluation, on), list(queries.entries_to_assign(evaluation))
        wanted = self.wanted()
        proposal = None
        if evaluation.state == RoundState.REVIEWING and wanted.is_valid():
            proposal = actions.propose_among(experts, entries, evaluation, on=on, **wanted.cleaned_data)
        chair = next((expert.pk for expert in experts if expert.user_id == evaluation.chair_id), None)
        form = form or AssignmentForm(experts=experts, entries=entries, initial={"chair": chair})
        return {
            "wanted": wanted,
            "form": form,
            "rows": board_rows(entries, experts, proposal, form),
            "experts": expert_rows(experts, proposal, evaluation.measure),
            "names": [label_of(expert) for expert in experts],
            "short": proposal.shortages if proposal else (),
            "recusals": queries.recusals_of(evaluation),
            "may_assign": evaluation.state == RoundState.REVIEWING
            and self.request.user.has_perm("evaluation.assign_experts", evaluation),
        }

    def wanted(self) -> ProposalForm:
        """How many sheets each entry needs, and the lot: from the address, from the round at first."""
        asked = {name: self.request.GET.get(name) for name in ("per_entry", "seed")}
        default = {"per_entry": self.object.min_sheets or 3, "seed": 1}
        return ProposalForm({name: asked[name] or default[name] for name in default})


def board_rows(entries: Any, experts: Any, proposal: Any, form: AssignmentForm) -> list[dict[str, Any]]:
    """One row per entry: who scores it already, who is proposed (or was ticked before something was refused)."""
    known = {expert.pk: expert for expert in experts}
    reasons = {(pair.entry, pair.expert): pair.reason for pair in proposal.pairs} if proposal else {}
    ticked = set(form.ticked()) if form.is_bound else set(reasons)
    short = {item.entry: item for item in proposal.shortages} if proposal else {}
    rows = []
    for entry in entries:
        mine = sorted({pair for pair in [*reasons, *ticked] if pair[0] == entry.pk and pair[1] in known})
        rows.append(
            {
                "entry": entry,
                "sheets": entry.live_sheets,
                "pairs": [
                    {
                        "value": f"{pair[0]}-{pair[1]}",
                        "expert": known[pair[1]],
                        "reason": reasons.get(pair, "手工选定"),
                        "ticked": pair in ticked,
                    }
                    for pair in mine
                ],
                "short": short.get(entry.pk),
                "add": form[f"add_{entry.pk}"],
            }
        )
    return rows


def expert_rows(experts: Any, proposal: Any, measure: str) -> list[dict[str, Any]]:
    fields = queries.field_names(measure)
    return [
        {
            "expert": expert,
            "fields": "、".join(fields.get(code, code) for code in expert.fields),
            "load": expert.load,
            "proposed": proposal.loads.get(expert.pk, 0) if proposal else 0,
        }
        for expert in experts
    ]


class Confirm(Board, ActPage):
    """First shows, item by item, what would happen; with `confirmed` it happens, all or nothing."""

    permission = "evaluation.assign_experts"
    success = "已分配，并已通知专家。"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("evaluation:panel_board", self.object.pk)

    def context(self) -> dict[str, Any]:
        return ActPage.context(self)  # the board is computed once, when it is shown again

    def get_form(self) -> AssignmentForm:
        experts = queries.available_experts(self.object, timezone.localdate())
        return AssignmentForm(self.request.POST, experts=experts, entries=queries.entries_to_assign(self.object))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "confirmed" in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        if not form.is_valid():
            return self.refuse(form, 422)
        try:
            planned = actions.preview_assignment(self.object, actor=request.user, **self.facts(form.cleaned_data))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return self.refuse(form, 422, refusal.code)
        self.template_name = "evaluation/panel/confirm.html"  # type: ignore[misc]
        chosen = {name: form.cleaned_data[name] for name in ("due_at", "chair")}
        return self.show(form=form, **preview_lines(planned), **chosen)

    @staticmethod
    def facts(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "chair": data["chair"].user if data["chair"] else None}

    def act(self, **data: Any) -> Any:
        return actions.confirm_assignment(self.object, actor=self.request.user, **self.facts(data))

    def get_success_url(self) -> str:
        return reverse("evaluation:panel_progress", args=[self.object.pk])

    def refuse(self, form: Any, status: int, code: str = "invalid") -> Any:
        return self.show(status=status, refused=code, **self.board(form))


def preview_lines(made: list[Any]) -> dict[str, Any]:
    """The sheets that would be made, by entry, and how many each expert would get."""
    by_entry: dict[Any, list[Any]] = {}
    for sheet in made:
        by_entry.setdefault(sheet.entry, []).append(sheet.expert)
    loads = Counter(sheet.expert for sheet in made)
    return {"lines": list(by_entry.items()), "loads": list(loads.items()), "sheets": made}


# -- Progress  ----


class Progress(ListPage):
    """How far each entry is: sheets by state, spread beside the mean. The chair sees what the chair may."""

    template_name = "evaluation/panel/progress.html"
    search_fields = ("station__organisation__name", "station__name")
    search = "参评单位或服务站"
    filterset_class = ProgressFilter
    sorts = {"organisation": ("station__organisation__name",), "state": ("state",)}
    columns = (
        Column("参评单位", "entry.station.organisation.name"),
        Column("服务站", "entry.station.name"),
        Column("组别", "entry.get_track_display"),
        Column("状态", "entry.get_state_display"),
        Column("已提交", "handed_in"),
        Column("未完成", "unfinished"),
        Column("汇总得分", "total"),
        Column("极差", "spread"),
        Column("标准差", "deviation"),
        Column("分差提示", "flagged"),
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            self.round = get_object_or_404(sheets.rounds_with_progress(request.user), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_title(self) -> str:
        return f"评审进度：{self.round.name}"

    def rows(self) -> Any:
        return sheets.progress_entries(self.round, self.request.user)

    def filtered(self) -> Any:
        return sheets.Lines(self.round, super().filtered())

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "round": self.round,
            "counts": sheets.sheet_tally(self.round, self.request.user),
            "may_lock": self.request.user.has_perm("evaluation.lock_sheets", self.round),
            "chairs": self.round.chair_id == self.request.user.pk,
        }


class Lock(ActPage):
    """Locks the whole round; says first which entries are not ready and where the marks lie far apart."""

    title = "锁定全部评分表"
    template_name = "evaluation/panel/lock.html"
    query = staticmethod(rounds_visible_to)
    permission = "evaluation.lock_sheets"
    form_class = LockForm
    button = "锁定"
    success = "评分表已锁定，不能再改。下一步计算排名。"

    def act(self, flagged_seen: bool) -> Any:
        return sheet_actions.lock_sheets(self.object, actor=self.request.user, flagged_seen=flagged_seen)

    def get_success_url(self) -> str:
        return reverse("evaluation:panel_progress", args=[self.object.pk])

    def context(self) -> dict[str, Any]:
        lines = sheets.progress_of(self.object, sheet_actions.lockable(self.object))
        return {
            **super().context(),
            "unready": [line for line in lines if not line.ready],
            "flagged": [line for line in lines if line.flagged],
            "total": len(lines),
        }


# -- One entry  ----


class EntryList(ListPage):
    title = "参评对象"
    roles = READERS
    template_name = "evaluation/panel/entries.html"
    query = staticmethod(entry_queries.entry_list)
    filterset_class = EntryFilter
    search_fields = ("station__organisation__name", "station__organisation__credit_code", "station__name")
    search = "参评单位、信用代码或服务站"
    sorts = {"organisation": ("station__organisation__name",), "state": ("state",), "round": ("round__year",)}
    sort = "-round"
    columns = (
        Column("评价", "round.name"),
        Column("参评单位", "station.organisation.name"),
        Column("统一社会信用代码", "station.organisation.credit_code"),
        Column("服务站", "station.name"),
        Column("所在区", "station.district.name"),
        Column("组别", "get_track_display"),
        Column("状态", "get_state_display"),
        Column("评分表", "live"),
        Column("已提交", "handed_in"),
    )


class EntryDetail(DetailPage):
    """One entry for the bureau: evidence, sheets, visits, recusals, history."""

    roles = READERS
    template_name = "evaluation/panel/entry.html"
    query = staticmethod(entry_queries.entry_list)

    def get_title(self) -> str:
        return str(self.object.station.organisation)

    def context(self) -> dict[str, Any]:
        entry, user = self.object, self.request.user
        return {
            **super().context(),
            "evidence": evidence_of(entry),
            "application": entry.application,
            "sheets": entry_queries.sheets_of(entry),
            "recusals": entry_queries.recusals_of(entry),
            "visits": visit_list(user).filter(entry=entry),
            "scoring": entry.state in (EntryState.ASSIGNED, EntryState.SCORING),
            "may_assign": user.has_perm("evaluation.assign_experts", entry),
            "may_improve": entry.state in (EntryState.AWARDED, EntryState.RETAINED)
            and user.has_perm("supervision.issue_improvement", entry.station),
            "history": history_of(entry),
        }


class SheetStaffAct(ActPage):
    """What the bureau does with a sheet that is not its own."""

    template_name = "evaluation/panel/act.html"
    query = staticmethod(sheets.sheets_to_read)
    permission = "evaluation.assign_experts"

    def get_success_url(self) -> str:
        return reverse("evaluation:entry_detail", args=[self.object.entry_id])


class SheetRecuse(SheetStaffAct):
    title = "取消评分表，回避"
    form_class = ReasonForm
    question = "该专家不再评这个参评对象，也看不到它；已填的评分保留在记录中，不计入汇总。"
    danger = True
    success = "已取消该评分表。请补派专家。"

    def act(self, reason: str) -> Any:
        return sheet_actions.recuse_by_staff(self.object, actor=self.request.user, reason=reason)


class SheetReplace(SheetStaffAct):
    title = "补派专家"
    form_class = ReplaceForm
    success = "已补派，并已通知专家。"

    def form_kwargs(self) -> dict[str, Any]:
        return {"experts": queries.replacements_for(self.object, timezone.localdate())}

    def act(self, expert: Any) -> Any:
        if self.object.state != SheetState.RECUSED:
            raise Refused("not_recused", "这份评分表没有回避，不需要更换专家。")
        return actions.replace_expert(self.object, expert, actor=self.request.user)
