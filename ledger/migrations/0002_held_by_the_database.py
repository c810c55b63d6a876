"""The database keeps the journal: rows are stamped with their transaction, and never updated, deleted or truncated.
So are files, events (but that one gets its number, once) and seals.

`ledger_state_is_journalled()` is the deferred check that other apps put on every table with a `state`: a change of state
without its journal row, in the same transaction, does not commit.
"""

from django.db import migrations

from ledger.constraints import never_changed

JOURNAL = """
CREATE FUNCTION ledger_stamp_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction_id := pg_current_xact_id()::text;
    RETURN NEW;
END $$;
CREATE TRIGGER journal_row_knows_its_transaction BEFORE INSERT ON ledger_journalentry
    FOR EACH ROW EXECUTE FUNCTION ledger_stamp_transaction();

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER journal_row_is_never_changed BEFORE UPDATE OR DELETE ON ledger_journalentry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER stored_file_is_never_changed BEFORE UPDATE OR DELETE ON ledger_storedfile
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

-- TG_ARGV[0] is the object type as the journal writes it, for example 'evaluation.application'.
CREATE FUNCTION ledger_state_is_journalled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM ledger_journalentry
        WHERE object_type = TG_ARGV[0] AND object_id = NEW.id::text
          AND before = OLD.state AND after = NEW.state AND transaction_id = pg_current_xact_id()::text
    ) THEN
        RAISE EXCEPTION '% %: a change of state (% to %) without its journal row', TG_ARGV[0], NEW.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""
JOURNAL_REVERSE = """
DROP TRIGGER stored_file_is_never_changed ON ledger_storedfile;
DROP TRIGGER journal_row_is_never_changed ON ledger_journalentry;
DROP TRIGGER journal_row_knows_its_transaction ON ledger_journalentry;
DROP FUNCTION ledger_state_is_journalled();
DROP FUNCTION ledger_refuse_change();
DROP FUNCTION ledger_stamp_transaction();
"""

EVENTS = """
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
EVENTS_REVERSE = """
DROP TRIGGER event_is_never_changed ON ledger_event;
DROP FUNCTION ledger_event_only_gets_its_number();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(JOURNAL, JOURNAL_REVERSE),
        migrations.RunSQL(EVENTS, EVENTS_REVERSE),
        *never_changed("ledger_seal", "ledger_sealedrow"),
    ]
