"""Figures counted from service records: firms once, visits all, what is set aside nowhere."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.states import Role
from services.actions.media_report import confirm_media_report, report_media
from services.models import ServiceRecord
from services.queries import figures as year_figures
from services.queries.figures import counted, year_of
from services.queries.oddities import oddities
from stations.credit_code import make_credit_code
from supervision.queries.figures import figures
from tests.factories import make_user
from tests.services.library_scene import make_client, make_staffed_station
from tests.services.record_scene import make_record, make_records

pytestmark = pytest.mark.django_db
FIRM = make_credit_code(42)


@pytest.fixture
def scene():
    return make_staffed_station()


def value(station, code, year=2026):
    known = counted(station, year)
    return int(known[code].value) if code in known else None


def odd_of(station):
    return oddities(station, 2026, year_of(station, 2026).sums["visits"] or 0)


def test_a_firm_counts_once_and_its_visits_each_time(scene):
    station, _ = scene
    make_record(station, client_code=FIRM, visits=2)
    make_record(station, client_code=FIRM, visits=3, problems_found=4, problems_solved=1)
    make_record(station, item="branding.integration")
    make_record(station, item="metrology.training")
    make_record(station, item="standards.training")
    make_record(station, item="quality_management.diagnosis")
    found = {code: value(station, code) for code in counted(station, 2026)}
    assert found == {
        "firms_trained": 2,
        "firms_compared": 1,
        "firms_diagnosed": 1,
        "firms_branded": 1,
        "visits": 9,
        "problems_solved": 1,
    }
    assert year_of(station, 2026).sums["firms"] == 5


def test_a_record_that_is_set_aside_between_the_two_queries_breaks_nothing(scene, monkeypatch):
    station, _ = scene
    make_record(station, visits=2)
    read = year_figures.added_up

    def then_withdrawn(*asked):
        sums = read(*asked)
        ServiceRecord.objects.update(set_aside="withdrawn", set_aside_reason="重复")
        return sums

    monkeypatch.setattr(year_figures, "added_up", then_withdrawn)
    found = counted(station, 2026)
    assert (found["visits"].value, found["firms_trained"].value) == (2, 0)


def test_other_years_other_stations_and_records_set_aside_count_nowhere(scene):
    station, _ = scene
    make_record(station)
    make_record(station, served_on=dt.date(2025, 12, 31))
    make_record(station, set_aside="withdrawn", set_aside_reason="重复")
    make_record(make_staffed_station()[0])
    assert (value(station, "firms_compared"), value(station, "visits")) == (1, 1)
    assert year_of(station, 2026).aside == {"已撤回": 1}
    assert value(station, "visits", 2024) is None


def test_without_records_what_was_typed_stands_and_with_them_it_does_not(scene):
    station, _ = scene

    def sources():
        return {figure.code: str(figure.source) for figure in figures(station, 2026)}

    assert sources()["visits"] == "typed"
    row = make_record(station, origin="imported")
    assert sources()["visits"] == "imported"
    make_record(station)
    assert sources()["visits"] == "counted"
    assert sources()["media_reports"] == "typed"
    assert row.origin == "imported"


def test_media_reports_count_once_they_are_confirmed(scene):
    station, lin = scene
    facts = {"title": "报道", "outlet": "长江日报", "published_on": dt.date(2026, 5, 1), "url": "https://example.cn/1"}
    report = report_media(station, actor=lin, at=dt.datetime(2026, 6, 1, tzinfo=dt.UTC), **facts)
    assert value(station, "media_reports") is None
    confirm_media_report(report, actor=make_user(Role.INTAKE))
    assert (value(station, "media_reports"), value(station, "media_reports", 2025)) == (1, None)


def test_discounts_are_counted_for_firms_that_the_library_calls_small(scene):
    station, _ = scene
    make_client(station, credit_code=FIRM, size="micro")
    make_client(station, credit_code=make_credit_code(43), size="large")
    make_record(station, client_code=FIRM, discount=Decimal(100))
    make_record(station, client_code=FIRM, discount=Decimal("20.50"))
    make_record(station, client_code=make_credit_code(43), discount=Decimal(1000))
    found = year_of(station, 2026, discounts=True).discounts
    assert (found.firms, found.records, found.amount) == (1, 2, Decimal("120.50"))


def test_what_looks_odd_is_flagged_with_its_records(scene):
    station, _ = scene
    make_records(station, 30, served_on=dt.date(2026, 5, 1))
    assert [odd.words for odd in odd_of(station)] == ["2026年5月1日一天有 30 条记录，全年 30 条"]
    make_records(station, 2, client_code=FIRM, client_name="一厂", visits=40, served_on=dt.date(2026, 6, 1))
    words = " ".join(odd.words for odd in odd_of(station))
    for told in (
        "一条记录就有 40 家次：一厂",
        "一厂一家占全年 110 家次中的 80 家次",
        "同一企业同一天同一事项有 2 条记录",
    ):
        assert told in words


def test_a_busy_plain_year_is_not_flagged(scene):
    station, _ = scene
    for month in range(1, 11):
        make_records(station, 5, served_on=dt.date(2026, month, 7))
    assert odd_of(station) == []


def test_the_page_shows_each_number_and_the_page_behind_it_its_records(client, scene):
    station, lin = scene
    make_record(station, client_name="汉口厂", item="branding.integration")
    make_record(station, client_name="青山厂")
    client.force_login(lin)
    page = client.get(f"/stations/{station.pk}/figures/2026/").content.decode()
    assert f"/stations/{station.pk}/figures/2026/firms_branded/" in page
    assert "未达到" in page
    behind = client.get(f"/stations/{station.pk}/figures/2026/firms_branded/").content.decode()
    assert "汉口厂" in behind
    assert "青山厂" not in behind
    assert client.get(f"/stations/{station.pk}/figures/2026/firms_pleased/").status_code == 404
    assert client.get(f"/stations/{station.pk}/figures/2999/").status_code == 404


def test_the_figures_of_others_do_not_exist(client, scene):
    station, _ = scene
    client.force_login(make_staffed_station("周")[1])
    assert client.get(f"/stations/{station.pk}/figures/2026/").status_code == 404
    assert client.get(f"/stations/{station.pk}/figures/2026/visits/").status_code == 404
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(f"/stations/{station.pk}/figures/2026/visits/").status_code == 200


@pytest.mark.parametrize("number", [3, 300])
def test_the_figures_cost_the_same_however_many_records(client, scene, number):
    station, lin = scene
    make_records(station, number)
    client.force_login(lin)
    client.get(f"/stations/{station.pk}/figures/2026/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/stations/{station.pk}/figures/2026/")
    assert len(queries) <= 12
