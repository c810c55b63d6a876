"""A recorded inspection never changes, nor what a draw was made from; and states are journalled."""

from django.db import migrations

from ledger.constraints import journalled_states

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


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0008_inspection_and_improvement"),
        ("ledger", "0002_journal_is_append_only"),
    ]
    operations = [
        migrations.RunSQL(DRAWS, DRAWS_REVERSE),
        migrations.RunSQL(RECORDS, RECORDS_REVERSE),
        *journalled_states(
            "supervision.inspectionplan",
            "supervision.inspection",
            "supervision.improvementplan",
            "supervision.improvementitem",
        ),
    ]
