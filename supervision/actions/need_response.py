"""Until when a station answers a company's need: as many working days as the bureau's plan of the year says.

Services know nothing of the plan, which stands above them: the clock gives a need its date within a minute, also one that
came before the plan was decided.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from ledger.actors import Job
from measures.periods import Deadline, Rule, deadline
from measures.queries import current_calendar
from services.actions.need_response import date_response
from services.models import Need
from services.states.need import NeedState
from supervision.queries.year_plan import plan_in_force


def response_period(received_at: dt.datetime) -> Deadline | None:
    """None while the bureau has not decided the number of days: a need is taken in all the same."""
    plan = plan_in_force(settings.MEASURE, timezone.localdate(received_at).year)
    days = plan.setting("need_response_days") if plan else None
    return deadline(received_at, days, Rule.WORKING_DAYS, current_calendar()) if days else None


def date_needs(at: dt.datetime) -> int:
    """Give their date to needs that wait for an answer and have none, and anew to those whose date was provisional.
    Returns how many were given one."""
    undated = Q(response_due_at__isnull=True) | Q(response_deadline__provisional=True)
    dated = 0
    for need in Need.objects.filter(undated, state=NeedState.RECEIVED).order_by("pk"):
        due = response_period(need.received_at)
        if due is not None:
            dated += date_response(need, due, actor=Job("date_needs"), at=at)
    return dated
