"""Invariant 8: a grant keeps its course, the year's approved sum stays within the budget, money is paid once."""

from django.db import migrations

from ledger.constraints import journalled_states, never_changed

# Lines add up to the total when the transaction ends.
BUDGET = """
CREATE FUNCTION funding_lines_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    found bigint;
    which bigint;
BEGIN
    IF TG_TABLE_NAME = 'funding_budget' THEN which := NEW.id; ELSE which := coalesce(NEW.budget_id, OLD.budget_id); END IF;
    SELECT total INTO wanted FROM funding_budget WHERE id = which;
    SELECT coalesce(sum(amount), 0) INTO found FROM funding_budgetline WHERE budget_id = which;
    IF wanted IS DISTINCT FROM found THEN
        RAISE EXCEPTION 'the lines of budget % give %, its total is %', which, found, wanted
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER budget_is_the_sum_of_its_lines AFTER INSERT OR UPDATE OF total ON funding_budget
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_lines_add_up();
CREATE CONSTRAINT TRIGGER lines_add_up_to_the_budget AFTER INSERT OR DELETE OR UPDATE OF amount ON funding_budgetline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_lines_add_up();

-- What is committed is counted by the trigger on grants, and set by nobody else.
CREATE FUNCTION funding_committed_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND (
        (TG_OP = 'INSERT' AND NEW.committed <> 0)
        OR (TG_OP = 'UPDATE' AND NEW.committed IS DISTINCT FROM OLD.committed)
    ) THEN
        RAISE EXCEPTION 'what is committed is counted from the grants, never set'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER committed_is_counted BEFORE INSERT OR UPDATE ON funding_budgetline
    FOR EACH ROW EXECUTE FUNCTION funding_committed_is_counted();
"""
BUDGET_REVERSE = """
DROP TRIGGER committed_is_counted ON funding_budgetline;
DROP FUNCTION funding_committed_is_counted();
DROP TRIGGER lines_add_up_to_the_budget ON funding_budgetline;
DROP TRIGGER budget_is_the_sum_of_its_lines ON funding_budget;
DROP FUNCTION funding_lines_add_up();
"""

ENTITLEMENT = """
CREATE FUNCTION funding_entitlement_is_within_the_measure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    law funding_scheme%ROWTYPE;
BEGIN
    SELECT * INTO law FROM funding_scheme WHERE id = NEW.scheme_id;
    IF law.measure <> NEW.measure OR law.kind <> NEW.kind OR law.tier <> NEW.tier OR NEW.ceiling > law.ceiling
       OR (law.places IS NOT NULL AND NEW.seat > law.places) THEN
        RAISE EXCEPTION 'the measure gives at most % yuan and % places of %', law.ceiling, law.places, law.name
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entitlement_is_within_the_measure BEFORE INSERT ON funding_entitlement
    FOR EACH ROW EXECUTE FUNCTION funding_entitlement_is_within_the_measure();
"""
ENTITLEMENT_REVERSE = """
DROP TRIGGER entitlement_is_within_the_measure ON funding_entitlement;
DROP FUNCTION funding_entitlement_is_within_the_measure();
"""

GRANT = """
CREATE FUNCTION funding_grant_follows_its_entitlement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    due funding_entitlement%ROWTYPE;
    source record;
BEGIN
    IF NEW.state <> 'proposed' THEN
        RAISE EXCEPTION 'a grant begins as a proposal' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT * INTO due FROM funding_entitlement WHERE id = NEW.entitlement_id;
    SELECT l.kind, b.measure INTO source
        FROM funding_budgetline l JOIN funding_budget b ON b.id = l.budget_id WHERE l.id = NEW.line_id;
    IF (NEW.organisation_id, NEW.measure, NEW.kind, NEW.ceiling, NEW.again)
       IS DISTINCT FROM (due.organisation_id, due.measure, due.kind, due.ceiling, due.again)
       OR (source.kind, source.measure) IS DISTINCT FROM (NEW.kind, NEW.measure) THEN
        RAISE EXCEPTION 'the grant is not that of its entitlement and line'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_follows_its_entitlement BEFORE INSERT ON funding_grant
    FOR EACH ROW EXECUTE FUNCTION funding_grant_follows_its_entitlement();

CREATE FUNCTION funding_grant_keeps_its_course() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a grant is cancelled, never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (to_jsonb(NEW) - ARRAY['state', 'decided_by_id', 'decided_at', 'voucher', 'repaid_on', 'repaid_reference'])
       IS DISTINCT FROM
       (to_jsonb(OLD) - ARRAY['state', 'decided_by_id', 'decided_at', 'voucher', 'repaid_on', 'repaid_reference']) THEN
        RAISE EXCEPTION 'grant % stays as it was proposed', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state = NEW.state THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('proposed', 'approved'), ('proposed', 'rejected'), ('proposed', 'cancelled'), ('approved', 'cancelled'),
        ('approved', 'paid'), ('paid', 'reconciled'), ('paid', 'recovering'), ('reconciled', 'recovering'),
        ('recovering', 'recovered')
    ) THEN
        RAISE EXCEPTION 'grant % does not go from % to %', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- A title that is being ended in another transaction is waited for.
    IF NEW.state = 'approved' AND (
        SELECT t.state FROM stations_title t JOIN funding_entitlement e ON e.title_id = t.id
        WHERE e.id = NEW.entitlement_id FOR SHARE OF t
    ) <> 'active' THEN
        RAISE EXCEPTION 'grant %: the title has ended', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'paid' AND NOT EXISTS (
        SELECT 1 FROM funding_bankreceipt r JOIN funding_paymentitem i ON i.id = r.item_id
        WHERE i.grant_id = NEW.id AND r.amount = NEW.amount AND i.dropped_at IS NULL
    ) THEN
        RAISE EXCEPTION 'grant % has no receipt of the bank', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'cancelled' AND EXISTS (
        SELECT 1 FROM funding_paymentitem WHERE grant_id = NEW.id AND dropped_at IS NULL
    ) THEN
        RAISE EXCEPTION 'grant % is in a batch of payments', OLD.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_keeps_its_course BEFORE UPDATE OR DELETE ON funding_grant
    FOR EACH ROW EXECUTE FUNCTION funding_grant_keeps_its_course();

CREATE FUNCTION funding_count_committed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    committed_states CONSTANT text[] := ARRAY['approved', 'paid', 'reconciled', 'recovering', 'recovered'];
BEGIN
    IF (OLD.state = ANY(committed_states)) AND NOT (NEW.state = ANY(committed_states)) THEN
        UPDATE funding_budgetline SET committed = committed - NEW.amount WHERE id = NEW.line_id;
    ELSIF NOT (OLD.state = ANY(committed_states)) AND (NEW.state = ANY(committed_states)) THEN
        UPDATE funding_budgetline SET committed = committed + NEW.amount WHERE id = NEW.line_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER grant_is_counted_in_its_line AFTER UPDATE OF state ON funding_grant
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION funding_count_committed();
"""
GRANT_REVERSE = """
DROP TRIGGER grant_is_counted_in_its_line ON funding_grant;
DROP FUNCTION funding_count_committed();
DROP TRIGGER grant_keeps_its_course ON funding_grant;
DROP FUNCTION funding_grant_keeps_its_course();
DROP TRIGGER grant_follows_its_entitlement ON funding_grant;
DROP FUNCTION funding_grant_follows_its_entitlement();
"""

