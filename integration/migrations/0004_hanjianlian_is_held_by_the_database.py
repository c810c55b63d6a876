from django.db import migrations

from ledger.constraints import never_changed

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
AWAY = """
DROP TRIGGER integration_receipt_verdict_is_true ON integration_anchorreceipt;
DROP FUNCTION integration_receipt_verdict();
"""


class Migration(migrations.Migration):
    dependencies = [("integration", "0003_hanjianlian")]
    operations = [
        migrations.RunSQL(VERDICT, AWAY),
        *never_changed("integration_sendattempt", "integration_anchorreceipt", "integration_discrepancy"),
    ]
