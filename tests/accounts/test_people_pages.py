"""The security administrator's pages, and everybody's own account."""

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from accounts.actions import set_second_factor
from accounts.models import Message, RoleGrant, User
from accounts.states import Role
from ledger.actors import Job
from ledger.models import JournalEntry
from tests.factories import make_district, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    keeper = make_user(Role.SECURITY_ADMIN, name="安全员")
    client.force_login(keeper)
    return keeper


@pytest.fixture
def lin():
    return make_user(name="林一", email="lin@example.cn")


def said(response):
    return response.content.decode()


def names(response):
    return {person.name for person in response.context["rows"]}


def test_people_are_found_by_name_role_and_second_factor(client, keeper, lin):
    wu = make_user(Role.INTAKE, name="吴二")
    set_second_factor(wu, "JBSWY3DPEHPK3PXP", actor=Job("test"))
    assert names(client.get("/people/")) == {"安全员", "林一", "吴二"}
    assert names(client.get("/people/?q=lin@")) == {"林一"}
    assert names(client.get("/people/?role=intake")) == {"吴二"}
    assert names(client.get("/people/?role=none")) == {"林一"}
    assert names(client.get("/people/?has_totp=True")) == {"吴二"}
    assert "没有符合条件的人员" in said(client.get("/people/?is_active=False"))


def test_people_are_exported_with_their_roles(client, keeper):
    make_user(Role.INTAKE, name="吴二")
    lines = b"".join(client.get("/people/?role=intake&export=csv").streaming_content).decode("utf-8-sig")
    assert lines.splitlines()[1].startswith("吴二,")
    assert "受理人员" in lines


@pytest.mark.parametrize("role", [None, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.LEADER])
def test_to_others_people_and_their_acts_do_not_exist(client, lin, role):
    client.force_login(make_user(role))
    assert client.get("/people/").status_code == 403
    acts = ("", "grant/", "deactivate/", "reactivate/", "unlock/", "end-sessions/", "reset-second-factor/")
    assert {client.get(f"/people/{lin.pk}/{act}").status_code for act in acts} == {404}
    grant = RoleGrant.objects.create(user=lin, role=Role.INTAKE)
    assert client.post(f"/people/grants/{grant.pk}/end/", {"reason": "x"}).status_code == 404


def test_a_role_is_given_and_ended_through_the_pages(client, keeper, lin):
    make_district()
    answer = client.post(f"/people/{lin.pk}/grant/", {"role": "district", "scope": "420106", "reason": "任职文件"})
    assert answer.url == f"/people/{lin.pk}/"
    page = said(client.get(answer.url))
    assert "区局人员" in page
    assert "武昌区" in page
    assert "任职文件" in page
    grant = RoleGrant.objects.get(user=lin)
    refused = client.post(f"/people/grants/{grant.pk}/end/", {"reason": ""})
    assert (refused.status_code, "请填写理由。" in said(refused)) == (422, True)
    assert client.post(f"/people/grants/{grant.pk}/end/", {"reason": "调岗"}).url == f"/people/{lin.pk}/"
    assert User.objects.get(pk=lin.pk).roles == frozenset()


def test_a_second_administrators_role_is_refused_in_a_sentence_with_what_was_typed(client, keeper, lin):
    RoleGrant.objects.create(user=lin, role=Role.SYSTEM_ADMIN)
    answer = client.post(f"/people/{lin.pk}/grant/", {"role": "audit_admin", "reason": "文号 12"})
    assert answer.status_code == 422
    assert "必须由三个人分别担任；此人已是系统管理员，请另选一人。" in said(answer)
    assert "文号 12" in said(answer)


def test_ones_own_account_offers_no_acts_and_refuses_them(client, keeper):
    assert "自己的角色和账号须由另一位安全管理员办理" in said(client.get(f"/people/{keeper.pk}/"))
    for act in ("deactivate", "reset-second-factor"):
        assert client.post(f"/people/{keeper.pk}/{act}/", {"reason": "x"}).status_code == 422
    assert client.post(f"/people/{keeper.pk}/grant/", {"role": "manager"}).status_code == 422


def test_an_account_is_deactivated_unlocked_and_reset_through_the_pages(client, keeper, lin):
    set_second_factor(lin, "JBSWY3DPEHPK3PXP", actor=Job("test"))
    AccessAttempt.objects.create(username=lin.email, failures_since_start=5, attempt_time=timezone.now())
    assert "登录已锁定" in said(client.get(f"/people/{lin.pk}/"))
    client.post(f"/people/{lin.pk}/unlock/")
    assert "登录已锁定" not in said(client.get(f"/people/{lin.pk}/"))
    client.post(f"/people/{lin.pk}/reset-second-factor/", {"reason": "当面核验"})
    client.post(f"/people/{lin.pk}/end-sessions/")
    client.post(f"/people/{lin.pk}/deactivate/", {"reason": "离职"})
    lin.refresh_from_db()
    assert (lin.is_active, lin.session_epoch, lin.authenticator_set.count()) == (False, 3, 0)
    client.post(f"/people/{lin.pk}/reactivate/", {"reason": "返聘"})
    lin.refresh_from_db()
    assert lin.is_active
    page = said(client.get(f"/people/{lin.pk}/"))
    for act in ("解除登录锁定", "重置两步验证", "退出全部登录", "停用账号", "恢复账号"):
        assert f"<strong>{act}</strong>" in page


@pytest.mark.parametrize("rows", [3, 300])
def test_people_cost_the_same_at_3_and_at_300(client, keeper, rows, django_assert_num_queries):
    for _ in range(rows):
        make_user(Role.INTAKE)
    with django_assert_num_queries(6):  # session, person with roles, count, rows, their roles; expert for the rail
        client.get("/people/")


# -- One's own account  ----


def test_the_own_account_page_shows_what_is_known(client, lin):
    client.force_login(lin)
    page = said(client.get("/account/"))
    for words in ("lin@example.cn", "林一", "修改密码", "退出其他设备", "申请注销账号"):
        assert words in page


def test_name_and_phone_are_changed_and_a_wrong_phone_is_answered(client, lin):
    client.force_login(lin)
    wrong = client.post("/account/profile/", {"name": "林一一", "phone": "12345"})
    assert wrong.status_code == 422
    assert "11 位手机号" in said(wrong)
    assert 'value="12345"' in said(wrong)
    assert client.post("/account/profile/", {"name": "林一一", "phone": "138 0000 1234"}).url == "/account/"
    lin.refresh_from_db()
    assert (lin.name, lin.phone) == ("林一一", "13800001234")
    assert JournalEntry.objects.get().facts == {"fields": ["name", "phone"]}


def test_other_devices_are_signed_out_and_this_one_stays(client, lin):
    other = type(client)()
    client.force_login(lin)
    other.force_login(lin)
    assert client.post("/account/sessions/").url == "/account/"
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


@pytest.mark.parametrize(("path", "move"), [("export", "ask_export"), ("deletion", "ask_deletion")])
def test_a_request_about_ones_data_reaches_the_security_administrator(client, keeper, lin, path, move):
    client.force_login(lin)
    assert client.post(f"/account/{path}/").url == "/account/"
    assert Message.objects.get(recipient=keeper).url == f"/people/{lin.pk}/"
    assert JournalEntry.objects.get().move == move
