"""From scores to ranks, and from ranks to places: free slots for new stations, prize tiers for titled ones.

Article 19: at most fifty titles; a titled station that fails the yearly evaluation is delisted; the places that fall
free go to new stations by rank; titled stations are ranked for prizes in three tiers, of at most 3, 5 and 10.
The measure does not say how ties are broken. Equal totals are ordered by the dimension scores in the round's order;
entries still equal share a rank (1, 2, 2, 4). Where such a tie straddles a boundary the calculation stops there and
asks for a recorded collective decision - it never breaks a tie by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from ledger.errors import Refused


class Outcome(StrEnum):
    """What the ranking proposes for an entry."""

    AWARDED = "awarded"
    RESERVE = "reserve"
    FAILED = "failed"
    RETAINED = "retained"
    DELISTED = "delisted"


LAST_SLOT = "last_slot"
"""The boundary between the last free slot and the reserve list."""


def tier_end(tier: int) -> str:
    """The name of the boundary at the end of a prize tier."""
    return f"tier_{tier}"


class NoFreeSlot(Refused):
    """More awards than free slots: the cap of Article 19 would be passed."""

    def __init__(self, wanted: int, free: int) -> None:
        super().__init__(
            "no_free_slot", f"空余名额只有{free}个，不能授予{wanted}个称号，请核对摘牌和授牌名单后重新计算。"
        )


@dataclass(frozen=True, slots=True)
class RankInput:
    """An entry to be ranked: its published (rounded) total and dimension scores."""

    id: int
    total: Decimal
    dimensions: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry in its place. `keys` are what it was ordered by: the total, then the dimensions in tie order."""

    id: int
    rank: int
    keys: tuple[Decimal, ...]
    shared: bool
    """Another entry has the same rank."""

    @property
    def total(self) -> Decimal:
        return self.keys[0]


@dataclass(frozen=True, slots=True)
class TieStop:
    """Entries of equal rank, more of them than places before a boundary: a collective decision must order them.

    A tie can straddle several tiers at once; `boundary` is the first (the decision is recorded under it) and
    `places` gives, for each boundary it straddles, how many of these entries stand before it.
    """

    boundary: str
    entries: tuple[int, ...]
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """What an entry gets. `tier` is 1, 2, 3 ... for a prize, None without."""

    id: int
    rank: int
    outcome: Outcome
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """Places in order of rank, and the ties that stop it. Entries of a tie have no place until it is decided."""

    places: tuple[Place, ...]
    stops: tuple[TieStop, ...]

    def having(self, outcome: Outcome) -> tuple[int, ...]:
        """The entries with an outcome, best first."""
        return tuple(place.id for place in self.places if place.outcome is outcome)


def rank(entries: Iterable[RankInput], tie_order: Sequence[str]) -> list[Ranked]:
    """Order by total, then by dimension scores in `tie_order`; equals share a rank and are listed by id."""
    if len(set(tie_order)) < len(tie_order):
        raise ValueError("A dimension occurs twice in the tie order.")
    keyed = [((entry.total, *(entry.dimensions[code] for code in tie_order)), entry.id) for entry in entries]
    keyed.sort(key=lambda item: item[1])
    # Stable: equals keep the order of their ids.
    keyed.sort(key=lambda item: item[0], reverse=True)
    ranked: list[Ranked] = []
    for keys, group in groupby(keyed, key=lambda item: item[0]):
        ids = [entry for _, entry in group]
        place, shared = len(ranked) + 1, len(ids) > 1
        ranked.extend(Ranked(entry, place, keys, shared) for entry in ids)
    return ranked


def free_slots(cap: int, active: int, delisted: int) -> int:
    """Slots for new stations: the cap less the titles that stay after this round's delistings (Art 19)."""
    if not 0 <= delisted <= active:
        raise ValueError(f"{delisted} of {active} titles cannot be delisted.")
    free = cap - (active - delisted)
    if free < 0:
        raise ValueError(f"{active - delisted} titles stay, more than the cap of {cap}.")
    return free


