"""What a conclusion does with each entry: a pure function from the places in public notice to a plan.

Art 15(5): new stations without an open or upheld objection get the title. Art 19: at most `cap` titles, those that fail
the yearly evaluation are delisted, and the places that fall free go to new stations by rank. An open objection holds
its own entry alone, with its place kept for it. Whoever an objection is upheld against leaves the ranking, and the
others move up: reserves to places, titled stations to prize tiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from evaluation.ranking import Outcome, Place, RankInput, TieStop, allocate_new, allocate_titled, free_slots, rank
from ledger.errors import Refused


class Fate(StrEnum):
    """What becomes of an entry when the conclusion is approved."""

    DELIST = "delist"
    RETAIN = "retain"
    AWARD = "award"
    REFUSE = "refuse"
    HELD = "held"
    RESERVE = "reserve"
    FAILED = "failed"


FATE_LABELS = {
    Fate.DELIST: "摘牌",
    Fate.RETAIN: "保留称号",
    Fate.AWARD: "授予称号",
    Fate.REFUSE: "异议成立，不予通过",
    Fate.HELD: "异议未办结，暂缓",
    Fate.RESERVE: "候补，本轮没有空余名额",
    Fate.FAILED: "未通过",
}
FATES = {
    Outcome.AWARDED: Fate.AWARD,
    Outcome.RESERVE: Fate.RESERVE,
    Outcome.FAILED: Fate.FAILED,
    Outcome.RETAINED: Fate.RETAIN,
    Outcome.DELISTED: Fate.DELIST,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as it stands after public notice. `place` is what was proposed (proposed, reserve, failed). `settled`:
    an earlier conclusion has dealt with it, it only keeps its rank."""

    entry: int
    station: str
    titled: bool
    place: str
    total: Decimal
    dimensions: Mapping[str, Decimal]
    open_objection: bool = False
    upheld_objection: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the plan, in words for whoever approves it. `promoted`: from the reserve."""

    entry: int
    station: str
    fate: Fate
    tier: int | None = None
    promoted: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "fate": str(self.fate), "label": FATE_LABELS[self.fate]}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the round and the measure say, and how many titles are active before anything is done."""

    cap: int
    active: int
    pass_mark: Decimal
    tiers: Sequence[int]
    tie_order: Sequence[str]
    decisions: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """A fate for every entry that is not settled; ties at a boundary that must be decided first."""

    items: tuple[Item, ...]
    ties: tuple[TieStop, ...]

    def count(self, fate: Fate) -> int:
        return sum(item.fate is fate for item in self.items)


def plan(standings: Sequence[Standing], terms: Terms) -> Plan:
    """Titled stations first, whose delistings free places for the new ones.

    Raises Refused `no_free_slot` when fewer places are free than were shown as proposed.
    """
    ranked = rank(inputs(standings, titled=True), terms.tie_order)
    kept = allocate_titled(ranked, terms.pass_mark, terms.tiers, terms.decisions)
    titled = fates([one for one in standings if one.titled], kept.places)
    delisted = sum(item.fate is Fate.DELIST for item in titled)
    free = free_slots(terms.cap, terms.active, delisted)
    ranked = rank(inputs(standings, titled=False), terms.tie_order)
    won = allocate_new(ranked, free, terms.pass_mark, terms.decisions)
    new = fates([one for one in standings if not one.titled], won.places)
    refuse_missing_places([one for one in standings if not one.titled], new, free)
    return Plan((*titled, *new), (*kept.stops, *won.stops))


def inputs(standings: Sequence[Standing], *, titled: bool) -> list[RankInput]:
    """Who is still in the ranking of a track. New ones that were awarded hold a title already and take no place anew."""
    return [
        RankInput(one.entry, one.total, one.dimensions)
        for one in standings
        if one.titled == titled and not one.upheld_objection and (titled or not one.settled)
    ]


def fates(standings: Sequence[Standing], places: Sequence[Place]) -> list[Item]:
    """Items in the order of the standings, without settled ones and without those of an undecided tie."""
    found = {place.id: place for place in places}
    items = []
    for one in standings:
        place = found.get(one.entry)
        if one.settled:
            continue
        if one.open_objection:
            items.append(Item(one.entry, one.station, Fate.HELD))
        elif one.upheld_objection:
            items.append(Item(one.entry, one.station, Fate.REFUSE))
        elif place is not None:
            fate = FATES[place.outcome]
            promoted = fate is Fate.AWARD and one.place == "reserve"
            items.append(Item(one.entry, one.station, fate, place.tier, promoted))
    return items


def refuse_missing_places(standings: Sequence[Standing], items: Sequence[Item], free: int) -> None:
    proposed = {one.entry for one in standings if one.place == "proposed"}
    if any(item.entry in proposed and item.fate is Fate.RESERVE for item in items):
        raise Refused(
            "no_free_slot",
            f"公示拟授予称号的服务站多于现在的 {free} 个空余名额。请核对称号和名额后再拟结论。",
        )
