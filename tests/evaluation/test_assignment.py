"""Proposals of who scores what, held against a minimum cut and against all distributions there are."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.assignment import Candidate, Demand, Pair, Shortage, propose


def fs(*items: str) -> frozenset[str]:
    return frozenset(items)


@st.composite
def problems(draw: st.DrawFn, experts: int = 6, entries: int = 7) -> tuple[list[Candidate], list[Demand], int]:
    codes = st.frozensets(st.sampled_from("abc"), max_size=2)
    candidates = [
        Candidate(100 + number, cap=load + draw(st.integers(0, 4)), fields=draw(codes), load=load)
        for number, load in enumerate(draw(st.lists(st.integers(0, 2), max_size=experts)))
    ]
    ids = [candidate.id for candidate in candidates]
    some = st.frozensets(st.sampled_from(ids), max_size=3) if ids else st.just(frozenset())
    demands = [Demand(number, draw(codes), barred=draw(some)) for number in range(draw(st.integers(0, entries)))]
    return candidates, demands, draw(st.integers(1, 3))


def most_sheets(candidates: list[Candidate], demands: list[Demand], per_entry: int) -> int:
    """The most sheets that can be filled, by minimum cut: over all sets of experts whose caps are cut."""
    best = len(demands) * per_entry
    for size in range(len(candidates) + 1):
        for cut in combinations(candidates, size):
            rest = {item.id for item in candidates} - {item.id for item in cut}
            flow = sum(min(per_entry, len(rest - demand.barred)) for demand in demands)
            best = min(best, flow + sum(item.cap - item.load for item in cut))
    return best


@settings(max_examples=150, deadline=None)
@given(problems(), st.integers(0, 3))
def test_a_proposal_keeps_conflicts_out_keeps_the_caps_and_fills_as_much_as_can_be(
    problem: tuple[list[Candidate], list[Demand], int], seed: int
) -> None:
    candidates, demands, per_entry = problem
    proposal = propose(candidates, demands, per_entry, seed)
    barred = {demand.id: demand.barred for demand in demands}
    assert all(pair.expert not in barred[pair.entry] for pair in proposal.pairs)
    assert len({(pair.entry, pair.expert) for pair in proposal.pairs}) == len(proposal.pairs)
    assert len(proposal.pairs) == most_sheets(candidates, demands, per_entry)
    for candidate in candidates:
        taken = sum(pair.expert == candidate.id for pair in proposal.pairs)
        assert proposal.loads[candidate.id] == candidate.load + taken <= candidate.cap
    filled = {demand.id: sum(pair.entry == demand.id for pair in proposal.pairs) for demand in demands}
    assert all(number <= per_entry for number in filled.values())
    assert {item.entry: item.filled for item in proposal.shortages} == {
        entry: number for entry, number in filled.items() if number < per_entry
    }


@settings(max_examples=60, deadline=None)
@given(problems(experts=4, entries=4), st.integers(0, 3))
def test_no_other_distribution_of_the_same_sheets_is_more_even(
    problem: tuple[list[Candidate], list[Demand], int], seed: int
) -> None:
    candidates, demands, per_entry = problem
    proposal = propose(candidates, demands, per_entry, seed)
    choices = []
    for demand in demands:
        able = [item.id for item in candidates if item.id not in demand.barred]
        number = sum(pair.entry == demand.id for pair in proposal.pairs)
        choices.append(list(combinations(able, number)))
    least = None
    for choice in product(*choices):
        loads = {item.id: item.load + sum(item.id in chosen for chosen in choice) for item in candidates}
        if all(loads[item.id] <= item.cap for item in candidates):
            squares = sum(load**2 for load in loads.values())
            least = squares if least is None else min(least, squares)
    assert sum(load**2 for load in proposal.loads.values()) == least


@given(st.integers(3, 12), st.integers(0, 20), st.integers(1, 3), st.integers())
def test_without_conflicts_loads_differ_by_one_at_most(experts: int, entries: int, per_entry: int, seed: int) -> None:
    candidates = [Candidate(number, cap=100) for number in range(experts)]
    proposal = propose(candidates, [Demand(number) for number in range(entries)], per_entry, seed)
    assert proposal.shortages == ()
    assert max(proposal.loads.values()) - min(proposal.loads.values()) <= 1


def test_the_same_inputs_and_seed_give_the_same_proposal_in_any_order() -> None:
    candidates = [Candidate(number, 5, fs("a") if number % 2 else fs("b")) for number in range(8)]
    demands = [Demand(number, fs("a"), frozenset({number % 8})) for number in range(9)]
    first = propose(candidates, demands, 3, seed=7)
    assert propose(candidates[::-1], demands[::-1], 3, seed=7) == first
    assert propose(candidates, demands, 3, seed=8) != first


def test_fields_decide_where_the_loads_leave_a_choice() -> None:
    candidates = [Candidate(1, 9, fs("metrology")), Candidate(2, 9, fs("brand")), Candidate(3, 9, fs("standard"))]
    demands = [Demand(10, fs("brand")), Demand(11, fs("standard", "x")), Demand(12, fs("metrology"))]
    for seed in range(5):
        proposal = propose(candidates, demands, 1, seed, {"brand": "品牌培育"})
        assert [(pair.entry, pair.expert) for pair in proposal.pairs] == [(10, 2), (11, 3), (12, 1)]
    assert proposal.pairs[0] == Pair(10, 2, ("brand",), "专业领域相符：品牌培育")
    assert proposal.pairs[1].reason == "专业领域相符：standard"


def test_an_even_load_goes_before_a_matching_field() -> None:
    candidates = [Candidate(1, 9, fs("brand")), Candidate(2, 9)]
    proposal = propose(candidates, [Demand(number, fs("brand")) for number in range(4)], 1, seed=1)
    assert proposal.loads == {1: 2, 2: 2}
    assert {pair.reason for pair in proposal.pairs if pair.expert == 2} == {"没有相符的专业领域，按工作量均衡分派"}


def test_a_chain_of_exchanges_frees_an_expert_whom_another_entry_needs() -> None:
    # Entry 3 can only be scored by expert 1, whose single sheet any greedy choice may have given away.
    candidates = [Candidate(1, 1), Candidate(2, 1), Candidate(3, 1)]
    demands = [Demand(1, barred=frozenset({3})), Demand(2), Demand(3, barred=frozenset({2, 3}))]
    for seed in range(10):
        proposal = propose(candidates, demands, 1, seed)
        assert {(pair.entry, pair.expert) for pair in proposal.pairs} == {(1, 2), (2, 3), (3, 1)}


def test_sheets_that_exist_count_and_are_not_proposed_again() -> None:
    candidates = [Candidate(1, 5, load=1), Candidate(2, 5), Candidate(3, 5)]
    proposal = propose(candidates, [Demand(10, existing=frozenset({1}))], 2, seed=1)
    assert [pair.expert for pair in proposal.pairs] in ([2], [3])
    assert proposal.shortages == ()
    enough = propose(candidates, [Demand(10, existing=frozenset({1, 2, 3}))], 2, seed=1)
    assert (enough.pairs, enough.shortages) == ((), ())


def test_an_entry_that_cannot_be_filled_says_why() -> None:
    few = propose([Candidate(1, 5), Candidate(2, 5)], [Demand(10, barred=frozenset({2}))], 2, seed=1)
    assert few.shortages == (Shortage(10, 2, 1, "不需回避的专家只有1名，少于每项所需的2名，请从专家库增加专家。"),)
    full = propose([Candidate(1, 1), Candidate(2, 1)], [Demand(10), Demand(11)], 2, seed=1)
    assert [(item.filled, item.reason) for item in full.shortages] == [
        (1, "可评的专家评分表数已达上限，还差1份，请增加专家或提高上限。"),
        (1, "可评的专家评分表数已达上限，还差1份，请增加专家或提高上限。"),
    ]


def test_nothing_to_do_is_an_empty_proposal() -> None:
    proposal = propose([], [], 3, seed=1)
    assert (proposal.pairs, proposal.shortages, proposal.loads) == ((), (), {})
    assert propose([], [Demand(1)], 3, seed=1).shortages[0].filled == 0
