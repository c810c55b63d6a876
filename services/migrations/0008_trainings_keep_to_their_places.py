from django.db import migrations

from ledger.constraints import journalled_states

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
BACK = """
DROP TRIGGER services_trainingevent_keeps_to_its_places ON services_trainingevent;
DROP TRIGGER services_trainingsignup_keeps_to_the_places ON services_trainingsignup;
DROP FUNCTION services_training_keeps_to_its_places();
"""


class Migration(migrations.Migration):
    dependencies = [("services", "0007_trainings")]

    operations = [
        *journalled_states("services.trainingevent", "services.trainingsignup"),
        migrations.RunSQL(PLACES, BACK),
    ]
