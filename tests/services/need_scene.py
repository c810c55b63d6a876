"""A company with a need, a station whose staff serve it: what several test modules begin with."""

import datetime as dt
from typing import Any

from services.actions import need as actions
from services.models import Need
from stations.credit_code import make_credit_code
from tests.factories import make_organisation, make_station, make_title, make_user

AT = dt.datetime(2026, 6, 1, 1, tzinfo=dt.UTC)  # a Monday, nine o'clock in Wuhan
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
CODE = make_credit_code(880_001)
SECRETS = ("欧阳联系", "13912345678", "secret@example.com")
TYPED: dict[str, Any] = {
    "credit_code": CODE,
    "company": "武汉精密零件有限公司",
    "contact_name": SECRETS[0],
    "contact_phone": SECRETS[1],
    "contact_email": SECRETS[2],
    "kind": "metrology",
    "item": "metrology.calibration",
    "text": "三坐标测量机需要校准。",
}


def served_station(owner=None, **fields):
    """With a title in force, run by `owner`."""
    return make_title(make_station(make_organisation(owner or make_user()), **fields)).station


def posted(station=None, at=AT, **changes) -> Need:
    """By the public, its e-mail address verified."""
    return actions.post_need(actor=actions.PUBLIC, source="web", station=station, at=at, **{**TYPED, **changes})


def assessed(station, actor, mode="agency", at=AT + HOUR, **changes) -> Need:
    need = posted(station, **changes)
    extra = {"appointment_at": at + DAY} if mode == "appointment" else {}
    actions.assess_need(need, actor=actor, mode=mode, assessment="可以服务。", at=at, **extra)
    return need
