"""Ratings that look unlike honest ones, by a rule that anybody can work out by hand. Plain values, no ORM.

Over the ratings of one station in one year:

far      at least ten ratings, and the points lie 25 or more from their median and farther than three times the scaled
         median deviation (1.4826 x the median of the distances from the median: what a normal spread would give).
burst    five or more ratings that are best in everything within the same hour.
crowd    three or more ratings from the same network, told by a keyed digest of its address.

An outlier is shown and still counted: who only looks odd has not cheated. The mean without them stands beside.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

LEAST, APART, SCALED = 10, Decimal(25), Decimal("4.4478")  # 3 x 1.4826
BURST, WITHIN = 5, dt.timedelta(hours=1)
CROWD = 3
WORDS = {
    "far": "与本站其他评价相差很大",
    "burst": "一小时内集中出现的满分评价",
    "crowd": "多个评价来自同一网络",
}


@dataclass(frozen=True, slots=True)
class Given:
    """A rating as the rule sees it: `points` of 100, `network` a digest, empty where it is not known."""

    key: int
    points: Decimal
    at: dt.datetime
    network: str = ""


def outliers(ratings: Sequence[Given]) -> dict[int, tuple[str, ...]]:
    """{key: reasons} of those that look odd, in the order of `WORDS`."""
    found = {"far": far(ratings), "burst": burst(ratings), "crowd": crowd(ratings)}
    keys = set().union(*found.values())
    return {key: tuple(reason for reason in WORDS if key in found[reason]) for key in sorted(keys)}


def far(ratings: Sequence[Given]) -> set[int]:
    if len(ratings) < LEAST:
        return set()
    middle = Decimal(median(rating.points for rating in ratings))
    distances = {rating.key: abs(rating.points - middle) for rating in ratings}
    allowed = SCALED * Decimal(median(distances.values()))
    return {key for key, distance in distances.items() if distance >= APART and distance > allowed}


def burst(ratings: Sequence[Given]) -> set[int]:
    best = sorted((rating for rating in ratings if rating.points == 100), key=lambda rating: rating.at)
    found: set[int] = set()
    first = 0
    for last, rating in enumerate(best):
        while rating.at - best[first].at >= WITHIN:
            first += 1
        if last - first + 1 >= BURST:
            found.update(one.key for one in best[first : last + 1])
    return found


def crowd(ratings: Sequence[Given]) -> set[int]:
    many = {network for network, count in Counter(rating.network for rating in ratings).items() if count >= CROWD}
    return {rating.key for rating in ratings if rating.network and rating.network in many}
