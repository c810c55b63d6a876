from django.db import migrations

from ledger.constraints import journalled_states


class Migration(migrations.Migration):
    dependencies = [("supervision", "0003_year_plan")]
    operations = journalled_states("supervision.yearplan")
