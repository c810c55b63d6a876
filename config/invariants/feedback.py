"""Ratings and training events, as statements: {name: a query with one text for each break}."""

# fmt: off
SERVICES: dict[str, str] = {
    "rating_without_a_used_link": """
        SELECT 'rating ' || r.id FROM services_rating r
        LEFT JOIN services_ratinginvitation i ON i.id = r.invitation_id
        WHERE r.source_client = '' AND (i.id IS NULL OR i.used_at IS NULL OR i.record_id <> r.record_id)""",
    "rating_link_used_without_a_rating": """
        SELECT 'rating invitation ' || i.id FROM services_ratinginvitation i
        WHERE i.used_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM services_rating r WHERE r.invitation_id = i.id)""",
    "rating_names_who_rated": """
        SELECT 'rating ' || j.object_id FROM ledger_journalentry j
        WHERE j.object_type = 'services.rating' AND j.move = 'rate' AND j.actor_id IS NOT NULL""",
    "training_seats_more_people_than_it_has_places": """
        SELECT 'training event ' || e.id FROM services_trainingevent e
        JOIN services_trainingsignup s ON s.event_id = e.id AND s.state = 'signed'
        GROUP BY e.id, e.capacity HAVING sum(s.people) > e.capacity""",
    "training_concluded_without_its_records": """
        SELECT 'training event ' || e.id || ', attendance ' || a.id FROM services_trainingevent e
        JOIN services_trainingattendance a ON a.event_id = e.id
        LEFT JOIN services_servicerecord r ON r.id = a.record_id
        WHERE (e.state = 'concluded') <> (r.id IS NOT NULL)
        OR r.station_id <> e.station_id OR r.client_code <> a.credit_code OR r.origin <> 'training'""",
    "training_record_without_an_attendance": """
        SELECT 'service record ' || r.id FROM services_servicerecord r
        WHERE r.origin = 'training'
        AND NOT EXISTS (SELECT 1 FROM services_trainingattendance a WHERE a.record_id = r.id)""",
}
# fmt: on
