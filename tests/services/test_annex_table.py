"""The table of Hunan's annex 3: sixteen columns, counted and written, for any stretch of days."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from accounts.states import Role
from services.models import YearText
from services.queries.annex_table import annex_table
from stations.credit_code import make_credit_code
from tests.factories import make_user
from tests.services.library_scene import make_staffed_station
from tests.services.record_scene import make_record, make_records
from tests.services.test_record import AT

pytestmark = pytest.mark.django_db
YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
ADDRESS = "/statistics/table/?since=2026-01-01&until=2026-12-31"


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def station():
    station = make_staffed_station()[0]
    YearText.objects.create(
        station=station, year=2026, situation="武昌光电", investment=Decimal("12.50"), changed_at=AT
    )
    return station


def test_a_line_is_counted_from_records_and_completed_by_what_was_written(station, manager):
    firm = make_credit_code(42)
    make_records(station, 2, client_code=firm, visits=2, experts=1, saved_cost=Decimal(25_000), jobs_added=3)
    make_record(station, item="branding.integration", served_on=dt.date(2026, 2, 1))
    make_record(station, set_aside="withdrawn", set_aside_reason="重复")
    make_record(station, served_on=dt.date(2025, 12, 31))
    make_staffed_station()  # has served nobody: no line
    (line,) = annex_table(manager, *YEAR)
    assert (line.number, line.station, line.district) == (1, station.name, station.district.name)
    assert (line.visits, line.firms, line.experts, line.jobs_added) == (5, 2, 2, 6)
    assert (line.saved_cost, line.added_profit) == (Decimal("5.00"), Decimal("0.00"))
    assert line.content.endswith("、品牌培育")
    assert (line.situation, line.investment, line.other_effect) == ("武昌光电", Decimal("12.50"), "")


def test_any_stretch_of_days_and_one_district(station, manager):
    make_record(station, served_on=dt.date(2026, 3, 31))
    make_record(station, served_on=dt.date(2026, 4, 1))
    (line,) = annex_table(manager, dt.date(2026, 1, 1), dt.date(2026, 3, 31))
    assert line.visits == 1
    assert annex_table(manager, *YEAR, district=station.district_id)
    assert annex_table(manager, *YEAR, district="420102") == []


def test_the_page_and_the_file_have_sixteen_columns(station, manager, client):
    make_record(station, summary="=1+1")
    client.force_login(manager)
    page = client.get(ADDRESS).content.decode()
    assert page.count('<th scope="col"') == 16
    assert "武昌光电" in page
    sheet = load_workbook(io.BytesIO(client.get(f"{ADDRESS}&export=xlsx").content)).active
    heads, values = list(sheet.values)
    assert (len(heads), heads[0], heads[4], values[4]) == (16, "序号", "本年度投入经费（万元）", 12.5)


def test_a_stretch_that_makes_no_sense_is_said_at_its_field_and_an_empty_one_says_what_to_do(manager, client):
    client.force_login(manager)
    answer = client.get("/statistics/table/?since=2026-05-01&until=2026-04-01")
    assert (answer.status_code, "结束的日期早于开始的日期" in answer.content.decode()) == (422, True)
    assert client.get("/statistics/table/?since=x").status_code == 422
    assert "没有计入的服务记录" in client.get(ADDRESS).content.decode()


def test_the_table_costs_the_same_for_three_stations_and_for_thirty(manager, django_assert_num_queries):
    manager.roles  # noqa: B018 - read once per request
    for many in (3, 30):
        while len(annex_table(manager, *YEAR)) < many:
            make_record(make_staffed_station()[0])
        with django_assert_num_queries(5):
            assert len(annex_table(manager, *YEAR)) == many
