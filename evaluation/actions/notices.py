"""Public notices: drafted, published once and for good, closed by the clock (Art 15(1), (4), (5))."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

import measures
from accounts.actions import notify
from accounts.queries import people_with
from accounts.states import Role
from evaluation.actions.publishing import (
    WINDOW,
    content_of,
    create_notice,
    notice_data,
    preview,
    publish,
    put_window,
)
from evaluation.announcement import ENTRY_LABELS, entry_label, evaluation_body, result_body, title_name
from evaluation.models import PublicNotice, Ranking, RankingLine, Round
from evaluation.models.ranking import Outcome
from evaluation.queries.notices import confirmed_ranking, lines_in_notice
from evaluation.queries.rounds import decided_settings
from evaluation.ranking import LAST_SLOT
from evaluation.states import NoticeKind, NoticeState, RoundState, Track
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.events import publish as publish_event
from ledger.journal import record
from ledger.models import EventKind
from measures.periods import Calendar, Deadline, deadline
from measures.queries import current_calendar
from measures.words import cn_instant

# What the ranking proposes, and the move of the entry that says so in public
OUTCOME_MOVES = {
    Outcome.AWARD: "propose",
    Outcome.RETAIN: "propose",
    Outcome.RESERVE: "reserve",
    Outcome.FAIL: "fail",
}


# -- The evaluation notice and the award notice  ----


@transaction.atomic
def publish_evaluation_notice(round: Round, *, actor: Any, at: dt.datetime, document_number: str = "") -> PublicNotice:
    """The notice that a round begins, published with it. Called by rounds.publish_round."""
    title, body = evaluation_words(round)
    notice = create_notice(
        round,
        NoticeKind.EVALUATION,
        actor=actor,
        at=at,
        title=title,
        document_number=document_number,
        body=body,
    )
    publish(notice, actor=actor, at=at, content=content_of(notice, at=at))
    return notice


def evaluation_words(round: Round) -> tuple[str, str]:
    """Title and body of the notice of a round as it stands; settings that are still open are left out."""
    measure = measures.load(round.measure)
    body = evaluation_body(
        measure,
        year=round.year,
        window=(round.opens_at, round.closes_at),
        settings=decided_settings(round),
        requirements=round.requirements,
        contact=round.contact,
    )
    return f"关于开展{round.year}年度{title_name(measure)}评价工作的通知", body


def evaluation_preview(round: Round) -> bytes:
    """The paper of the notice that publish_round would publish now; nothing is written."""
    title, body = evaluation_words(round)
    notice = PublicNotice(round=round, kind=NoticeKind.EVALUATION, serial="（草稿）", title=title, body=body)
    return preview(notice, at=timezone.now())


@transaction.atomic
def publish_award_notice(
    round: Round,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    title: str,
    body: str,
    entries: list[dict[str, Any]],
    document_number: str = "",
) -> PublicNotice:
    """Tell the public the end of a round (Art 15(5)). `entries` are plain values: entry, station, organisation,
    credit_code, district, track, outcome, label; no person's name.

    Raises Refused: `not_allowed`.
    """
    at = at or timezone.now()
    notice = create_notice(
        round, NoticeKind.AWARD, actor=actor, at=at, title=title, body=body, document_number=document_number
    )
    publish(notice, actor=actor, at=at, content=content_of(notice, at=at, entries=entries))
    return notice


# -- The result notice  ----


@transaction.atomic
def draft_result_notice(round: Round, *, actor: Any, at: dt.datetime | None = None) -> PublicNotice:
    """Draft the public notice of the confirmed ranking. One draft at a time: a second call gives the same draft.

    Raises Refused: `not_allowed`, `wrong_state` unless the round is ranked, `no_ranking`, `tie_undecided`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.publish_notice", "起草公示", round)
    row = moves.lock(round)
    if row.state != RoundState.RANKED:
        raise Refused("wrong_state", f"本轮评价现在是「{row.get_state_display()}」，确认排名以后才能起草公示。")
    ranking = confirmed_ranking(row)
    if ranking is None:
        raise Refused("no_ranking", "还没有经确认的排名，请先确认排名。")
    refuse_undecided(ranking)
    drafts = PublicNotice.objects.filter(round=row, kind=NoticeKind.RESULT, state=NoticeState.DRAFT)
    draft = drafts.filter(corrects__isnull=True).first()
    if draft and draft.ranking_id == ranking.pk:
        return draft
    if draft:  # of a ranking that has been superseded
        record(draft, "discard", actor=actor, at=at, before=draft.state)
        draft.delete()
    measure = measures.load(row.measure)
    entries = entries_of(ranking)
    counts = Counter(entry_label(entry["track"], entry["outcome"]) for entry in entries)
    return create_notice(
        row,
        NoticeKind.RESULT,
        actor=actor,
        at=at,
        ranking=ranking,
        title=f"关于{row.year}年度{title_name(measure)}评价结果的公示",
        body=result_body(measure, year=row.year, counts=counts, days=measure.notice.days, day_rule=row.day_rule),
        content={"entries": entries},
    )


