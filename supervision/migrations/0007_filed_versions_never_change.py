from django.db import migrations

from ledger.constraints import never_changed


class Migration(migrations.Migration):
    dependencies = [("supervision", "0006_texts_become_items"), ("ledger", "0002_journal_is_append_only")]
    operations = [
        migrations.RemoveField("selfassessment", "narrative"),
        migrations.RemoveField("selfassessment", "version"),
        *never_changed("supervision_selfassessmentversion", "supervision_selfassessmentreminder"),
    ]
