"""The deferred checks on conflicts look at the row as the transaction leaves it, not at each step in between: a sheet
that is given out and recused in one transaction is recused."""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION evaluation_no_sheet_in_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM evaluation_scoresheet s
        JOIN evaluation_recusal r ON r.expert_id = s.expert_id AND r.entry_id = s.entry_id
        WHERE s.id = NEW.id AND s.state <> 'recused'
    ) THEN
        RAISE EXCEPTION 'expert % is recused from entry %', NEW.expert_id, NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""
REVERSE = """
CREATE OR REPLACE FUNCTION evaluation_no_sheet_in_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'recused' AND EXISTS (
        SELECT 1 FROM evaluation_recusal WHERE expert_id = NEW.expert_id AND entry_id = NEW.entry_id
    ) THEN
        RAISE EXCEPTION 'expert % is recused from entry %', NEW.expert_id, NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0006_round_more_settings_notice_pdf")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
