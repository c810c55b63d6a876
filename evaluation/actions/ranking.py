"""Ranking: computed from locked sheets, stopped at a tie that straddles a boundary, confirmed by a person."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

import measures
from evaluation import ranking as places
from evaluation.models import Ranking, Round, TieDecision
from evaluation.models.ranking import Outcome
from evaluation.queries import allocation
from evaluation.queries import ranking as queries
from evaluation.scoring import CompactScore, from_hundredths
from evaluation.states import RankingState, RoundState
from ledger import jobs, moves
from ledger.errors import Refused
from ledger.files import store_upload
from ledger.journal import record
from ledger.models import LongJob, StoredFile
from stations.models import Title
from stations.states import Level, TitleState

KIND = "ranking"
TASK = "evaluation.tasks.rank"
Progress = Callable[[int, int], None]


@transaction.atomic
def ask_for_ranking(round: Round, *, actor: Any, at: dt.datetime | None = None) -> LongJob:
    """Ask a worker to compute the ranking. Raises Refused: `not_allowed`, and as `check_ready`."""
    moves.require(actor, "evaluation.rank_round", "计算排名", round)
    check_ready(round)
    return jobs.ask(KIND, round, task=TASK, actor=actor, at=at)


def check_ready(round: Round) -> None:
    """Raises Refused: `wrong_state`, `sheets_open`, `no_entries`."""
    if round.state != RoundState.REVIEWING:
        raise Refused("wrong_state", f"本轮评价现在是「{round.get_state_display()}」，只有评审中才能计算排名。")
    if waiting := queries.not_ready(round).count():
        raise Refused("sheets_open", f"还有 {waiting} 个参评对象的评分表没有锁定，请先在评审进度页锁定评分。")
    if not round.entries.exists():
        raise Refused("no_entries", "本轮没有参评对象，不能计算排名。")


def compute_ranking(
    round: Round, *, actor: Any, at: dt.datetime | None = None, progress: Progress = lambda done, total: None
) -> Ranking:
    """Score, rank and allocate both tracks, and keep the result as a new version; the one before is superseded.

    Reading and arithmetic need no lock: sheets are locked for ever. What is written is written at once, and only if no
    sheet was added meanwhile. Raises Refused as `check_ready`, and `too_few_sheets`.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.rank_round", "计算排名", round)
    check_ready(round)
    progress(0, 4)
    rows = queries.locked_rows(round)
    progress(1, 4)
    rubric = queries.rubric_of_round(round)
    settings = settings_of(round)
    scores = allocation.scores_of(rows, rubric, settings)
    progress(2, 4)
    codes = [dimension.code for dimension in rubric.dimensions]
    result = allocation.allocate(round, allocation.inputs_of(scores, codes), settings)
    progress(3, 4)
    ranking = keep(round, rows, scores, codes, result, settings, actor=actor, at=at)
    progress(4, 4)
    return ranking


def settings_of(round: Round) -> dict[str, Any]:
    """What the ranking was computed under, kept with it so that it can be replayed."""
    active = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY, slot__measure=round.measure).count()
    return {
        "aggregation": round.aggregation,
        "min_sheets": round.min_sheets,
        "step": str(round.step),
        "pass_mark": str(round.pass_mark),
        "spread_threshold": None if round.spread_threshold is None else str(round.spread_threshold),
        "tie_order": list(round.tie_order),
        "cap": cap_of(round),
        "active_before": active,
    }


def cap_of(round: Round) -> int:
    """The cap of the round's measure. Raises Refused `no_cap`: without one there are no places to compete for."""
    cap = measures.load(round.measure).cap
    if cap is None:
        raise Refused("no_cap", "本办法没有规定名额上限，不能按名额排定授牌对象。")
    return cap


@transaction.atomic
def keep(
    round: Round,
    rows: Sequence[queries.EntryRows],
    scores: Sequence[CompactScore],
    codes: Sequence[str],
    result: allocation.Result,
    settings: dict[str, Any],
    *,
    actor: Any,
    at: dt.datetime,
) -> Ranking:
    ranked, allotted, stops = result
    check_ready(moves.lock(round))
    supersede(round, actor=actor, at=at)
    number = (round.rankings.aggregate(last=Max("number"))["last"] or 0) + 1
    ranking = Ranking.objects.create(
        round=round,
        number=number,
        state=RankingState.TIED if stops else RankingState.READY,
        computed_at=at,
        settings=settings,
        ties=[
            {"boundary": stop.boundary, "entries": list(stop.entries), "places": dict(stop.places)} for stop in stops
        ],
        inputs_sha256=queries.fingerprint_of(rows),
    )
    sheets = {entry: [sheet for sheet, _ in found] for entry, found in rows}
    write_lines(
        ranking,
        [line_of(score, ranked[score.id], allotted.get(score.id), codes, sheets[score.id]) for score in scores],
    )
    facts = {"number": number, "entries": len(scores), "inputs_sha256": ranking.inputs_sha256}
    record(ranking, "compute", actor=actor, at=at, after=ranking.state, facts=facts)
    return ranking


