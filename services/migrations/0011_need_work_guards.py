"""The database gives the numbers of cases, adds up contracts, and keeps what is final."""

from django.db import migrations

from ledger.constraints import journalled_states, never_changed

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


class Migration(migrations.Migration):
    dependencies = [("services", "0010_need_work"), ("ledger", "0002_journal_is_append_only")]
    operations = [
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(COUNTER, NO_COUNTER),
        migrations.RunSQL(SUM, NO_SUM),
        *journalled_states("services.needmatch"),
        *never_changed(
            "services_casenumber",
            "services_contract",
            "services_contractitem",
            "services_delivery",
            "services_casearchive",
        ),
    ]
