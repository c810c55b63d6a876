"""The database keeps the seals: a seal and the rows in it are never changed or deleted."""

from django.db import migrations

from ledger.constraints import never_changed


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_seal")]
    operations = never_changed("ledger_seal", "ledger_sealedrow")
