from django.db import migrations

from ledger.constraints import journalled_states, never_changed


class Migration(migrations.Migration):
    dependencies = [("integration", "0003_webhooks"), ("ledger", "0006_event_is_append_only")]

    operations = [
        *journalled_states("integration.webhookendpoint"),
        *never_changed("integration_attempt"),
    ]
