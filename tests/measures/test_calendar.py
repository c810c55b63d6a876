"""The calendar table: seeded, versioned, kept by the database."""

import datetime as dt
import threading
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from measures import actions, queries
from measures.models import CalendarDay, CalendarVersion
from measures.periods import Calendar, deadline
from measures.schedules import packaged_schedules, parse_schedule

from .test_schedules import as_file, day, entry, paper

pytestmark = pytest.mark.django_db


def schedule_of_2027(*extra: dict[str, object]):
    return parse_schedule(as_file(paper(days=[*paper()["days"], *extra])))


def test_the_seed_is_what_chinesecalendar_knows() -> None:
    calendar = queries.current_calendar()
    assert calendar.published == frozenset(schedule.year for schedule in packaged_schedules())
    for schedule in packaged_schedules():
        assert queries.schedule_of(schedule.year) == schedule
    assert not calendar.day(day("2026-10-07")).working
    assert calendar.day(day("2026-10-10")).working


def test_the_current_calendar_costs_one_query_once_it_is_known(django_assert_num_queries) -> None:
    queries.current_calendar()
    with django_assert_num_queries(1):
        queries.current_calendar()


def test_an_empty_table_makes_everything_provisional_and_crashes_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE measures_calendarday, measures_calendarversion")
    calendar = queries.current_calendar()
    assert calendar == Calendar("v0", frozenset())
    end = deadline(dt.datetime(2026, 9, 28, 10, tzinfo=dt.UTC), 5, "calendar_roll", calendar)
    assert (end.provisional_years, end.calendar_version) == ((2026,), "v0")


def test_an_imported_year_is_published_and_the_period_is_fixed() -> None:
    start = dt.datetime(2026, 12, 25, 2, tzinfo=dt.UTC)
    assert deadline(start, 5, "working_days", queries.current_calendar()).provisional_years == (2027,)
    version = actions.import_calendar(schedule_of_2027(entry("2027-01-04", "元旦")), imported_by="赵")
    end = deadline(start, 5, "working_days", queries.current_calendar())
    assert (end.last_day, end.provisional) == (day("2027-01-05"), False)
    assert end.calendar_version == f"v{version.number}"
    assert (version.year, version.imported_by, version.source) == (
        2027, "赵", "国务院办公厅关于2027年部分节假日安排的通知"
    )  # fmt: skip
    assert version.papers == ["https://www.gov.cn/example.htm"]


def test_an_amendment_is_a_new_version_and_the_old_calendar_can_still_be_had() -> None:
    first = actions.import_calendar(schedule_of_2027(), imported_by="赵")
    second = actions.import_calendar(schedule_of_2027(entry("2027-10-04")), imported_by="钱")
    assert second.number == first.number + 1
    assert not queries.current_calendar().day(day("2027-10-04")).working
    assert queries.calendar_at(first.number).day(day("2027-10-04")).working
    assert queries.calendar_at(first.number - 1).published == frozenset(s.year for s in packaged_schedules())
    with pytest.raises(CalendarVersion.DoesNotExist):
        queries.calendar_at(second.number + 1)


def test_importing_what_is_in_force_changes_nothing() -> None:
    first = actions.import_calendar(schedule_of_2027(), imported_by="赵")
    assert actions.import_calendar(schedule_of_2027(), imported_by="钱") == first
    assert CalendarVersion.objects.filter(year=2027).count() == 1


def test_a_later_paper_has_the_last_word_on_the_december_before() -> None:
    actions.import_calendar(
        schedule_of_2027(entry("2026-12-31", "元旦"), entry("2026-12-26", "元旦", off=False)), imported_by="赵"
    )
    calendar = queries.current_calendar()
    assert not calendar.day(day("2026-12-31")).working
    assert calendar.day(day("2026-12-26")).working
    assert day("2026-12-31") not in calendar.makeup


def test_two_calendars_of_one_number_are_not_mixed_up_in_the_process_cache() -> None:
    with transaction.atomic():
        version = actions.import_calendar(schedule_of_2027(), imported_by="赵")
        assert queries.current_calendar().day(day("2027-10-04")).working
        transaction.set_rollback(True)
    other = actions.import_calendar(schedule_of_2027(entry("2027-10-04")), imported_by="赵")
    assert other.number == version.number
    assert not queries.current_calendar().day(day("2027-10-04")).working


