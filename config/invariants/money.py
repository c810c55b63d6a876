# ruff: noqa: S608 - the statements are our own, put together from constants
"""Invariant 8, the money of Art 19, as statements: {name: a query with one text for each break}."""

COMMITTED = "('approved', 'paid', 'reconciled', 'recovering', 'recovered')"
PAID = "('paid', 'reconciled', 'recovering', 'recovered')"

# fmt: off
MONEY: dict[str, str] = {
    "approved_grants_pass_the_budget": f"""
        SELECT 'budget line ' || l.id || ': ' || sum(g.amount) || ' approved, it holds ' || l.amount
        FROM funding_budgetline l JOIN funding_grant g ON g.line_id = l.id AND g.state IN {COMMITTED}
        GROUP BY l.id, l.amount HAVING sum(g.amount) > l.amount""",
    "committed_is_not_the_sum_of_the_grants": f"""
        SELECT 'budget line ' || l.id || ': ' || l.committed FROM funding_budgetline l
        WHERE l.committed <> (
            SELECT coalesce(sum(g.amount), 0) FROM funding_grant g WHERE g.line_id = l.id AND g.state IN {COMMITTED})""",
    "budget_is_not_the_sum_of_its_lines": """
        SELECT 'budget ' || b.id FROM funding_budget b
        WHERE b.total <> (SELECT coalesce(sum(l.amount), 0) FROM funding_budgetline l WHERE l.budget_id = b.id)""",
    "grant_differs_from_its_entitlement": """
        SELECT 'grant ' || g.id FROM funding_grant g JOIN funding_entitlement e ON e.id = g.entitlement_id
        WHERE g.amount > e.ceiling
        OR (g.organisation_id, g.kind, g.ceiling, g.measure) IS DISTINCT FROM
           (e.organisation_id, e.kind, e.ceiling, e.measure)""",
    "entitlement_above_the_measure": """
        SELECT 'entitlement ' || e.id FROM funding_entitlement e JOIN funding_scheme s ON s.id = e.scheme_id
        WHERE e.ceiling > s.ceiling OR e.seat > s.places OR (e.kind, e.tier) IS DISTINCT FROM (s.kind, s.tier)""",
    "entitlement_without_its_conclusion": """
        SELECT 'entitlement ' || e.id FROM funding_entitlement e
        JOIN funding_entitlementrun r ON r.id = e.run_id JOIN evaluation_conclusion c ON c.id = r.conclusion_id
        WHERE c.state <> 'executed' OR NOT (c.plan @> jsonb_build_array(jsonb_build_object(
            'entry', e.entry_id, 'fate', CASE WHEN e.kind = 'prize' THEN 'retain' ELSE 'award' END)))""",
    "organisation_supported_twice": """
        SELECT 'organisation ' || organisation_id || ', ' || measure FROM funding_grant
        WHERE kind = 'award_support' AND NOT again AND state NOT IN ('rejected', 'cancelled')
        GROUP BY organisation_id, measure HAVING count(*) > 1""",
    "tier_has_too_many_grants": """
        SELECT e.measure || ' ' || e.year || ', tier ' || e.tier FROM funding_grant g
        JOIN funding_entitlement e ON e.id = g.entitlement_id JOIN funding_scheme s ON s.id = e.scheme_id
        WHERE g.kind = 'prize' AND g.state NOT IN ('rejected', 'cancelled')
        GROUP BY e.measure, e.year, e.tier, s.places HAVING count(*) > s.places""",
    "grant_approved_by_who_proposed_it": """
        SELECT 'grant ' || id FROM funding_grant WHERE decided_by_id = proposed_by_id""",
    "grant_paid_without_approval": f"""
        SELECT 'grant ' || g.id FROM funding_grant g WHERE g.state IN {PAID} AND NOT EXISTS (
            SELECT 1 FROM ledger_journalentry j WHERE j.object_type = 'funding.grant' AND j.object_id = g.id::text
            AND j.move = 'approve')""",
    "grant_paid_without_a_receipt": f"""
        SELECT 'grant ' || g.id FROM funding_grant g WHERE g.state IN {PAID} AND NOT EXISTS (
            SELECT 1 FROM funding_bankreceipt r JOIN funding_paymentitem i ON i.id = r.item_id
            WHERE i.grant_id = g.id AND i.dropped_at IS NULL AND r.amount = g.amount)""",
    "grant_paid_twice": """
        SELECT 'grant ' || i.grant_id FROM funding_bankreceipt r JOIN funding_paymentitem i ON i.id = r.item_id
        GROUP BY i.grant_id HAVING count(*) > 1""",
    "receipt_of_a_grant_that_is_not_paid": f"""
        SELECT 'grant ' || g.id FROM funding_bankreceipt r JOIN funding_paymentitem i ON i.id = r.item_id
        JOIN funding_grant g ON g.id = i.grant_id WHERE g.state NOT IN {PAID}""",
    "paid_to_another_organisation": """
        SELECT 'payment ' || i.number FROM funding_paymentitem i JOIN funding_grant g ON g.id = i.grant_id
        JOIN funding_bankaccount a ON a.id = i.account_id WHERE a.organisation_id <> g.organisation_id""",
    "commended_without_consent": """
        SELECT 'commendation ' || c.id FROM funding_commendation c WHERE c.state = 'published' AND NOT EXISTS (
            SELECT 1 FROM funding_consent s WHERE s.commendation_id = c.id AND s.withdrawn_at IS NULL)""",
}
