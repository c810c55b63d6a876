"""Second factor, recovery codes, a forgotten password, another address: as a person goes through them."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail

from accounts.models import User
from accounts.states import Role
from tests.browser.looks import faults, overflow
from tests.browser.test_design import complaints
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD, NEW_PASSWORD = "a-long-password-1", "another-long-password-2"


@pytest.fixture
def manager():
    user = make_user(Role.MANAGER, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_for(secret):
    """The six digits that an authenticator shows now, and still shows when they have been typed."""
    if time.time() % 30 > 26:
        time.sleep(30 - time.time() % 30)
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def press(page, button="main .button"):
    """Click, and wait until the page that answers is there."""
    with page.expect_navigation(wait_until="load"):
        page.click(button)


def sign_in_by_hand(page, live_server, user, password):
    page.goto(live_server.url + "/accounts/login/")
    page.fill("#id_login", user.email)
    page.fill("#id_password", password)
    press(page)


def test_a_second_factor_is_set_up_and_asked_for(page, live_server, manager):
    page.set_viewport_size({"width": 360, "height": 900})
    sign_in_by_hand(page, live_server, manager, PASSWORD)
    page.goto(live_server.url + "/accounts/2fa/totp/activate/")
    page.fill("#id_password", PASSWORD)
    press(page)
    assert page.locator("h1").inner_text() == "启用验证器应用"
    assert page.locator(".qr svg").bounding_box()["width"] > 150
    assert (faults(page), overflow(page)) == ([], 0)
    secret = re.search(r"[A-Z2-7]{16,}", page.locator(".facts").inner_text())[0]
    page.fill("#id_code", "000000")
    press(page)
    assert page.locator(".error-summary").is_visible()
    page.fill("#id_code", code_for(secret))
    press(page)
    assert page.locator("h1").inner_text() == "恢复码"
    assert page.locator(".codes li").count() == 10
    assert (faults(page), overflow(page)) == ([], 0)
    recovery = page.locator(".codes li").first.inner_text()
    for path in ("/accounts/2fa/", "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/totp/deactivate/"):
        page.goto(live_server.url + path)
        assert (faults(page), overflow(page)) == ([], 0)
    page.goto(live_server.url + "/accounts/logout/")
    press(page)
    sign_in_by_hand(page, live_server, manager, PASSWORD)
    assert page.locator("h1").inner_text() == "两步验证"
    assert faults(page) == []
    page.fill("#id_code", recovery)
    press(page)
    page.wait_for_url("**/home/")
    assert complaints(page) == []


def test_a_forgotten_password_is_set_anew(page, live_server, manager):
    page.goto(live_server.url + "/accounts/password/reset/")
    page.fill("#id_email", manager.email)
    press(page)
    assert page.locator("h1").inner_text() == "邮件已发出"
    assert mail.outbox[-1].subject == "【质量服务站】重新设置密码"
    page.goto(re.search(r"http://\S+", mail.outbox[-1].body)[0])
    assert faults(page) == []
    page.fill("#id_password1", NEW_PASSWORD)
    page.fill("#id_password2", NEW_PASSWORD)
    press(page)
    assert page.locator("h1").inner_text() == "密码已更改"
    assert mail.outbox[-1].subject == "【质量服务站】密码已重新设置"
    sign_in_by_hand(page, live_server, manager, NEW_PASSWORD)
    page.wait_for_url("**/home/")
    assert complaints(page) == []


def test_an_unknown_address_is_answered_like_a_known_one(page, live_server):
    page.goto(live_server.url + "/accounts/password/reset/")
    page.fill("#id_email", "nobody@example.com")
    press(page)
    assert page.locator("h1").inner_text() == "邮件已发出"
    assert "没有在本站注册" in mail.outbox[-1].body


def test_the_address_changes_when_the_new_one_is_confirmed(page, live_server, manager):
    sign_in_by_hand(page, live_server, manager, PASSWORD)
    page.goto(live_server.url + "/accounts/email/")
    page.fill("#id_email", "other@example.com")
    press(page, "[name=action_add]")
    page.goto(live_server.url + "/accounts/email/")
    assert "待确认的新邮箱" in page.locator("main").inner_text()
    assert faults(page) == []
    link = next(letter for letter in mail.outbox if letter.to == ["other@example.com"])
    page.goto(re.search(r"http://\S+", link.body)[0])
    press(page)
    assert User.objects.get(pk=manager.pk).email == "other@example.com"
    assert complaints(page) == []


def test_old_links_and_closed_doors_say_what_to_do(page, live_server):
    for path, said in (
        ("/accounts/confirm-email/no-such-key/", "这个确认链接已经失效"),
        ("/accounts/password/reset/key/1-no-such-key/", "这个链接已经用过或已经过期"),
        ("/accounts/inactive/", "这个账号已经停用"),
    ):
        page.goto(live_server.url + path)
        assert said in page.locator("main").inner_text()
        assert faults(page) == []
