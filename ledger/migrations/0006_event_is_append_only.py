"""The database keeps the events: a row is never changed, but that it gets its number once; it is never deleted."""

from django.db import migrations

SQL = """
CREATE FUNCTION ledger_event_only_gets_its_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq IS NOT NULL
       AND to_jsonb(NEW) - 'seq' = to_jsonb(OLD) - 'seq' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER event_is_never_changed BEFORE UPDATE OR DELETE ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION ledger_event_only_gets_its_number();
"""

REVERSE = """
DROP TRIGGER event_is_never_changed ON ledger_event;
DROP FUNCTION ledger_event_only_gets_its_number();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_event")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
