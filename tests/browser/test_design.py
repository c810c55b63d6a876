"""The look in a real browser: wide and narrow, large letters, keyboard, no complaint from axe or from the CSP."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from accounts.states import Role
from tests.browser.conftest import sign_in
from tests.browser.looks import WIDTHS, faults, overflow
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PUBLIC = ["/", "/design/", "/guide/", "/sitemap/", "/accessibility/", "/nope/", "/accounts/login/", "/accounts/signup/"]
PUBLIC += [
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/confirm-email/",
    "/accounts/inactive/",
]
OWN = ["/home/", "/account/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/", "/accounts/2fa/"]
OWN += ["/accounts/2fa/totp/activate/", "/accounts/reauthenticate/"]
PASSWORD = "a-long-password-1"


def without_fault(page):
    """Nothing sticks out, and axe finds nothing, narrow (where other parts are shown) and wide."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) <= 0, f"{page.url} sticks out at {width}"
        assert faults(page) == []
    return True


def complaints(page):
    """What the console said, but for the answers that a test asked for, and a hint of Chromium about password forms."""
    return [line for line in page.said if "404 (Not Found)" not in line and "[DOM] Password forms" not in line]


@pytest.fixture
def manager():
    user = make_user(Role.MANAGER, password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.mark.parametrize("large", [False, True])
def test_public_pages_are_without_fault(page, live_server, large):
    page.context.add_cookies([{"name": "large_type", "value": str(int(large)), "url": live_server.url}])
    for path in PUBLIC:
        page.goto(live_server.url + path)
        assert without_fault(page)
    assert complaints(page) == []


def test_pages_of_the_account_are_without_fault(page, live_server, manager):
    sign_in(page, live_server, manager)
    for path in OWN:
        page.goto(live_server.url + path)
        assert without_fault(page)
    assert complaints(page) == []


def test_touch_targets_are_tall_enough(page, live_server):
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(live_server.url + "/accounts/login/")
    heights = page.eval_on_selector_all(
        ".topbar a, .topbar button, .doors a, main input:not([type=hidden]), main .button",
        "all => all.map(one => one.getBoundingClientRect().height)",
    )
    assert len(heights) >= 7
    assert min(heights) >= 44


def test_signing_in_with_the_keyboard_alone(page, live_server, manager):
    page.goto(live_server.url + "/accounts/login/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(manager.email)
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.tagName") == "A":  # 忘记密码 stands between
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/home/")
    assert page.locator("h1").inner_text() == f"{manager.name}，您好"
    assert complaints(page) == []


def test_a_wrong_password_is_said_at_the_top_with_the_name_still_there(page, live_server, manager):
    page.goto(live_server.url + "/accounts/login/")
    page.fill("#id_login", manager.email)
    page.fill("#id_password", "not-the-password")
    page.click("main .button")
    summary = page.locator(".error-summary")
    assert summary.inner_text().startswith("有 1 处需要修改")
    assert summary.evaluate("box => box === document.activeElement")
    assert page.input_value("#id_login") == manager.email
    assert faults(page) == []


def test_large_type_is_one_click_and_stays(page, live_server):
    page.goto(live_server.url + "/guide/")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert page.evaluate(size) == 16
    page.click("text=大字版")
    assert page.url == live_server.url + "/guide/"
    assert page.evaluate(size) == 20
    page.goto(live_server.url + "/")
    assert page.evaluate(size) == 20
    page.click("text=标准字号")
    assert page.evaluate(size) == 16


def test_without_javascript_everything_is_there(browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 900})
    page = context.new_page()
    page.goto(live_server.url + "/design/")
    assert "天" in page.locator("[data-left]").inner_text()
    assert not page.locator("dialog").is_visible()
    page.click("[data-opens=withdraw]")  # a link to the page that asks
    assert page.url.endswith("#confirm")
    page.click("text=大字版")
    assert page.locator("html").get_attribute("class") == "large"
    context.close()


def test_a_confirmation_opens_as_a_dialog_and_escape_leaves_it(page, live_server):
    page.goto(live_server.url + "/design/")
    page.click("[data-opens=withdraw]")
    assert page.locator("#withdraw").is_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("#withdraw").is_visible()


def test_the_countdown_goes_on_by_itself(page, live_server):
    page.clock.install(
        time=dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
    )  # the reader's clock is wrong; that does not matter
    page.goto(live_server.url + "/design/")
    before = page.locator("[data-left]").inner_text()
    page.clock.fast_forward("26:00:00")
    after = page.locator("[data-left]").inner_text()
    days = [int(re.match(r"(\d+)天", text)[1]) for text in (before, after)]
    assert days[0] - days[1] in {1, 2}


def test_a_table_becomes_cards_on_a_phone(page, live_server):
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto(live_server.url + "/design/")
    cell = page.locator("#table td").first
    assert cell.evaluate("cell => getComputedStyle(cell).display") == "block"
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"编号"'


def test_nothing_moves_for_whom_movement_disturbs(browser, live_server):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(live_server.url + "/design/")
    moving = page.evaluate("document.getAnimations().length")
    context.close()
    assert moving == 0


def test_print_leaves_the_doors_away(page, live_server):
    page.goto(live_server.url + "/guide/")
    page.emulate_media(media="print")
    assert not page.locator(".doors").is_visible()
    assert not page.locator(".topbar").is_visible()
    assert page.locator("h1").is_visible()


def test_signing_up_and_confirming_the_address(page, live_server):
    page.goto(live_server.url + "/accounts/signup/")
    page.fill("#id_email", "new@example.com")
    page.fill("#id_password1", PASSWORD)
    page.fill("#id_password2", PASSWORD)
    page.click("main .button")
    assert page.locator("h1").inner_text() == "请查收确认邮件"
    letter = mail.outbox[-1]
    assert letter.subject == "【质量服务站】请确认您的邮箱，完成注册"
    page.goto(re.search(r"http://\S+", letter.body)[0])
    assert faults(page) == []
    page.click("main .button")
    assert EmailAddress.objects.get(email="new@example.com").verified
    assert complaints(page) == []
