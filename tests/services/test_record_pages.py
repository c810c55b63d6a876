"""Service records on the screen."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.states import Role
from services.actions.record import withdraw_record
from services.models import ServiceRecord
from tests.factories import make_user
from tests.services.library_scene import make_staffed_station
from tests.services.record_scene import facts, make_record, make_records
from tests.services.test_record import AT

pytestmark = pytest.mark.django_db
LIST = "/service-records/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT):
        yield


@pytest.fixture
def scene():
    return make_staffed_station()


def typed(**changes):
    return {**{name: str(value) for name, value in facts().items()}, "visits": "1", **changes, "once": uuid.uuid4()}


def read(answer) -> str:
    return answer.content.decode()


def test_a_person_of_the_station_writes_down_a_service_and_reads_it(client, scene):
    station, lin = scene
    client.force_login(lin)
    assert "还没有服务记录" in read(client.get(LIST))
    new = client.get(f"{LIST}new/")
    assert new["Location"] == f"/stations/{station.pk}/service-records/new/"
    answer = client.post(new["Location"], typed(fee="300", problems_found="2", problems_solved="1"), follow=True)
    row = ServiceRecord.objects.get()
    assert answer.redirect_chain[-1][0] == row.get_absolute_url()
    page = read(answer)
    assert "标准比对" in page
    assert "300.00 元" in page
    assert "长江零件第1厂" in read(client.get(LIST))


def test_everything_wrong_is_told_at_once_and_nothing_typed_is_lost(client, scene):
    station, lin = scene
    client.force_login(lin)
    wrong = typed(client_code="914201", served_on="2027-01-01", problems_solved="3", client_name="汉阳厂")
    answer = client.post(f"/stations/{station.pk}/service-records/new/", wrong)
    page = read(answer)
    assert answer.status_code == 422
    assert "少了 12 位" in page
    assert "服务日期还没有到" in page
    assert "解决的问题不能多于发现的问题" in page
    assert 'value="汉阳厂"' in page
    assert not ServiceRecord.objects.exists()


def test_one_may_go_on_with_the_next_record(client, scene):
    station, lin = scene
    client.force_login(lin)
    url = f"/stations/{station.pk}/service-records/new/"
    assert client.post(url, typed(another="1"))["Location"] == url


def test_a_record_that_does_not_count_says_so_at_once(client, scene):
    station, lin = scene
    client.force_login(lin)
    own = typed(client_code=station.organisation.credit_code)
    page = read(client.post(f"/stations/{station.pk}/service-records/new/", own, follow=True))
    assert "不计入统计：服务对象与本站建设主体" in page


def test_a_change_and_a_withdrawal_stand_in_the_history_with_their_reason(client, scene):
    station, lin = scene
    row = make_record(station)
    client.force_login(lin)
    form = {
        "client_code": row.client_code,
        "client_name": row.client_name,
        "item": row.item,
        "served_on": "2026-11-02",
        "visits": "4",
        "reason": "家次漏填",
        "once": uuid.uuid4(),
    }
    assert "家次漏填" in read(client.post(f"{LIST}{row.pk}/change/", form, follow=True))
    row.refresh_from_db()
    assert row.visits == 4
    answer = client.post(f"{LIST}{row.pk}/withdraw/", {"reason": "重复", "once": uuid.uuid4()}, follow=True)
    assert "已撤回" in read(answer)
    assert f"{LIST}{row.pk}/change/" not in read(answer)
    again = client.post(f"{LIST}{row.pk}/withdraw/", {"reason": "重复", "once": uuid.uuid4()})
    assert again.status_code == 422
    assert "已经撤回" in read(again)


def test_records_of_others_do_not_exist(client, scene):
    row = make_record(scene[0])
    stranger = make_staffed_station("周")[1]
    client.force_login(stranger)
    for path in ("", "change/", "withdraw/"):
        assert client.get(f"{LIST}{row.pk}/{path}").status_code == 404
    assert client.get(f"/stations/{scene[0].pk}/service-records/new/").status_code == 404
    client.force_login(make_user(Role.MANAGER))
    assert client.get(f"{LIST}{row.pk}/").status_code == 200
    assert client.get(f"{LIST}{row.pk}/change/").status_code == 404


def test_the_list_is_searched_filtered_sorted_and_exported(client, scene):
    station, lin = scene
    make_record(station, client_name="甲厂", item="branding.integration", served_on=dt.date(2026, 3, 1))
    gone = make_record(station, client_name="乙厂")
    withdraw_record(gone, actor=lin, reason="重复登记")
    client.force_login(lin)

    def shown(query):
        page = read(client.get(f"{LIST}?{query}"))
        return [name for name in ("甲厂", "乙厂") if name in page]

    assert shown("q=甲") == shown("kind=branding") == shown("counting=yes") == shown("until=2026-06-30") == ["甲厂"]
    assert shown("counting=withdrawn") == shown("counting=no") == shown("item=standards.comparison") == ["乙厂"]
    assert shown("kind=testing") == []
    assert client.get(f"{LIST}?sort=nothing").status_code == 400
    lines = b"".join(client.get(f"{LIST}?export=csv&q=乙").streaming_content).decode().splitlines()
    assert lines[0].startswith("\ufeff服务站,服务日期,统一社会信用代码")
    assert "重复登记" in lines[1]


def test_an_export_that_is_too_long_asks_for_a_narrower_one(client, scene, monkeypatch):
    monkeypatch.setattr("services.views.record.MOST_EXPORTED", 2)
    make_records(scene[0], 3)
    client.force_login(scene[1])
    answer = client.get(f"{LIST}?export=csv")
    assert answer.status_code == 400
    assert client.get(f"{LIST}?export=csv&q=nothing").status_code == 200


@pytest.mark.parametrize("number", [3, 300])
def test_the_list_asks_as_much_for_three_records_as_for_three_hundred(client, scene, number):
    make_records(scene[0], number)
    client.force_login(scene[1])
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        client.get(LIST)
    assert len(queries) == 9
