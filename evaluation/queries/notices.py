"""Public notices as pages, feeds and the front page read them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, QuerySet, When

from accounts.rules import reads_all
from evaluation.models import PublicNotice, Ranking, RankingLine, Round
from evaluation.models.ranking import Outcome
from evaluation.states import NoticeKind, NoticeState, RankingState
from measures.periods import Rule


def notices_visible_to(user: Any) -> QuerySet[PublicNotice]:
    """What is published for everybody; drafts as well for the bureau and the auditor."""
    return PublicNotice.objects.all() if reads_all(user) else published_notices()


def published_notices(user: Any = None) -> QuerySet[PublicNotice]:
    return PublicNotice.objects.exclude(state=NoticeState.DRAFT).order_by("-published_at", "-id")


def in_notice_now(at: dt.datetime) -> QuerySet[PublicNotice]:
    """Result notices whose window is open at `at`, the one that closes first before the others."""
    return PublicNotice.objects.filter(
        kind=NoticeKind.RESULT, state=NoticeState.PUBLISHED, published_at__lte=at, closes_at__gt=at
    ).order_by("closes_at")


def rule_in_words(notice: PublicNotice) -> str:
    """How the days of the window were counted, in one sentence."""
    counted = sum(day["counted"] for day in notice.counted_days)
    return f"公示 {counted} 日，{Rule(notice.day_rule).label}，发布当日不计入。"


def latest_notices(limit: int) -> QuerySet[PublicNotice]:
    """The latest published notices, without their content."""
    return published_notices().defer("content", "body", "counted_days")[:limit]


def confirmed_ranking(round: Round) -> Ranking | None:
    return Ranking.objects.filter(round=round, state=RankingState.CONFIRMED).select_related("round").first()


def lines_in_notice(ranking: Ranking, *, failed: bool) -> QuerySet[RankingLine]:
    """The lines that a notice shows: new stations before titled ones. In order of rank where scores are published;
    otherwise of the stations' names, but for the reserve list, which is called up in order."""
    ranked = ["rank"] if ranking.round.scores_published else []
    in_turn = Case(When(outcome=Outcome.RESERVE, then="rank"), default=0)
    lines = ranking.lines.select_related("entry__station__organisation", "entry__station__district").order_by(
        "track", *ranked, in_turn, "entry__station__name"
    )
    return lines if failed else lines.exclude(outcome=Outcome.FAIL)
