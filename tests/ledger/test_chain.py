"""The tree and the chain as pure functions, held against the verifier that shares no code with them."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import chain

PATH = Path(__file__).resolve().parents[2] / "docs" / "verify_seal.py"
SPEC = importlib.util.spec_from_file_location("verify_seal", PATH)
verify_seal = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(verify_seal)

SALT = "00" * 16
leaves = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=40)
rows = st.dictionaries(st.text(max_size=8), st.none() | st.integers() | st.text(max_size=20), max_size=5)


def test_sm3_is_that_of_the_standard():
    """The two examples of GB/T 32905-2016, appendix A."""
    abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    abcd = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    for function in (chain.sm3, verify_seal.sm3, verify_seal.sm3_by_hand):
        assert (function(b"abc").hex(), function(b"abcd" * 16).hex()) == (abc, abcd)


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_sm3_by_hand_is_that_of_openssl(data):
    assert verify_seal.sm3_by_hand(data) == chain.sm3(data)


@settings(max_examples=60)
@given(leaves, st.data())
def test_every_leaf_leads_to_the_root_and_no_other_does(found, data):
    position = data.draw(st.integers(0, len(found) - 1))
    path = chain.path_of(found, position)
    assert chain.root_by(found[position], path) == chain.root_of(found)
    other = data.draw(st.binary(min_size=32, max_size=32).map(bytes.hex).filter(lambda leaf: leaf != found[position]))
    assert chain.root_by(other, path) != chain.root_of(found)


@settings(max_examples=60)
@given(leaves)
def test_the_path_is_short_and_the_order_of_rows_counts(found):
    assert all(len(chain.path_of(found, at)) <= len(found).bit_length() for at in range(len(found)))
    if found != found[::-1]:
        assert chain.root_of(found) != chain.root_of(found[::-1])


def test_a_row_alone_is_no_inner_node_and_nothing_is_not_sealed():
    left, right = "11" * 32, "22" * 32
    assert chain.root_of([left]) == left
    assert chain.root_of([left, right]) != chain.sm3(bytes.fromhex(left + right)).hex()
    for wrong in (lambda: chain.path_of([left], 1), lambda: chain.path_of([left], -1)):
        with pytest.raises(IndexError):
            wrong()
    with pytest.raises(ValueError, match="at least one row"):
        chain.root_of([])


@settings(max_examples=60)
@given(rows, rows)
def test_a_leaf_follows_from_all_of_a_row_and_from_its_salt(one, other):
    assert (chain.leaf_of(one, SALT) == chain.leaf_of(other, SALT)) == (one == other)
    assert chain.leaf_of(one, "01" * 16) != chain.leaf_of(one, SALT)