def test_packaged_years_fill_gaps_only() -> None:
    assert actions.import_packaged_years(imported_by="赵") == ()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE measures_calendarday, measures_calendarversion")
    actions.import_calendar(schedule_of_2027(), imported_by="钱")
    years = tuple(s.year for s in packaged_schedules() if s.year != 2027)
    assert actions.import_packaged_years(imported_by="赵") == years
    assert CalendarVersion.objects.get(year=2027).imported_by == "钱"


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        ("2026-10-24", ()),
        ("2026-10-25", (2027,)),
        ("2026-12-31", (2027,)),
        ("2027-01-01", (2027,)),
        ("2027-10-25", (2027, 2028)),
    ],
)
def test_a_schedule_is_missed_from_25_october_of_the_year_before(today: str, missing: tuple[int, ...]) -> None:
    assert queries.missing_years(day(today)) == missing


# -- What the database holds by itself  ----


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE measures_calendarversion SET source = 'x' WHERE year = 2026",
        "DELETE FROM measures_calendarversion WHERE year = 2026",
        "UPDATE measures_calendarday SET is_workday = true WHERE date = '2026-10-01'",
        "DELETE FROM measures_calendarday WHERE date = '2026-10-01'",
    ],
)
def test_history_cannot_be_changed_by_raw_sql(statement: str) -> None:
    with (
        pytest.raises(IntegrityError, match="are never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_version_that_is_complete_takes_no_more_days() -> None:
    version = CalendarVersion.objects.get(year=2026)
    with pytest.raises(IntegrityError, match="is complete"), transaction.atomic():
        CalendarDay.objects.create(version=version, date=day("2026-11-20"), is_workday=False, name="x")


def test_a_day_lies_in_the_year_of_its_version_or_the_december_before() -> None:
    version = actions.import_calendar(schedule_of_2027(), imported_by="赵")
    for date in ("2026-11-30", "2028-01-01"):
        with pytest.raises(IntegrityError, match="no day of the schedule"), transaction.atomic():
            CalendarDay.objects.create(version=version, date=day(date), is_workday=False, name="x")


def test_a_schedule_sets_a_date_once() -> None:
    version = actions.import_calendar(schedule_of_2027(), imported_by="赵")
    with pytest.raises(IntegrityError, match="a_schedule_sets_a_date_once"), transaction.atomic():
        CalendarDay.objects.create(version=version, date=day("2027-10-01"), is_workday=True, name="x")


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"number": 0}, "calendar_versions_count_from_one"),
        ({"year": 2003}, "a_schedule_is_of_a_sensible_year"),
        ({"year": 2101}, "a_schedule_is_of_a_sensible_year"),
        ({"imported_by": ""}, "a_schedule_was_imported_by_somebody"),
    ],
)
def test_a_senseless_version_is_refused_by_the_database(changes: dict[str, object], constraint: str) -> None:
    good = {
        "number": 900,
        "year": 2030,
        "source": "x",
        "imported_by": "x",
        "imported_at": timezone.now(),
        "digest": "x",
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CalendarVersion.objects.create(**good | changes)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_get_two_numbers_and_one_chain() -> None:
    latest = CalendarVersion.objects.order_by("-number").values_list("number", flat=True)[0]
    days = {2027: paper()["days"]}
    days[2028] = [entry(line["date"].replace("2027", "2028")) for line in days[2027]]
    schedules = [parse_schedule(as_file(paper(year=year, days=days[year]))) for year in days]
    barrier = threading.Barrier(2)

    def run(schedule: object) -> None:
        barrier.wait()
        try:
            actions.import_calendar(schedule, imported_by="赵")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[schedule]) for schedule in schedules]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = CalendarVersion.objects.filter(number__gt=latest).order_by("number")
    assert [version.number for version in made] == [latest + 1, latest + 2]
    by_year = {schedule.year: schedule for schedule in schedules}
    assert made[1].digest == by_year[made[1].year].digest(made[0].digest)


def test_the_readme_shows_a_file_that_can_be_imported() -> None:
    readme = (Path(actions.__file__).parent / "README.md").read_text()
    example = readme.split("```json\n")[1].split("```")[0]
    assert parse_schedule(example.encode()).year == 2026