PAYMENT = """
CREATE FUNCTION funding_item_is_of_an_approved_grant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    approved record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a payment is dropped, never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.dropped_at IS NOT NULL OR (to_jsonb(NEW) - 'dropped_at') IS DISTINCT FROM (to_jsonb(OLD) - 'dropped_at')
           OR EXISTS (SELECT 1 FROM funding_bankreceipt WHERE item_id = OLD.id) THEN
            RAISE EXCEPTION 'payment % stays as it was made', OLD.number USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT g.state, g.amount, g.organisation_id, a.organisation_id AS paid_to INTO approved
        FROM funding_grant g, funding_bankaccount a WHERE g.id = NEW.grant_id AND a.id = NEW.account_id FOR SHARE OF g;
    IF approved.state <> 'approved' OR approved.amount <> NEW.amount
       OR approved.organisation_id <> approved.paid_to OR NEW.dropped_at IS NOT NULL THEN
        RAISE EXCEPTION 'only what is approved is paid, in full and to its organisation'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER item_is_of_an_approved_grant BEFORE INSERT OR UPDATE OR DELETE ON funding_paymentitem
    FOR EACH ROW EXECUTE FUNCTION funding_item_is_of_an_approved_grant();

CREATE FUNCTION funding_receipt_is_of_a_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM funding_paymentitem i WHERE i.id = NEW.item_id AND i.amount = NEW.amount AND i.dropped_at IS NULL
        FOR SHARE
    ) THEN
        RAISE EXCEPTION 'the receipt is not that of the payment' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receipt_is_of_a_payment BEFORE INSERT ON funding_bankreceipt
    FOR EACH ROW EXECUTE FUNCTION funding_receipt_is_of_a_payment();
"""
PAYMENT_REVERSE = """
DROP TRIGGER receipt_is_of_a_payment ON funding_bankreceipt;
DROP FUNCTION funding_receipt_is_of_a_payment();
DROP TRIGGER item_is_of_an_approved_grant ON funding_paymentitem;
DROP FUNCTION funding_item_is_of_an_approved_grant();
"""

HONOURS = """
CREATE FUNCTION funding_commended_with_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'published' AND NOT EXISTS (
        SELECT 1 FROM funding_consent WHERE commendation_id = NEW.id AND withdrawn_at IS NULL
    ) THEN
        RAISE EXCEPTION 'commendation %: the person has not consented', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER commended_with_consent BEFORE INSERT OR UPDATE ON funding_commendation
    FOR EACH ROW EXECUTE FUNCTION funding_commended_with_consent();
"""
HONOURS_REVERSE = """
DROP TRIGGER commended_with_consent ON funding_commendation;
DROP FUNCTION funding_commended_with_consent();
"""


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial")]
    operations = [
        migrations.RunSQL(BUDGET, BUDGET_REVERSE),
        migrations.RunSQL(ENTITLEMENT, ENTITLEMENT_REVERSE),
        migrations.RunSQL(GRANT, GRANT_REVERSE),
        migrations.RunSQL(PAYMENT, PAYMENT_REVERSE),
        migrations.RunSQL(HONOURS, HONOURS_REVERSE),
        *journalled_states("funding.grant", "funding.commendation"),
        *never_changed(
            "funding_entitlementrun",
            "funding_entitlement",
            "funding_bankaccount",
            "funding_bankreceipt",
            "funding_paymentbatch",
            "funding_publiclist",
        ),
    ]
