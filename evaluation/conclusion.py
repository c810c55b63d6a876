"""What a conclusion does with each entry: a pure function from the places in public notice to a plan.

Art 15(5): new stations without an open or upheld objection get the title. Art 19: at most `cap` titles, those that fail
the yearly evaluation are delisted, and the places that fall free go to new stations by rank. An open objection holds
its own entry alone, with its place kept for it; the others go on. Places given up by refused entries go to the reserve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as it stands after public notice. `place` is proposed, reserve or failed (where a held one came from);
    `order` is its position within its track, ties decided."""

    entry: int
    station: str
    titled: bool
    place: str
    order: int
    tier: int | None
    open_objection: bool
    upheld_objection: bool


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


def plan(standings: Sequence[Standing], *, cap: int, active: int) -> list[Item]:
    """A fate for every entry. `active` is the number of active titles now, before anything is delisted.

    Raises Refused `no_free_slot` when fewer places are free than were shown as proposed.
    """
    titled = [fate_of_titled(one) for one in standings if one.titled]
    delisted = sum(item.fate is Fate.DELIST for item in titled)
    free = cap - (active - delisted)
    new = sorted((one for one in standings if not one.titled), key=lambda one: one.order)
    kept_for_held = sum(one.open_objection and one.place == "proposed" for one in new)
    return titled + fates_of_new(new, free - kept_for_held)


def fate_of_titled(one: Standing) -> Item:
    if one.open_objection:
        fate = Fate.HELD
    elif one.upheld_objection:
        fate = Fate.REFUSE
    else:
        fate = Fate.DELIST if one.place == "failed" else Fate.RETAIN
    return Item(one.entry, one.station, fate, one.tier if fate is Fate.RETAIN else None)


def fates_of_new(new: Sequence[Standing], free: int) -> list[Item]:
    """Proposed ones first, then the reserve, each in order of rank, as far as places go."""
    settled = {one.entry: settled_fate(one) for one in new}
    waiting = [one for one in new if settled[one.entry] is None]
    proposed = [one for one in waiting if one.place == "proposed"]
    if len(proposed) > free:
        raise Refused(
            "no_free_slot",
            f"拟授予 {len(proposed)} 个称号，但空余名额只有 {max(free, 0)} 个。请核对名额后再拟结论。",
        )
    winners = {one.entry for one in (proposed + [one for one in waiting if one.place == "reserve"])[:free]}
    return [
        Item(
            one.entry,
            one.station,
            settled[one.entry] or (Fate.AWARD if one.entry in winners else Fate.RESERVE),
            promoted=one.entry in winners and one.place == "reserve",
        )
        for one in new
    ]


def settled_fate(one: Standing) -> Fate | None:
    """The fate of a new entry that does not depend on the number of places."""
    if one.open_objection:
        return Fate.HELD
    if one.upheld_objection:
        return Fate.REFUSE
    return Fate.FAILED if one.place == "failed" else None
