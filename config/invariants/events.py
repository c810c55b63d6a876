"""What the world outside is told, as statements: {name: a query with one text for each break}."""

# fmt: off
EVENTS: dict[str, str] = {
    "event_numbers_have_a_gap": """
        SELECT count(seq) || ' events are numbered, the last one is number ' || max(seq)
        FROM ledger_event HAVING count(seq) <> coalesce(max(seq), 0)""",
    "private_event_was_sent_to_a_client_without_leave": """
        SELECT 'delivery ' || d.id || ' of event ' || e.seq FROM integration_delivery d
        JOIN ledger_event e ON e.id = d.event_id JOIN integration_webhookendpoint w ON w.id = d.endpoint_id
        WHERE e.for_station IS NOT NULL AND NOT EXISTS (
            SELECT FROM integration_stationauthorisation a WHERE a.client_id = w.client_id
            AND a.station_id = e.for_station AND 'events:read' = ANY(a.scopes))""",
    "delivery_arrived_without_an_answer_that_says_so": """
        SELECT 'delivery ' || d.id FROM integration_delivery d WHERE d.outcome = 'delivered' AND NOT EXISTS (
            SELECT FROM integration_attempt a WHERE a.delivery_id = d.id AND a.status BETWEEN 200 AND 299)""",
}
