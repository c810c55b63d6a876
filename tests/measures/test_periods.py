"""Period arithmetic: the worked examples of the law, the borders of days and years, and properties."""

import datetime as dt
from collections.abc import Mapping

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.periods import SHANGHAI, Calendar, CountedDay, Day, Rule, deadline, due_date

NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def table(days: Mapping[dt.date, str]) -> dict[dt.date, str]:
    return {date: NAMES[name] for date, name in days.items()}


CALENDAR = Calendar(
    version="v7",
    published=frozenset(range(2004, 2027)),
    off=table(chinese_calendar.holidays),
    makeup=table(chinese_calendar.workdays),
)
BLANK = Calendar(version="v0", published=frozenset())

starts = st.integers(0, 32 * 365 * 24 * 3600).map(
    lambda seconds: dt.datetime(2004, 1, 2, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
)
lengths = st.integers(1, 60)
rules = st.sampled_from(list(Rule))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("published", "calendar", "calendar_roll", "working_days"),
    [
        ("2026-02-11", "2026-02-16", "2026-02-24", "2026-02-25"),
        ("2026-06-15", "2026-06-20", "2026-06-22", "2026-06-23"),
        ("2026-09-28", "2026-10-03", "2026-10-08", "2026-10-10"),
        ("2026-09-29", "2026-10-04", "2026-10-08", "2026-10-12"),
        ("2026-11-02", "2026-11-07", "2026-11-09", "2026-11-09"),
        ("2026-11-06", "2026-11-11", "2026-11-11", "2026-11-13"),
    ],
)
def test_five_days_end_as_the_worked_examples_say(
    published: str, calendar: str, calendar_roll: str, working_days: str
) -> None:
    start = at(f"{published}T10:00+08:00")
    ends = [deadline(start, 5, rule, CALENDAR) for rule in ("calendar", "calendar_roll", "working_days")]
    assert [end.last_day for end in ends] == [day(calendar), day(calendar_roll), day(working_days)]
    assert [end.provisional for end in ends] == [False, False, False]


def test_late_december_needs_the_next_year_for_working_days_only() -> None:
    start = at("2026-12-25T10:00+08:00")
    for rule in (Rule.CALENDAR, Rule.CALENDAR_ROLL):
        end = deadline(start, 5, rule, CALENDAR)
        assert (end.last_day, end.provisional, end.provisional_years) == (day("2026-12-30"), False, ())
    end = deadline(start, 5, Rule.WORKING_DAYS, CALENDAR)
    assert (end.last_day, end.provisional, end.provisional_years) == (day("2027-01-04"), True, (2027,))
    assert end.days[-4:] == (
        CountedDay(day("2027-01-01"), False, "元旦放假，暂定：2027年放假安排尚未公布，不计入"),
        CountedDay(day("2027-01-02"), False, "周六，暂定：2027年放假安排尚未公布，不计入"),
        CountedDay(day("2027-01-03"), False, "周日，暂定：2027年放假安排尚未公布，不计入"),
        CountedDay(day("2027-01-04"), True, "第5个工作日（工作日，暂定：2027年放假安排尚未公布）"),
    )


def test_over_2026_working_days_are_never_earlier_and_differ_as_counted_by_hand() -> None:
    """domain.md 1.4: 0 on 46 workdays, 1 on 60, 2 on 123, 3-5 on 11, 7-10 on 3; the last five need 2027."""
    counts: dict[int, int] = {}
    unknown = 0
    date = day("2026-01-01")
    while date.year == 2026:
        if CALENDAR.day(date).working:
            start = dt.datetime.combine(date, dt.time(9), tzinfo=SHANGHAI)
            late, early = deadline(start, 5, "working_days", CALENDAR), deadline(start, 5, "calendar_roll", CALENDAR)
            if late.provisional:
                unknown += 1
            else:
                gap = (late.last_day - early.last_day).days
                counts[gap] = counts.get(gap, 0) + 1
        date += dt.timedelta(1)
    assert (counts[0], counts[1], counts[2]) == (46, 60, 123)
    assert sum(counts.get(gap, 0) for gap in (3, 4, 5)) == 11
    assert sum(counts.get(gap, 0) for gap in (7, 8, 9, 10)) == 3
    assert set(counts) <= {0, 1, 2, 3, 4, 5, 7, 8, 9, 10}
    assert unknown == 5


