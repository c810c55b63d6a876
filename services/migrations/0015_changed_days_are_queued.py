"""Whatever writes service records, also a COPY, queues the days that it touched, in its own transaction.

One trigger for each kind of statement: transition tables are of one kind only. Rows of the queue are not unique, so that
nobody waits for somebody else who writes on the same day.
"""

from django.db import migrations

FUNCTION = """
    CREATE FUNCTION services_queue_days() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP IN ('INSERT', 'UPDATE') THEN
            INSERT INTO services_dirtyday (station_id, day) SELECT DISTINCT station_id, served_on FROM written;
        END IF;
        IF TG_OP IN ('DELETE', 'UPDATE') THEN
            INSERT INTO services_dirtyday (station_id, day) SELECT DISTINCT station_id, served_on FROM gone;
        END IF;
        RETURN NULL;
    END $$
"""


def trigger(event: str, tables: str) -> migrations.RunSQL:
    name = f"services_records_{event}_queue_days"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event.upper()} ON services_servicerecord REFERENCING {tables} "
        "FOR EACH STATEMENT EXECUTE FUNCTION services_queue_days()",
        f"DROP TRIGGER {name} ON services_servicerecord",
    )


class Migration(migrations.Migration):
    dependencies = [("services", "0014_statistics")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION services_queue_days()"),
        trigger("insert", "NEW TABLE AS written"),
        trigger("update", "OLD TABLE AS gone NEW TABLE AS written"),
        trigger("delete", "OLD TABLE AS gone"),
        migrations.RunSQL(
            "INSERT INTO services_dirtyday (station_id, day) SELECT DISTINCT station_id, served_on "
            "FROM services_servicerecord",
            migrations.RunSQL.noop,
        ),
    ]
