"""The city's totals as everybody reads them."""

import json

import pytest

from services.actions.statistics import roll_up
from tests.integration.test_public import problem, read
from tests.services.library_scene import make_staffed_station
from tests.services.record_scene import make_records
from tests.services.test_record import AT

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/statistics/"


def test_totals_are_told_without_a_station_or_a_company(client):
    station = make_staffed_station()[0]
    make_records(station, 3, client_name="武汉某某有限公司", visits=2)
    roll_up(AT)
    said = read(client, ADDRESS, year=2026)
    assert (said["services"], said["visits"], said["scheme"], len(said["months"])) == (3, 6, "wuhan", 12)
    assert sum(line["services"] for line in said["kinds"]) == 3
    text = json.dumps(said, ensure_ascii=False)
    assert not [word for word in ("武汉某某", station.name, station.organisation.name) if word in text]
    tangshan = read(client, ADDRESS, year=2026, scheme="tangshan")
    assert (tangshan["services"], tangshan["kinds"] == said["kinds"]) == (3, False)


def test_an_unchanged_answer_costs_a_304(client):
    answer = client.get(ADDRESS)
    assert client.get(ADDRESS, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_an_empty_year_is_noughts_and_a_wrong_question_a_problem(client):
    assert read(client, ADDRESS, year=2021)["firms"] == 0
    for wrong in ({"year": "1999"}, {"month": "13"}, {"scheme": "paris"}, {"station": "1"}):
        problem(client, ADDRESS, 422, "invalid_query", **wrong)
