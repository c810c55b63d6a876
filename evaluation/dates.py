"""Years counted from a day, as the Civil Code counts them."""

from datetime import date


def years_after(day: date, years: int) -> date:
    """The corresponding day so many years on; from 29 February, in a common year, 28 February (民法典 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
