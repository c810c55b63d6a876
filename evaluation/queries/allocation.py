"""Who gets a place: the pure ranking fed from the database, now and again when a past ranking is replayed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import measures
from evaluation import ranking as places
from evaluation.models import Ranking, Round, ScoreSheet
from evaluation.models.ranking import Outcome
from evaluation.queries import ranking as queries
from evaluation.scoring import Aggregation, CompactScore, Rubric, from_hundredths, score_entries
from evaluation.states import Track

OUTCOMES = {
    places.Outcome.AWARDED: Outcome.AWARD,
    places.Outcome.RESERVE: Outcome.RESERVE,
    places.Outcome.RETAINED: Outcome.RETAIN,
    places.Outcome.DELISTED: Outcome.FAIL,
    places.Outcome.FAILED: Outcome.FAIL,
}
# {entry: Ranked}, {entry: Place} (not of undecided ties), the ties
Result = tuple[Mapping[int, places.Ranked], Mapping[int, places.Place], Sequence[places.TieStop]]


def scores_of(rows: Sequence[queries.EntryRows], rubric: Rubric, settings: Mapping[str, Any]) -> list[CompactScore]:
    """Every entry scored under the settings kept with a ranking. Raises Refused `too_few_sheets`."""
    plain = [(entry, [scores for _, scores in sheets]) for entry, sheets in rows]
    threshold = settings["spread_threshold"]
    return score_entries(
        plain,
        rubric,
        Aggregation(settings["aggregation"]),
        settings["min_sheets"] or 1,
        None if threshold is None else Decimal(threshold),
    )


def inputs_of(scores: Sequence[CompactScore], codes: Sequence[str]) -> list[places.RankInput]:
    """`codes` of the dimensions in the rubric's order."""
    return [
        places.RankInput(
            score.id,
            from_hundredths(score.total),
            dict(zip(codes, map(from_hundredths, score.dimensions), strict=True)),
        )
        for score in scores
    ]


def allocate(
    round: Round, inputs: Sequence[places.RankInput], settings: dict[str, Any], *, decided_by: dt.datetime | None = None
) -> Result:
    """Both tracks by the pure functions, with the collective decisions taken until `decided_by` (all, when None).
    Adds `delisted` and `free_slots` to the settings."""
    tracks = dict(round.entries.values_list("pk", "track"))
    taken = round.tie_decisions.order_by("pk")
    if decided_by is not None:
        taken = taken.filter(decided_at__lte=decided_by)
    decisions = {decision.boundary: decision.order for decision in taken}
    pass_mark, order = Decimal(settings["pass_mark"]), settings["tie_order"]
    titled = places.rank([item for item in inputs if tracks[item.id] == Track.TITLED], order)
    new = places.rank([item for item in inputs if tracks[item.id] == Track.NEW], order)
    tiers = [tier.places for tier in measures.load(round.measure).money.tiers]
    kept = places.allocate_titled(titled, pass_mark, tiers, decisions)
    settings["delisted"] = len(kept.having(places.Outcome.DELISTED))
    settings["free_slots"] = places.free_slots(settings["cap"], settings["active_before"], settings["delisted"])
    won = places.allocate_new(new, settings["free_slots"], pass_mark, decisions)
    ranked = {item.id: item for item in [*titled, *new]}
    return ranked, {place.id: place for place in [*kept.places, *won.places]}, [*kept.stops, *won.stops]


@dataclass(frozen=True)
class Replay:
    """A past ranking computed anew. `differences` are sentences; none means that it comes out the same."""

    ranking: Ranking
    entries: int
    differences: list[str]


def replay(ranking: Ranking) -> Replay:
    """Compute a ranking anew from the locked sheets that it names, under the settings kept with it, and compare every
    line of it: total, dimensions, rank, outcome, tier."""
    lines = {line.entry_id: line for line in ranking.lines.all()}
    named = {sheet for line in lines.values() for sheet in line.working["sheets"]}
    rows = queries.rows_of(ScoreSheet.objects.filter(pk__in=named))
    found = []
    if queries.fingerprint_of(rows) != ranking.inputs_sha256:
        found.append("the locked sheets are not those that the ranking was computed from")
    settings = dict(ranking.settings)
    rubric = queries.rubric_of_round(ranking.round)
    codes = [dimension.code for dimension in rubric.dimensions]
    scores = scores_of(rows, rubric, settings)
    ranked, allotted, _ = allocate(ranking.round, inputs_of(scores, codes), settings, decided_by=ranking.computed_at)
    found += [
        f"setting {name}: kept {ranking.settings[name]}, computed {settings[name]}"
        for name in ("delisted", "free_slots")
        if settings[name] != ranking.settings[name]
    ]
    for score in scores:
        line, place = lines[score.id], allotted.get(score.id)
        dimensions = {code: str(from_hundredths(value)) for code, value in zip(codes, score.dimensions, strict=True)}
        computed = {
            "total": from_hundredths(score.total),
            "dimensions": dimensions,
            "rank": ranked[score.id].rank,
            "outcome": str(OUTCOMES[place.outcome] if place else Outcome.UNDECIDED),
            "tier": place.tier if place else None,
        }
        found += [
            f"entry {score.id} {name}: kept {getattr(line, name)}, computed {value}"
            for name, value in computed.items()
            if getattr(line, name) != value
        ]
    found += [f"entry {entry}: has no locked sheets" for entry in lines.keys() - {score.id for score in scores}]
    return Replay(ranking, len(lines), found)
