"""A plan, a draw, an inspection on the spot: what several test modules begin with."""

import datetime as dt

from accounts.states import Role
from supervision.actions import improvement, inspection, inspection_plan, year_plan
from tests.evaluation.panel_cast import picture
from tests.factories import make_organisation, make_station, make_title, make_user
from tests.supervision.test_year_plan import SETTINGS

AT = dt.datetime(2026, 5, 11, 2, tzinfo=dt.UTC)


def make_year_plan(year=2026, manager=None, **settings):
    """In force, with every setting decided."""
    manager = manager or make_user(Role.MANAGER)
    plan = year_plan.draft_year_plan(measure="wuhan", year=year, actor=manager, at=AT)
    known = {"self_assessment_opens_on": dt.date(year, 9, 1), "settings": {**SETTINGS, **settings}}
    year_plan.update_year_plan(plan, actor=manager, at=AT, **known)
    return year_plan.adopt_year_plan(plan, actor=manager, at=AT)


def make_stations(number, owner=None):
    """Stations with a city title; the first belongs to `owner`."""
    return [
        make_title(make_station(make_organisation(owner if index == 0 else None))).station for index in range(number)
    ]


def make_plan(manager, *, district=None, at=AT, **fields):
    fields.setdefault("name", "2026年上半年监督检查")
    fields.setdefault("starts_on", at.date())
    fields.setdefault("ends_on", at.date() + dt.timedelta(days=30))
    fields.setdefault("stations_count", 1)
    fields.setdefault("inspectors_each", 2)
    return inspection_plan.draft_plan(measure="wuhan", district=district, actor=manager, at=at, **fields)


def drawn_inspection(manager, at=AT, **fields):
    """The first inspection of a drawn plan."""
    plan = inspection_plan.draw_plan(make_plan(manager, at=at, **fields), actor=manager, at=at)
    return plan.inspections.order_by("position").first()


def inspector_of(found):
    return found.inspectors.order_by("pk").first()


def begun_inspection(manager, at=AT, **fields):
    found = drawn_inspection(manager, at, **fields)
    return inspection.begin_inspection(found, actor=inspector_of(found), at=at)


def recorded_inspection(manager, at=AT, **fields):
    """With one thing that does not conform, and a photograph of it."""
    found = begun_inspection(manager, at, **fields)
    actor = inspector_of(found)
    known = {"indicator": "1.2.3", "verdict": "does_not_conform", "text": "门口没有站牌"}
    inspection.save_finding(found, actor=actor, at=at, photos=[picture()], **known)
    inspection.save_finding(found, actor=actor, at=at, indicator="1.1.1", verdict="conforms")
    return inspection.record_inspection(
        found, actor=actor, at=at, summary="总体良好", representative="李站长", statement="无异议"
    )


def asked_improvement(manager, station=None, at=AT, items=None, **fields):
    """Of a round, unless `origin` says otherwise."""
    origin = fields.pop("origin", None) or improvement.Origin(
        improvement.Source.ROUND, "2025年度评价结果", round_number=1
    )
    return improvement.issue_improvement(
        station or make_stations(1)[0],
        actor=manager,
        at=at,
        measure="wuhan",
        origin=origin,
        items=items or [improvement.Asked("挂好站牌")],
        **fields,
    )


def two_inspectors():
    return [make_user(Role.INTAKE, name="周受理"), make_user(Role.INTAKE, name="吴受理")]
