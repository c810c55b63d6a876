"""What a conclusion rests on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

import measures
from accounts.rules import is_leader, is_manager
from accounts.states import Role
from accounts.todo import Todo
from evaluation.conclusion import Plan, Standing, Terms, plan
from evaluation.models import Conclusion, Entry, Objection, PublicNotice, Ranking, Round
from evaluation.queries.notices import confirmed_ranking
from evaluation.states import (
    OBJECTION_OPEN,
    ConclusionState,
    EntryState,
    NoticeKind,
    NoticeState,
    ObjectionState,
    RankingState,
    RoundState,
    Track,
)
from ledger.errors import Refused
from stations.models import Title
from stations.states import Level, TitleState

READERS = {Role.MANAGER, Role.LEADER, Role.AUDITOR}
# What the public was told of an entry that has since been dealt with
PLACES = {
    EntryState.PROPOSED: "proposed",
    EntryState.RESERVE: "reserve",
    EntryState.FAILED: "failed",
    EntryState.AWARDED: "proposed",
    EntryState.RETAINED: "proposed",
    EntryState.DELISTED: "failed",
}
SETTLED = frozenset({EntryState.AWARDED, EntryState.RETAINED, EntryState.DELISTED})


def conclusions_visible_to(user: Any) -> QuerySet[Conclusion]:
    rows = Conclusion.objects.select_related("round", "proposed_by", "decided_by")
    return rows if user.is_authenticated and user.roles & READERS else rows.none()


def ranking_of(round: Round) -> Ranking:
    """The confirmed ranking. Raises Refused `no_ranking`."""
    ranking = confirmed_ranking(round)
    if ranking is None:
        raise Refused("no_ranking", "本轮还没有经确认的排名，请先确认排名。")
    return ranking


def standings_of(ranking: Ranking) -> list[Standing]:
    """Every entry of the ranking that is still in the round, with what objections say of it: three queries."""
    still_open = OBJECTION_OPEN | {ObjectionState.UPHELD, ObjectionState.REJECTED}
    objections = Objection.objects.filter(entry__round=ranking.round)
    opened = set(objections.filter(state__in=still_open).values_list("entry_id", flat=True))
    upheld = set(objections.filter(finding="upheld").values_list("entry_id", flat=True))
    lines = ranking.lines.select_related("entry__station").defer("working").order_by("track", "rank", "entry_id")
    return [
        Standing(
            entry=line.entry_id,
            station=line.entry.station.name,
            titled=line.entry.track == Track.TITLED,
            place=place_of(line.entry),
            total=line.total,
            dimensions={code: Decimal(points) for code, points in line.dimensions.items()},
            open_objection=line.entry_id in opened,
            upheld_objection=line.entry_id in upheld,
            settled=line.entry.state in SETTLED or line.entry.state == EntryState.REFUSED,
        )
        for line in lines
    ]


def place_of(entry: Entry) -> str:
    return entry.held_from if entry.state == EntryState.HELD else PLACES.get(EntryState(entry.state), "failed")


def plan_of(round: Round) -> Plan:
    """What a conclusion would do now. Raises Refused: `no_ranking`, `no_free_slot`."""
    ranking = ranking_of(round)
    settings = ranking.settings
    law = measures.load(round.measure)
    active = Title.objects.filter(state=TitleState.ACTIVE, level=Level.CITY, slot__measure=round.measure)
    terms = Terms(
        cap=settings["cap"],
        active=active.count(),
        pass_mark=Decimal(settings["pass_mark"]),
        tiers=[tier.places for tier in law.money.tiers],
        tie_order=settings["tie_order"],
        decisions={decision.boundary: decision.order for decision in round.tie_decisions.order_by("pk")},
    )
    return plan(standings_of(ranking), terms)


def todo_for(user: Any) -> list[Todo]:
    """What waits between the last locked sheet and the certificates: for managers, and for who approves."""
    found = []
    if is_leader(user):
        waiting = Conclusion.objects.filter(state=ConclusionState.PROPOSED).exclude(proposed_by=user)
        found += [
            Todo(title=f"{one.round.name}：审批评价结论", url=one.get_absolute_url(), reason=f"{one.proposed_by}拟办")
            for one in waiting.select_related("round", "proposed_by")
        ]
    if is_manager(user):
        found += [*rankings_waiting(), *conclusions_waiting()]
    return found


RANKING_WORDS = {RankingState.TIED: "记录并列的集体决定", RankingState.READY: "核对并确认排名"}


def rankings_waiting() -> list[Todo]:
    """Rounds in review whose sheets are all locked and have no ranking yet, or one that ties or waits to be confirmed."""
    unscored = Entry.objects.filter(round=OuterRef("pk"), state__in=[EntryState.ASSIGNED, EntryState.SCORING])
    scored = Entry.objects.filter(round=OuterRef("pk"), state=EntryState.SCORED)
    current = Ranking.objects.filter(round=OuterRef("pk")).exclude(state=RankingState.SUPERSEDED).order_by("-number")
    rounds = Round.objects.filter(~Exists(unscored), Exists(scored), state=RoundState.REVIEWING)
    return [
        Todo(
            title=f"{round.name}：{RANKING_WORDS.get(round.ranking_state, '计算排名')}",
            url=reverse("evaluation:ranking_detail", args=[round.pk]),
            reason="评分表已全部锁定",
        )
        for round in rounds.annotate(ranking_state=Subquery(current.values("state")[:1]))
    ]


def conclusions_waiting() -> list[Todo]:
    """Rounds whose public notice is over, and that still have entries to be dealt with; not while one awaits approval."""
    notices = PublicNotice.objects.filter(round=OuterRef("pk"), kind=NoticeKind.RESULT)
    open_ones = notices.filter(state=NoticeState.PUBLISHED)
    proposed = Conclusion.objects.filter(round=OuterRef("pk"), state=ConclusionState.PROPOSED)
    rounds = Round.objects.filter(~Exists(open_ones), ~Exists(proposed), Exists(notices), state=RoundState.IN_NOTICE)
    return [
        Todo(
            title=f"{round.name}：拟办评价结论",
            url=reverse("evaluation:conclusion_propose", args=[round.pk]),
            reason="公示期满",
        )
        for round in rounds
    ]
