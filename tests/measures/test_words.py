"""Days and instants in words."""

import datetime as dt

import pytest

from measures.periods import SHANGHAI
from measures.words import cn_clock, cn_day, cn_instant


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (9, 0, "2026年9月1日 9:00"),
        (17, 30, "2026年9月1日 17:30"),
        (0, 0, "2026年8月31日24时"),
        (0, 5, "2026年9月1日 0:05"),
    ],
)
def test_an_instant_is_said_in_wuhans_time_and_midnight_belongs_to_the_day_before(hour, minute, said):
    local = dt.datetime(2026, 9, 1, hour, minute, tzinfo=SHANGHAI)
    assert cn_instant(local) == said
    assert cn_instant(local.astimezone(dt.UTC)) == said


def test_when_something_happened_is_said_by_the_clock():
    assert cn_clock(dt.datetime(2026, 8, 31, 16, 0, tzinfo=dt.UTC)) == "2026年9月1日 0:00"
    assert cn_day(dt.date(2026, 9, 1)) == "2026年9月1日"
