"""The words of notices, and the bytes that are hashed."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import measures
from evaluation import announcement
from ledger.canonical import canonical, fingerprint
from tests.evaluation.scene import CLOSES, OPENS

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), values))
def test_equal_content_has_equal_bytes_in_whatever_order_it_was_made(content):
    backwards = dict(reversed(content.items()))
    assert canonical(content) == canonical(backwards)
    assert json.loads(canonical(content)) == content


@given(st.text(min_size=1), st.text())
def test_any_change_of_a_text_changes_the_hash(text, other):
    same = fingerprint({"title": text}) == fingerprint({"title": other})
    assert same == (text == other)


def test_a_number_that_is_not_whole_or_not_a_number_is_not_hashed():
    with pytest.raises(ValueError, match="Out of range"):
        canonical({"x": float("nan")})
    with pytest.raises(TypeError):
        canonical({"x": Decimal("1.5")})


def test_headings_are_known_by_their_numbers():
    body = "前言。\n\n一、条件\n（一）单位\n1. 具体。\n十二、其他\n一共五项。"
    found = [(line.text, line.level) for line in announcement.paragraphs(body)]
    assert found == [
        ("前言。", 0),
        ("一、条件", 1),
        ("（一）单位", 2),
        ("1. 具体。", 0),
        ("十二、其他", 1),
        ("一共五项。", 0),
    ]


def test_an_evaluation_notice_numbers_its_parts_without_gaps():
    measure = measures.load("wuhan")
    window = (OPENS, CLOSES)
    short = announcement.evaluation_body(measure, year=2026, window=window)
    full = announcement.evaluation_body(measure, year=2026, window=window, requirements="另附。", contact="电话。")
    for body, count in ((short, 5), (full, 7)):
        headings = [line.text for line in announcement.paragraphs(body) if line.level == 1]
        assert [text[0] for text in headings] == list("一二三四五六七")[:count]
    assert "‘" not in full
    assert all(item.name in full for item in measure.materials)


def test_every_outcome_that_a_ranking_proposes_has_a_public_word():
    for track, outcome in (
        ("new", "award"),
        ("new", "reserve"),
        ("new", "fail"),
        ("titled", "retain"),
        ("titled", "fail"),
    ):
        assert announcement.entry_label(track, outcome).startswith(("拟", "候补"))
