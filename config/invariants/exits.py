"""How titles end (Art 18 and 19), as statements: {name: a query with one text for each break}."""

# fmt: off
EXITS: dict[str, str] = {
    "ended_title_without_its_exit": """
        SELECT 'title ' || number FROM stations_title WHERE state <> 'active'
        AND (ended_at IS NULL OR ended_article = '' OR ended_decision = '' OR (level = 'city' AND slot_id IS NULL))""",
    "title_revoked_without_an_executed_case": """
        SELECT 'title ' || t.number FROM stations_title t WHERE t.state = 'revoked' AND NOT EXISTS (
            SELECT 1 FROM supervision_revocationcase c JOIN supervision_casepaper p ON p.case_id = c.id
            WHERE c.title_id = t.id AND c.state = 'executed' AND p.kind = 'decision' AND p.served_at IS NOT NULL
            AND p.document_number = t.ended_decision)""",
    "case_executed_but_its_title_is_not_revoked": """
        SELECT 'revocation case ' || c.id || ', title ' || t.number FROM supervision_revocationcase c
        JOIN stations_title t ON t.id = c.title_id WHERE c.state = 'executed' AND t.state <> 'revoked'""",
    "revocation_approved_by_who_proposed_it": """
        SELECT 'revocation case ' || id FROM supervision_revocationcase
        WHERE approved_by_id = proposed_by_id
        OR (state IN ('approved', 'served', 'executed') AND (approved_by_id IS NULL OR proposed_by_id IS NULL))""",
    "revocation_decided_without_notice": """
        SELECT 'revocation case ' || c.id FROM supervision_revocationcase c
        WHERE c.state IN ('proposed', 'approved', 'served', 'executed') AND NOT EXISTS (
            SELECT 1 FROM supervision_casepaper p
            WHERE p.case_id = c.id AND p.kind = 'notice' AND p.served_at IS NOT NULL)""",
    "revocation_decided_without_answer_or_lapse": """
        SELECT 'revocation case ' || c.id FROM supervision_revocationcase c
        WHERE c.state IN ('proposed', 'approved', 'served', 'executed')
        AND NOT EXISTS (SELECT 1 FROM supervision_statement s WHERE s.case_id = c.id)
        AND NOT EXISTS (
            SELECT 1 FROM ledger_journalentry j WHERE j.object_type = 'supervision.revocationcase'
            AND j.object_id = c.id::text AND j.move = 'lapse' AND j.at >= c.statement_due_at)""",
    "station_answered_after_its_period": """
        SELECT 'statement ' || s.id FROM supervision_statement s JOIN supervision_revocationcase c ON c.id = s.case_id
        WHERE NOT s.by_staff AND (s.late OR s.made_at >= c.statement_due_at)""",
    "two_running_revocations_of_a_title": """
        SELECT 'title ' || title_id FROM supervision_revocationcase WHERE state NOT IN ('executed', 'dropped')
        GROUP BY title_id HAVING count(*) > 1""",
    "departure_confirmed_by_who_asked_for_it": """
        SELECT 'departure ' || id FROM supervision_departure WHERE decided_by_id = asked_by_id""",
    "departure_confirmed_but_its_title_did_not_end": """
        SELECT 'departure ' || d.id || ', title ' || t.number FROM supervision_departure d
        JOIN stations_title t ON t.id = d.title_id
        WHERE d.state = 'confirmed' AND (t.state <> 'terminated' OR t.ended_decision <> d.document_number)""",
}
