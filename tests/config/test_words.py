"""Filters for what is read."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from config.templatetags import words

WUHAN = ZoneInfo("Asia/Shanghai")


def test_dates_are_said_in_wuhans_time():
    instant = dt.datetime(2026, 11, 20, 16, 5, tzinfo=dt.UTC)
    assert words.cn_date(instant) == "2026年11月21日"
    assert words.cn_datetime(instant) == "2026年11月21日 0:05"
    assert words.cn_date(dt.date(2026, 1, 2)) == "2026年1月2日"


def test_midnight_is_the_24th_hour_of_the_day_that_ends():
    assert words.cn_deadline(dt.datetime(2026, 10, 9, tzinfo=WUHAN)) == "2026年10月8日24时"
    assert words.cn_deadline(dt.datetime(2026, 10, 9, 17, 30, tzinfo=WUHAN)) == "2026年10月9日 17:30"


@pytest.mark.parametrize(
    "say",
    [
        words.cn_date,
        words.cn_datetime,
        words.cn_deadline,
        words.money,
        words.wan,
        words.score,
        words.points,
        words.file_size,
    ],
)
def test_what_is_not_known_is_a_dash(say):
    assert say(None) == "—"


@pytest.mark.parametrize(
    ("say", "value", "words_"),
    [
        (words.money, Decimal(300000), "300,000.00 元"),
        (words.wan, 100000, "10万元"),
        (words.wan, 55000, "5.5万元"),
        (words.score, Decimal(0), "0.00"),
        (words.score, Decimal("86.4"), "86.40"),
        (words.points, Decimal("10.0"), "10"),
        (words.points, Decimal("2.50"), "2.5"),
        (words.file_size, 900, "900 字节"),
        (words.file_size, 48200, "47 KB"),
        (words.file_size, 1_840_000, "1.8 MB"),
        (words.mask_phone, "13812345678", "138****5678"),
        (words.mask_phone, "8551234", "*****34"),
        (words.mask_phone, "", ""),
        (words.mask_name, "欧阳明", "欧**"),
        (words.mask_name, "", ""),
        (words.mask_email, "linyi@example.com", "l***@example.com"),
        (words.mask_email, "不是邮箱", "***"),
    ],
)
def test_values_are_said_as_people_say_them(say, value, words_):
    assert say(value) == words_
