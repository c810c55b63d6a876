"""What waits for a person, and for the administrators, on the home page."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import set_second_factor
from accounts.models import Message
from accounts.states import Role
from ledger.actors import Job
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def home(client, user):
    client.force_login(user)
    return client.get("/home/").content.decode()


def test_who_has_no_name_is_asked_for_it(client):
    assert "填写您的姓名" in home(client, make_user(name=""))
    assert "填写您的姓名" not in home(client, make_user(name="林一"))


def test_the_system_administrator_hears_of_mail_that_did_not_leave(client):
    admin = make_user(Role.SYSTEM_ADMIN)
    assert "发送失败" not in home(client, admin)
    Message.objects.create(
        address="a@example.cn", key="k", subject="s", body="b", created_at=timezone.now(), email_state="failed"
    )
    assert "1 封邮件发送失败" in home(client, admin)
    assert "发送失败" not in home(client, make_user(Role.MANAGER))


def test_the_security_administrator_hears_of_staff_without_a_second_factor(client):
    keeper, clerk = make_user(Role.SECURITY_ADMIN), make_user(Role.INTAKE)
    make_user()
    assert "2 名工作人员还没有启用两步验证" in home(client, keeper)
    for person in (keeper, clerk):
        set_second_factor(person, "JBSWY3DPEHPK3PXP", actor=Job("test"))
    assert "还没有启用两步验证" not in home(client, keeper)


def test_a_missing_schedule_of_holidays_waits_for_whom_may_import_it(client):
    with time_machine.travel(dt.datetime(2031, 11, 3, 9, tzinfo=dt.UTC), tick=False):
        assert "导入 2032 年放假安排" in home(client, make_user(Role.MANAGER))
        assert "放假安排" not in home(client, make_user(Role.LEADER))


def test_home_leads_to_the_pages_of_each_duty_and_counts_unread_messages(client):
    auditor = make_user(Role.AUDITOR)
    Message.objects.create(recipient=auditor, key="k", subject="s", body="b", created_at=timezone.now())
    page = home(client, auditor)
    assert page.count('href="/journal/"') == 2  # in the rail, and among the duties
    assert "1 条未读消息" in page
