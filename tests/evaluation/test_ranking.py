"""Ranks, the last free slot, the ends of the prize tiers, ties that straddle them, slot numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import ranking
from evaluation.ranking import LAST_SLOT, Outcome, Place, Ranked, RankInput, TieStop, tier_end

ORDER = ("effect", "supply")
TIERS = (3, 5, 10)


def entry(identifier: int, total: str, effect: str = "0", supply: str = "0") -> RankInput:
    return RankInput(identifier, Decimal(total), {"effect": Decimal(effect), "supply": Decimal(supply)})


def standings(*totals: str) -> list[Ranked]:
    """Entries 1, 2, 3 ... with these totals; equal totals are full ties."""
    return ranking.rank([entry(number, total) for number, total in enumerate(totals, start=1)], ORDER)


def outcomes(allocation: ranking.Allocation) -> dict[int, str]:
    return {place.id: str(place.outcome) for place in allocation.places}


def tiers(allocation: ranking.Allocation) -> dict[int, int | None]:
    return {place.id: place.tier for place in allocation.places}


# --- ranks -------------------------------------------------------------------------------------------------------


def test_equal_totals_are_ordered_by_the_dimensions_in_tie_order() -> None:
    ranked = ranking.rank(
        [
            entry(1, "80", effect="20", supply="25"),
            entry(2, "80", effect="24", supply="10"),
            entry(3, "81", effect="1", supply="1"),
            entry(4, "80", effect="20", supply="26"),
        ],
        ORDER,
    )
    assert [(item.id, item.rank, item.shared) for item in ranked] == [
        (3, 1, False),
        (2, 2, False),
        (4, 3, False),
        (1, 4, False),
    ]
    assert ranked[1].keys == (80, 24, 10)
    assert ranked[1].total == 80
    assert [item.id for item in ranking.rank([entry(1, "80", "1", "9"), entry(2, "80", "2", "1")], ("supply",))] == [
        1,
        2,
    ]


def test_entries_still_equal_share_a_rank_and_the_next_rank_is_skipped() -> None:
    ranked = standings("80", "90", "80", "70")
    assert [(item.id, item.rank, item.shared) for item in ranked] == [
        (2, 1, False),
        (1, 2, True),
        (3, 2, True),
        (4, 4, False),
    ]


def test_equals_are_listed_by_id_however_they_came() -> None:
    given_order = [entry(5, "80"), entry(2, "80"), entry(9, "80")]
    assert [item.id for item in ranking.rank(given_order, ORDER)] == [2, 5, 9]
    assert [item.rank for item in ranking.rank(given_order, ())] == [1, 1, 1]


def test_no_entries_give_no_ranks() -> None:
    assert ranking.rank([], ORDER) == []


def test_a_tie_order_that_is_wrong_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^A dimension occurs twice in the tie order\.$"):
        ranking.rank([entry(1, "80")], ("effect", "effect"))
    with pytest.raises(KeyError):
        ranking.rank([entry(1, "80")], ("unknown",))


scores = st.integers(0, 6).map(Decimal)


@given(st.lists(st.tuples(scores, scores, scores), max_size=30))
def test_a_rank_is_one_more_than_the_number_of_better_entries(rows: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    ranked = ranking.rank(
        [RankInput(i, total, {"effect": a, "supply": b}) for i, (total, a, b) in enumerate(rows)], ORDER
    )
    assert sorted(item.id for item in ranked) == list(range(len(rows)))
    for item in ranked:
        assert item.keys == rows[item.id]
        assert item.rank == 1 + sum(other > rows[item.id] for other in rows)
        assert item.shared == (rows.count(rows[item.id]) > 1)


# --- free slots --------------------------------------------------------------------------------------------------


def test_free_slots_are_the_cap_less_the_titles_that_stay() -> None:
    assert ranking.free_slots(50, 48, 3) == 5
    assert ranking.free_slots(50, 50, 0) == 0
    assert ranking.free_slots(50, 0, 0) == 50
    assert ranking.free_slots(50, 4, 4) == 50
    assert ranking.free_slots(50, 52, 2) == 0


def test_impossible_numbers_of_titles_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^3 of 2 titles cannot be delisted\.$"):
        ranking.free_slots(50, 2, 3)
    with pytest.raises(ValueError, match=r"^-1 of 2 titles cannot be delisted\.$"):
        ranking.free_slots(50, 2, -1)
    with pytest.raises(ValueError, match=r"^51 titles stay, more than the cap of 50\.$"):
        ranking.free_slots(50, 52, 1)


# --- new stations ------------------------------------------------------------------------------------------------


def test_free_slots_go_by_rank_the_rest_wait_and_the_failed_fail() -> None:
    allocation = ranking.allocate_new(standings("90", "85", "60", "59.99", "70"), 2, Decimal(60))
    assert allocation.stops == ()
    assert allocation.places == (
        Place(1, 1, Outcome.AWARDED, None),
        Place(2, 2, Outcome.AWARDED, None),
        Place(5, 3, Outcome.RESERVE, None),
        Place(3, 4, Outcome.RESERVE, None),
        Place(4, 5, Outcome.FAILED, None),
    )
    assert allocation.having(Outcome.AWARDED) == (1, 2)
    assert allocation.having(Outcome.RESERVE) == (5, 3)
    assert allocation.having(Outcome.FAILED) == (4,)
    assert allocation.having(Outcome.RETAINED) == ()


def test_below_the_pass_mark_nothing_is_awarded_though_slots_are_free() -> None:
    allocation = ranking.allocate_new(standings("59.99", "60.00"), 9, Decimal(60))
    assert outcomes(allocation) == {2: "awarded", 1: "failed"}


def test_no_free_slot_makes_all_that_passed_a_reserve_even_if_tied() -> None:
    allocation = ranking.allocate_new(standings("80", "80"), 0, Decimal(60))
    assert (outcomes(allocation), allocation.stops) == ({1: "reserve", 2: "reserve"}, ())


def test_a_tie_that_fits_before_the_last_slot_or_stands_wholly_behind_it_stops_nothing() -> None:
    before = ranking.allocate_new(standings("90", "80", "80", "70"), 3, Decimal(60))
    assert (outcomes(before), before.stops) == ({1: "awarded", 2: "awarded", 3: "awarded", 4: "reserve"}, ())
    behind = ranking.allocate_new(standings("90", "80", "80", "70"), 1, Decimal(60))
    assert (outcomes(behind), behind.stops) == ({1: "awarded", 2: "reserve", 3: "reserve", 4: "reserve"}, ())


def test_a_tie_at_the_last_slot_stops_and_its_entries_get_no_outcome() -> None:
    allocation = ranking.allocate_new(standings("90", "80", "80", "80", "70", "50"), 3, Decimal(60))
    assert outcomes(allocation) == {1: "awarded", 5: "reserve", 6: "failed"}
    assert allocation.stops == (TieStop(LAST_SLOT, (2, 3, 4), {LAST_SLOT: 2}),)


def test_a_recorded_decision_settles_the_tie_in_its_order() -> None:
    ranked = standings("90", "80", "80", "80", "70")
    allocation = ranking.allocate_new(ranked, 3, Decimal(60), {LAST_SLOT: (4, 2, 3)})
    assert allocation.stops == ()
    assert [(place.id, place.rank, str(place.outcome)) for place in allocation.places] == [
        (1, 1, "awarded"),
        (4, 2, "awarded"),
        (2, 2, "awarded"),
        (3, 2, "reserve"),
        (5, 5, "reserve"),
    ]


def test_a_decision_may_name_more_entries_than_are_still_tied_but_not_fewer() -> None:
    ranked = standings("80", "80", "70")
    more = ranking.allocate_new(ranked, 1, Decimal(60), {LAST_SLOT: (7, 2, 1)})
    assert outcomes(more) == {2: "awarded", 1: "reserve", 3: "reserve"}
    fewer = ranking.allocate_new(ranked, 1, Decimal(60), {LAST_SLOT: (2,)})
    assert fewer.stops == (TieStop(LAST_SLOT, (1, 2), {LAST_SLOT: 1}),)
    other = ranking.allocate_new(ranked, 1, Decimal(60), {tier_end(1): (2, 1)})
    assert other.stops == fewer.stops


def test_a_decision_that_names_an_entry_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^The decision on last_slot names an entry twice\.$"):
        ranking.allocate_new(standings("80", "80"), 1, Decimal(60), {LAST_SLOT: (1, 2, 1)})


def test_a_decision_where_nothing_is_tied_changes_nothing() -> None:
    ranked = standings("90", "80", "70")
    assert ranking.allocate_new(ranked, 1, Decimal(60), {LAST_SLOT: (3, 2, 1)}) == ranking.allocate_new(
        ranked, 1, Decimal(60)
    )


@given(st.lists(st.integers(50, 70), max_size=25), st.integers(0, 25))
def test_never_more_awards_than_slots_and_never_a_better_entry_passed_over(totals: list[int], free: int) -> None:
    ranked = standings(*map(str, totals))
    allocation = ranking.allocate_new(ranked, free, Decimal(60))
    passed = [item for item in ranked if item.total >= 60]
    awarded = allocation.having(Outcome.AWARDED)
    open_ties = [identifier for stop in allocation.stops for identifier in stop.entries]
    by_id = {item.id: item for item in ranked}
    assert len(awarded) + sum(stop.places[LAST_SLOT] for stop in allocation.stops) == min(free, len(passed))
    assert all(by_id[a].rank < by_id[b].rank for a in awarded for b in open_ties)
    assert all(by_id[a].rank <= by_id[b].rank for a in awarded for b in allocation.having(Outcome.RESERVE))
    assert sorted([place.id for place in allocation.places] + open_ties) == sorted(by_id)

    settled = ranking.allocate_new(ranked, free, Decimal(60), {LAST_SLOT: sorted(open_ties, reverse=True)})
    assert settled.stops == ()
    assert len(settled.having(Outcome.AWARDED)) == min(free, len(passed))


# --- titled stations ---------------------------------------------------------------------------------------------


def test_tiers_are_filled_by_rank_and_the_failed_are_delisted() -> None:
    totals = [str(99 - number) for number in range(20)] + ["59"]
    allocation = ranking.allocate_titled(standings(*totals), Decimal(60), TIERS)
    expected: dict[int, int | None] = dict.fromkeys((1, 2, 3), 1)
    expected |= dict.fromkeys(range(4, 9), 2) | dict.fromkeys(range(9, 19), 3) | {19: None, 20: None, 21: None}
    assert tiers(allocation) == expected
    assert allocation.having(Outcome.DELISTED) == (21,)
    assert allocation.having(Outcome.RETAINED) == tuple(range(1, 21))
    assert allocation.places[3] == Place(4, 4, Outcome.RETAINED, 2)
    assert allocation.places[20] == Place(21, 21, Outcome.DELISTED, None)
    assert allocation.stops == ()


def test_the_tier_sizes_are_ceilings_and_only_the_passed_have_a_tier() -> None:
    allocation = ranking.allocate_titled(standings("90", "60", "59.99", "10"), Decimal(60), TIERS)
    assert tiers(allocation) == {1: 1, 2: 1, 3: None, 4: None}
    assert outcomes(allocation) == {1: "retained", 2: "retained", 3: "delisted", 4: "delisted"}


def test_a_tie_at_the_end_of_a_tier_stops_only_its_own_entries() -> None:
    allocation = ranking.allocate_titled(standings("90", "89", "88", "88", "87"), Decimal(60), TIERS)
    assert allocation.stops == (TieStop("tier_1", (3, 4), {"tier_1": 1}),)
    assert tiers(allocation) == {1: 1, 2: 1, 5: 2}
    settled = ranking.allocate_titled(
        standings("90", "89", "88", "88", "87"), Decimal(60), TIERS, {tier_end(1): (4, 3)}
    )
    assert (tiers(settled), settled.stops) == ({1: 1, 2: 1, 4: 1, 3: 2, 5: 2}, ())


def test_a_tie_that_ends_with_its_tier_stops_nothing() -> None:
    allocation = ranking.allocate_titled(standings("90", "88", "88", "87"), Decimal(60), TIERS)
    assert (tiers(allocation), allocation.stops) == ({1: 1, 2: 1, 3: 1, 4: 2}, ())


def test_one_tie_over_all_tiers_is_one_stop_with_the_places_of_each() -> None:
    ranked = standings(*["80"] * 20)
    everyone = tuple(range(1, 21))
    allocation = ranking.allocate_titled(ranked, Decimal(60), TIERS)
    assert allocation.places == ()
    assert allocation.stops == (TieStop("tier_1", everyone, {"tier_1": 3, "tier_2": 8, "tier_3": 18}),)
    settled = ranking.allocate_titled(ranked, Decimal(60), TIERS, {"tier_1": everyone[::-1]})
    assert [place.tier for place in settled.places] == [1] * 3 + [2] * 5 + [3] * 10 + [None] * 2
    assert [place.id for place in settled.places] == list(everyone[::-1])


def test_two_ties_at_two_ends_are_two_stops() -> None:
    ranked = standings("90", "89", "88", "88", "87", "86", "85", "84", "84")
    allocation = ranking.allocate_titled(ranked, Decimal(60), TIERS, {"tier_2": (9, 8)})
    assert [stop.boundary for stop in allocation.stops] == ["tier_1"]
    assert tiers(allocation) == {1: 1, 2: 1, 5: 2, 6: 2, 7: 2, 9: 2, 8: 3}


def test_a_measure_without_tiers_gives_none_and_never_stops() -> None:
    allocation = ranking.allocate_titled(standings("80", "80"), Decimal(60), ())
    assert (tiers(allocation), allocation.stops) == ({1: None, 2: None}, ())


@given(st.lists(st.integers(55, 75), max_size=40))
def test_no_tier_is_ever_overfull(totals: list[int]) -> None:
    allocation = ranking.allocate_titled(standings(*map(str, totals)), Decimal(60), TIERS)
    filled = [sum(place.tier == tier for place in allocation.places) for tier in (1, 2, 3)]
    assert all(number <= size for number, size in zip(filled, TIERS, strict=True))
    assert all(place.tier is None for place in allocation.places if place.outcome is Outcome.DELISTED)


# --- slot numbers ------------------------------------------------------------------------------------------------


def test_the_best_gets_the_lowest_free_slot() -> None:
    assert ranking.assign_slots([7, 3, 9], {1, 2, 4}, 50) == {7: 3, 3: 5, 9: 6}
    assert ranking.assign_slots([7], set(range(1, 50)), 50) == {7: 50}
    assert ranking.assign_slots([7], {2}, 50) == {7: 1}
    assert ranking.assign_slots([], {1}, 50) == {}


def test_the_fifty_first_gets_nothing() -> None:
    with pytest.raises(ranking.NoFreeSlot) as caught:
        ranking.assign_slots([7, 8], set(range(1, 50)), 50)
    assert caught.value.code == "no_free_slot"
    assert caught.value.message == "空余名额只有1个，不能授予2个称号，请核对摘牌和授牌名单后重新计算。"
