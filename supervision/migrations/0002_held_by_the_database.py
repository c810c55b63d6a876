"""What was filed, drawn, recorded, said and served stays; a title is revoked by an executed case that was told to the
station and answered, or its period lapsed; and states are journalled."""

from django.db import migrations

from ledger.constraints import journalled_states, never_changed

DRAWS = """
CREATE FUNCTION supervision_a_draw_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.state <> 'draft'
        AND to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state') THEN
        RAISE EXCEPTION 'inspection plan % has been drawn: it does not change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_draw_is_final BEFORE UPDATE OR DELETE ON supervision_inspectionplan
    FOR EACH ROW EXECUTE FUNCTION supervision_a_draw_is_final();
"""
DRAWS_REVERSE = """
DROP TRIGGER a_draw_is_final ON supervision_inspectionplan;
DROP FUNCTION supervision_a_draw_is_final();
"""

# What is written to a finding holds its inspection (FOR SHARE) until it is committed: the record is not closed without it.
RECORDS = """
CREATE FUNCTION supervision_recorded_inspection_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (OLD.state IN ('recorded', 'followed_up', 'closed')
        AND (to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state'
             OR NEW.state NOT IN ('recorded', 'followed_up', 'closed'))) THEN
        RAISE EXCEPTION 'inspection % is recorded: it does not change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recorded_inspection_is_final BEFORE UPDATE OR DELETE ON supervision_inspection
    FOR EACH ROW EXECUTE FUNCTION supervision_recorded_inspection_is_final();

CREATE FUNCTION supervision_refuse_if_recorded(inspection bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    SELECT state INTO found FROM supervision_inspection WHERE id = inspection FOR SHARE;
    IF found IN ('recorded', 'followed_up', 'closed') THEN
        RAISE EXCEPTION 'inspection % is recorded: its parts do not change', inspection
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;
CREATE FUNCTION supervision_part_of_a_record_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM supervision_refuse_if_recorded(OLD.inspection_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM supervision_refuse_if_recorded(NEW.inspection_id);
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER part_of_a_record_is_final BEFORE INSERT OR UPDATE OR DELETE ON supervision_inspectionfinding
    FOR EACH ROW EXECUTE FUNCTION supervision_part_of_a_record_is_final();
CREATE TRIGGER inspectors_of_a_record_are_final BEFORE INSERT OR UPDATE OR DELETE ON supervision_inspection_inspectors
    FOR EACH ROW EXECUTE FUNCTION supervision_part_of_a_record_is_final();

CREATE FUNCTION supervision_photo_of_a_record_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM supervision_refuse_if_recorded(
        (SELECT inspection_id FROM supervision_inspectionfinding
         WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.inspectionfinding_id ELSE NEW.inspectionfinding_id END));
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER photo_of_a_record_is_final BEFORE INSERT OR UPDATE OR DELETE ON supervision_inspectionfinding_photos
    FOR EACH ROW EXECUTE FUNCTION supervision_photo_of_a_record_is_final();
"""
RECORDS_REVERSE = """
DROP TRIGGER photo_of_a_record_is_final ON supervision_inspectionfinding_photos;
DROP FUNCTION supervision_photo_of_a_record_is_final();
DROP TRIGGER inspectors_of_a_record_are_final ON supervision_inspection_inspectors;
DROP TRIGGER part_of_a_record_is_final ON supervision_inspectionfinding;
DROP FUNCTION supervision_part_of_a_record_is_final();
DROP FUNCTION supervision_refuse_if_recorded(bigint);
DROP TRIGGER recorded_inspection_is_final ON supervision_inspection;
DROP FUNCTION supervision_recorded_inspection_is_final();
"""

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
EXECUTED_REVERSE = """
DROP TRIGGER served_paper_is_final ON supervision_casepaper;
DROP FUNCTION supervision_served_paper_is_final();
DROP TRIGGER a_title_is_revoked_by_a_case ON stations_title;
DROP FUNCTION supervision_revocation_ends_a_title();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0001_initial"),
        ("stations", "0002_titles_keep_to_the_slots"),
        ("ledger", "0002_held_by_the_database"),
    ]
    operations = [
        migrations.RunSQL(DRAWS, DRAWS_REVERSE),
        migrations.RunSQL(RECORDS, RECORDS_REVERSE),
        migrations.RunSQL(EXECUTED, EXECUTED_REVERSE),
        *never_changed(
            "supervision_selfassessmentversion",
            "supervision_selfassessmentreminder",
            "supervision_classification",
            "supervision_statement",
        ),
        *journalled_states(
            "supervision.selfassessment",
            "supervision.yearplan",
            "supervision.inspectionplan",
            "supervision.inspection",
            "supervision.improvementplan",
            "supervision.improvementitem",
            "supervision.complaint",
            "supervision.complaintstatement",
            "supervision.revocationcase",
            "supervision.departure",
        ),
    ]
