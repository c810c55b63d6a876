"""The cap of the Wuhan measure, read from its file, and one row for each place. `manage.py sync_slots` does the same later."""

from django.db import migrations

import measures


def fill(apps, schema_editor):
    cap = measures.load("wuhan").cap
    apps.get_model("stations", "SlotCap").objects.create(measure="wuhan", cap=cap)
    slot = apps.get_model("stations", "Slot")
    slot.objects.bulk_create(slot(measure="wuhan", number=number) for number in range(1, cap + 1))


def empty(apps, schema_editor):
    apps.get_model("stations", "Slot").objects.filter(measure="wuhan").delete()
    apps.get_model("stations", "SlotCap").objects.filter(measure="wuhan").delete()


class Migration(migrations.Migration):
    dependencies = [("stations", "0003_districts_and_industries")]
    operations = [migrations.RunPython(fill, empty)]
