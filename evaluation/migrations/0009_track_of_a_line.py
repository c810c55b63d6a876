"""A line of a ranking names the track of its entry, so that a page of it is cut from one index."""

from django.db import migrations, models

FILL = """
UPDATE evaluation_rankingline l SET track = e.track FROM evaluation_entry e WHERE e.id = l.entry_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""

# Beside the key on the entry alone: a line cannot be of another track than its entry
TRACK = """
ALTER TABLE evaluation_rankingline ADD CONSTRAINT a_line_is_on_the_track_of_its_entry
    FOREIGN KEY (entry_id, track) REFERENCES evaluation_entry (id, track) DEFERRABLE INITIALLY DEFERRED
"""
TRACK_REVERSE = "ALTER TABLE evaluation_rankingline DROP CONSTRAINT a_line_is_on_the_track_of_its_entry"

TRACKS = [("new", "新建服务站"), ("titled", "已授牌服务站")]


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0008_marks_of_a_locked_sheet")]
    operations = [
        migrations.RemoveIndex(model_name="rankingline", name="ranking_in_order"),
        migrations.AddField(
            model_name="rankingline",
            name="track",
            field=models.CharField(choices=TRACKS, default="", max_length=10, verbose_name="组别"),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("id", "track"), name="an_entry_has_one_track"),
        ),
        migrations.RunSQL(TRACK, TRACK_REVERSE),
        migrations.AddIndex(
            model_name="rankingline",
            index=models.Index(fields=["ranking", "track", "rank", "id"], name="ranking_in_order"),
        ),
    ]
