"""Matching over plain values: who is barred, what gives points, and what may never change the order the wrong way."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching import Candidate, Paper, Wanted, barred, judge, propose

DAY = dt.date(2026, 6, 1)
KINDS = ("testing", "metrology", "branding")
KIND = st.sampled_from(KINDS)
DISTRICTS = st.sampled_from(["420106", "420104", ""])
DATES = st.dates(dt.date(2025, 1, 1), dt.date(2028, 1, 1))
PAPERS = st.builds(
    Paper,
    name=st.sampled_from(["CMA", "CNAS"]),
    kinds=st.frozensets(KIND),
    valid_from=DATES,
    valid_until=DATES | st.none(),
)
CANDIDATES = st.builds(
    Candidate,
    key=st.uuids().map(str),
    name=st.text(max_size=4),
    kinds=st.frozensets(KIND),
    district=DISTRICTS,
    load=st.integers(0, 9),
    satisfaction=st.decimals(0, 100, places=2) | st.none(),
    ratings=st.integers(0, 9),
    papers=st.none() | st.lists(PAPERS, max_size=3).map(tuple),
    usable_until=st.none() | DATES,
)
WANTED = st.builds(Wanted, kind=KIND, district=DISTRICTS, day=DATES, qualified=st.booleans())


def agency(**changes) -> Candidate:
    paper = Paper("CMA 001", frozenset({"testing"}), DAY, dt.date(2027, 5, 31))
    return replace(Candidate("agency:1", "市质检院", frozenset({"testing"}), "420106", papers=(paper,)), **changes)


WANT = Wanted("testing", "420106", DAY, qualified=True)


def test_a_near_qualified_idle_agency_that_companies_praise_has_all_points_and_says_why():
    proposal = judge(WANT, agency(satisfaction=Decimal(100), ratings=3))
    assert proposal.points == 100
    assert [reason.words for reason in proposal.reasons] == [
        "服务种类相符",
        "与企业同区",
        "CMA 001，有效期至2027年5月31日",
        "没有正在办理的服务",
        "以往满意度 100.0（3 份）",
    ]


@pytest.mark.parametrize(
    ("changes", "points", "words"),
    [
        ({"district": "420104"}, 0, "与企业不同区"),
        ({"district": ""}, 10, "所在区未知"),
        ({"load": 1}, 15, "正在办理 1 件"),
        ({"load": 9}, 0, "正在办理 9 件"),
        ({"satisfaction": Decimal("82.5"), "ratings": 3}, 17, "以往满意度 82.5（3 份）"),
        ({"satisfaction": Decimal(20), "ratings": 2}, 10, "评价不足 3 份，不作比较"),
    ],
)
def test_each_reason_has_its_points(changes, points, words):
    reasons = judge(WANT, agency(**changes)).reasons
    assert (points, words) in [(reason.points, reason.words) for reason in reasons]


@pytest.mark.parametrize(
    ("until", "points"), [(dt.date(2026, 7, 1), 10), (dt.date(2026, 7, 2), 20), (None, 20), (DAY, 10)]
)
def test_a_qualification_that_ends_within_thirty_days_speaks_half_as_loud(until, points):
    paper = Paper("CMA", frozenset({"testing"}), DAY, until)
    assert judge(WANT, agency(papers=(paper,))).reasons[2].points == points


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"papers": ()}, "没有登记这类服务的资质"),
        (
            {"papers": (Paper("CMA", frozenset({"testing"}), DAY - dt.timedelta(9), DAY - dt.timedelta(1)),)},
            "不在有效期",
        ),
        ({"papers": (Paper("CMA", frozenset({"testing"}), DAY + dt.timedelta(1), None),)}, "不在有效期"),
        ({"papers": (Paper("CMA", frozenset({"metrology"}), DAY, None),)}, "没有登记"),
        ({"papers": None, "usable_until": DAY - dt.timedelta(1)}, "检定校准已于2026年5月31日到期"),
    ],
)
def test_who_may_not_serve_is_barred_with_the_reason(changes, why):
    assert propose(WANT, [agency(**changes)]) == []
    assert why in barred(WANT, [agency(**changes)])[0].barred


def test_where_nobody_must_be_qualified_a_missing_paper_costs_half_the_points():
    proposal = judge(replace(WANT, qualified=False), agency(papers=()))
    assert proposal.reasons[2].points == 10


@given(WANTED, st.lists(CANDIDATES, max_size=6))
def test_nobody_is_lost_and_nobody_unfit_is_proposed(wanted, candidates):
    fit, unfit = propose(wanted, candidates), barred(wanted, candidates)
    serving = [candidate for candidate in candidates if wanted.kind in candidate.kinds]
    assert sorted(p.candidate.key for p in [*fit, *unfit]) == sorted(candidate.key for candidate in serving)
    for proposal in fit:
        assert 0 <= proposal.points <= 100
        assert all(0 <= reason.points <= reason.most and reason.words for reason in proposal.reasons)
        papers = proposal.candidate.papers
        if wanted.qualified and papers is not None:
            assert any(wanted.kind in paper.kinds and paper.in_force(wanted.day) for paper in papers)


@given(WANTED, st.lists(CANDIDATES, max_size=6, unique_by=lambda c: c.key), st.randoms())
def test_the_order_does_not_depend_on_the_order_asked_in(wanted, candidates, random):
    shuffled = list(candidates)
    random.shuffle(shuffled)
    assert propose(wanted, shuffled) == propose(wanted, candidates)
    points = [proposal.points for proposal in propose(wanted, candidates)]
    assert points == sorted(points, reverse=True)


@given(WANTED, CANDIDATES, st.integers(1, 5))
def test_more_work_in_hand_never_helps_and_more_praise_never_harms(wanted, candidate, more):
    before = judge(wanted, candidate)
    assert judge(wanted, replace(candidate, load=candidate.load + more)).points <= before.points
    if candidate.satisfaction is not None and candidate.ratings >= 3:
        praised = replace(candidate, satisfaction=min(candidate.satisfaction + more, Decimal(100)))
        assert judge(wanted, praised).points >= before.points
