from django.db import migrations

import measures


def divide(apps, schema_editor):
    """The text of each part becomes that of its first indicator; how a report was filed becomes a fact of its own."""
    assessments, items = apps.get_model("supervision.SelfAssessment"), apps.get_model("supervision.SelfAssessmentItem")
    for row in assessments.objects.select_related("title__slot"):
        if row.title.slot:
            for part in measures.load(row.title.slot.measure).dimensions:
                if text := row.narrative.get(part.code, ""):
                    first = part.indicators[0]
                    items.objects.create(
                        assessment=row, indicator=first.code, max_points=first.points, narrative=text, version=1
                    )
        said = {"filed": "in_time", "filed_late": "late", "missing": "missing"}
        assessments.objects.filter(pk=row.pk).update(timeliness=said.get(row.state, ""))


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_self_assessment_items")]
    operations = [migrations.RunPython(divide, migrations.RunPython.noop)]
