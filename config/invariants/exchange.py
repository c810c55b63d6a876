"""What was exchanged with the platform 汉检链, as statements: {name: a query with one text for each break}."""

# fmt: off
EXCHANGE: dict[str, str] = {
    "document_is_confirmed_without_an_answer_that_says_so": """
        SELECT 'document ' || d.id || ' ' || d.kind || ' ' || d.number FROM integration_sentdocument d
        WHERE d.confirmed_hash <> '' AND NOT EXISTS (
            SELECT FROM integration_sendattempt a WHERE a.document_id = d.id AND a.hash = d.confirmed_hash
            AND a.problem = '' AND a.status BETWEEN 200 AND 299)""",
    "anchoring_receipt_says_something_else_than_its_verdict": """
        SELECT 'receipt ' || r.number FROM integration_anchorreceipt r LEFT JOIN ledger_seal s ON s.id = r.seal_id
        WHERE r.verdict <> CASE WHEN s.id IS NULL THEN 'no_such_seal'
            WHEN s.number = r.seal_number AND s.root = r.root AND r.hash IN ('', s.hash) THEN 'matches' ELSE 'differs' END""",
    "reconciliation_counts_other_differences_than_it_kept": """
        SELECT 'reconciliation ' || r.id FROM integration_reconciliation r
        WHERE r.differing <> (SELECT count(*) FROM integration_discrepancy d WHERE d.reconciliation_id = r.id)""",
}
