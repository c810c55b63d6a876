"""The dictionaries in the administration."""

import pytest

from accounts.states import Role
from stations.models import District, Industry
from tests.factories import make_district, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    return client


def test_the_system_administrator_sees_the_dictionaries_and_no_roles(admin):
    page = admin.get("/admin/").content.decode()
    for words in ("系统管理", "区和功能区", "产业"):
        assert words in page
    for words in ("角色授权", "Authenticator", "Access attempts", "用户"):
        assert words not in page
    assert admin.get("/admin/accounts/rolegrant/").status_code == 404


def test_an_industry_is_added_amended_and_never_deleted(admin):
    fields = {"code": "opto", "name": "光电子", "group": "965", "position": "1"}
    assert admin.post("/admin/stations/industry/add/", fields).status_code == 302
    changed = {"name": "光电子信息", "group": "965", "position": "1", "code": "other"}
    assert admin.post("/admin/stations/industry/opto/change/", changed).status_code == 302
    assert Industry.objects.get(pk="opto").name == "光电子信息"
    assert admin.post("/admin/stations/industry/opto/delete/", {"post": "yes"}).status_code == 403


def test_a_zone_gets_no_invented_number(admin):
    make_district()
    fields = {"code": "zone-x", "name": "某功能区", "kind": "zone", "gb_code": "420999", "supervising_bureau": "某局"}
    answer = admin.post("/admin/stations/district/add/", {**fields, "position": "30"})
    assert answer.status_code == 200
    assert not District.objects.filter(pk="zone-x").exists()


@pytest.mark.parametrize("role", [None, Role.MANAGER, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_nobody_else_gets_in(client, role):
    client.force_login(make_user(role))
    assert client.get("/admin/stations/district/").status_code in {302, 403}
