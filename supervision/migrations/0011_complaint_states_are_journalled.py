from django.db import migrations

from ledger.constraints import journalled_states


class Migration(migrations.Migration):
    dependencies = [("supervision", "0010_complaints")]
    operations = journalled_states("supervision.complaint", "supervision.complaintstatement")
