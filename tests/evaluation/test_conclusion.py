import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.conclusion import Fate, Standing, plan
from ledger.errors import Refused


def standing(entry, place, *, titled=False, order=None, **kwargs):
    fields = {"tier": None, "open_objection": False, "upheld_objection": False, **kwargs}
    return Standing(entry, f"站{entry}", titled, place, entry if order is None else order, **fields)


def fates(standings, *, cap=50, active=48):
    return {item.entry: item.fate for item in plan(standings, cap=cap, active=active)}


def test_titled_stations_are_retained_or_delisted_and_their_places_go_to_the_best_new_ones():
    found = fates(
        [
            standing(1, "proposed", titled=True, tier=1),
            standing(2, "failed", titled=True),
            standing(3, "proposed"),
            standing(4, "proposed"),
            standing(5, "proposed"),
            standing(6, "reserve"),
            standing(7, "failed"),
        ]
    )
    assert found == {
        1: Fate.RETAIN,
        2: Fate.DELIST,
        3: Fate.AWARD,
        4: Fate.AWARD,
        5: Fate.AWARD,
        6: Fate.RESERVE,
        7: Fate.FAILED,
    }


def test_an_open_objection_holds_its_entry_and_keeps_its_place():
    found = fates([standing(1, "proposed", open_objection=True), standing(2, "proposed"), standing(3, "reserve")])
    assert found == {1: Fate.HELD, 2: Fate.AWARD, 3: Fate.RESERVE}


def test_an_upheld_objection_refuses_its_entry_and_the_first_reserve_is_promoted():
    items = plan(
        [
            standing(1, "proposed", upheld_objection=True),
            standing(2, "proposed"),
            standing(3, "reserve"),
            standing(4, "reserve"),
        ],
        cap=50,
        active=48,
    )
    assert [(item.entry, item.fate, item.promoted) for item in items] == [
        (1, Fate.REFUSE, False),
        (2, Fate.AWARD, False),
        (3, Fate.AWARD, True),
        (4, Fate.RESERVE, False),
    ]


def test_a_titled_station_whose_failure_is_contested_keeps_its_title_and_its_place():
    found = fates([standing(1, "failed", titled=True, open_objection=True), standing(2, "reserve")], cap=50, active=50)
    assert found == {1: Fate.HELD, 2: Fate.RESERVE}


def test_a_prize_tier_goes_with_a_retained_title_only():
    items = plan(
        [
            standing(1, "proposed", titled=True, tier=1),
            standing(2, "proposed", titled=True, tier=2, open_objection=True),
        ],
        cap=50,
        active=2,
    )
    assert [item.tier for item in items] == [1, None]


def test_more_proposed_than_places_is_refused_not_cut_off():
    with pytest.raises(Refused) as refusal:
        plan([standing(1, "proposed"), standing(2, "proposed"), standing(3, "proposed")], cap=50, active=48)
    assert refusal.value.code == "no_free_slot"
    assert "2 个" in refusal.value.message


places = st.sampled_from(["proposed", "reserve", "failed"])


@given(
    st.lists(st.tuples(places, st.booleans(), st.booleans(), st.booleans()), max_size=30),
    st.integers(0, 10),
    st.integers(0, 10),
)
def test_titles_never_pass_the_cap_whatever_comes(rows, spare, more_active):
    standings = [
        standing(number, place, titled=titled, open_objection=is_open, upheld_objection=upheld)
        for number, (place, titled, is_open, upheld) in enumerate(rows)
    ]
    standings = [
        dataclasses.replace(one, place="proposed") if one.titled and one.place == "reserve" else one
        for one in standings
    ]
    active = sum(one.titled for one in standings) + more_active
    cap = active + spare
    try:
        items = plan(standings, cap=cap, active=active)
    except Refused:
        return
    counted = [item.fate for item in items]
    held = sum(one.open_objection and one.place == "proposed" and not one.titled for one in standings)
    assert active - counted.count(Fate.DELIST) + counted.count(Fate.AWARD) + held <= cap
    assert sorted(item.entry for item in items) == [one.entry for one in standings]
    objected = {one.entry for one in standings if one.open_objection or one.upheld_objection}
    assert not any(item.entry in objected and item.fate in {Fate.AWARD, Fate.DELIST} for item in items)