def refuse_undecided(ranking: Ranking) -> None:
    undecided = ranking.lines.filter(outcome=Outcome.UNDECIDED).select_related("entry__station")
    if names := "、".join(f"「{line.entry}」" for line in undecided):
        raise Refused("tie_undecided", f"{names}名次并列，还没有集体决定，不能公示。请先记录集体决定。")


@transaction.atomic
def update_notice(
    notice: PublicNotice, *, actor: Any, title: str, body: str, document_number: str, at: dt.datetime | None = None
) -> None:
    """Change the words of a draft. Raises Refused: `not_allowed`, `wrong_state` once published."""
    at = at or timezone.now()
    moves.require(actor, "evaluation.publish_notice", "修改公告", notice)
    row = moves.lock(notice)
    if row.state != NoticeState.DRAFT:
        raise Refused("wrong_state", "公告已经发布，不能再修改。内容有误的，请发布更正公告。")
    row.title, row.body, row.document_number = title, body, document_number
    row.save(update_fields=["title", "body", "document_number"])
    record(row, "update", actor=actor, at=at, before=row.state, after=row.state)
    notice.refresh_from_db()


@transaction.atomic
def publish_result_notice(notice: PublicNotice, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Publish the results (Art 15(4)): the window is computed, content and hash are frozen, every entry and the round
    move. All or nothing. A correction publishes its words and a window of its own, and moves nothing.

    Raises Refused: `not_allowed`, `wrong_state`, `ranking_superseded`, `calendar_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.publish_notice", "公示评价结果", notice)
    round = moves.lock(notice.round)
    window = count_window(round, at, current_calendar())
    ranking = confirmed_ranking(round)
    if notice.corrects_id is None:
        moves.apply(round, "give_notice", actor=actor, at=at, facts={"notice": notice.serial})
        notice.round.refresh_from_db()
    if ranking is None or notice.ranking_id != ranking.pk:
        raise Refused("ranking_superseded", "起草之后排名又有变动，请重新起草公示。")
    if notice.corrects_id is None:
        move_entries(notice.serial, ranking, actor=actor, at=at)
    content = content_of(notice, at=at, entries=entries_of(ranking), window=window)
    publish(notice, actor=actor, at=at, content=content, window=window)
    closing = cn_instant(window.closes_at)
    notify(
        people_with(Role.INTAKE, Role.MANAGER, Role.LEADER),
        at=at,
        key=f"notice:{notice.pk}:published",
        subject=f"{notice.title}已发布",
        body=f"公示至{closing}。公示期内收到的异议会列入异议办理清单。",
        url=notice.get_absolute_url(),
    )


def count_window(round: Round, at: dt.datetime, calendar: Calendar) -> Deadline:
    """The window of a result notice published at `at`. Raises Refused `calendar_missing` when its end is not certain."""
    days = measures.load(round.measure).notice.days
    window = deadline(at, days, round.day_rule, calendar)
    if window.provisional:
        years = "、".join(f"{year}年" for year in window.provisional_years)
        raise Refused(
            "calendar_missing",
            f"公示期的截止日期要用到{years}的放假安排，而它还没有公布或者没有导入，截止日期只能暂定。"
            f"请先导入{years}放假安排，再发布公示。",
        )
    return window


def move_entries(serial: str, ranking: Ranking, *, actor: Any, at: dt.datetime) -> None:
    """Each entry goes where the ranking proposes, listed in the notice or not (failed ones may be left out of it)."""
    for line in ranking.lines.select_related("entry").order_by("pk"):
        name = OUTCOME_MOVES[Outcome(line.outcome)]
        moves.apply(line.entry, name, actor=actor, at=at, facts={"notice": serial, "rank": line.rank})


def entries_of(ranking: Ranking) -> list[dict[str, Any]]:
    """What the public may read of each entry; rank and total only where the round publishes scores. Names of people,
    contacts and experts are not among it."""
    round = ranking.round
    lines = list(lines_in_notice(ranking, failed=bool(round.setting("failed_published"))))
    reserves = reserve_turns(round, lines)
    entries = [entry_content(line, reserves, scores=bool(round.scores_published)) for line in lines]
    if round.scores_published:
        return sorted(entries, key=lambda entry: (entry["track"], entry["rank"], reserves.get(entry["entry"], 0)))
    order = list(ENTRY_LABELS)  # ranks are not told, so only the reserve list stands in order of rank
    return sorted(
        entries,
        key=lambda entry: (order.index((entry["track"], entry["outcome"])), reserves.get(entry["entry"], 0)),
    )


def reserve_turns(round: Round, lines: Sequence[RankingLine]) -> dict[int, int]:
    """{entry: its turn on the reserve list}, from 1. Equals share a turn, unless the collective decision on the last
    slot has put them in order: that is the order in which they will be called up."""
    decision = round.tie_decisions.filter(boundary=LAST_SLOT).order_by("pk").last()
    decided = {entry: place for place, entry in enumerate(decision.order)} if decision else {}
    keys = {
        line.entry_id: (line.rank, decided.get(line.entry_id, 0)) for line in lines if line.outcome == Outcome.RESERVE
    }
    return {entry: 1 + sum(other < key for other in keys.values()) for entry, key in keys.items()}


def entry_content(line: RankingLine, reserves: Mapping[int, int], *, scores: bool) -> dict[str, Any]:
    station = line.entry.station
    label = entry_label(line.entry.track, line.outcome)
    if line.outcome == Outcome.RESERVE:
        label += f"（第{reserves[line.entry_id]}位）"
    content = {
        "entry": line.entry_id,
        "station": station.name,
        "organisation": station.organisation.name,
        "credit_code": station.organisation.credit_code,
        "district": station.district.name,
        "track": line.entry.track,
        "track_label": Track(line.entry.track).label,
        "outcome": line.outcome,
        "label": label,
    }
    return {**content, "rank": line.rank, "total": f"{line.total:.2f}"} if scores else content


# -- Corrections  ----


@transaction.atomic
def draft_correction(notice: PublicNotice, *, actor: Any, reason: str, at: dt.datetime | None = None) -> PublicNotice:
    """Draft a notice that corrects a published one, which stays as it is. Names are read anew; a corrected result
    notice runs a full window of its own.

    Raises Refused: `not_allowed`, `wrong_state`, `reason_missing`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.publish_notice", "更正公告", notice)
    row = moves.lock(notice)
    round = row.round
    if row.state == NoticeState.DRAFT:
        raise Refused("wrong_state", "公告还没有发布，请直接修改。")
    if row.kind == NoticeKind.RESULT and round.state != RoundState.IN_NOTICE:
        raise Refused(
            "wrong_state", f"本轮评价现在是「{round.get_state_display()}」，公示阶段已经结束，不能再更正公示。"
        )
    if not reason.strip():
        raise Refused("reason_missing", "请写明更正了什么、为什么更正。", field="reason")
    return create_notice(
        round,
        NoticeKind(row.kind),
        actor=actor,
        at=at,
        ranking=row.ranking,
        corrects=row,
        title=f"{row.title.removesuffix('（更正）')}（更正）",
        document_number=row.document_number,
        body=f"{row.serial}号公告更正如下：{reason.strip()}\n{row.body}",
        content={"entries": row.content.get("entries", [])},
    )


@transaction.atomic
def publish_draft(notice: PublicNotice, *, actor: Any, at: dt.datetime | None = None) -> None:
    """Publish a drafted notice of any kind, correction or not. Raises Refused as publish_result_notice does."""
    at = at or timezone.now()
    if notice.kind == NoticeKind.RESULT:
        publish_result_notice(notice, actor=actor, at=at)
        return
    publish(notice, actor=actor, at=at, content=content_of(notice, at=at, entries=notice.content.get("entries", [])))


# -- The clock  ----


def close_due_notices(at: dt.datetime | None = None, *, actor: Any = None) -> int:
    """Close result notices whose window is over. Idempotent; returns how many were closed."""
    at = at or timezone.now()
    due = PublicNotice.objects.filter(state=NoticeState.PUBLISHED, kind=NoticeKind.RESULT, closes_at__lte=at)
    return sum(close_notice(notice, actor=actor or Job("close_notices"), at=at) for notice in due)


@transaction.atomic
def close_notice(notice: PublicNotice, *, actor: Any, at: dt.datetime) -> bool:
    """Close one notice, unless it is closed, or its window has been lengthened past `at` meanwhile."""
    row = moves.lock(notice)
    if row.state != NoticeState.PUBLISHED or row.closes_at is None or at < row.closes_at:
        return False
    moves.apply(notice, "close", actor=actor, at=at)
    publish_event(EventKind.NOTICE_CLOSED, notice, notice_data(notice), at=at)
    waiting = notice.objections.filter(state__in=["filed", "accepted", "investigating"]).count()
    rest = f"还有 {waiting} 件异议没有办结，有异议的参评对象暂缓，其他的可以拟办结论。" if waiting else "可以拟办结论。"
    notify(
        people_with(Role.MANAGER, Role.LEADER),
        at=at,
        key=f"notice:{notice.pk}:closed",
        subject=f"{notice.title}公示期满",
        body=f"公示期已满，共收到异议 {notice.objections.count()} 件。{rest}",
        url=notice.round.get_absolute_url(),
    )
    return True


def lengthen_windows(at: dt.datetime | None = None, *, actor: Any = None) -> int:
    """After a change of the calendar: lengthen every open window that now ends later; none ever ends earlier. Returns
    how many were lengthened."""
    at = at or timezone.now()
    running = PublicNotice.objects.filter(state=NoticeState.PUBLISHED, kind=NoticeKind.RESULT, closes_at__gt=at)
    calendar = current_calendar()
    stale = running.exclude(calendar_version=calendar.version).select_related("round")
    return sum(lengthen_window(notice, calendar, actor=actor or Job("lengthen_windows"), at=at) for notice in stale)


@transaction.atomic
def lengthen_window(notice: PublicNotice, calendar: Calendar, *, actor: Any, at: dt.datetime) -> bool:
    """Whether the window now ends later under `calendar`; then it is lengthened, and journalled."""
    row = moves.lock(notice)
    window = deadline(row.published_at, measures.load(row.round.measure).notice.days, row.day_rule, calendar)
    if window.provisional or row.state != NoticeState.PUBLISHED or window.closes_at <= row.closes_at:
        return False
    before = row.closes_at
    put_window(row, window)
    row.save(update_fields=WINDOW)
    facts = {"before": before.isoformat(), "after": row.closes_at.isoformat(), "calendar_version": calendar.version}
    record(row, "lengthen_window", actor=actor, at=at, before=row.state, after=row.state, facts=facts)
    notice.refresh_from_db()
    return True
