"""Totals of the records: incremental, re-runnable, and equal to what the records say."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.db.models import Count, Sum
from django.test.utils import CaptureQueriesContext

from accounts.states import Role
from services.actions.statistics import roll_up, roll_up_all
from services.models import DirtyDay, ServiceRecord, Total
from services.queries.statistics import Place, Span, city_totals, statistics
from services.states.statistics import Scope
from services.statistics_charts import bars_chart
from stations.credit_code import make_credit_code
from tests.factories import make_user
from tests.services.library_scene import make_staffed_station
from tests.services.record_scene import make_record, make_records
from tests.services.test_record import AT

pytestmark = pytest.mark.django_db
FIRM = make_credit_code(42)


@pytest.fixture
def station():
    return make_staffed_station()[0]


def whole(place=None, span=None):
    return statistics(place or Place(Scope.CITY), span or Span(2026), "wuhan").total


def everything():
    fields = [field.name for field in Total._meta.fields if field.name not in {"id", "rolled_at"}]
    return sorted(map(str, Total.objects.values_list(*fields)))


def test_the_totals_are_what_the_records_say(station):
    other = make_staffed_station()[0]
    make_records(station, 3, client_code=FIRM, visits=2, discount=Decimal("10.50"))
    make_record(other, client_code=FIRM, served_on=dt.date(2026, 3, 1), item="branding.integration")
    make_record(other, served_on=dt.date(2025, 12, 31))
    make_record(station, set_aside="withdrawn", set_aside_reason="重复")
    roll_up(AT)
    total = whole()
    counted = ServiceRecord.objects.filter(set_aside="", served_on__year=2026)
    said = counted.aggregate(Sum("visits"), Count("pk"), Sum("discount"), firms=Count("client_code", distinct=True))
    assert total.firms == said["firms"] == 1
    assert (total.visits, total.services) == (said["visits__sum"], said["pk__count"]) == (7, 4)
    assert total.discount == said["discount__sum"] == Decimal("31.50")
    assert whole(Place(Scope.STATION, str(other.pk))).visits == 1
    assert whole(span=Span(2025)).visits == 1
    months = statistics(Place(Scope.CITY), Span(2026), "wuhan").months
    assert [(line.name, line.firms) for line in months if line.visits] == [("3 月", 1), ("11 月", 1)]


def test_a_run_does_what_has_changed_and_a_second_run_nothing(station):
    make_record(station)
    assert roll_up(AT) == 1
    assert roll_up(AT) == 0
    before = everything()
    row = make_record(station, served_on=dt.date(2026, 5, 5))
    assert roll_up(AT) == 1
    assert whole().visits == 2
    ServiceRecord.objects.filter(pk=row.pk).update(set_aside="withdrawn", set_aside_reason="重复")
    assert roll_up(AT) == 1
    assert everything() == before


def test_a_record_that_moves_to_another_month_leaves_the_first(station):
    row = make_record(station, served_on=dt.date(2026, 5, 5))
    roll_up(AT)
    ServiceRecord.objects.filter(pk=row.pk).update(served_on=dt.date(2026, 6, 5))
    assert roll_up(AT) == 2
    assert whole(span=Span(2026, 5)).visits == 0
    assert whole(span=Span(2026, 6)).visits == 1


def test_everything_anew_gives_the_same(station):
    make_records(station, 5)
    make_record(make_staffed_station()[0], served_on=dt.date(2026, 2, 2), item="other.special_equipment")
    roll_up(AT)
    before = everything()
    assert roll_up_all(AT) == 3
    assert everything() == before
    assert not DirtyDay.objects.exists()


def test_one_record_counts_in_each_document_under_its_own_kind(station):
    make_record(station, item="chain_innovation.training")
    roll_up(AT)
    for scheme, kind in (("wuhan", "chain_innovation"), ("samr", "supply_chain"), ("tangshan", "innovation")):
        lines = statistics(Place(Scope.CITY), Span(2026), scheme).kinds
        assert [line.key for line in lines if line.visits] == [kind]
        assert sum(line.visits for line in lines) == 1


def test_what_everybody_may_read_names_no_station_no_company_and_no_money(station):
    make_record(station, client_name="秘密厂", fee=100)
    roll_up(AT)
    said = city_totals(2026)
    assert (said["visits"], len(said["months"]), len(said["kinds"])) == (1, 12, 10)
    assert not {"秘密厂", "fee", station.name} & set(str(said).split("'"))
    with pytest.raises(KeyError):
        city_totals(2026, scheme="moon")


def test_a_chart_draws_twenty_bars_and_its_table_has_all():
    chart = bars_chart("key", "服务次数", [(f"站{number}", number) for number in range(30)], unit="家次")
    assert chart.svg.count('fill="#8fb3d9"') == 19
    assert len(chart.rows) == 30


@pytest.fixture
def manager(client):
    with time_machine.travel(AT):
        client.force_login(make_user(Role.MANAGER))
        yield client


def test_the_page_shows_and_exports_the_statistics(manager, station):
    assert "没有计入的服务记录" in manager.get("/statistics/").content.decode()
    make_record(station, item="branding.integration")
    roll_up(AT)
    page = manager.get("/statistics/").content.decode()
    assert "<svg" in page
    assert station.name in page
    lines = b"".join(manager.get("/statistics/?export=csv").streaming_content).decode().splitlines()
    assert lines[1].startswith("合计,全市,1,1,1,")
    assert "style=" not in page


@pytest.mark.parametrize("query", ["year=1", "month=13", "district=moon", "station=0", "scheme=moon", "export=pdf"])
def test_what_does_not_exist_is_refused(manager, query):
    assert manager.get(f"/statistics/?{query}").status_code in {400, 404}


def test_companies_have_no_part_in_it(client):
    client.force_login(make_staffed_station()[1])
    assert client.get("/statistics/").status_code == 403


@pytest.mark.parametrize("number", [3, 300])
def test_the_page_costs_the_same_however_many_records(manager, station, number):
    make_records(station, number)
    roll_up(AT)
    narrowed = ("", f"?district={station.district_id}", f"?station={station.pk}&scheme=samr")
    asked = []
    for query in narrowed:
        manager.get(f"/statistics/{query}")
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(f"/statistics/{query}").status_code == 200
        asked.append(len(queries))
    assert asked == [10, 9, 8]
