"""The draw is a function of seed and pools alone: everybody gets the same, nobody is favoured."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision.draw import CannotDraw, Inspector, Lot, draw, redraw

LOTS = [Lot(station, 100 + station) for station in range(1, 13)]
PEOPLE = [Inspector(person) for person in range(1, 8)]


@st.composite
def pools(draw_):
    stations = draw_(st.lists(st.integers(1, 10_000), min_size=1, max_size=30, unique=True))
    people = draw_(st.lists(st.integers(1, 10_000), min_size=2, max_size=12, unique=True))
    lots = [Lot(station, station % 7) for station in stations]
    barred = [draw_(st.frozensets(st.integers(0, 6), max_size=3)) for _ in people[2:]]
    inspectors = [Inspector(people[0]), Inspector(people[1])]
    inspectors += [Inspector(person, ties) for person, ties in zip(people[2:], barred, strict=True)]
    return lots, inspectors, draw_(st.integers(1, len(lots)))


@given(pools(), st.text(min_size=1, max_size=64), st.randoms())
def test_a_draw_is_the_same_whatever_the_order_of_the_pools_and_names_nobody_twice(known, seed, dice):
    lots, inspectors, count = known
    drawn = draw(seed, lots, inspectors, stations=count, each=2)
    dice.shuffle(lots)
    dice.shuffle(inspectors)
    assert draw(seed, lots, inspectors, stations=count, each=2) == drawn
    assert len({one.station for one in drawn}) == count
    organisation = {lot.station: lot.organisation for lot in lots}
    barred = {inspector.person: inspector.barred for inspector in inspectors}
    for one in drawn:
        assert len(set(one.inspectors)) == 2
        assert all(organisation[one.station] not in barred[person] for person in one.inspectors)


def test_an_outsider_recomputes_it_with_nothing_but_sha256():
    def key(text):
        return hashlib.sha256(text.encode()).hexdigest()

    seed = "5eed"
    stations = sorted(range(1, 13), key=lambda number: key(f"{seed}|station|{number}"))[:1]
    people = sorted(range(1, 8), key=lambda number: key(f"{seed}|inspector|{stations[0]}|{number}"))[:2]
    (only,) = draw(seed, LOTS, PEOPLE, stations=1, each=2)
    assert (only.station, list(only.inspectors)) == (stations[0], people)


def test_the_work_is_spread_evenly_over_the_inspectors():
    drawn = draw("even", LOTS, PEOPLE, stations=12, each=2)
    times = Counter(person for one in drawn for person in one.inspectors)
    assert max(times.values()) - min(times.values()) <= 1


def chi_square(counts, expected):
    return sum((count - expected) ** 2 / expected for count in counts)


def test_over_many_seeds_every_station_and_every_inspector_is_drawn_alike():
    """Critical values of chi-square at 0.001: 31.3 with 11 degrees of freedom, 22.5 with 6. Drawing without replacement
    spreads less than the distribution allows, so a fair draw stays below."""
    stations, people = Counter(), Counter()
    seeds = 4000
    for number in range(seeds):
        drawn = draw(f"seed-{number}", LOTS, PEOPLE, stations=3, each=2)
        stations.update(one.station for one in drawn)
        people.update(drawn[0].inspectors)
    assert chi_square([stations[lot.station] for lot in LOTS], seeds * 3 / 12) < 31.3
    assert chi_square([people[one.person] for one in PEOPLE], seeds * 2 / 7) < 22.5


@pytest.mark.parametrize(
    ("lots", "people", "code"),
    [
        (LOTS[:2], PEOPLE, "too_few_stations"),
        (LOTS, PEOPLE[:1], "too_few_inspectors"),
        (LOTS[:3], [PEOPLE[0], Inspector(2, frozenset({101, 102, 103}))], "too_few_inspectors"),
    ],
)
def test_pools_that_are_too_small_are_told(lots, people, code):
    with pytest.raises(CannotDraw) as short:
        draw("x", lots, people, stations=3, each=2)
    assert short.value.code == code


def test_the_kept_pools_give_the_same_draw():
    kept = {
        "stations": [{"id": lot.station, "organisation": lot.organisation, "name": "x"} for lot in LOTS],
        "inspectors": [{"id": one.person, "barred": [], "name": "y"} for one in PEOPLE],
    }
    assert redraw("s", kept, stations=4, each=3) == draw("s", LOTS, PEOPLE, stations=4, each=3)