LINES = """
    INSERT INTO evaluation_rankingline (ranking_id, entry_id, track, total, dimensions, rank, outcome, tier,
        spread, deviation, flagged, working)
    SELECT %s, entry.id, entry.track, total, dimensions, rank, outcome, tier, spread, deviation, flagged, working
    FROM jsonb_to_recordset(%s) AS line (entry bigint, total numeric, dimensions jsonb, rank integer, outcome text,
        tier smallint, spread numeric, deviation numeric, flagged boolean, working jsonb)
    JOIN evaluation_entry entry ON entry.id = line.entry
    ORDER BY entry.id
"""


def write_lines(ranking: Ranking, lines: Sequence[Mapping[str, Any]]) -> None:
    """All lines in one statement from one text: ten thousand take a third of the time that `bulk_create` takes."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, [ranking.pk, json.dumps(lines)])


def line_of(
    score: CompactScore,
    ranked: places.Ranked,
    place: places.Place | None,
    codes: Sequence[str],
    sheets: list[int],
) -> dict[str, Any]:
    return {
        "entry": score.id,
        "total": str(from_hundredths(score.total)),
        "dimensions": {code: str(from_hundredths(value)) for code, value in zip(codes, score.dimensions, strict=True)},
        "rank": ranked.rank,
        "outcome": allocation.OUTCOMES[place.outcome] if place else Outcome.UNDECIDED,
        "tier": place.tier if place else None,
        "spread": str(from_hundredths(score.range)),
        "deviation": str(from_hundredths(score.deviation)),
        "flagged": score.flagged,
        "working": {"sheets": sheets, "retained": score.retained, "shared": ranked.shared},
    }


def supersede(round: Round, *, actor: Any, at: dt.datetime) -> None:
    for earlier in round.rankings.exclude(state=RankingState.SUPERSEDED):
        moves.apply(earlier, "supersede", actor=actor, at=at)


@transaction.atomic
def decide_tie(
    ranking: Ranking,
    *,
    actor: Any,
    at: dt.datetime | None = None,
    boundary: str,
    order: Sequence[int],
    reason: str,
    minutes: UploadedFile | StoredFile,
) -> TieDecision:
    """Record the collective decision on a tie at a boundary: every tied entry in order, the reason, the minutes.

    The ranking is to be computed anew afterwards. Raises Refused: `not_allowed`, `wrong_state`, `no_tie`,
    `order_incomplete`, `reason_missing`, and what an upload raises.
    """
    at = at or timezone.now()
    moves.require(actor, "evaluation.rank_round", "记录集体决定", ranking.round)
    row = moves.lock(ranking)
    if row.state != RankingState.TIED:
        raise Refused("wrong_state", "这一版排名没有待决定的并列，请刷新页面查看最新一版。")
    tied = next((tie["entries"] for tie in row.ties if tie["boundary"] == boundary), None)
    return keep_decision(row, tied, actor=actor, at=at, boundary=boundary, order=order, reason=reason, minutes=minutes)


def keep_decision(
    ranking: Ranking,
    tied: Sequence[int] | None,
    *,
    actor: Any,
    at: dt.datetime,
    boundary: str,
    order: Sequence[int],
    reason: str,
    minutes: UploadedFile | StoredFile,
) -> TieDecision:
    """Keep how the entries `tied` at a boundary are ordered. Raises as decide_tie does."""
    if tied is None:
        raise Refused("no_tie", "这个位置没有并列，不需要集体决定。")
    if sorted(order) != sorted(tied):
        raise Refused("order_incomplete", "请给每个并列的参评对象排定不同的次序。", field="order")
    if not reason.strip():
        raise Refused("reason_missing", "请填写集体决定的理由。", field="reason")
    stored = minutes if isinstance(minutes, StoredFile) else store_upload(minutes, actor=actor, at=at)
    decision = TieDecision.objects.create(
        round=ranking.round,
        boundary=boundary,
        order=list(order),
        reason=reason,
        minutes=stored,
        decided_by=actor,
        decided_at=at,
    )
    record(ranking, "decide_tie", actor=actor, at=at, reason=reason, facts={"boundary": boundary, "order": list(order)})
    return decision


@transaction.atomic
def confirm_ranking(ranking: Ranking, *, actor: Any, at: dt.datetime | None = None) -> Ranking:
    """Make this ranking the one that goes to public notice. Raises Refused: `not_allowed`, `wrong_state` (a tie waits,
    or somebody computed a newer one)."""
    at = at or timezone.now()
    round = moves.lock(ranking.round)
    moves.apply(ranking, "confirm", actor=actor, at=at, confirmed_at=at)
    moves.apply_all(round.entries.filter(ranking_lines__ranking=ranking), "rank", actor=actor, at=at)
    moves.apply(round, "rank", actor=actor, at=at, facts={"ranking": ranking.number})
    return ranking


@transaction.atomic
def review_again(round: Round, *, actor: Any, at: dt.datetime | None = None, reason: str) -> Round:
    """Back from a confirmed ranking to the review, with the reason; the ranking is superseded and kept."""
    at = at or timezone.now()
    moves.apply(round, "review_again", actor=actor, at=at, reason=reason)
    moves.apply_all(round.entries.filter(state="ranked"), "review_again", actor=actor, at=at)
    supersede(round, actor=actor, at=at)
    return round
