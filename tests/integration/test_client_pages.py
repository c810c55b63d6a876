"""Clients and authorisations on the screen: the administrator's, and the owner's of a station."""

import re

import pytest

from accounts.states import Role
from integration.actions.client import withdraw_authorisation
from integration.models import ApiClient, StationAuthorisation
from stations.states import MemberRole
from tests.factories import join, make_station, make_user
from tests.integration.scene import ask_token, make_client

pytestmark = pytest.mark.django_db
NEW = {
    "name": "汉检链",
    "operator": "武汉检测链科技有限公司",
    "contact": "ops@example.cn",
    "purpose": "推送服务记录",
    "scopes": ["services:write"],
}
SECRET = re.compile(r'id="id_secret" value="([^"]+)"')


@pytest.fixture
def admin(client):
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    return client


@pytest.fixture
def station():
    return make_station()


@pytest.fixture
def owner(client, station):
    person = make_user()
    join(person, station.organisation, role=MemberRole.OWNER)
    client.force_login(person)
    return client


def text(answer) -> str:
    return answer.content.decode()


def test_a_client_is_registered_and_its_secret_shown_once(admin):
    assert "还没有接口客户端" in text(admin.get("/clients/"))
    answer = admin.post("/clients/new/", {**NEW, "once": "6d3a3f5e-54a1-4a0c-9a5f-5a8a6f0d9f10"})
    secret = SECRET.search(text(answer))[1]
    assert answer["Cache-Control"] == "no-store"
    known = ApiClient.objects.get()
    assert ask_token(known, secret).status_code == 200
    again = admin.post("/clients/new/", {**NEW, "once": "6d3a3f5e-54a1-4a0c-9a5f-5a8a6f0d9f10"}, follow=True)
    assert secret not in text(again)
    assert ApiClient.objects.count() == 1
    for page in (f"/clients/{known.pk}/", "/clients/", f"/clients/{known.pk}/edit/"):
        assert secret not in text(admin.get(page))


def test_what_was_typed_stays_when_the_name_is_taken(admin):
    make_client()
    answer = admin.post("/clients/new/", NEW)
    assert answer.status_code == 422
    assert "已有同名的接口客户端" in text(answer)
    assert "武汉检测链科技有限公司" in text(answer)
    assert not SECRET.search(text(answer))


def test_a_secret_is_rotated_a_client_changed_disabled_and_let_in_again(admin):
    known, secret = make_client()
    here = f"/clients/{known.pk}/"
    assert "原来的密钥" in text(admin.get(f"{here}secret/"))
    fresh = SECRET.search(text(admin.post(f"{here}secret/")))[1]
    assert (ask_token(known, secret).status_code, ask_token(known, fresh).status_code) == (401, 200)
    admin.post(f"{here}edit/", {**NEW, "purpose": "只读"})
    assert ApiClient.objects.get().purpose == "只读"
    assert admin.post(f"{here}disable/", {"reason": ""}).status_code == 422
    admin.post(f"{here}disable/", {"reason": "密钥泄露"})
    assert ask_token(known, fresh).status_code == 401
    shown = text(admin.get(here))
    assert "密钥泄露" in shown
    assert "恢复" in shown
    assert admin.post(f"{here}secret/").status_code == 422
    admin.post(f"{here}enable/")
    assert ask_token(known, fresh).status_code == 200


def test_an_owner_authorises_a_platform_and_takes_it_back(owner, station):
    known, _ = make_client(scopes=["services:write", "services:read"])
    assert "没有授权任何平台" in text(owner.get("/authorisations/"))
    assert "推送服务记录" in text(owner.get(f"/authorisations/stations/{station.pk}/"))
    here = f"/authorisations/stations/{station.pk}/{known.pk}/"
    assert "写入服务记录" in text(owner.get(here))
    assert owner.post(here, {"scopes": []}).status_code == 422
    assert owner.post(here, {"scopes": ["needs:write"]}).status_code == 422
    answer = owner.post(here, {"scopes": ["services:write"]}, follow=True)
    assert "已授权" in text(answer)
    given = StationAuthorisation.objects.get()
    assert given.scopes == ["services:write"]
    assert owner.get(here).status_code == 404  # there is nothing left to give
    assert "没有可以授权的平台" in text(owner.get(f"/authorisations/stations/{station.pk}/"))
    owner.post(f"/authorisations/{given.pk}/withdraw/")
    given.refresh_from_db()
    assert given.state == "withdrawn"
    assert "撤回" in text(owner.get("/authorisations/"))


def test_a_member_looks_and_a_stranger_finds_nothing(client, station):
    known, _ = make_client(station)
    given = StationAuthorisation.objects.get()
    member = make_user()
    join(member, station.organisation)
    client.force_login(member)
    shown = text(client.get("/authorisations/"))
    assert known.name in shown
    assert "授权平台" not in shown
    assert f"/authorisations/{given.pk}/withdraw/" not in shown
    assert client.get(f"/authorisations/{given.pk}/withdraw/").status_code == 404
    client.force_login(make_user())
    assert known.operator not in text(client.get("/authorisations/"))
    for page in (f"{given.pk}/withdraw/", f"stations/{station.pk}/", f"stations/{station.pk}/{known.pk}/"):
        assert client.get(f"/authorisations/{page}").status_code == 404


@pytest.mark.parametrize("url", ["/clients/", "/authorisations/"])
def test_a_list_costs_the_same_for_three_rows_and_for_thirty(client, station, django_assert_max_num_queries, url):
    person = make_user(Role.SYSTEM_ADMIN) if url == "/clients/" else make_user()
    if url != "/clients/":
        join(person, station.organisation, role=MemberRole.OWNER)
    client.force_login(person)
    for number in range(3):
        make_client(station, name=f"平台{number}")
    with django_assert_max_num_queries(30) as few:
        client.get(url)
    for number in range(3, 18):
        make_client(station, name=f"平台{number}")
    with django_assert_max_num_queries(30) as many:
        client.get(url)
    assert len(few) == len(many) <= 12


def test_an_export_names_stations_platforms_and_scopes(owner, station):
    make_client(station)
    withdraw_authorisation(StationAuthorisation.objects.get(), actor=StationAuthorisation.objects.get().given_by)
    table = owner.get("/authorisations/?export=csv")
    assert "已撤回" in b"".join(table).decode("utf-8-sig")
