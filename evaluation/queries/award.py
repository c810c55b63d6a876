"""What a conclusion rests on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

import measures
from accounts.states import Role
from evaluation.conclusion import Plan, Standing, Terms, plan
from evaluation.models import Conclusion, Entry, Objection, Ranking, Round
from evaluation.queries.notices import confirmed_ranking
from evaluation.states import OBJECTION_OPEN, EntryState, ObjectionState, Track
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
    lines = ranking.lines.select_related("entry__station").defer("working").order_by("entry__track", "rank", "entry_id")
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
