"""Who scores which entry: proposed, changed by hand, confirmed as one batch, replaced after a recusal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from evaluation import assignment
from evaluation.models import Entry, Expert, Recusal, Round, ScoreSheet
from evaluation.queries.panel import (
    ASSIGNABLE,
    LIVE,
    Pair,
    available_experts,
    candidates,
    computed_conflicts,
    demands,
    entries_to_assign,
    field_names,
)
from evaluation.states import EntryState, RoundState, SheetState
from ledger import journal, moves
from ledger.errors import Refused
from measures.words import cn_instant


def propose_assignment(
    round: Round, *, per_entry: int, seed: int, at: dt.datetime | None = None
) -> assignment.Proposal:
    """Who might score what, with conflicts already out: by load, then by field. Writes nothing."""
    on = timezone.localdate(at)
    return propose_among(
        available_experts(round, on), list(entries_to_assign(round)), round, per_entry=per_entry, seed=seed, on=on
    )


def propose_among(
    experts: list[Expert], entries: list[Entry], round: Round, *, per_entry: int, seed: int, on: dt.date
) -> assignment.Proposal:
    """The same among experts and entries that were read already (`available_experts`, `entries_to_assign`)."""
    return assignment.propose(
        candidates(experts), demands(experts, entries, on), per_entry, seed, field_names(round.measure)
    )


@transaction.atomic
def confirm_assignment(
    round: Round,
    pairs: Iterable[Pair],
    *,
    actor: User,
    at: dt.datetime | None = None,
    due_at: dt.datetime | None = None,
    chair: User | None = None,
) -> list[ScoreSheet]:
    """Give out the sheets of a whole batch, all or none. Pairs that have a sheet already are left alone, so the same
    batch twice changes nothing the second time. Returns the new sheets.

    Raises Refused: `round_not_reviewing`, `bad_pairs` (each named with its reason), `due_in_the_past`, `chair_unknown`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.assign_experts", "分配专家", round)
    row: Round = moves.lock(round)
    if row.state != RoundState.REVIEWING:
        raise Refused("round_not_reviewing", f"本轮评价现在是「{row.get_state_display()}」，请先开始评审再分配专家。")
    if due_at is not None and due_at <= at:
        raise Refused("due_in_the_past", "评分期限已经过去，请选一个将来的时间。", field="due_at")
    name_chair(round, chair, actor=actor, at=at)
    experts = {expert.pk: expert for expert in available_experts(row, timezone.localdate(at))}
    entries = {entry.pk: entry for entry in entries_to_assign(row)}
    conflicts = computed_conflicts(experts.values(), entries.values(), timezone.localdate(at))
    held = set(ScoreSheet.objects.filter(LIVE, entry__round=row).values_list("entry_id", "expert_id"))
    new = sorted(set(pairs) - held)
    refuse_bad_pairs(new, entries, experts, conflicts)
    record_conflicts({pair: found for pair, found in conflicts.items() if pair not in held}, at=at)
    sheets = ScoreSheet.objects.bulk_create(
        ScoreSheet(entry=entries[entry], expert=experts[expert], assigned_at=at, due_at=due_at) for entry, expert in new
    )
    begin_scoring(sheets, actor=actor, at=at)
    tell_experts(round, sheets, due_at, at=at)
    return sheets


def preview_assignment(round: Round, pairs: Iterable[Pair], *, actor: User, **facts: Any) -> list[ScoreSheet]:
    """The sheets that `confirm_assignment` would make: it is done, and undone again. Refuses as it does."""
    with transaction.atomic():
        made = confirm_assignment(round, pairs, actor=actor, **facts)
        transaction.set_rollback(True)
    round.refresh_from_db()
    return made


def name_chair(round: Round, chair: User | None, *, actor: User, at: dt.datetime) -> None:
    """Who heads the panel of the round, and may ask for a second look at a sheet."""
    if chair is None or chair.pk == round.chair_id:
        return
    if not Expert.objects.filter(user=chair, active=True).exists():
        raise Refused("chair_unknown", "评审组长须是在库的专家，请另选。", field="chair")
    round.chair = chair
    round.save(update_fields=["chair"])
    journal.record(round, "name_chair", actor=actor, at=at, facts={"chair": chair.pk})


