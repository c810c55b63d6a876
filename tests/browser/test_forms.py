"""Drafts that save themselves, uploads, forms that are sent once, marks by keyboard: in a real browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Message
from ledger.models import LongJob
from tests.browser.conftest import sign_in
from tests.factories import make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.accounts.urls_for_pages"),
]


@pytest.fixture(autouse=True)
def test_templates(settings):
    engine = {**settings.TEMPLATES[0]}
    engine["DIRS"] = [*engine["DIRS"], settings.BASE_DIR / "tests/accounts/templates"]
    settings.TEMPLATES = [engine]


@pytest.fixture
def message(page, live_server):
    user = make_user()
    sign_in(page, live_server, user)
    return Message.objects.create(recipient=user, key="k", subject="旧", body="正文", created_at=timezone.now())


def address(live_server, message, what):
    return f"{live_server.url}/t/messages/{message.pk}/{what}/"


def saved(page):
    return page.locator("[data-save-state]")


def test_a_draft_saves_itself_a_second_after_the_last_key(page, live_server, message):
    page.goto(address(live_server, message, "draft"))
    page.locator("#id_subject").press_sequentially("光谷")
    expect(saved(page)).to_contain_text("已保存")
    message.refresh_from_db()
    assert message.subject == "光谷"
    with page.expect_response("**/draft/") as answer:  # the same form, saved again: its token does not stop it
        page.fill("#id_subject", "汉阳")
    assert answer.value.json() == {"message": "已改。", "version": None}
    message.refresh_from_db()
    assert (message.subject, message.attempts) == ("汉阳", 2)
    assert page.said == []


def test_a_draft_that_was_refused_says_why_and_is_there_after_a_reload(page, live_server, message):
    page.goto(address(live_server, message, "draft"))
    page.fill("#id_subject", "先来者")
    page.fill("#id_note", "写了很久")
    expect(saved(page)).to_contain_text("保存失败：已由他人办理，请刷新。")
    page.reload()
    assert page.input_value("#id_note") == "写了很久"
    assert page.input_value("#id_subject") == "先来者"
    expect(saved(page)).to_contain_text("保存失败")
    message.refresh_from_db()
    assert message.subject == "旧"


def test_without_a_network_nothing_is_lost_and_it_is_tried_again(page, live_server, message):
    page.clock.install()
    page.goto(address(live_server, message, "draft"))
    page.route("**/draft/", lambda route: route.abort())
    page.fill("#id_subject", "光谷")
    page.clock.run_for(1100)
    expect(saved(page)).to_contain_text("网络不通")
    page.unroute("**/draft/")
    page.clock.run_for(15100)
    expect(saved(page)).to_contain_text("已保存")
    message.refresh_from_db()
    assert message.subject == "光谷"


def test_an_upload_that_is_refused_keeps_what_was_typed(page, live_server, message):
    page.goto(address(live_server, message, "paper"))
    page.fill("#id_note", "第一稿说明")
    page.set_input_files("#id_paper", {"name": "大.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2000})
    page.click("main .button")
    expect(page.locator(".error-summary a")).to_have_text("申报书：文件太大，请压缩后再传。")
    assert page.input_value("#id_note") == "第一稿说明"
    assert page.locator(".error-summary").evaluate("box => box === document.activeElement")
    page.set_input_files("#id_paper", {"name": "小.pdf", "mimeType": "application/pdf", "buffer": b"x" * 10})
    page.click("main .button:not(.plain)")
    page.wait_for_url(f"**/t/messages/{message.pk}/")
    expect(page.locator(".notice")).to_have_text("已收到。")
    message.refresh_from_db()
    assert message.body == "小.pdf"
    assert [line for line in page.said if "422" not in line] == []


def test_an_upload_works_without_javascript(browser, live_server, message, page):
    context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(address(live_server, message, "paper"))
    plain.fill("#id_note", "说明")
    plain.set_input_files("#id_paper", {"name": "小.pdf", "mimeType": "application/pdf", "buffer": b"x" * 10})
    plain.click("main .button:not(.plain)")
    assert plain.url == f"{live_server.url}/t/messages/{message.pk}/"
    context.close()
    message.refresh_from_db()
    assert message.body == "小.pdf"


def test_a_button_pressed_twice_acts_once(page, live_server, message):
    page.goto(address(live_server, message, "rename"))
    page.fill("#id_subject", "新")
    page.evaluate("() => { const b = document.querySelector('main .button'); b.click(); b.click(); }")
    page.wait_for_url(f"**/t/messages/{message.pk}/")
    message.refresh_from_db()
    assert message.attempts == 1


def test_marks_are_given_with_the_keyboard_alone(page, live_server, message):
    page.goto(live_server.url + "/t/marks/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "id_q"
    page.focus("#a")
    for key, reached in (
        ("Enter", "b"),
        ("ArrowDown", "c"),
        ("ArrowDown", "c"),
        ("ArrowUp", "b"),
        ("Shift+Enter", "a"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == reached
    assert page.said == []


def test_a_progress_bar_goes_on_by_itself_until_the_work_is_done(page, live_server):
    job = LongJob.objects.create(
        kind="rank", object_type="x", object_id="1", state="running", done=3, total=10, asked_at=timezone.now()
    )
    page.goto(f"{live_server.url}/t/jobs/{job.pk}/")
    expect(page.locator(".progress")).to_contain_text("正在执行，3 / 10")
    LongJob.objects.filter(pk=job.pk).update(done=7)
    expect(page.locator(".progress progress")).to_have_attribute("value", "7")
    LongJob.objects.filter(pk=job.pk).update(state="done", done=10, message="共 10 个参评对象。")
    expect(page.locator(".progress")).to_contain_text("共 10 个参评对象。")
    assert page.locator("progress").count() == 0
    assert page.said == []
