"""A round up to its public notice, as the tests of notices and objections need it: made by the real actions as far as
rounds go, and by rows put into place for what the panel does in between."""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from accounts.states import Role
from evaluation.actions import notices, rounds
from evaluation.models import Application, Entry, PublicNotice, Ranking, RankingLine, Round
from evaluation.states import RoundState, Track
from supervision.models import SelfAssessment
from tests.factories import make_station, make_title, make_user, put

SHANGHAI = ZoneInfo("Asia/Shanghai")
SETTINGS = {
    "pass_mark": "60",
    "step": "0.5",
    "min_sheets": "3",
    "aggregation": "mean",
    "spread_threshold": "15",
    "tie_order": "effect,provision,implementation,foundation",
    "day_rule": "calendar_roll",
    "scores_published": "false",
    "failed_published": "true",
    "reserve_size": "5",
    "return_limit": "2",
    "return_days": "10",
    "site_visits": "chosen",
    "ability_other_counts": "true",
    "satisfaction_boundary": "exclusive",
    "objection_anonymous": "false",
    "objection_days": "15",
}
DRAFTED = dt.datetime(2026, 8, 3, 10, tzinfo=SHANGHAI)
PUBLISHED = dt.datetime(2026, 8, 10, 10, tzinfo=SHANGHAI)
OPENS = dt.datetime(2026, 8, 17, 9, tzinfo=SHANGHAI)
CLOSES = dt.datetime(2026, 9, 16, 17, 30, tzinfo=SHANGHAI)
IN_NOTICE = dt.datetime(2026, 11, 2, 10, tzinfo=SHANGHAI)  # a Monday: the window ends on Monday, 9 November


def draft_round(manager: User | None = None, **changes: Any) -> Round:
    """A draft with every silent setting decided; `changes` may be fields or codes of settings."""
    settings = {**SETTINGS, **{code: changes.pop(code) for code in list(changes) if code in SETTINGS}}
    fields = {"year": 2026, "name": "2026年度评价", "opens_at": OPENS, "closes_at": CLOSES, **changes}
    return rounds.draft_round(actor=manager or make_user(Role.MANAGER), at=DRAFTED, settings=settings, **fields)


def published_round(manager: User | None = None, **changes: Any) -> Round:
    manager = manager or make_user(Role.MANAGER)
    round = draft_round(manager, **changes)
    rounds.publish_round(round, actor=manager, at=PUBLISHED)
    return round


def make_entry(round: Round, track: str = Track.NEW, state: str = "ranked", **station: Any) -> Entry:
    station = make_station(**station)
    if track == Track.NEW:
        application = Application.objects.create(
            round=round,
            organisation=station.organisation,
            station=station,
            state="entered",
            number=f"SB-{round.pk}-{station.pk}",
            created_by=make_user(),
            created_at=OPENS,
            submitted_at=OPENS,
        )
        return put(Entry.objects.create(round=round, station=station, track=track, application=application), state)
    dossier = SelfAssessment.objects.create(
        title=make_title(station), year=round.year, state="filed", due_at=CLOSES, filed_at=OPENS
    )
    return put(Entry.objects.create(round=round, station=station, track=track, dossier=dossier), state)


def ranked_round(*outcomes: tuple[str, str], manager: User | None = None, **changes: Any) -> Ranking:
    """A confirmed ranking with an entry for each (track, outcome), best first: totals fall from 95 by one."""
    round = put(published_round(manager, **changes), RoundState.RANKED)
    outcomes = outcomes or (("new", "award"), ("new", "reserve"), ("new", "fail"), ("titled", "retain"))
    ranking = Ranking.objects.create(
        round=round,
        number=1,
        state="confirmed",
        computed_at=IN_NOTICE,
        confirmed_at=IN_NOTICE,
        settings={},
        inputs_sha256="0" * 64,
    )
    for place, (track, outcome) in enumerate(outcomes, start=1):
        RankingLine.objects.create(
            ranking=ranking,
            entry=make_entry(round, track),
            track=track,
            total=Decimal(96 - place),
            dimensions={},
            rank=place,
            outcome=outcome,
            spread=Decimal(1),
            deviation=Decimal(1),
            working={},
        )
    return ranking


def notice_of(ranking: Ranking, manager: User | None = None, at: dt.datetime = IN_NOTICE) -> PublicNotice:
    """The published result notice of a ranking."""
    manager = manager or make_user(Role.MANAGER)
    notice = notices.draft_result_notice(ranking.round, actor=manager, at=at)
    notices.publish_result_notice(notice, actor=manager, at=at)
    return notice
