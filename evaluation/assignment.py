"""Propose which experts score which entries: as many sheets as can be filled, evenly shared, by field where possible.

Three aims, in this order, none of which gives way to a later one:

1. *Fill.* Sheets are given out one by one along augmenting paths (a maximum flow with unit steps): when an entry is
   left short, no other distribution within the load caps and without the conflicts fills more sheets.
2. *Share evenly.* While a chain of exchanges leads from an expert to one with at least two sheets less, a sheet is
   moved along it. When no chain is left, the sum of squared loads is the least there is for the sheets filled.
3. *Match fields.* Two experts exchange entries when more of the pairs then share a field; loads stay as they are.

The same inputs and seed give the same proposal, on any machine. Staff change it by hand and confirm it.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert: the most sheets in this round, the codes of the fields, and how many sheets are held already."""

    id: int
    cap: int
    fields: frozenset[str] = frozenset()
    load: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """An entry, the codes of its abilities, and the experts who must not score it (conflict, recusal)."""

    id: int
    abilities: frozenset[str] = frozenset()
    barred: frozenset[int] = frozenset()
    existing: frozenset[int] = frozenset()
    """Experts who already have a sheet on it. They count towards its need and are not proposed again."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A proposed sheet. `shared` are the field codes that expert and entry have in common."""

    entry: int
    expert: int
    shared: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """An entry that cannot be filled, and why."""

    entry: int
    needed: int
    filled: int
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Pairs by entry, entries that stay short, and how many sheets each expert then has in all."""

    pairs: tuple[Pair, ...]
    shortages: tuple[Shortage, ...]
    loads: Mapping[int, int]


@dataclass(slots=True)
class _Plan:
    """The distribution while it is made: who may score what, who does, and the loads."""

    experts: Mapping[int, Candidate]
    open_to: Mapping[int, Sequence[int]]
    """For each entry the experts who may score it, in the order in which they are tried."""
    chosen: dict[int, set[int]] = field(default_factory=dict)
    held: dict[int, set[int]] = field(default_factory=dict)

    def load(self, expert: int) -> int:
        return self.experts[expert].load + len(self.held[expert])

    def give(self, entry: int, expert: int) -> None:
        self.chosen[entry].add(expert)
        self.held[expert].add(entry)

    def take(self, entry: int, expert: int) -> None:
        self.chosen[entry].remove(expert)
        self.held[expert].remove(entry)

    def takers(self, entry: int) -> Iterator[int]:
        return (expert for expert in self.open_to[entry] if expert not in self.chosen[entry])

    def has_room(self, expert: int) -> bool:
        return self.load(expert) < self.experts[expert].cap


def propose(
    candidates: Iterable[Candidate],
    demands: Iterable[Demand],
    per_entry: int,
    seed: int,
    field_names: Mapping[str, str] | None = None,
) -> Proposal:
    """Propose `per_entry` sheets for each entry. `field_names` turns codes into words for the reasons."""
    experts = {item.id: item for item in sorted(candidates, key=lambda item: item.id)}
    entries = {item.id: item for item in sorted(demands, key=lambda item: item.id)}
    plan = _Plan(
        experts,
        {entry.id: _in_order(entry, experts.values(), seed) for entry in entries.values()},
        {entry: set() for entry in entries},
        {expert: set() for expert in experts},
    )
    needs = {entry.id: max(0, per_entry - len(entry.existing)) for entry in entries.values()}
    short = _fill(plan, needs, seed)
    _even_out(plan)
    _match_fields(plan, entries)
    names = field_names or {}
    return Proposal(
        pairs=tuple(
            _pair(experts[expert], entry, names)
            for entry in entries.values()
            for expert in sorted(plan.chosen[entry.id])
        ),
        shortages=tuple(_shortage(entries[entry], plan, per_entry) for entry in sorted(short)),
        loads={expert: plan.load(expert) for expert in experts},
    )


def _in_order(entry: Demand, experts: Collection[Candidate], seed: int) -> list[int]:
    """Experts who may score the entry: those with more of its fields first, then by lot."""
    excluded = entry.barred | entry.existing
    able = [expert for expert in experts if expert.id not in excluded]
    able.sort(key=lambda expert: (-len(expert.fields & entry.abilities), _lot(seed, entry.id, expert.id)))
    return [expert.id for expert in able]


def _lot(*parts: int) -> bytes:
    """A lot that depends on its parts alone, so that a proposal can be repeated anywhere."""
    return hashlib.sha256(":".join(map(str, parts)).encode()).digest()


def _fill(plan: _Plan, needs: Mapping[int, int], seed: int) -> set[int]:
    """Give out the sheets, one to each entry in turn, so that a want of experts is shared by the entries.

    An entry for which there is no augmenting path will have none later either, so it is left alone; nor will the
    experts whom the search has reached in vain lead anywhere later, so they are closed to further searches.
    """
    short: set[int] = set()
    closed: set[int] = set()
    turns = sorted(needs, key=lambda entry: _lot(seed, entry))
    for turn in range(max(needs.values(), default=0)):
        for entry in turns:
            if turn < needs[entry] and entry not in short and not _augment(plan, entry, closed):
                short.add(entry)
    return short


def _augment(plan: _Plan, entry: int, closed: set[int]) -> bool:
    """One more sheet for an entry: by an expert with room, or along a chain of exchanges that ends at one."""
    free = [expert for expert in plan.takers(entry) if plan.has_room(expert)]
    if free:
        wanted = {expert: place for place, expert in enumerate(plan.open_to[entry])}
        plan.give(entry, min(free, key=lambda expert: (plan.load(expert), wanted[expert])))
        return True
    chain = _chain(plan, [(expert, entry) for expert in plan.takers(entry)], plan.has_room, closed)
    if chain is None:
        return False
    _shift(plan, chain, giver=None)
    return True


def _even_out(plan: _Plan) -> None:
    """Move sheets from the more to the less loaded until no chain leads to an expert with two sheets less."""
    moved = True
    while moved:
        moved = False
        for giver in sorted(plan.experts, key=lambda expert: (-plan.load(expert), expert)):
            chain = _chain_to_lighter(plan, giver)
            if chain is not None:
                _shift(plan, chain, giver)
                moved = True


def _chain_to_lighter(plan: _Plan, giver: int) -> list[tuple[int, int]] | None:
    most = plan.load(giver) - 2
    starts = [(taker, entry) for entry in sorted(plan.held[giver]) for taker in plan.takers(entry)]
    return _chain(plan, starts, lambda expert: plan.load(expert) <= most and plan.has_room(expert), set())


def _shift(plan: _Plan, chain: Iterable[tuple[int, int]], giver: int | None) -> None:
    """Hand the entries on along a chain. Without a giver the first entry gains a sheet."""
    for taker, entry in chain:
        if giver is not None:
            plan.take(entry, giver)
        plan.give(entry, taker)
        giver = taker


def _chain(
    plan: _Plan, starts: Sequence[tuple[int, int]], accepts: Callable[[int], bool], closed: set[int]
) -> list[tuple[int, int]] | None:
    """The shortest chain of (expert, entry handed to that expert) that ends at an expert who is accepted.

    Each expert of the chain but the last hands one of his or her entries on to the next. `closed` are experts from
    whom no chain can lead on; those of a search in vain are added to it.
    """
    came: dict[int, tuple[int | None, int]] = {}
    queue: deque[int] = deque()
    for expert, entry in starts:
        if expert not in came and expert not in closed:
            came[expert] = (None, entry)
            queue.append(expert)
    while queue:
        expert = queue.popleft()
        if accepts(expert):
            chain = []
            at: int | None = expert
            while at is not None:
                before, entry = came[at]
                chain.append((at, entry))
                at = before
            return chain[::-1]
        for entry in sorted(plan.held[expert]):
            for taker in plan.takers(entry):
                if taker not in came and taker not in closed:
                    came[taker] = (expert, entry)
                    queue.append(taker)
    closed.update(came)
    return None


def _match_fields(plan: _Plan, entries: Mapping[int, Demand]) -> None:
    """Exchange entries between two experts while more pairs then share a field."""

    def fits(entry: int, expert: int) -> bool:
        return not entries[entry].abilities.isdisjoint(plan.experts[expert].fields)

    moved = True
    while moved:
        moved = False
        for entry in entries:
            for expert in sorted(plan.chosen[entry]):
                if fits(entry, expert):
                    continue
                moved = _exchange(plan, entry, expert, fits) or moved


def _exchange(plan: _Plan, entry: int, expert: int, fits: Callable[[int, int], bool]) -> bool:
    """Find and make an exchange for a pair that does not fit; nothing that fits is given up for nothing."""
    for other in plan.takers(entry):
        if not fits(entry, other):
            continue
        for given in sorted(plan.held[other]):
            allowed = expert in plan.open_to[given] and expert not in plan.chosen[given]
            if allowed and fits(given, expert) >= fits(given, other):
                _shift(plan, [(other, entry)], expert)
                _shift(plan, [(expert, given)], other)
                return True
    return False


def _pair(expert: Candidate, entry: Demand, names: Mapping[str, str]) -> Pair:
    shared = tuple(sorted(expert.fields & entry.abilities))
    words = "、".join(names.get(code, code) for code in shared)
    reason = f"专业领域相符：{words}" if shared else "没有相符的专业领域，按工作量均衡分派"
    return Pair(entry.id, expert.id, shared, reason)


def _shortage(entry: Demand, plan: _Plan, per_entry: int) -> Shortage:
    filled = len(plan.chosen[entry.id]) + len(entry.existing)
    able = len(plan.open_to[entry.id]) + len(entry.existing)
    if able < per_entry:
        reason = f"不需回避的专家只有{able}名，少于每项所需的{per_entry}名，请从专家库增加专家。"
    else:
        reason = f"可评的专家评分表数已达上限，还差{per_entry - filled}份，请增加专家或提高上限。"
    return Shortage(entry.id, per_entry, filled, reason)