def refuse_bad_pairs(
    new: Sequence[Pair],
    entries: Mapping[int, Entry],
    experts: Mapping[int, Expert],
    conflicts: Mapping[Pair, Sequence[Any]],
) -> None:
    """Refuse the batch, naming each pair that may not be."""
    names = {
        expert.pk: str(expert)
        for expert in Expert.objects.filter(pk__in={pair[1] for pair in new}).select_related("user")
    }
    loads = Counter(expert for _, expert in new)
    problems = []
    for entry_id, expert_id in new:
        entry, expert = entries.get(entry_id), experts.get(expert_id)
        if entry is None:
            problems.append(f"编号{entry_id}不是本轮可以分配的参评对象")
        elif expert is None:
            problems.append(f"{names.get(expert_id, expert_id)}不在库，或者所属机构没有在有效期内的委托书")
        elif (entry_id, expert_id) in conflicts:
            problems.append(f"{names[expert_id]}—{entry}：{conflicts[entry_id, expert_id][0].sentence.rstrip('。')}")
        elif expert_id in {recusal.expert_id for recusal in entry.recusals.all()}:
            problems.append(f"{names[expert_id]}已回避“{entry}”")
    for expert_id, number in loads.items():
        expert = experts.get(expert_id)
        if expert and expert.load + number > expert.load_cap:  # type: ignore[attr-defined]
            total = expert.load + number  # type: ignore[attr-defined]
            problems.append(f"{names[expert_id]}本轮将有{total}份评分表，超过上限{expert.load_cap}份")
    if problems:
        more = f"等{len(problems)}处" if len(problems) > 5 else ""
        raise Refused("bad_pairs", f"{'；'.join(problems[:5])}{more}。请调整后再确认，本批没有作任何分配。")


def record_conflicts(found: Mapping[Pair, Sequence[Any]], *, at: dt.datetime) -> None:
    """Keep what was computed, so that the database itself refuses these pairs from now on."""
    Recusal.objects.bulk_create(
        [
            Recusal(
                entry_id=entry,
                expert_id=expert,
                source=Recusal.Source.COMPUTED,
                reason=conflicts[0].sentence,
                made_at=at,
            )
            for (entry, expert), conflicts in found.items()
        ],
        ignore_conflicts=True,
    )


def begin_scoring(sheets: Sequence[ScoreSheet], *, actor: User, at: dt.datetime) -> None:
    """Entries with their first sheets are being scored from now on; one journal row per entry says by whom."""
    by_entry: dict[Entry, list[int]] = {}
    for sheet in sheets:
        by_entry.setdefault(sheet.entry, []).append(sheet.expert_id)
    for entry, experts in by_entry.items():
        facts = {"experts": experts}
        if entry.state == EntryState.ASSIGNED:
            moves.apply(entry, "begin_scoring", actor=actor, at=at, facts=facts)
        else:
            journal.record(entry, "assign_more", actor=actor, at=at, facts=facts)


def tell_experts(round: Round, sheets: Sequence[ScoreSheet], due_at: dt.datetime | None, *, at: dt.datetime) -> None:
    """One message per expert, however many sheets."""
    loads = Counter(sheet.expert for sheet in sheets)
    due = f"，请于{cn_instant(due_at)}前完成" if due_at else ""
    for expert, number in loads.items():
        first = min(sheet.pk for sheet in sheets if sheet.expert_id == expert.pk)
        notify(
            [expert.user],
            at=at,
            key=f"sheets-assigned-{first}",
            subject=f"{round.name}：请评分",
            body=f"您有{number}份新的评分表{due}。打开前请先声明是否存在利益冲突。",
            url=reverse("evaluation:sheet_list"),
        )


@transaction.atomic
def replace_expert(
    sheet: ScoreSheet, expert: Expert, *, actor: User, at: dt.datetime | None = None, due_at: dt.datetime | None = None
) -> ScoreSheet:
    """After a recusal, give the entry to another expert, with the same due date unless another is set.

    Raises Refused `not_recused`, and what `confirm_assignment` raises.
    """
    at = at or timezone.now()
    row = ScoreSheet.objects.select_related("entry__round").get(pk=sheet.pk)
    if row.state != SheetState.RECUSED:
        raise Refused("not_recused", "这份评分表没有回避，不需要更换专家。", field="expert")
    if row.entry.state not in ASSIGNABLE:
        raise Refused("entry_scored", "该参评对象的评分已经锁定，不能再补派专家。", field="expert")
    due = due_at or (row.due_at if row.due_at and row.due_at > at else None)
    made = confirm_assignment(row.entry.round, [(row.entry_id, expert.pk)], actor=actor, at=at, due_at=due)
    return made[0] if made else ScoreSheet.objects.get(entry=row.entry, expert=expert)
