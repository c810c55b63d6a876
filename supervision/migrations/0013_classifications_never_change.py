from django.db import migrations

from ledger.constraints import never_changed


class Migration(migrations.Migration):
    dependencies = [("supervision", "0012_classification"), ("ledger", "0002_journal_is_append_only")]
    operations = never_changed("supervision_classification")
