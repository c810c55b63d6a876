from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.conclusion import Fate, Standing, Terms, plan
from ledger.errors import Refused


def standing(entry, place, total, *, titled=False, **kwargs):
    return Standing(entry, f"站{entry}", titled, place, Decimal(total), {"effect": Decimal(total) / 4}, **kwargs)


def planned(standings, *, cap=50, active=48, tiers=(3, 5, 10), decisions=None):
    return plan(standings, Terms(cap, active, Decimal(60), tiers, ["effect"], decisions or {}))


def fates(standings, **kwargs):
    return {item.entry: item.fate for item in planned(standings, **kwargs).items}


def test_titled_stations_are_retained_or_delisted_and_their_places_go_to_the_best_new_ones():
    found = fates(
        [
            standing(1, "proposed", 90, titled=True),
            standing(2, "failed", 50, titled=True),
            standing(3, "proposed", 95),
            standing(4, "proposed", 94),
            standing(5, "proposed", 93),
            standing(6, "reserve", 92),
            standing(7, "failed", 40),
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
    found = fates(
        [standing(1, "proposed", 90, open_objection=True), standing(2, "proposed", 80), standing(3, "reserve", 70)]
    )
    assert found == {1: Fate.HELD, 2: Fate.AWARD, 3: Fate.RESERVE}


def test_an_upheld_objection_refuses_its_entry_and_the_first_reserve_is_promoted():
    found = planned(
        [
            standing(1, "proposed", 90, upheld_objection=True),
            standing(2, "proposed", 80),
            standing(3, "reserve", 70),
            standing(4, "reserve", 65),
        ]
    )
    assert [(item.entry, item.fate, item.promoted) for item in found.items] == [
        (1, Fate.REFUSE, False),
        (2, Fate.AWARD, False),
        (3, Fate.AWARD, True),
        (4, Fate.RESERVE, False),
    ]


def test_a_titled_station_whose_failure_is_contested_keeps_its_title_and_its_place():
    found = fates([standing(1, "failed", 50, titled=True, open_objection=True), standing(2, "reserve", 90)], active=50)
    assert found == {1: Fate.HELD, 2: Fate.RESERVE}


def test_titled_stations_move_up_a_tier_where_one_before_them_is_refused():
    rows = [standing(1, "proposed", 90, titled=True, upheld_objection=True)]
    rows += [standing(n, "proposed", 90 - n, titled=True) for n in (2, 3, 4)]
    found = planned(rows, active=4, tiers=(1, 1))
    assert [(item.fate, item.tier) for item in found.items] == [
        (Fate.REFUSE, None),
        (Fate.RETAIN, 1),
        (Fate.RETAIN, 2),
        (Fate.RETAIN, None),
    ]


def test_a_tie_that_comes_to_stand_at_the_last_place_stops_the_plan_until_it_is_decided():
    rows = [standing(1, "proposed", 90, upheld_objection=True), standing(2, "reserve", 70), standing(3, "reserve", 70)]
    stopped = planned(rows, active=49)
    assert [tie.boundary for tie in stopped.ties] == ["last_slot"]
    assert [item.entry for item in stopped.items] == [1]
    assert fates(rows, active=49, decisions={"last_slot": [3, 2]}) == {1: Fate.REFUSE, 3: Fate.AWARD, 2: Fate.RESERVE}


def test_more_proposed_than_places_is_refused_not_cut_off():
    with pytest.raises(Refused) as refusal:
        planned([standing(n, "proposed", 90 - n) for n in (1, 2, 3)])
    assert refusal.value.code == "no_free_slot"
    assert "2 个" in refusal.value.message


def test_a_later_conclusion_deals_with_what_was_held_and_leaves_the_rest():
    found = fates(
        [
            standing(1, "proposed", 95, titled=True, settled=True),
            standing(2, "proposed", 90, settled=True),
            standing(3, "proposed", 80),
            standing(4, "reserve", 70),
        ],
        active=49,
    )
    assert found == {3: Fate.AWARD, 4: Fate.RESERVE}


places = st.sampled_from([(95, "proposed"), (75, "reserve"), (40, "failed")])


@given(
    st.lists(st.tuples(places, st.booleans(), st.booleans(), st.booleans()), max_size=30),
    st.integers(0, 10),
    st.integers(0, 10),
)
def test_titles_never_pass_the_cap_whatever_comes(rows, spare, more_active):
    standings = []
    for number, ((total, place), titled, is_open, upheld) in enumerate(rows):
        seen = "proposed" if titled and place == "reserve" else place
        unlike = Decimal(total) - Decimal(number) / 10
        standings.append(
            standing(
                number, seen, unlike, titled=titled, open_objection=is_open, upheld_objection=upheld and not is_open
            )
        )
    active = sum(one.titled for one in standings) + more_active
    try:
        found = planned(standings, cap=active + spare, active=active)
    except Refused:
        return
    contested = {one.entry for one in standings if one.open_objection or one.upheld_objection}
    assert active - found.count(Fate.DELIST) + found.count(Fate.AWARD) <= active + spare
    assert sorted(item.entry for item in found.items) == [one.entry for one in standings]
    assert not any(item.entry in contested and item.fate in {Fate.AWARD, Fate.DELIST} for item in found.items)
