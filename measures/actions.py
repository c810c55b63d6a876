"""The only writer of the statutory calendar."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone

from measures import queries
from measures.models import CalendarDay, CalendarVersion
from measures.schedules import Schedule, packaged_schedules

IMPORT_LOCK = 0x6361_6C65  # "cale": one import at a time, so that numbers and digests follow each other


@transaction.atomic
def import_calendar(schedule: Schedule, *, imported_by: str, at: dt.datetime | None = None) -> CalendarVersion:
    """Make `schedule` the one in force for its year, as a new version; an amended year keeps its older versions.

    Importing what is already in force changes nothing and gives the version in force. Periods that were fixed before
    keep their ends: they carry the version by which they were counted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    in_force = CalendarVersion.objects.filter(year=schedule.year).order_by("-number").first()
    if in_force and queries.schedule_in(in_force).days() == schedule.days():
        return in_force
    latest = CalendarVersion.objects.order_by("-number").first()
    version = CalendarVersion.objects.create(
        number=latest.number + 1 if latest else 1,
        year=schedule.year,
        source=schedule.source,
        papers=list(schedule.papers),
        imported_by=imported_by,
        imported_at=at or timezone.now(),
        digest=schedule.digest(latest.digest if latest else ""),
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(version=version, date=date, is_workday=is_workday, name=name)
        for date, (is_workday, name) in schedule.days().items()
    )
    return version


@transaction.atomic
def import_packaged_years(*, imported_by: str, at: dt.datetime | None = None) -> tuple[int, ...]:
    """Import the years that the installed `chinesecalendar` knows and the table lacks; gives those years.

    A year that is there already is left alone: what a person imported from the paper outranks the package.
    """
    present = set(CalendarVersion.objects.values_list("year", flat=True))
    lacking = [schedule for schedule in packaged_schedules() if schedule.year not in present]
    for schedule in lacking:
        import_calendar(schedule, imported_by=imported_by, at=at)
    return tuple(schedule.year for schedule in lacking)
