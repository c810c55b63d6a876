"""What happens to a score sheet: the conflict gate, saving, handing in, reopening, locking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.actions import notify
from accounts.models import User
from accounts.queries import people_with
from accounts.states import Role
from evaluation import scoring
from evaluation.models import Entry, Indicator, Recusal, Round, Score, ScoreSheet
from evaluation.queries.panel import conflicts_of
from evaluation.queries.ranking import rubric_of_round
from evaluation.queries.sheets import (
    WRITABLE,
    EntryProgress,
    points_of,
    progress_entries,
    progress_of,
)
from evaluation.states import EntryState, SheetState
from ledger import moves
from ledger.errors import Refused

Marks = Mapping[str, tuple[Decimal | None, str]]
"""{indicator code: (points or None, reason for points taken off)}"""

REASON_LENGTH = 500
COMMENT_LENGTH = 2000


class SheetRefused(Refused):
    """Several fields of a sheet at once are not as they should be: one Refused for each."""

    def __init__(self, code: str, problems: Sequence[Refused]) -> None:
        super().__init__(code, "".join(problem.message for problem in problems), field=problems[0].field)
        self.problems = tuple(problems)


# -- The gate  ----


@transaction.atomic
def declare_clear(sheet: ScoreSheet, *, actor: User, at: dt.datetime | None = None) -> None:
    """The expert declares that nothing ties him or her to the entry; only now is the file shown.

    Raises Refused `in_conflict` when the records say otherwise.
    """
    at = at or timezone.now()
    conflicts = conflicts_of(sheet, timezone.localdate(at))
    if conflicts and sheet.state == SheetState.GATED:
        raise Refused(
            "in_conflict", f"{conflicts[0].sentence}请改为声明存在利益冲突；如信息有误，请联系评价管理人员更正。"
        )
    moves.apply(sheet, "declare_clear", actor=actor, at=at)


@transaction.atomic
def declare_conflict(sheet: ScoreSheet, *, actor: User, at: dt.datetime | None = None, reason: str) -> None:
    """The expert declares a conflict: the sheet is recused, and the entry is gone from his or her lists for good."""
    at = at or timezone.now()
    recuse(sheet, Recusal.Source.DECLARED, actor=actor, at=at, reason=reason)
    tell_managers(sheet, reason, at=at)


@transaction.atomic
def recuse_by_staff(sheet: ScoreSheet, *, actor: User, at: dt.datetime | None = None, reason: str) -> None:
    """The bureau takes an expert off an entry: a conflict that came to light, or marks that never came."""
    at = at or timezone.now()
    recuse(sheet, Recusal.Source.STAFF, actor=actor, at=at, reason=reason)
    notify(
        [sheet.expert.user],
        at=at,
        key=f"sheet-recused-{sheet.pk}",
        subject="您的一份评分表已取消",
        body=f"{sheet.entry.round.name}：评价管理人员已取消分配给您的一份评分表。理由：{reason}",
    )


def recuse(sheet: ScoreSheet, source: str, *, actor: Any, at: dt.datetime, reason: str) -> None:
    reason = checked_text(reason.strip(), REASON_LENGTH, "回避理由", field="reason")
    moves.apply(sheet, "recuse", actor=actor, at=at, reason=reason, facts={"source": str(source)})
    Recusal.objects.get_or_create(
        expert_id=sheet.expert_id,
        entry_id=sheet.entry_id,
        defaults={"source": source, "reason": reason, "made_at": at},
    )


def tell_managers(sheet: ScoreSheet, reason: str, *, at: dt.datetime) -> None:
    notify(
        people_with(Role.MANAGER),
        at=at,
        key=f"sheet-conflict-{sheet.pk}",
        subject="一名专家声明回避，请补派专家",
        body=f"{sheet.expert.user} 对“{sheet.entry.station}”声明回避：{reason}",
        url=reverse("evaluation:panel_board", args=[sheet.entry.round_id]),
    )


# -- Marks  ----


@transaction.atomic
def save_scores(
    sheet: ScoreSheet,
    *,
    actor: User,
    at: dt.datetime | None = None,
    scores: Marks,
    comment: str | None = None,
) -> None:
    """Save what has been typed: any part of the sheet, gaps allowed. What did not change is not written again; what did
    is kept in the score's history.

    Raises SheetRefused with one problem per wrong value, and then writes nothing; Refused when the sheet is not open.
    """
    at = at or timezone.now()
    row = open_for_writing(sheet, actor)
    problems = wrong_marks(rubric_of_round(row.entry.round), scores)
    if comment is not None and len(comment) > COMMENT_LENGTH:
        problems.append(too_long("总体意见", COMMENT_LENGTH, "comment"))
    if problems:
        raise SheetRefused("scores_refused", problems)
    write_marks(row, scores, actor=actor, at=at)
    if comment is not None and comment != row.comment:
        row.comment = sheet.comment = comment
        row.save(update_fields=["comment"])


def open_for_writing(sheet: ScoreSheet, actor: Any) -> ScoreSheet:
    """The sheet under its lock, when `actor` may write it now."""
    row: ScoreSheet = moves.lock(sheet)
    moves.require(actor, "evaluation.score_sheet", "填写这份评分表", row)
    if row.state not in WRITABLE:
        raise Refused(
            "sheet_not_open",
            f"这份评分表现在是「{row.get_state_display()}」，不能修改。如需修改，请联系评审组长退回复核。",
        )
    return row


def wrong_marks(rubric: scoring.Rubric, scores: Marks) -> list[Refused]:
    """What the rubric does not allow, one Refused per value, in the annex's order. The field is the indicator's code."""
    indicators = {indicator.code: indicator for indicator in rubric.indicators}
    problems = [
        Refused("unknown_indicator", f"没有编号为“{code}”的指标，请刷新页面后重新填写。", field=code)
        for code in scores
        if code not in indicators
    ]
    for code, indicator in indicators.items():
        if code not in scores:
            continue
        points, reason = scores[code]
        try:
            scoring.validate_score(indicator, points, rubric.step)
        except Refused as refused:
            problems.append(refused)
        if len(reason) > REASON_LENGTH:
            problems.append(too_long(f"“{indicator.name}”的扣分理由", REASON_LENGTH, code))
    return problems


def too_long(what: str, limit: int, field: str) -> Refused:
    return Refused("too_long", f"{what}最多{limit}字，请精简。", field=field)


def checked_text(text: str, limit: int, what: str, *, field: str) -> str:
    if len(text) > limit:
        raise too_long(what, limit, field)
    return text


def write_marks(sheet: ScoreSheet, scores: Marks, *, actor: User, at: dt.datetime) -> None:
    """Create and update what differs, each with its row of history: four statements at most."""
    indicators = {row.code: row for row in Indicator.objects.filter(round=sheet.entry.round_id)}
    held = {score.indicator_id: score for score in Score.objects.filter(sheet=sheet)}
    new, changed = [], []
    for code, (points, reason) in scores.items():
        indicator = indicators[code]
        score = held.get(indicator.pk)
        if score is None:
            if points is not None or reason:
                new.append(Score(sheet=sheet, indicator=indicator, points=points, reason=reason, saved_at=at))
        elif (score.points, score.reason) != (points, reason):
            score.points, score.reason, score.saved_at = points, reason, at
            changed.append(score)
    if new:
        bulk_create_with_history(new, Score, default_user=actor, default_date=at)
    if changed:
        bulk_update_with_history(changed, Score, ["points", "reason", "saved_at"], default_user=actor, default_date=at)


@transaction.atomic
def submit_sheet(sheet: ScoreSheet, *, actor: User, at: dt.datetime | None = None) -> None:
    """Hand in a whole sheet. Posted twice, the second changes nothing.

    Raises SheetRefused that names each indicator without points and each deduction without a reason.
    """
    at = at or timezone.now()
    row: ScoreSheet = moves.lock(sheet)
    moves.require(actor, "evaluation.score_sheet", "提交这份评分表", row)
    if row.state == SheetState.SUBMITTED:
        sheet.refresh_from_db()
        return
    if row.state in WRITABLE and (problems := gaps(row)):
        raise SheetRefused("sheet_incomplete", problems)
    moves.apply(sheet, "submit", actor=actor, at=at, facts=marks_as_facts(row), submitted_at=at)


def gaps(sheet: ScoreSheet) -> list[Refused]:
    """What a sheet lacks before it can be handed in."""
    held = {score.indicator.code: score for score in sheet.scores.select_related("indicator")}
    problems = []
    for indicator in rubric_of_round(sheet.entry.round).indicators:
        score = held.get(indicator.code)
        if score is None or score.points is None:
            message = (
                f"“{indicator.name}”还没有评分，请填写0到{scoring.plain(indicator.maximum)}之间的分数；不得分的请填0。"
            )
            problems.append(Refused("points_missing", message, field=indicator.code))
        elif score.points < indicator.maximum and not score.reason.strip():
            off = scoring.plain(indicator.maximum - score.points)
            message = f"“{indicator.name}”扣了{off}分，请写明扣分理由。"
            problems.append(Refused("reason_missing", message, field=indicator.code))
    return problems


def marks_as_facts(sheet: ScoreSheet) -> dict[str, Any]:
    """The marks of a whole sheet for the journal, from which a ranking can be replayed."""
    points = points_of(sheet)
    total = sum((value for value in points.values() if value is not None), Decimal(0))
    return {
        "scores": {code: None if value is None else str(value) for code, value in points.items()},
        "total": str(total),
    }


@transaction.atomic
def reopen_sheet(sheet: ScoreSheet, *, actor: User, at: dt.datetime | None = None, reason: str) -> None:
    """The chair asks an expert to look again. The first marks stay in the history and in the journal."""
    at = at or timezone.now()
    moves.apply(sheet, "reopen", actor=actor, at=at, reason=reason, facts=marks_as_facts(sheet))
    notify(
        [sheet.expert.user],
        at=at,
        key=f"sheet-reopened-{sheet.pk}-{at.isoformat()}",
        subject="请复核一份评分表",
        body=f"评审组长请您复核对“{sheet.entry.station.organisation}”的评分：{reason}",
        url=reverse("evaluation:sheet_detail", args=[sheet.pk]),
    )


# -- Locking  ----


@transaction.atomic
def lock_sheets(
    target: Round | Entry, *, actor: User, at: dt.datetime | None = None, flagged_seen: bool = False
) -> list[Entry]:
    """Lock the sheets of one entry, or of every entry of a round, all or none; the entries' scoring ends with it.

    Entries that are scored already are left as they are. Returns those that were locked now.

    Raises Refused: `not_ready` (names the entries that lack sheets), `spread_unseen` (marks lie further apart than the
    round's threshold, and `flagged_seen` does not say that the panel has looked at it).
    """
    at = at or timezone.now()
    round = target if isinstance(target, Round) else target.round
    moves.require(actor, "evaluation.lock_sheets", "锁定评分表", round)
    Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    lines = progress_of(round, lockable(target))
    refuse_unready(lines)
    flagged = [line for line in lines if line.flagged]
    if flagged and not flagged_seen:
        names = "、".join(str(line.entry) for line in flagged)
        raise Refused(
            "spread_unseen",
            f"{names}的分差超过{scoring.plain(round.spread_threshold)}分。请评审组长复核，或者确认已经看过后再锁定。",  # type: ignore[arg-type]
            field="flagged_seen",
        )
    for line in lines:
        for sheet in line.sheets:
            moves.apply(sheet, "lock", actor=actor, at=at, locked_at=at, facts={"total": str(sheet.total)})  # type: ignore[attr-defined]
        facts = {"spread": str(line.spread), "flagged": line.flagged, "sheets": len(line.sheets)}
        moves.apply(line.entry, "finish_scoring", actor=actor, at=at, facts=facts)
    return [line.entry for line in lines]


def lockable(target: Round | Entry) -> QuerySet[Entry]:
    """Entries that are not scored yet. One that nobody was assigned to counts, and will be refused."""
    waiting = (EntryState.ASSIGNED, EntryState.SCORING)
    if isinstance(target, Round):
        return progress_entries(target).filter(state__in=waiting)
    return progress_entries(target.round).filter(pk=target.pk, state__in=waiting)


def refuse_unready(lines: Sequence[EntryProgress]) -> None:
    short = [line for line in lines if not line.ready]
    if not short:
        return
    named = [
        f"{line.entry}（已提交{line.handed_in}份，未完成{line.unfinished}份，至少要{line.needed}份）"
        for line in short[:5]
    ]
    more = f"等{len(short)}个参评对象" if len(short) > 5 else ""
    raise Refused("not_ready", f"{'、'.join(named)}{more}的评分还没有完成，请催办或补派专家后再锁定。")
