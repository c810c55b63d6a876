"""Invariants 2 to 5 and 9, held by the database; what is published, locked or decided stays."""

from django.db import migrations

from ledger.constraints import journalled_states, never_changed

# A published round keeps its rules: only its state and its chair may still change, and the rubric not at all.
ROUND = """
CREATE FUNCTION evaluation_published_round_keeps_its_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND
       (to_jsonb(NEW) - ARRAY['state', 'chair_id']) IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['state', 'chair_id']) THEN
        RAISE EXCEPTION 'round % is published: its settings are frozen', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_round_keeps_its_rules BEFORE UPDATE ON evaluation_round
    FOR EACH ROW EXECUTE FUNCTION evaluation_published_round_keeps_its_rules();

CREATE FUNCTION evaluation_rubric_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM evaluation_round WHERE id = coalesce(NEW.round_id, OLD.round_id)) <> 'draft' THEN
        RAISE EXCEPTION 'the rubric of a published round is frozen' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER rubric_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON evaluation_indicator
    FOR EACH ROW EXECUTE FUNCTION evaluation_rubric_is_frozen();
"""
ROUND_REVERSE = """
DROP TRIGGER rubric_is_frozen ON evaluation_indicator;
DROP FUNCTION evaluation_rubric_is_frozen();
DROP TRIGGER published_round_keeps_its_rules ON evaluation_round;
DROP FUNCTION evaluation_published_round_keeps_its_rules();
"""

# Invariants 4 and 5. A sheet is held (FOR SHARE) until its score is committed, so that it cannot be locked without it. The
# deferred checks on conflicts look at the row as the transaction leaves it: a sheet given out and recused in one is recused.
SHEETS = """
CREATE FUNCTION evaluation_score_is_within_rubric() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheet record;
    rubric record;
BEGIN
    SELECT s.state, e.round_id INTO sheet
        FROM evaluation_scoresheet s JOIN evaluation_entry e ON e.id = s.entry_id
        WHERE s.id = coalesce(OLD.sheet_id, NEW.sheet_id) FOR SHARE OF s;
    IF sheet.state NOT IN ('open', 'reopened') THEN
        RAISE EXCEPTION 'the sheet is %: its scores do not change', sheet.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.sheet_id <> OLD.sheet_id THEN
        RAISE EXCEPTION 'a score stays on its sheet' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT i.round_id, i.max_points, r.step INTO rubric
        FROM evaluation_indicator i JOIN evaluation_round r ON r.id = i.round_id WHERE i.id = NEW.indicator_id;
    IF rubric.round_id <> sheet.round_id THEN
        RAISE EXCEPTION 'the indicator belongs to another round' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.points > rubric.max_points OR mod(NEW.points, rubric.step) <> 0 THEN
        RAISE EXCEPTION 'points % are not within 0..% in steps of %', NEW.points, rubric.max_points, rubric.step
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER score_is_within_rubric BEFORE INSERT OR UPDATE OR DELETE ON evaluation_score
    FOR EACH ROW EXECUTE FUNCTION evaluation_score_is_within_rubric();

CREATE FUNCTION evaluation_locked_sheet_stays_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('locked', 'recused') THEN
        RAISE EXCEPTION 'sheet % is % and stays as it is', OLD.id, OLD.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER locked_sheet_stays_locked BEFORE UPDATE ON evaluation_scoresheet
    FOR EACH ROW EXECUTE FUNCTION evaluation_locked_sheet_stays_locked();

CREATE FUNCTION evaluation_no_sheet_in_conflict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM evaluation_scoresheet s
        JOIN evaluation_recusal r ON r.expert_id = s.expert_id AND r.entry_id = s.entry_id
        WHERE s.id = NEW.id AND s.state <> 'recused'
    ) THEN
        RAISE EXCEPTION 'expert % is recused from entry %', NEW.expert_id, NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER no_sheet_in_conflict AFTER INSERT OR UPDATE ON evaluation_scoresheet
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evaluation_no_sheet_in_conflict();

CREATE FUNCTION evaluation_no_recusal_with_a_live_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM evaluation_scoresheet
        WHERE expert_id = NEW.expert_id AND entry_id = NEW.entry_id AND state <> 'recused'
    ) THEN
        RAISE EXCEPTION 'expert % still has a sheet of entry %', NEW.expert_id, NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER no_recusal_with_a_live_sheet AFTER INSERT OR UPDATE ON evaluation_recusal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION evaluation_no_recusal_with_a_live_sheet();
"""
SHEETS_REVERSE = """
DROP TRIGGER no_recusal_with_a_live_sheet ON evaluation_recusal;
DROP FUNCTION evaluation_no_recusal_with_a_live_sheet();
DROP TRIGGER no_sheet_in_conflict ON evaluation_scoresheet;
DROP FUNCTION evaluation_no_sheet_in_conflict();
DROP TRIGGER locked_sheet_stays_locked ON evaluation_scoresheet;
DROP FUNCTION evaluation_locked_sheet_stays_locked();
DROP TRIGGER score_is_within_rubric ON evaluation_score;
DROP FUNCTION evaluation_score_is_within_rubric();
"""

