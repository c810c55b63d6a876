"""What came of a rehearsal, in plain values: enough to recompute every total, rank and outcome from the raw scores."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from config.rehearsal.stage import Stage
from evaluation.models import Conclusion, Entry, Ranking, RankingLine, Round, ScoreSheet
from evaluation.states import ConclusionState, EntryState, RankingState
from funding.models import Budget, Grant
from funding.states.grant import COMMITTED, OUT
from ledger.models import JournalEntry
from measures.periods import SHANGHAI
from stations.models import Title
from stations.states import Level, TitleState
from supervision.models import SelfAssessment
from supervision.states.self_assessment import Timeliness


def report(stage: Stage, timings: dict[str, float], invariants: str) -> dict[str, Any]:
    """The report of a concluded round. Everything but `timings` is the same for the same seed."""
    round, notice = stage.round, stage.notice
    ranking = round.rankings.get(state=RankingState.CONFIRMED)
    entries = entries_of(round, ranking)
    return {
        "measure": round.measure,
        "year": round.year,
        "settings": settings_of(round, ranking),
        "slots": slots_of(round, ranking, entries),
        "notice": {
            "published_at": text(notice.published_at),
            "closes_at": text(notice.closes_at),
            "rule": notice.day_rule,
        },
        "entries": entries,
        "timings": {phase: round_(seconds) for phase, seconds in timings.items()},
        "journal_rows": JournalEntry.objects.count(),
        "invariants": invariants,
    }


def year_report(stage: Stage, timings: dict[str, float], invariants: str) -> dict[str, Any]:
    """The report of a year: that of its round, and what happened to reports, titles and money between January and the
    end of December."""
    year, measure = stage.dates.year, stage.round.measure
    return {
        **report(stage, timings, invariants),
        "self_assessments": assessments_of(year),
        "exits": exits_of(year, measure),
        "grants": grants_of(year, measure),
        "budget": budget_of(year, measure),
    }


def assessments_of(year: int) -> dict[str, int]:
    """How many reports of the year came in time, late, and never. Each is a fact that a later return does not change."""
    found = Counter(SelfAssessment.objects.filter(year=year).values_list("timeliness", flat=True))
    names = {"filed": Timeliness.IN_TIME, "filed_late": Timeliness.LATE, "missing": Timeliness.MISSING}
    return {name: found[timeliness] for name, timeliness in names.items()}


def exits_of(year: int, measure: str) -> list[dict[str, Any]]:
    """Every title that ended in the year, in the order in which they ended."""
    ended = Title.objects.filter(slot__measure=measure, ended_at__year=year).select_related("station", "slot")
    return [
        {
            "station": title.station.name,
            "kind": str(title.state),
            "article": title.ended_article,
            "slot": title.slot.number if title.slot else None,
            "at": text(title.ended_at),
        }
        for title in ended.order_by("ended_at", "slot__number")
    ]


def grants_of(year: int, measure: str) -> list[dict[str, Any]]:
    """Every grant out of the year's budget, prizes first, in the order of the ranking."""
    grants = Grant.objects.filter(line__budget__year=year, line__budget__measure=measure)
    rows = grants.select_related("entitlement__station").order_by("-kind", "entitlement__rank", "pk")
    return [
        {
            "station": grant.entitlement.station.name,
            "scheme": str(grant.kind),
            "tier": grant.entitlement.tier or None,
            "amount": grant.amount,
            "state": str(grant.state),
        }
        for grant in rows
    ]


def budget_of(year: int, measure: str) -> dict[str, int]:
    """The year's money in yuan: the budget, what of it is approved, what of that the bank has paid."""
    budget = Budget.objects.get(year=year, measure=measure)
    approved, paid = (
        Grant.objects.filter(line__budget=budget, state__in=states).aggregate(sum=Sum("amount"))["sum"] or 0
        for states in (COMMITTED, OUT)
    )
    return {"year": year, "total": budget.total, "approved": approved, "paid": paid}


def round_(seconds: float) -> float:
    return round(seconds, 2)


def text(at: dt.datetime | None) -> str | None:
    return None if at is None else timezone.localtime(at, SHANGHAI).isoformat()


def settings_of(round: Round, ranking: Ranking) -> dict[str, Any]:
    known = {"aggregation", "min_sheets", "step", "pass_mark", "spread_threshold", "tie_order"}
    return {
        **{name: value for name, value in ranking.settings.items() if name in known},
        "day_rule": round.day_rule,
        "return_limit": round.return_limit,
        "return_days": round.return_days,
        "scores_published": round.scores_published,
    }


def slots_of(round: Round, ranking: Ranking, entries: Sequence[dict[str, Any]]) -> dict[str, int]:
    active = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY, slot__measure=round.measure)
    return {
        "cap": ranking.settings["cap"],
        "active_before": ranking.settings["active_before"],
        "freed": sum(entry["outcome"] == EntryState.DELISTED for entry in entries),
        "awarded": sum(entry["outcome"] == EntryState.AWARDED for entry in entries),
        "active_after": active.count(),
    }


def entries_of(round: Round, ranking: Ranking) -> list[dict[str, Any]]:
    """One line per entry, numbered in the order in which entries were made."""
    lines: dict[int, RankingLine] = {line.entry_id: line for line in ranking.lines.all()}
    tiers = {
        item["entry"]: item["tier"]
        for conclusion in Conclusion.objects.filter(round=round, state=ConclusionState.EXECUTED)
        for item in conclusion.plan
    }
    sheets = sheets_by_id(round)
    rows = round.entries.select_related("station").prefetch_related("objections").order_by("pk")
    return [
        entry_line(number, entry, lines[entry.pk], sheets, tiers.get(entry.pk))
        for number, entry in enumerate(rows, start=1)
    ]


def sheets_by_id(round: Round) -> dict[int, dict[str, Any]]:
    rows = ScoreSheet.objects.filter(entry__round=round, locked_at__isnull=False)
    return {
        sheet.pk: {
            "expert": sheet.expert.user.email.partition("@")[0],
            "scores": {
                score.indicator.code: plain(score.points)
                for score in sorted(sheet.scores.all(), key=lambda score: score.indicator.position)
            },
            "locked_at": text(sheet.locked_at),
        }
        for sheet in rows.select_related("expert__user").prefetch_related("scores__indicator")
    }


def plain(points: Any) -> str:
    return f"{points.normalize():f}"


def entry_line(
    number: int, entry: Entry, line: RankingLine, sheets: dict[int, dict[str, Any]], tier: int | None
) -> dict[str, Any]:
    findings = {objection.finding for objection in entry.objections.all()}
    return {
        "id": number,
        "track": entry.track,
        "station": entry.station.name,
        "sheets": [sheets[pk] for pk in line.working["sheets"]],
        "retained": line.working["retained"],
        "total": f"{line.total:.2f}",
        "dimensions": line.dimensions,
        "rank": line.rank,
        "outcome": str(entry.state),
        "tier": tier,
        "objection": "upheld" if "upheld" in findings else "rejected" if "rejected" in findings else None,
    }
