"""What the public page of a station shows of its services."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.states import Role
from services.actions import case as cases
from services.actions import training
from tests.factories import make_title, make_user
from tests.services.library_scene import make_staffed_station
from tests.services.test_case import TEXTS
from tests.services.test_training import AT, FACTS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller
    cache.clear()


@pytest.fixture
def scene():
    station, lin = make_staffed_station()
    make_title(station)
    return station, lin


def page(client, station) -> str:
    cache.clear()
    return client.get(f"/stations/{station.pk}/").content.decode()


def announced(station, lin, **changes):
    event = training.create_training(station, actor=lin, at=AT, **{**FACTS, **changes})
    training.publish_training(event, actor=lin, at=AT)
    return event


def published(station, lin, project="光电子产业质量强链"):
    case = cases.begin_case(station, actor=lin, project=project, year=2026, **TEXTS)
    cases.submit_case(case, actor=lin)
    cases.publish_case(case, actor=make_user(Role.MANAGER))
    return case


def test_a_station_without_any_shows_neither(client, scene):
    station, lin = scene
    training.create_training(station, actor=lin, at=AT, **FACTS)  # a draft
    cases.begin_case(station, actor=lin, project="草稿", year=2026, **TEXTS)
    other, guo = make_staffed_station("郭专员")
    announced(other, guo)
    published(other, guo)
    shown = page(client, station)
    assert "可以报名的培训" not in shown
    assert "典型案例" not in shown


def test_open_trainings_and_published_cases_are_a_click_away(client, scene, clock):
    station, lin = scene
    event, case = announced(station, lin), published(station, lin)
    shown = page(client, station)
    assert f'href="/trainings/{event.pk}/"' in shown
    assert f'href="/cases/{case.pk}/"' in shown
    assert client.get(f"/trainings/?q={station.name}").context["total"] == 1
    assert client.get(f"/cases/?q={station.name}").context["total"] == 1
    clock.move_to(event.starts_at + dt.timedelta(minutes=1))
    assert "可以报名的培训" not in page(client, station)


def test_the_page_costs_the_same_for_many(client, scene):
    station, lin = scene

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, station)
        return len(queries)

    announced(station, lin)
    published(station, lin)
    few = asked()
    for number in range(8):
        announced(station, lin)
        published(station, lin, f"案例{number}")
    assert asked() == few <= 12
