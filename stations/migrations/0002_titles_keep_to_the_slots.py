"""Invariant 1: never more active titles than slots. A slot above the measure's cap cannot be made, a slot in use cannot
be lifted off the cap, and an ended title never comes back."""

from django.db import migrations

from ledger.constraints import journalled_states

SQL = """
CREATE FUNCTION stations_slot_is_within_cap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number > coalesce((SELECT cap FROM stations_slotcap WHERE measure = NEW.measure), 0) THEN
        RAISE EXCEPTION 'slot % is above the cap of measure %', NEW.number, NEW.measure
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER slot_is_within_cap BEFORE INSERT OR UPDATE ON stations_slot
    FOR EACH ROW EXECUTE FUNCTION stations_slot_is_within_cap();

CREATE FUNCTION stations_ended_title_stays_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'active' THEN
        RAISE EXCEPTION 'title % has ended and stays as it is', OLD.number USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ended_title_stays_ended BEFORE UPDATE ON stations_title
    FOR EACH ROW EXECUTE FUNCTION stations_ended_title_stays_ended();
"""
REVERSE = """
DROP TRIGGER ended_title_stays_ended ON stations_title;
DROP FUNCTION stations_ended_title_stays_ended();
DROP TRIGGER slot_is_within_cap ON stations_slot;
DROP FUNCTION stations_slot_is_within_cap();
"""


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_initial"), ("ledger", "0002_held_by_the_database")]
    operations = [migrations.RunSQL(SQL, REVERSE), *journalled_states("stations.title")]