def test_the_answer_shows_every_day_and_why_under_the_rolling_rule() -> None:
    end = deadline(at("2026-09-28T10:00+08:00"), 5, "calendar_roll", CALENDAR)
    assert end.as_json() == {
        "last_day": "2026-10-08",
        "closes_at": "2026-10-09T00:00:00+08:00",
        "provisional": False,
        "rule": "calendar_roll",
        "calendar_version": "v7",
        "days": [
            {"date": "2026-09-28", "counted": False, "why": "起算当日，不计入"},
            {"date": "2026-09-29", "counted": True, "why": "第1日"},
            {"date": "2026-09-30", "counted": True, "why": "第2日"},
            {"date": "2026-10-01", "counted": True, "why": "第3日"},
            {"date": "2026-10-02", "counted": True, "why": "第4日"},
            {"date": "2026-10-03", "counted": False, "why": "国庆节放假，顺延"},
            {"date": "2026-10-04", "counted": False, "why": "国庆节放假，顺延"},
            {"date": "2026-10-05", "counted": False, "why": "国庆节放假，顺延"},
            {"date": "2026-10-06", "counted": False, "why": "国庆节放假，顺延"},
            {"date": "2026-10-07", "counted": False, "why": "国庆节放假，顺延"},
            {"date": "2026-10-08", "counted": True, "why": "第5日，顺延后的最后一日（工作日）"},
        ],
    }


def test_the_answer_shows_every_day_and_why_under_the_other_rules() -> None:
    end = deadline(at("2026-10-08T10:00+08:00"), 2, "working_days", CALENDAR)
    assert end.days == (
        CountedDay(day("2026-10-08"), False, "起算当日，不计入"),
        CountedDay(day("2026-10-09"), True, "第1个工作日（工作日）"),
        CountedDay(day("2026-10-10"), True, "第2个工作日（国庆节调休上班）"),
    )
    end = deadline(at("2026-10-09T10:00+08:00"), 2, "calendar", CALENDAR)
    assert end.days == (
        CountedDay(day("2026-10-09"), False, "起算当日，不计入"),
        CountedDay(day("2026-10-10"), True, "第1日"),
        CountedDay(day("2026-10-11"), True, "第2日，最后一日"),
    )
    end = deadline(at("2026-11-09T10:00+08:00"), 1, "calendar_roll", CALENDAR)
    assert end.days[1:] == (CountedDay(day("2026-11-10"), True, "第1日，最后一日（工作日）"),)


def test_a_provisional_answer_names_its_years_in_json_too() -> None:
    answer = deadline(at("2026-12-31T10:00+08:00"), 366, "working_days", CALENDAR).as_json()
    assert answer["provisional"] is True
    assert answer["provisional_years"] == [2027, 2028]


def test_a_make_up_saturday_is_a_last_day_and_does_not_roll() -> None:
    assert deadline(at("2026-10-05T10:00+08:00"), 5, "calendar_roll", CALENDAR).last_day == day("2026-10-10")


def test_only_days_that_were_looked_up_make_an_answer_provisional() -> None:
    start = at("2026-12-20T10:00+08:00")
    assert not deadline(start, 11, "calendar_roll", CALENDAR).provisional
    rolled = deadline(start, 12, "calendar_roll", CALENDAR)
    assert (rolled.last_day, rolled.provisional_years) == (day("2027-01-04"), (2027,))
    assert not deadline(start, 30, "calendar", CALENDAR).provisional


@pytest.mark.parametrize(
    ("start", "first_day"),
    [
        ("2026-11-02T00:00:00+08:00", "2026-11-02"),
        ("2026-11-02T23:59:59.999999+08:00", "2026-11-02"),
        ("2026-11-02T15:59:59.999999+00:00", "2026-11-02"),
        ("2026-11-02T16:00:00+00:00", "2026-11-03"),
        ("2026-11-01T16:00:00+00:00", "2026-11-02"),
        ("2026-11-02T11:00:00-05:00", "2026-11-03"),
    ],
)
def test_the_first_day_is_the_day_in_shanghai(start: str, first_day: str) -> None:
    end = deadline(at(start), 3, "calendar", CALENDAR)
    assert end.days[0].date == day(first_day)
    assert end.last_day == day(first_day) + dt.timedelta(3)


