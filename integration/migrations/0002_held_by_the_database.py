"""States of clients, authorisations and endpoints are journalled; what was tried, received and found stays."""

from django.db import migrations

from ledger.constraints import journalled_states, never_changed

# A receipt says of its seal what is so, and of a seal that is not there only that.
VERDICT = """
CREATE FUNCTION integration_receipt_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed ledger_seal%ROWTYPE;
BEGIN
    IF NEW.seal_id IS NULL THEN
        IF EXISTS (SELECT FROM ledger_seal WHERE number = NEW.seal_number) THEN
            RAISE EXCEPTION 'receipt % names a seal that is there', NEW.number USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO STRICT sealed FROM ledger_seal WHERE id = NEW.seal_id;
    IF sealed.number <> NEW.seal_number OR NEW.verdict <> (CASE
        WHEN sealed.root = NEW.root AND NEW.hash IN ('', sealed.hash) THEN 'matches' ELSE 'differs' END)
    THEN
        RAISE EXCEPTION 'receipt % does not say so of its seal', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER integration_receipt_verdict_is_true BEFORE INSERT ON integration_anchorreceipt
    FOR EACH ROW EXECUTE FUNCTION integration_receipt_verdict();
"""
NO_VERDICT = """
DROP TRIGGER integration_receipt_verdict_is_true ON integration_anchorreceipt;
DROP FUNCTION integration_receipt_verdict();
"""


class Migration(migrations.Migration):
    dependencies = [("integration", "0001_initial"), ("ledger", "0002_held_by_the_database")]
    operations = [
        *journalled_states("integration.apiclient", "integration.stationauthorisation", "integration.webhookendpoint"),
        *never_changed(
            "integration_attempt",
            "integration_sendattempt",
            "integration_anchorreceipt",
            "integration_discrepancy",
        ),
        migrations.RunSQL(VERDICT, NO_VERDICT),
        # Counts may be lost in a crash; writing them costs no log
        migrations.RunSQL(
            "ALTER TABLE integration_requestcount SET UNLOGGED", "ALTER TABLE integration_requestcount SET LOGGED"
        ),
    ]
