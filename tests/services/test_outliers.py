"""The rule on ratings that look odd, worked out by hand."""

import datetime as dt

import pytest

from services.aspects import CODES, STEPS, is_poor, mean_points
from services.network import contact_flags, digits, domain, network_of
from services.outliers import Given, outliers

AT = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def given(*points, apart=HOUR, network=""):
    return [Given(n, p, AT + n * apart, network) for n, p in enumerate(points)]


def test_five_steps_are_spread_evenly_over_a_hundred_points():
    assert [step.points for step in STEPS] == [100, 75, 50, 25, 0]
    assert mean_points(dict(zip(CODES, (5, 5, 4, 4, 3), strict=True))) == 80
    assert mean_points(dict.fromkeys(CODES, 1)) == 0


def test_a_rating_is_poor_when_somebody_was_not_satisfied_with_something():
    assert is_poor({**dict.fromkeys(CODES, 5), "outcome": 2})
    assert not is_poor(dict.fromkeys(CODES, 3))


def test_who_stands_far_from_the_others_is_odd_from_ten_ratings_on():
    assert outliers(given(*[90] * 8, 20)) == {}
    assert outliers(given(*[90] * 9, 20)) == {9: ("far",)}


def test_a_station_with_a_wide_spread_has_no_one_far_from_it():
    # median 75, distances 0 to 40 with median 20: only farther than 88.96 would be odd
    assert outliers(given(35, 45, 55, 65, 75, 75, 85, 95, 100, 100)) == {}


def test_less_than_a_whole_step_from_the_middle_is_never_odd():
    assert outliers(given(*[100] * 9, 80, apart=2 * HOUR)) == {}


def test_five_full_marks_within_an_hour_are_a_burst():
    quarter = dt.timedelta(minutes=14)
    assert outliers(given(100, 100, 100, 100, apart=quarter)) == {}
    assert outliers(given(100, 100, 100, 100, 100, apart=quarter)) == dict.fromkeys(range(5), ("burst",))
    assert outliers(given(100, 100, 100, 100, 100, apart=dt.timedelta(minutes=15))) == {}


def test_three_from_one_network_are_a_crowd_and_unknown_networks_are_not():
    assert outliers(given(70, 80, 90, network="x")) == dict.fromkeys(range(3), ("crowd",))
    assert outliers(given(70, 80, network="x") + given(60)[:0]) == {}
    assert outliers(given(70, 80, 90)) == {}


@pytest.mark.parametrize(
    ("email", "phone", "flags"),
    [
        ("boss@firm.cn", "", []),
        ("Lin@Station.cn ", "", ["own_contact"]),
        ("other@station.cn", "", ["own_domain"]),
        ("a@qq.com", "", []),
        ("", "027-8888 7777", ["own_contact"]),
        ("", "+86 139 0000 1111", ["own_contact"]),
        ("", "110", []),
        ("", "", []),
    ],
)
def test_a_contact_is_compared_with_those_of_the_station(email, phone, flags):
    own = {"emails": ["lin@station.cn", "old@qq.com"], "phones": ["02788887777", "13900001111", "110"]}
    assert contact_flags(email, phone, **own) == flags


def test_a_network_is_told_apart_and_not_named():
    assert network_of("10.0.0.1") == network_of("10.0.0.1") != network_of("10.0.0.2")
    assert "10.0.0.1" not in network_of("10.0.0.1")
    assert network_of("") == digits("12") == domain("a@163.com") == ""
