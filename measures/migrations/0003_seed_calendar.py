"""The schedules of 2004-2026 from the package `chinesecalendar`. Later years come by `manage.py import_calendar`.

Written against the historical models; only the reading of the package and the digest are the app's own pure code.
"""

from django.db import migrations
from django.utils import timezone

from measures.schedules import packaged_schedules


def seed(apps, schema_editor):
    CalendarVersion = apps.get_model("measures", "CalendarVersion")
    CalendarDay = apps.get_model("measures", "CalendarDay")
    if CalendarVersion.objects.exists():
        return
    digest = ""
    for number, schedule in enumerate(packaged_schedules(), start=1):
        digest = schedule.digest(digest)
        version = CalendarVersion.objects.create(
            number=number,
            year=schedule.year,
            source=schedule.source,
            papers=[],
            imported_by="初始数据",
            imported_at=timezone.now(),
            digest=digest,
        )
        CalendarDay.objects.bulk_create(
            CalendarDay(version=version, date=date, is_workday=is_workday, name=name)
            for date, (is_workday, name) in schedule.days().items()
        )


class Migration(migrations.Migration):
    dependencies = [("measures", "0002_calendar_history_is_kept")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
