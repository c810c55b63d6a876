"""How large a rehearsed round is, and on which days its steps fall."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from measures.periods import SHANGHAI

DAY = dt.timedelta(days=1)
# The bureau's settings where the measure is silent
SETTINGS: dict[str, Any] = {
    "pass_mark": "60",
    "step": "0.5",
    "min_sheets": "5",
    "aggregation": "trimmed_mean",
    "spread_threshold": "25",
    "tie_order": "effect,provision,implementation,foundation",
    "day_rule": "calendar_roll",
    "scores_published": "true",
    "failed_published": "true",
    "reserve_size": "5",
    "return_limit": "2",
    "return_days": "5",
    "site_visits": "chosen",
    "ability_other_counts": "true",
    "satisfaction_boundary": "exclusive",
    "objection_anonymous": "false",
    "objection_days": "15",
}
# The bureau's settings of a year of supervision
YEAR_SETTINGS: dict[str, Any] = {
    "self_assessment_grace": "calendar_roll",
    "statement_days": "5",
    "award_support_again": "false",
    "reminder_in_district": "true",
    "improvement_days": "30",
    "complaint_receipt_days": "7",
    "complaint_answer_days": "45",
    "need_response_days": "2",
    "classes_public": "true",
}


@dataclass(frozen=True)
class Sizes:
    """How many of each there are; `sheets` per entry."""

    titled: int
    applicants: int
    experts: int
    objections: int
    sheets: int = 5


def clock(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), SHANGHAI)


@dataclass(frozen=True)
class Dates:
    """The days of a round, counted back from the day on which its results go to public notice."""

    year: int
    notice: dt.date

    @classmethod
    def of_year(cls, year: int) -> Dates:
        """The usual year: the results go to public notice on the last Monday of November."""
        last = dt.date(year, 11, 30)
        return cls(year, last - last.weekday() * DAY)

    def before(self, days: int, hour: int = 10, minute: int = 0) -> dt.datetime:
        return clock(self.notice - days * DAY, hour, minute)

    @property
    def drafted(self) -> dt.datetime:
        return self.before(100, 9, 30)

    @property
    def published(self) -> dt.datetime:
        return self.before(95)

    @property
    def opens(self) -> dt.datetime:
        return self.before(88, 9)

    @property
    def closes(self) -> dt.datetime:
        return self.before(55, 17, 30)

    @property
    def review(self) -> dt.datetime:
        return self.before(20, 9)

    @property
    def assigned(self) -> dt.datetime:
        return self.before(19, 15)

    @property
    def scored(self) -> dt.datetime:
        """When the sheets are locked."""
        return self.before(6, 16)

    @property
    def ranked(self) -> dt.datetime:
        return self.before(5, 9)

    @property
    def noticed(self) -> dt.datetime:
        return self.before(0, 9)

    @property
    def assessments(self) -> dt.datetime:
        """When the titled stations are asked for their self-assessments."""
        return min(clock(dt.date(self.year, 9, 1), 9), self.before(60, 9))

    def filed(self, place: int, of: int) -> dt.datetime:
        """When the station at this place files its self-assessment: spread over October, before the review."""
        first = min(clock(dt.date(self.year, 10, 9), 9), self.review - 12 * DAY)
        last = min(clock(dt.date(self.year, 10, 28), 9), self.review - DAY)
        return first + (last - first) * place / max(of, 1)
