from django.db import migrations

from ledger.constraints import journalled_states


class Migration(migrations.Migration):
    dependencies = [("integration", "0001_clients"), ("ledger", "0002_journal_is_append_only")]

    operations = [
        *journalled_states("integration.apiclient", "integration.stationauthorisation"),
        # Counts may be lost in a crash; writing them costs no log
        migrations.RunSQL(
            "ALTER TABLE integration_requestcount SET UNLOGGED", "ALTER TABLE integration_requestcount SET LOGGED"
        ),
    ]
