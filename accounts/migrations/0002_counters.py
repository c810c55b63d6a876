"""The table of Django's database cache (CACHES): the counts of allauth's limits, and the codes of a second factor that
were used. The same for every process; not logged, since after a crash counting begins anew."""

from django.db import migrations

CREATE = """
    CREATE UNLOGGED TABLE counters (
        cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
    );
    CREATE INDEX counters_expires ON counters (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE counters")]
