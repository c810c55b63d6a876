from django.db import migrations

from ledger.constraints import journalled_states


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial"), ("ledger", "0002_journal_is_append_only")]
    operations = journalled_states("supervision.selfassessment")
