"""Needs and what came of them, as statements: {name: a query with one text for each break}.

A record may be corrected afterwards, with a reason: what it says of problems and of its firm is held against the case only
while nobody has changed it.
"""

# fmt: off
NEEDS: dict[str, str] = {
    "delivered_need_without_its_record": """
        SELECT 'need ' || n.id FROM services_need n
        LEFT JOIN services_delivery d ON d.need_id = n.id
        LEFT JOIN services_servicerecord r ON r.id = d.record_id
        WHERE (n.state IN ('delivered', 'rated', 'archived')) <> (r.id IS NOT NULL)
        OR r.station_id <> n.station_id OR r.origin <> 'need'""",
    "need_record_without_a_delivery": """
        SELECT 'service record ' || r.id FROM services_servicerecord r
        WHERE r.origin = 'need' AND NOT EXISTS (SELECT 1 FROM services_delivery d WHERE d.record_id = r.id)""",
    "record_of_a_need_says_something_else": """
        SELECT 'need ' || n.id || ', service record ' || r.id FROM services_need n
        JOIN services_delivery d ON d.need_id = n.id
        JOIN services_servicerecord r ON r.id = d.record_id AND r.changed_at = r.recorded_at
        LEFT JOIN (SELECT need_id, sum(problems_found) AS found, sum(problems_solved) AS solved
            FROM services_progress GROUP BY need_id) p ON p.need_id = n.id
        WHERE r.client_code <> n.credit_code
        OR r.problems_found <> coalesce(p.found, 0) OR r.problems_solved <> coalesce(p.solved, 0)""",
    "rated_need_without_its_rating": """
        SELECT 'need ' || n.id FROM services_need n
        LEFT JOIN services_delivery d ON d.need_id = n.id
        WHERE n.state IN ('delivered', 'rated')
        AND (n.state = 'rated') <> EXISTS (SELECT 1 FROM services_rating g WHERE g.record_id = d.record_id)""",
    "archived_need_without_its_archive": """
        SELECT 'need ' || n.id FROM services_need n
        LEFT JOIN services_casearchive a ON a.need_id = n.id
        WHERE (n.state = 'archived') <> (a.id IS NOT NULL)""",
    "case_numbers_have_a_gap": """
        SELECT 'cases of station ' || coalesce(c.station_id, k.station_id) || ' in ' || coalesce(c.year, k.year)
        FROM (SELECT station_id, year, count(*) AS cases, min(number) AS first, max(number) AS last
            FROM services_casenumber GROUP BY station_id, year) c
        FULL JOIN services_casecounter k ON k.station_id = c.station_id AND k.year = c.year
        WHERE c.first IS DISTINCT FROM 1 OR c.last <> c.cases OR k.last IS DISTINCT FROM c.last""",
    "case_without_its_number": """
        SELECT 'need ' || n.id FROM services_need n
        LEFT JOIN services_casenumber c ON c.need_id = n.id
        WHERE (n.state IN ('contracted', 'in_progress', 'delivered', 'rated', 'archived') AND c.id IS NULL)
        OR c.station_id <> n.station_id""",
    "contract_of_other_parties": """
        SELECT 'contract ' || t.id FROM services_contract t JOIN services_need n ON n.id = t.need_id
        WHERE t.client_code <> n.credit_code OR t.client_name <> n.company OR t.provider = ''
        OR n.state IN ('received', 'assessed', 'matched', 'declined')""",
    "need_under_way_without_a_contract": """
        SELECT 'need ' || n.id FROM services_need n
        WHERE n.state IN ('contracted', 'in_progress', 'delivered', 'rated', 'archived')
        AND (n.mode <> 'at_once' OR n.state = 'contracted')
        AND NOT EXISTS (SELECT 1 FROM services_contract t WHERE t.need_id = n.id)""",
    "contract_does_not_add_up": """
        SELECT 'contract ' || t.id FROM services_contract t
        LEFT JOIN services_contractitem i ON i.contract_id = t.id
        GROUP BY t.id, t.fee HAVING t.fee <> coalesce(sum(i.amount), 0)""",
    "need_matched_without_an_agency": """
        SELECT 'need ' || n.id FROM services_need n
        WHERE n.mode = 'agency' AND n.state IN ('matched', 'contracted', 'in_progress', 'delivered', 'rated', 'archived')
        AND NOT EXISTS (SELECT 1 FROM services_needmatch m
            WHERE m.need_id = n.id AND m.state = 'accepted' AND m.agency_id IS NOT NULL)""",
    "ended_need_still_asks": """
        SELECT 'match ' || m.id FROM services_needmatch m JOIN services_need n ON n.id = m.need_id
        WHERE m.state = 'proposed' AND n.state NOT IN ('assessed', 'matched')""",
}
# fmt: on