# Invariant 2: what is published stays; only its state goes on, after the end of its window, and the window may only grow.
NOTICES = """
CREATE FUNCTION evaluation_published_notice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := ARRAY['state', 'last_day', 'closes_at', 'counted_days', 'calendar_version'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'notice % is published', OLD.serial USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (
        (to_jsonb(NEW) - may_change) IS DISTINCT FROM (to_jsonb(OLD) - may_change)
        OR NEW.closes_at < OLD.closes_at OR NEW.state = 'draft' OR OLD.state = 'closed'
    ) THEN
        RAISE EXCEPTION 'notice % is published and never changes', OLD.serial
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER published_notice_stays BEFORE UPDATE OR DELETE ON evaluation_publicnotice
    FOR EACH ROW EXECUTE FUNCTION evaluation_published_notice_stays();
"""
NOTICES_REVERSE = """
DROP TRIGGER published_notice_stays ON evaluation_publicnotice;
DROP FUNCTION evaluation_published_notice_stays();
"""

# Invariant 3: an award rests on a closed notice that lists the entry, and on no open or upheld objection to it.
AWARDS = """
CREATE FUNCTION evaluation_award_rests_on_a_closed_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM evaluation_publicnotice n
        WHERE n.round_id = NEW.round_id AND n.kind = 'result' AND n.state = 'closed'
          AND n.content @> jsonb_build_object('entries', jsonb_build_array(jsonb_build_object('entry', NEW.id)))
    ) THEN
        RAISE EXCEPTION 'entry %: no closed notice lists it', NEW.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM evaluation_objection o WHERE o.entry_id = NEW.id
          AND (o.state IN ('filed', 'accepted', 'investigating', 'upheld', 'rejected') OR o.finding = 'upheld')
    ) THEN
        RAISE EXCEPTION 'entry %: an objection to it is open or upheld', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER award_rests_on_a_closed_notice BEFORE UPDATE OF state ON evaluation_entry
    FOR EACH ROW WHEN (NEW.state = 'awarded' AND OLD.state <> 'awarded')
    EXECUTE FUNCTION evaluation_award_rests_on_a_closed_notice();
"""
AWARDS_REVERSE = """
DROP TRIGGER award_rests_on_a_closed_notice ON evaluation_entry;
DROP FUNCTION evaluation_award_rests_on_a_closed_notice();
"""

# A locked sheet carries all its marks in one column, which the database itself fills in from the scores as it locks.
MARKS = """
CREATE FUNCTION evaluation_marks_of_sheet(sheet bigint) RETURNS integer[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg((s.points * 100)::integer ORDER BY i.position), '{}')
    FROM evaluation_score s JOIN evaluation_indicator i ON i.id = s.indicator_id WHERE s.sheet_id = sheet
$$;
CREATE FUNCTION evaluation_marks_are_those_of_the_scores() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.marks := CASE WHEN NEW.state = 'locked' THEN evaluation_marks_of_sheet(NEW.id) END;
    IF NEW.state = 'locked' AND (
        array_position(NEW.marks, NULL) IS NOT NULL
        OR cardinality(NEW.marks) <> (
            SELECT count(*) FROM evaluation_indicator i JOIN evaluation_entry e ON e.round_id = i.round_id
            WHERE e.id = NEW.entry_id)
    ) THEN
        RAISE EXCEPTION 'sheet % is not whole and is not locked', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER marks_are_those_of_the_scores BEFORE INSERT OR UPDATE ON evaluation_scoresheet
    FOR EACH ROW EXECUTE FUNCTION evaluation_marks_are_those_of_the_scores();
"""
MARKS_REVERSE = """
DROP TRIGGER marks_are_those_of_the_scores ON evaluation_scoresheet;
DROP FUNCTION evaluation_marks_are_those_of_the_scores();
DROP FUNCTION evaluation_marks_of_sheet(bigint);
"""

# Beside the key on the entry alone: a line cannot be of another track than its entry.
TRACK = """
ALTER TABLE evaluation_rankingline ADD CONSTRAINT a_line_is_on_the_track_of_its_entry
    FOREIGN KEY (entry_id, track) REFERENCES evaluation_entry (id, track) DEFERRABLE INITIALLY DEFERRED
"""
TRACK_REVERSE = "ALTER TABLE evaluation_rankingline DROP CONSTRAINT a_line_is_on_the_track_of_its_entry"


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial"), ("ledger", "0002_held_by_the_database")]
    operations = [
        migrations.RunSQL(ROUND, ROUND_REVERSE),
        migrations.RunSQL(SHEETS, SHEETS_REVERSE),
        migrations.RunSQL(NOTICES, NOTICES_REVERSE),
        migrations.RunSQL(AWARDS, AWARDS_REVERSE),
        migrations.RunSQL(MARKS, MARKS_REVERSE),
        migrations.RunSQL(TRACK, TRACK_REVERSE),
        *never_changed("evaluation_applicationversion", "evaluation_tiedecision"),
        *journalled_states(
            "evaluation.round",
            "evaluation.application",
            "evaluation.entry",
            "evaluation.scoresheet",
            "evaluation.sitevisit",
            "evaluation.ranking",
            "evaluation.publicnotice",
            "evaluation.objection",
            "evaluation.conclusion",
        ),
    ]