def test_a_period_closes_at_midnight_in_shanghai_whatever_the_zone_of_the_start() -> None:
    end = deadline(at("2026-11-02T20:00:00+00:00"), 1, "calendar", CALENDAR)
    assert end.closes_at.isoformat() == "2026-11-05T00:00:00+08:00"
    assert end.closes_at == at("2026-11-04T16:00:00+00:00")


def test_29_february_is_a_day() -> None:
    assert deadline(at("2028-02-28T10:00+08:00"), 1, "calendar", BLANK).last_day == day("2028-02-29")
    assert deadline(at("2028-02-28T10:00+08:00"), 2, "calendar", BLANK).last_day == day("2028-03-01")


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_senseless_number_of_days_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match=r"^天数须在 1 至 366 之间。$"):
        deadline(at("2026-11-02T10:00+08:00"), days, "calendar", CALENDAR)


@pytest.mark.parametrize("days", [1, 366])
def test_one_day_and_a_year_are_periods(days: int) -> None:
    end = deadline(at("2026-11-02T10:00+08:00"), days, "calendar", CALENDAR)
    assert end.last_day == day("2026-11-02") + dt.timedelta(days)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^起算时间须带时区，例如 2026-09-28T10:00\+08:00。$"):
        deadline(dt.datetime(2026, 11, 2, 10), 5, "calendar", CALENDAR)  # noqa: DTZ001


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="weeks"):
        deadline(at("2026-11-02T10:00+08:00"), 5, "weeks", CALENDAR)


def test_rules_say_in_chinese_how_they_count() -> None:
    assert [rule.label for rule in Rule] == [
        "按自然日计算，末日不顺延",
        "按自然日计算，末日遇休息日顺延至下一个工作日",
        "按工作日计算",
    ]


# -- What the calendar says about a day  ----


@pytest.mark.parametrize(
    ("date", "working", "why"),
    [
        ("2026-11-13", True, "工作日"),
        ("2026-11-14", False, "周六"),
        ("2026-11-15", False, "周日"),
        ("2026-10-01", False, "国庆节放假"),
        ("2026-10-10", True, "国庆节调休上班"),
        ("2026-02-20", False, "春节放假"),
    ],
)
def test_a_day_of_a_published_year_is_as_the_schedule_says(date: str, working: bool, why: str) -> None:
    found = CALENDAR.day(day(date))
    assert (found.date, found.working, found.why, found.published) == (day(date), working, why, True)


@pytest.mark.parametrize(
    ("date", "working", "why"),
    [
        ("2027-01-01", False, "元旦放假"),
        ("2027-05-01", False, "劳动节放假"),
        ("2028-05-02", False, "劳动节放假"),
        ("2027-10-01", False, "国庆节放假"),
        ("2027-10-02", False, "国庆节放假"),
        ("2027-10-03", False, "国庆节放假"),
        ("2027-05-03", True, "工作日"),
        ("2027-10-04", True, "工作日"),
        ("2027-02-05", True, "工作日"),
        ("2027-02-06", False, "周六"),
    ],
)
def test_a_day_of_an_unpublished_year_is_judged_by_weekends_and_fixed_holidays(
    date: str, working: bool, why: str
) -> None:
    found = CALENDAR.day(day(date))
    assert (found.date, found.working, found.why, found.published) == (day(date), working, why, False)


def test_the_fixed_holidays_do_not_override_a_published_schedule() -> None:
    calendar = Calendar(version="v1", published=frozenset({2024}))
    assert calendar.day(day("2024-05-02")).working


def test_a_schedule_may_set_days_of_the_december_before() -> None:
    calendar = Calendar("v1", frozenset({2026}), {day("2026-12-31"): "元旦"}, {day("2026-12-26"): "元旦"})
    assert not calendar.day(day("2026-12-31")).working
    assert calendar.day(day("2026-12-26")).working


# -- Named dates  ----


@pytest.mark.parametrize(
    ("year", "rule", "last_day", "provisional_years"),
    [
        (2026, "calendar", "2026-10-31", ()),
        (2026, "calendar_roll", "2026-11-02", ()),
        (2025, "calendar_roll", "2025-10-31", ()),
        (2027, "calendar", "2027-10-31", ()),
        (2027, "calendar_roll", "2027-11-01", (2027,)),
        (2028, "calendar_roll", "2028-10-31", (2028,)),
    ],
)
def test_the_end_of_october_rolls_only_under_the_rolling_rule(
    year: int, rule: str, last_day: str, provisional_years: tuple[int, ...]
) -> None:
    end = due_date(year, 10, 31, rule, CALENDAR)
    assert (end.last_day, end.provisional_years, end.rule) == (day(last_day), provisional_years, rule)
    midnight = dt.datetime.combine(day(last_day) + dt.timedelta(1), dt.time(), tzinfo=SHANGHAI)
    assert end.closes_at == midnight
    assert end.calendar_version == "v7"


