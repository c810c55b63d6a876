"""A locked sheet carries all its marks in one column, which the database itself fills in from the scores as it locks."""

import django.contrib.postgres.fields
from django.db import migrations, models

# Sheets locked before are immutable: their guard looks away for this one statement.
FILL = """
CREATE FUNCTION evaluation_marks_of_sheet(sheet bigint) RETURNS integer[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg((s.points * 100)::integer ORDER BY i.position), '{}')
    FROM evaluation_score s JOIN evaluation_indicator i ON i.id = s.indicator_id WHERE s.sheet_id = sheet
$$;
ALTER TABLE evaluation_scoresheet DISABLE TRIGGER USER;
UPDATE evaluation_scoresheet SET marks = evaluation_marks_of_sheet(id) WHERE state = 'locked';
ALTER TABLE evaluation_scoresheet ENABLE TRIGGER USER;
"""
FILL_REVERSE = "DROP FUNCTION evaluation_marks_of_sheet(bigint)"

MARKS = """
CREATE FUNCTION evaluation_marks_are_those_of_the_scores() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.marks := CASE WHEN NEW.state = 'locked' THEN evaluation_marks_of_sheet(NEW.id) END;
    IF NEW.state = 'locked' AND (
        array_position(NEW.marks, NULL) IS NOT NULL
        OR cardinality(NEW.marks) <> (
            SELECT count(*) FROM evaluation_indicator i JOIN evaluation_entry e ON e.round_id = i.round_id
            WHERE e.id = NEW.entry_id)
    ) THEN
        RAISE EXCEPTION 'sheet % is not whole and is not locked', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER marks_are_those_of_the_scores BEFORE INSERT OR UPDATE ON evaluation_scoresheet
    FOR EACH ROW EXECUTE FUNCTION evaluation_marks_are_those_of_the_scores();
"""
MARKS_REVERSE = """
DROP TRIGGER marks_are_those_of_the_scores ON evaluation_scoresheet;
DROP FUNCTION evaluation_marks_are_those_of_the_scores();
"""

# As in 0004, and beyond it: the sheet is held (FOR SHARE) until the score is committed, so that it cannot be locked
# without it; and a score does not move to another sheet.
SCORES = """
CREATE OR REPLACE FUNCTION evaluation_score_is_within_rubric() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheet record;
    rubric record;
BEGIN
    SELECT s.state, e.round_id INTO sheet
        FROM evaluation_scoresheet s JOIN evaluation_entry e ON e.id = s.entry_id
        WHERE s.id = coalesce(OLD.sheet_id, NEW.sheet_id) FOR SHARE OF s;
    IF sheet.state NOT IN ('open', 'reopened') THEN
        RAISE EXCEPTION 'the sheet is %: its scores do not change', sheet.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.sheet_id <> OLD.sheet_id THEN
        RAISE EXCEPTION 'a score stays on its sheet' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT i.round_id, i.max_points, r.step INTO rubric
        FROM evaluation_indicator i JOIN evaluation_round r ON r.id = i.round_id WHERE i.id = NEW.indicator_id;
    IF rubric.round_id <> sheet.round_id THEN
        RAISE EXCEPTION 'the indicator belongs to another round' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.points > rubric.max_points OR mod(NEW.points, rubric.step) <> 0 THEN
        RAISE EXCEPTION 'points % are not within 0..% in steps of %', NEW.points, rubric.max_points, rubric.step
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
SCORES_REVERSE = """
CREATE OR REPLACE FUNCTION evaluation_score_is_within_rubric() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheet record;
    rubric record;
BEGIN
    SELECT s.state, e.round_id INTO sheet
        FROM evaluation_scoresheet s JOIN evaluation_entry e ON e.id = s.entry_id
        WHERE s.id = coalesce(NEW.sheet_id, OLD.sheet_id);
    IF sheet.state NOT IN ('open', 'reopened') THEN
        RAISE EXCEPTION 'the sheet is %: its scores do not change', sheet.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    SELECT i.round_id, i.max_points, r.step INTO rubric
        FROM evaluation_indicator i JOIN evaluation_round r ON r.id = i.round_id WHERE i.id = NEW.indicator_id;
    IF rubric.round_id <> sheet.round_id THEN
        RAISE EXCEPTION 'the indicator belongs to another round' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.points > rubric.max_points OR mod(NEW.points, rubric.step) <> 0 THEN
        RAISE EXCEPTION 'points % are not within 0..% in steps of %', NEW.points, rubric.max_points, rubric.step
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0007_conflicts_by_the_row_as_it_ends")]
    operations = [
        migrations.AddField(
            model_name="scoresheet",
            name="marks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.IntegerField(), editable=False, null=True, size=None
            ),
        ),
        migrations.RunSQL(FILL, FILL_REVERSE),
        migrations.RunSQL(MARKS, MARKS_REVERSE),
        migrations.RunSQL(SCORES, SCORES_REVERSE),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("marks__isnull", False), ("state", "locked")),
                    models.Q(models.Q(("state", "locked"), _negated=True), ("marks__isnull", True)),
                    _connector="OR",
                ),
                name="a_sheet_carries_its_marks_once_it_is_locked",
            ),
        ),
    ]
