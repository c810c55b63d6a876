import pytest
from hypothesis import given
from hypothesis import strategies as st

import measures
from funding.entitlements import Standing, entitlements
from ledger.errors import Refused

MONEY = measures.load("wuhan").money
FATES = ("award", "retain", "delist", "refuse", "held", "reserve", "failed")


@st.composite
def fields(draw):
    """A field as a conclusion leaves it: tiers filled from the top, at most their places."""
    titled = draw(st.integers(0, 30))
    tiers = [tier.tier for tier in MONEY.tiers for _ in range(draw(st.integers(0, tier.places)))]
    found = []
    for rank in range(1, titled + 1):
        fate = draw(st.sampled_from(FATES[1:5]))
        tier = tiers[rank - 1] if rank <= len(tiers) else None
        found.append(Standing(rank, draw(st.integers(1, 12)), True, fate, tier, rank))
    for rank in range(1, draw(st.integers(0, 20)) + 1):
        fate = draw(st.sampled_from(("award", *FATES[3:])))
        # a tier on a new station would be a slip of somebody else: it must not become money
        tier = draw(st.sampled_from((None, 1)))
        found.append(Standing(100 + rank, draw(st.integers(1, 12)), False, fate, tier, rank))
    return found


@given(fields(), st.sets(st.integers(1, 12)))
def test_what_is_promised_stays_within_the_measure(field, supported):
    found = entitlements(field, MONEY, supported=supported)
    by_entry = {one.entry: one for one in field}
    prizes = [one for one in found if one.tier]
    assert sum(one.ceiling for one in prizes) <= MONEY.prize_total == 400_000
    assert len({one.entry for one in found}) == len(found)
    for tier in MONEY.tiers:
        seats = [one.seat for one in prizes if one.tier == tier.tier]
        assert seats == list(range(1, len(seats) + 1))
        assert len(seats) <= tier.places
        assert all(one.ceiling == tier.amount for one in prizes if one.tier == tier.tier)
    assert all(by_entry[one.entry].titled and by_entry[one.entry].fate == "retain" for one in prizes)
    awards = [one for one in found if not one.tier]
    assert {one.entry for one in awards} == {one.entry for one in field if not one.titled and one.fate == "award"}
    assert all(one.ceiling == 100_000 and one.article == "19" for one in awards)


@given(fields(), st.sets(st.integers(1, 12)))
def test_an_organisation_is_supported_once_unless_marked(field, supported):
    awards = [one for one in entitlements(field, MONEY, supported=supported) if not one.tier]
    organisation = {one.entry: one.organisation for one in field}
    first = [organisation[one.entry] for one in awards if not one.again]
    assert len(set(first)) == len(first)
    assert supported.isdisjoint(first)
    assert all(organisation[one.entry] in supported | set(first) for one in awards if one.again)


@given(fields(), st.randoms())
def test_the_order_in_which_the_field_is_told_does_not_matter(field, random):
    shuffled = random.sample(field, len(field))
    assert entitlements(shuffled, MONEY) == entitlements(field, MONEY)


def test_the_whole_of_the_prizes_costs_four_hundred_thousand():
    tiers = [1] * 3 + [2] * 5 + [3] * 10
    field = [Standing(rank, rank, True, "retain", tier, rank) for rank, tier in enumerate(tiers, start=1)]
    assert sum(one.ceiling for one in entitlements(field, MONEY)) == 400_000


def test_a_fourth_first_prize_is_refused():
    field = [Standing(rank, rank, True, "retain", 1, rank) for rank in range(1, 5)]
    with pytest.raises(Refused) as refusal:
        entitlements(field, MONEY)
    assert refusal.value.code == "tier_full"


def test_places_that_earlier_conclusions_gave_count():
    field = [Standing(9, 9, True, "retain", 1, 3)]
    (found,) = entitlements(field, MONEY, taken={1: 2})
    assert found.seat == 3
    with pytest.raises(Refused):
        entitlements(field, MONEY, taken={1: 3})


def test_a_measure_without_money_promises_none():
    field = [Standing(1, 1, True, "retain", 1, 1), Standing(2, 2, False, "award", None, 1)]
    assert entitlements(field, type(MONEY)()) == []
