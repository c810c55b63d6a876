"""What Art 19 promises, as it follows from a concluded ranking: a pure function over plain values, money in whole yuan.

A newly titled station: the support at first award, up to the ceiling, once for an organisation. A titled station that
passed and stands in a prize tier: the prize of that tier, within its places. New stations are not ranked for prizes;
who failed, is held or was refused gets nothing. Places are ceilings: fewer may be given, never more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ledger.errors import Refused
from measures.measure import Money


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as a conclusion left it: `fate` as evaluation.conclusion.Fate, `tier` 1.. or None, `rank` in its track."""

    entry: int
    organisation: int
    titled: bool
    fate: str
    tier: int | None
    rank: int


@dataclass(frozen=True, slots=True)
class Entitled:
    """What one entry may be given. `tier` 0: the support at first award. `seat`: which place of the tier, from 1."""

    entry: int
    tier: int
    seat: int | None
    rank: int
    ceiling: int
    article: str
    again: bool = False


def entitlements(
    standings: Sequence[Standing],
    money: Money,
    *,
    supported: Collection[int] = (),
    taken: Mapping[int, int] | None = None,
) -> list[Entitled]:
    """Who is entitled to what, by rank. `supported`: organisations that had the one-off support. `taken`: places of each
    tier that earlier conclusions of the year have given.

    Raises Refused `tier_full` when more stations stand in a tier than it has places.
    """
    ordered = sorted(standings, key=lambda one: (one.rank, one.entry))
    return [*_awards(ordered, money, set(supported)), *_prizes(ordered, money, dict(taken or {}))]


def _awards(standings: Sequence[Standing], money: Money, supported: set[int]) -> list[Entitled]:
    if money.award is None:
        return []
    found = []
    for one in standings:
        if one.titled or one.fate != "award":
            continue
        again = money.award.once and one.organisation in supported
        supported.add(one.organisation)
        found.append(Entitled(one.entry, 0, None, one.rank, money.award.ceiling, money.award.article, again))
    return found


def _prizes(standings: Sequence[Standing], money: Money, taken: dict[int, int]) -> list[Entitled]:
    tiers = {tier.tier: tier for tier in money.tiers}
    found = []
    for one in standings:
        tier = tiers.get(one.tier or 0)
        if not one.titled or one.fate != "retain" or tier is None:
            continue
        seat = taken[tier.tier] = taken.get(tier.tier, 0) + 1
        if seat > tier.places:
            raise Refused(
                "tier_full", f"{tier.name}最多 {tier.places} 名，名次多于名额。请核对排名和结论后再计算资金支持对象。"
            )
        found.append(Entitled(one.entry, tier.tier, seat, one.rank, tier.amount, tier.article))
    return found
