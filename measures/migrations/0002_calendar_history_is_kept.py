"""The database keeps the history of the calendar: versions and their days are added together, and never changed."""

from django.db import migrations

SQL = """
CREATE FUNCTION measures_stamp_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction_id := pg_current_xact_id()::text;
    RETURN NEW;
END $$;
CREATE TRIGGER calendar_version_knows_its_transaction BEFORE INSERT ON measures_calendarversion
    FOR EACH ROW EXECUTE FUNCTION measures_stamp_transaction();

CREATE FUNCTION measures_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted: import a new version', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER calendar_version_is_never_changed BEFORE UPDATE OR DELETE ON measures_calendarversion
    FOR EACH ROW EXECUTE FUNCTION measures_refuse_change();
CREATE TRIGGER calendar_day_is_never_changed BEFORE UPDATE OR DELETE ON measures_calendarday
    FOR EACH ROW EXECUTE FUNCTION measures_refuse_change();

CREATE FUNCTION measures_day_belongs_to_its_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner measures_calendarversion%ROWTYPE;
BEGIN
    SELECT * INTO owner FROM measures_calendarversion WHERE id = NEW.version_id;
    IF owner.transaction_id <> pg_current_xact_id()::text THEN
        RAISE EXCEPTION 'version % of the calendar is complete: import a new version', owner.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.date < make_date(owner.year - 1, 12, 1) OR NEW.date > make_date(owner.year, 12, 31) THEN
        RAISE EXCEPTION '% is no day of the schedule of %', NEW.date, owner.year
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER calendar_day_belongs_to_its_version BEFORE INSERT ON measures_calendarday
    FOR EACH ROW EXECUTE FUNCTION measures_day_belongs_to_its_version();
"""

REVERSE = """
DROP TRIGGER calendar_day_belongs_to_its_version ON measures_calendarday;
DROP TRIGGER calendar_day_is_never_changed ON measures_calendarday;
DROP TRIGGER calendar_version_is_never_changed ON measures_calendarversion;
DROP TRIGGER calendar_version_knows_its_transaction ON measures_calendarversion;
DROP FUNCTION measures_day_belongs_to_its_version();
DROP FUNCTION measures_refuse_change();
DROP FUNCTION measures_stamp_transaction();
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_initial")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
