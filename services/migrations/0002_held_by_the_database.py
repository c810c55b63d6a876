"""The database keeps trainings to their places, gives the numbers of cases, adds up contracts, keeps what is final, queues
the days whose totals are old, and lets no state change without its journal row."""

from django.db import migrations

from ledger.constraints import journalled_states, never_changed

PLACES = """
CREATE FUNCTION services_training_keeps_to_its_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    event bigint;
    places integer;
    taken integer;
BEGIN
    IF TG_TABLE_NAME = 'services_trainingevent' THEN event := NEW.id; ELSE event := NEW.event_id; END IF;
    SELECT capacity INTO places FROM services_trainingevent WHERE id = event FOR NO KEY UPDATE;
    SELECT coalesce(sum(people), 0) INTO taken FROM services_trainingsignup WHERE event_id = event AND state = 'signed';
    IF taken > places THEN
        RAISE EXCEPTION 'a training event has % places, % people would have one', places, taken
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER services_trainingsignup_keeps_to_the_places AFTER INSERT OR UPDATE OF state, people
    ON services_trainingsignup FOR EACH ROW EXECUTE FUNCTION services_training_keeps_to_its_places();
CREATE TRIGGER services_trainingevent_keeps_to_its_places AFTER UPDATE OF capacity
    ON services_trainingevent FOR EACH ROW EXECUTE FUNCTION services_training_keeps_to_its_places();
"""
NO_PLACES = """
DROP TRIGGER services_trainingevent_keeps_to_its_places ON services_trainingevent;
DROP TRIGGER services_trainingsignup_keeps_to_the_places ON services_trainingsignup;
DROP FUNCTION services_training_keeps_to_its_places();
"""

# One row per station and year holds the last number. The insert takes its lock until the end of the transaction: a parallel
# one waits, and gets the same number where this one is taken back. So there is never a gap, and never a twin.
NUMBERS = """
CREATE FUNCTION services_give_case_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO services_casecounter AS counter (station_id, year, last) VALUES (NEW.station_id, NEW.year, 1)
    ON CONFLICT (station_id, year) DO UPDATE SET last = counter.last + 1
    RETURNING last INTO NEW.number;
    RETURN NEW;
END $$;
CREATE TRIGGER services_casenumber_is_given BEFORE INSERT ON services_casenumber
    FOR EACH ROW EXECUTE FUNCTION services_give_case_number();
"""
NO_NUMBERS = """
DROP TRIGGER services_casenumber_is_given ON services_casenumber;
DROP FUNCTION services_give_case_number();
"""
# The counter goes up by one with each number, and nobody else writes it: a trigger within a trigger is at depth 2
COUNTER = """
CREATE FUNCTION services_keep_case_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the counter of cases is written by the numbers alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER services_casecounter_is_kept BEFORE INSERT OR UPDATE OR DELETE ON services_casecounter
    FOR EACH ROW EXECUTE FUNCTION services_keep_case_counter();
"""
NO_COUNTER = """
DROP TRIGGER services_casecounter_is_kept ON services_casecounter;
DROP FUNCTION services_keep_case_counter();
"""
SUM = """
CREATE FUNCTION services_contract_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.fee IS DISTINCT FROM (SELECT sum(amount) FROM services_contractitem WHERE contract_id = NEW.id) THEN
        RAISE EXCEPTION 'a_contract_fee_is_the_sum_of_its_items' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER services_contract_adds_up AFTER INSERT ON services_contract
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION services_contract_adds_up();
"""
NO_SUM = """
DROP TRIGGER services_contract_adds_up ON services_contract;
DROP FUNCTION services_contract_adds_up();
"""

# Whatever writes service records, also a COPY, queues the days that it touched, in its own transaction. One trigger for each
# kind of statement: transition tables are of one kind only. Rows of the queue are not unique, so that nobody waits for
# somebody else who writes on the same day.
QUEUE_DAYS = """
    CREATE FUNCTION services_queue_days() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP IN ('INSERT', 'UPDATE') THEN
            INSERT INTO services_dirtyday (station_id, day) SELECT DISTINCT station_id, served_on FROM written;
        END IF;
        IF TG_OP IN ('DELETE', 'UPDATE') THEN
            INSERT INTO services_dirtyday (station_id, day) SELECT DISTINCT station_id, served_on FROM gone;
        END IF;
        RETURN NULL;
    END $$
"""


def queues_days(event: str, tables: str) -> migrations.RunSQL:
    name = f"services_records_{event}_queue_days"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event.upper()} ON services_servicerecord REFERENCING {tables} "
        "FOR EACH STATEMENT EXECUTE FUNCTION services_queue_days()",
        f"DROP TRIGGER {name} ON services_servicerecord",
    )


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial"), ("ledger", "0002_held_by_the_database")]
    operations = [
        migrations.RunSQL(PLACES, NO_PLACES),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(COUNTER, NO_COUNTER),
        migrations.RunSQL(SUM, NO_SUM),
        migrations.RunSQL(QUEUE_DAYS, "DROP FUNCTION services_queue_days()"),
        queues_days("insert", "NEW TABLE AS written"),
        queues_days("update", "OLD TABLE AS gone NEW TABLE AS written"),
        queues_days("delete", "OLD TABLE AS gone"),
        *journalled_states(
            "services.agency",
            "services.specialist",
            "services.client",
            "services.equipment",
            "services.booking",
            "services.need",
            "services.needmatch",
            "services.trainingevent",
            "services.trainingsignup",
            "services.mediareport",
            "services.typicalcase",
        ),
        *never_changed(
            "services_casenumber",
            "services_contract",
            "services_contractitem",
            "services_delivery",
            "services_casearchive",
        ),
    ]
