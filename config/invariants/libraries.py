"""The libraries of the stations, as statements: {name: a query with one text for each break}."""

# fmt: off
LIBRARIES: dict[str, str] = {
    "instrument_is_booked_twice": """
        SELECT 'bookings ' || a.id || ' and ' || b.id FROM services_booking a
        JOIN services_booking b ON b.equipment_id = a.equipment_id AND b.id > a.id AND b.during && a.during
        WHERE a.state IN ('asked', 'confirmed') AND b.state IN ('asked', 'confirmed')""",
}
# fmt: on
