"""The random draw of an inspection plan (双随机): stations and inspectors, from a kept seed and frozen pools.

Pure: the same seed and pools give the same draw, on any machine. Anybody who has the seed and the pools recomputes it
with nothing but SHA-256:

1. Every station of the pool gets the key SHA-256("SEED|station|ID"), in hexadecimal. The stations with the smallest
   keys are drawn, as many as the plan says, in the order of their keys.
2. For each drawn station, in that order: inspectors who are barred from its organisation are left out. The others are
   ordered by how often they have been drawn in this plan so far, then by the key
   SHA-256("SEED|inspector|STATION ID|INSPECTOR ID"). The first ones go, as many as the plan says.
3. Who cannot go is replaced by the inspector with the smallest key of step 2 who is neither barred nor has been drawn for
   this station.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ALGORITHM = "sha256-1"


@dataclass(frozen=True)
class Lot:
    """A station in the pool, and the organisation that runs it."""

    station: int
    organisation: int


@dataclass(frozen=True)
class Inspector:
    """Somebody in the pool, and the organisations that he or she belongs or lately belonged to."""

    person: int
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Drawn:
    """One drawn station and who inspects it, in the order of the draw."""

    station: int
    inspectors: tuple[int, ...]


class CannotDraw(Exception):
    """The pools are too small: `code` is `too_few_stations` or `too_few_inspectors`, `have` of `want`."""

    def __init__(self, code: str, *, have: int, want: int, station: int | None = None) -> None:
        super().__init__(f"{code}: {have} of {want}")
        self.code, self.have, self.want, self.station = code, have, want, station


def station_key(seed: str, station: int) -> str:
    return digest(f"{seed}|station|{station}")


def inspector_key(seed: str, station: int, person: int) -> str:
    return digest(f"{seed}|inspector|{station}|{person}")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def draw(
    seed: str, lots: Sequence[Lot], inspectors: Sequence[Inspector], *, stations: int, each: int
) -> tuple[Drawn, ...]:
    """The draw. The order in which the pools are given does not matter. Raises CannotDraw."""
    if len(lots) < stations:
        raise CannotDraw("too_few_stations", have=len(lots), want=stations)
    chosen = sorted(lots, key=lambda lot: station_key(seed, lot.station))[:stations]
    times: Counter[int] = Counter()
    found = []
    for lot in chosen:
        free = [inspector.person for inspector in inspectors if lot.organisation not in inspector.barred]
        if len(free) < each:
            raise CannotDraw("too_few_inspectors", have=len(free), want=each, station=lot.station)
        going = tuple(sorted(free, key=lambda person: (times[person], inspector_key(seed, lot.station, person)))[:each])
        times.update(going)
        found.append(Drawn(lot.station, going))
    return tuple(found)


def substituted(
    seed: str, lot: Lot, inspectors: Sequence[Inspector], drawn: Sequence[int], absent: Sequence[int]
) -> tuple[int, ...]:
    """Who goes to this station when those of `absent`, one after the other, cannot. Raises CannotDraw when nobody is left,
    ValueError for somebody who does not go anyway."""
    going, known = list(drawn), set(drawn)
    for person in absent:
        going.remove(person)
        left = [one.person for one in inspectors if lot.organisation not in one.barred and one.person not in known]
        if not left:
            raise CannotDraw("too_few_inspectors", have=0, want=1, station=lot.station)
        chosen = min(left, key=lambda candidate: inspector_key(seed, lot.station, candidate))
        going.append(chosen)
        known.add(chosen)
    return tuple(going)


def pools_as_kept(pools: Mapping[str, Any]) -> tuple[list[Lot], list[Inspector]]:
    lots = [Lot(row["id"], row["organisation"]) for row in pools["stations"]]
    return lots, [Inspector(row["id"], frozenset(row["barred"])) for row in pools["inspectors"]]


def redraw(seed: str, pools: Mapping[str, Any], *, stations: int, each: int) -> tuple[Drawn, ...]:
    """The draw from the pools as a plan keeps them: {"stations": [{"id", "organisation", ...}], "inspectors":
    [{"id", "barred": [organisation], ...}]}."""
    lots, inspectors = pools_as_kept(pools)
    return draw(seed, lots, inspectors, stations=stations, each=each)