def test_a_named_date_shows_its_working() -> None:
    assert due_date(2026, 10, 31, "calendar_roll", CALENDAR).days == (
        CountedDay(day("2026-10-31"), False, "周六，顺延"),
        CountedDay(day("2026-11-01"), False, "周日，顺延"),
        CountedDay(day("2026-11-02"), True, "指定的日期，顺延后的最后一日（工作日）"),
    )
    assert due_date(2026, 10, 31, "calendar", CALENDAR).days == (
        CountedDay(day("2026-10-31"), True, "指定的日期，最后一日"),
    )


def test_a_named_date_that_does_not_exist_or_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        due_date(2026, 2, 30, "calendar", CALENDAR)
    with pytest.raises(ValueError, match=r"^指定日期只能不顺延（calendar）或者顺延至下一个工作日（calendar_roll）。$"):
        due_date(2026, 10, 31, "working_days", CALENDAR)


# -- Properties  ----


@given(starts, lengths, rules)
def test_exactly_the_days_of_the_period_are_counted_and_the_last_of_them_is_the_last_day(
    start: dt.datetime, days: int, rule: Rule
) -> None:
    end = deadline(start, days, rule, CALENDAR)
    assert sum(line.counted for line in end.days) == days
    assert not end.days[0].counted
    assert end.days[-1].counted
    assert end.days[-1].date == end.last_day
    dates = [line.date for line in end.days]
    assert dates == [dates[0] + dt.timedelta(n) for n in range(len(dates))]
    assert dates[0] == start.astimezone(SHANGHAI).date()


@given(starts, lengths, rules)
def test_a_period_closes_after_it_began_and_lasts_at_least_its_days(start: dt.datetime, days: int, rule: Rule) -> None:
    end = deadline(start, days, rule, CALENDAR)
    assert end.closes_at - start > dt.timedelta(days)
    assert end.closes_at == dt.datetime.combine(end.last_day, dt.time(), tzinfo=SHANGHAI) + dt.timedelta(1)


@given(starts, lengths)
def test_working_days_are_never_earlier_than_rolling_nor_rolling_than_calendar_days(
    start: dt.datetime, days: int
) -> None:
    plain, rolled, working = (deadline(start, days, rule, CALENDAR).last_day for rule in Rule)
    assert plain <= rolled <= working


@given(starts, lengths, rules)
def test_a_longer_period_never_ends_earlier(start: dt.datetime, days: int, rule: Rule) -> None:
    assert deadline(start, days, rule, CALENDAR).last_day <= deadline(start, days + 1, rule, CALENDAR).last_day


@given(starts, lengths, st.sampled_from([Rule.CALENDAR_ROLL, Rule.WORKING_DAYS]))
def test_the_last_day_is_worked_when_the_rule_looks_at_the_calendar(start: dt.datetime, days: int, rule: Rule) -> None:
    assert CALENDAR.day(deadline(start, days, rule, CALENDAR).last_day).working


@given(starts, lengths, rules)
def test_an_answer_is_provisional_exactly_when_it_names_a_year_and_names_only_unpublished_ones(
    start: dt.datetime, days: int, rule: Rule
) -> None:
    end = deadline(start, days, rule, CALENDAR)
    assert end.provisional == bool(end.provisional_years)
    assert not set(end.provisional_years) & CALENDAR.published
    assert set(end.provisional_years) <= {line.date.year for line in end.days}
    assert list(end.provisional_years) == sorted(end.provisional_years)


@given(st.dates(dt.date(2004, 1, 1), dt.date(2026, 12, 31)))
def test_a_published_day_is_worked_as_chinesecalendar_says(date: dt.date) -> None:
    assert CALENDAR.day(date).working == chinese_calendar.is_workday(date)


def test_a_fixed_holiday_of_an_unpublished_year_is_a_day_off_that_is_not_certain() -> None:
    assert BLANK.day(day("2027-01-01")) == Day(day("2027-01-01"), False, "元旦放假", published=False)
