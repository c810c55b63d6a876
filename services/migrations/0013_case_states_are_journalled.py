from django.db import migrations

from ledger.constraints import journalled_states


class Migration(migrations.Migration):
    dependencies = [("services", "0012_media_reports_and_cases"), ("ledger", "0002_journal_is_append_only")]
    operations = journalled_states("services.mediareport", "services.typicalcase")