def allocate_new(
    ranked: Sequence[Ranked],
    free: int,
    pass_mark: Decimal,
    decisions: Mapping[str, Sequence[int]] | None = None,
) -> Allocation:
    """Free slots by rank among those that reach the pass mark (reaching it is enough); the rest are the reserve."""
    passed, failed = _split(ranked, pass_mark)
    ordered, stops = _settle(passed, [(LAST_SLOT, free)], decisions or {})
    places = [
        Place(item.id, item.rank, Outcome.AWARDED if position < free else Outcome.RESERVE) for position, item in ordered
    ]
    places += [Place(item.id, item.rank, Outcome.FAILED) for item in failed]
    return Allocation(tuple(places), stops)


def allocate_titled(
    ranked: Sequence[Ranked],
    pass_mark: Decimal,
    tiers: Sequence[int],
    decisions: Mapping[str, Sequence[int]] | None = None,
) -> Allocation:
    """Who stays and who wins a prize. `tiers` are the greatest numbers of the tiers, first tier first (3, 5, 10).

    Those that fail are delisted. The numbers are ceilings: with fewer stations that pass, lower tiers stay short.
    """
    passed, failed = _split(ranked, pass_mark)
    ends = [sum(tiers[: index + 1]) for index in range(len(tiers))]
    boundaries = [(tier_end(index), end) for index, end in enumerate(ends, start=1)]
    ordered, stops = _settle(passed, boundaries, decisions or {})
    places = []
    for position, item in ordered:
        tier = next((index for index, end in enumerate(ends, start=1) if position < end), None)
        places.append(Place(item.id, item.rank, Outcome.RETAINED, tier))
    places += [Place(item.id, item.rank, Outcome.DELISTED) for item in failed]
    return Allocation(tuple(places), stops)


def assign_slots(winners: Sequence[int], taken: Collection[int], cap: int) -> dict[int, int]:
    """Slot numbers for the winners, best first: the lowest free numbers of 1..cap."""
    free = [number for number in range(1, cap + 1) if number not in taken]
    if len(winners) > len(free):
        raise NoFreeSlot(len(winners), len(free))
    return dict(zip(winners, free, strict=False))


def _split(ranked: Sequence[Ranked], pass_mark: Decimal) -> tuple[list[Ranked], list[Ranked]]:
    passed = [item for item in ranked if item.total >= pass_mark]
    return passed, [item for item in ranked if item.total < pass_mark]


def _settle(
    passed: Sequence[Ranked],
    boundaries: Sequence[tuple[str, int]],
    decisions: Mapping[str, Sequence[int]],
) -> tuple[list[tuple[int, Ranked]], tuple[TieStop, ...]]:
    """Give each entry its position (from 0), leaving out the ties that straddle a boundary and are not decided.

    A decision covers a tie when it orders every entry of it; names in it that are no longer tied (an entry refused
    meanwhile) do no harm.
    """
    ordered: list[tuple[int, Ranked]] = []
    stops = []
    for start, group in _ties(passed):
        places = {name: end - start for name, end in boundaries if start < end < start + len(group)}
        if places:
            boundary = next(iter(places))
            wanted = list(decisions.get(boundary, ()))
            if len(set(wanted)) < len(wanted):
                raise ValueError(f"The decision on {boundary} names an entry twice.")
            if not {item.id for item in group} <= set(wanted):
                stops.append(TieStop(boundary, tuple(item.id for item in group), places))
                continue
            group.sort(key=lambda item: wanted.index(item.id))
        ordered.extend(enumerate(group, start))
    return ordered, tuple(stops)


def _ties(ranked: Sequence[Ranked]) -> Iterator[tuple[int, list[Ranked]]]:
    """Groups of equal rank, each with the position (from 0) of its first entry."""
    start = 0
    for _, group in groupby(ranked, key=lambda item: item.rank):
        entries = list(group)
        yield start, entries
        start += len(entries)
