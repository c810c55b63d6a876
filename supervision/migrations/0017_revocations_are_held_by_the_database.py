"""Invariant: a title is revoked by an executed case that was told to the station and answered, or its period lapsed."""

from django.db import migrations

from ledger.constraints import journalled_states, never_changed

EXECUTED = """
CREATE FUNCTION supervision_revocation_ends_a_title() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM supervision_revocationcase c
        JOIN supervision_casepaper n ON n.case_id = c.id AND n.kind = 'notice' AND n.served_at IS NOT NULL
        JOIN supervision_casepaper d ON d.case_id = c.id AND d.kind = 'decision' AND d.served_at IS NOT NULL
        WHERE c.title_id = NEW.id AND c.state = 'executed'
    ) THEN
        RAISE EXCEPTION 'title % is revoked without an executed case whose papers were served', NEW.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER a_title_is_revoked_by_a_case AFTER UPDATE OF state ON stations_title
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'revoked' AND OLD.state <> 'revoked')
    EXECUTE FUNCTION supervision_revocation_ends_a_title();

CREATE FUNCTION supervision_served_paper_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.served_at IS NOT NULL THEN
        RAISE EXCEPTION 'a served paper is final' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER served_paper_is_final BEFORE UPDATE OR DELETE ON supervision_casepaper
    FOR EACH ROW EXECUTE FUNCTION supervision_served_paper_is_final();
"""
REVERSE = """
DROP TRIGGER served_paper_is_final ON supervision_casepaper;
DROP FUNCTION supervision_served_paper_is_final();
DROP TRIGGER a_title_is_revoked_by_a_case ON stations_title;
DROP FUNCTION supervision_revocation_ends_a_title();
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0016_revocation_and_exits"), ("stations", "0006_exits")]
    operations = [
        *journalled_states("supervision.revocationcase", "supervision.departure"),
        *never_changed("supervision_statement"),
        migrations.RunSQL(EXECUTED, REVERSE),
    ]
