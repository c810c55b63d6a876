from django.db import migrations

from ledger.constraints import journalled_states


class Migration(migrations.Migration):
    dependencies = [("services", "0001_libraries"), ("ledger", "0002_journal_is_append_only")]
    operations = journalled_states(
        "services.agency", "services.specialist", "services.client", "services.equipment", "services.booking"
    )
