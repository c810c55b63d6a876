"""States of clients, authorisations and endpoints are journalled; what was tried of a delivery stays."""

from django.db import migrations

from ledger.constraints import journalled_states, never_changed


class Migration(migrations.Migration):
    dependencies = [("integration", "0001_initial"), ("ledger", "0002_held_by_the_database")]
    operations = [
        *journalled_states("integration.apiclient", "integration.stationauthorisation", "integration.webhookendpoint"),
        *never_changed("integration_attempt"),
        # Counts may be lost in a crash; writing them costs no log
        migrations.RunSQL(
            "ALTER TABLE integration_requestcount SET UNLOGGED", "ALTER TABLE integration_requestcount SET LOGGED"
        ),
    ]
