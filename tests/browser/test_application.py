"""Applying and checking in a real browser: typed, saved, uploaded, judged."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from evaluation.actions.application import submit_application
from evaluation.actions.draft import start_application
from evaluation.models import Application, MaterialVerdict
from tests.browser.conftest import sign_in
from tests.evaluation.dossiers import filled_draft, open_round, pdf_bytes, ready_station
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STEPS = ("organisation", "conditions", "abilities", "materials", "projects", "check")


@pytest.fixture
def evaluation():
    now = timezone.now()
    return open_round(opens_at=now - dt.timedelta(days=3), closes_at=now + dt.timedelta(days=20))


@pytest.fixture
def owner():
    return make_user(name="林经办")


def test_what_is_typed_is_saved_and_the_conditions_follow(page, live_server, evaluation, owner):
    sign_in(page, live_server, owner)
    draft = start_application(evaluation, ready_station(owner), actor=owner)
    page.goto(f"{live_server.url}/applications/{draft.pk}/conditions/")
    expect(page.locator("#checks")).to_contain_text("请填写“财务状况”")
    page.fill("#id_finance", "近三年连续盈利。")
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")
    expect(page.locator("#checks")).not_to_contain_text("请填写“财务状况”")
    page.fill("#id_place", "固定场所 300 平方米。")
    expect(page.locator("#checks")).not_to_contain_text("请填写“场所、设施和设备”")
    draft.refresh_from_db()
    assert (draft.finance, draft.place) == ("近三年连续盈利。", "固定场所 300 平方米。")
    assert page.said == []


def test_files_are_uploaded_and_a_bad_one_is_answered_on_the_spot(page, live_server, evaluation, owner):
    sign_in(page, live_server, owner)
    draft = start_application(evaluation, ready_station(owner), actor=owner)
    page.goto(f"{live_server.url}/applications/{draft.pk}/materials/")
    section = page.locator("#material-systems")
    files = [{"name": name, "mimeType": "application/pdf", "buffer": pdf_bytes(name)} for name in ("一.pdf", "二.pdf")]
    section.locator("input[type=file]").set_input_files(files)
    section.get_by_role("button", name="上传").click()
    expect(page.locator("#material-systems .files li")).to_have_count(2)
    bad = {"name": "程序.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00"}
    page.locator("#material-registration input[type=file]").set_input_files([bad])
    page.locator("#material-registration").get_by_role("button", name="上传").click()
    expect(page.locator(".error-summary")).to_contain_text("不是有效的 PDF")
    assert draft.material_files.count() == 2
    assert [line for line in page.said if "422" not in line] == []


def test_a_clerk_views_a_paper_in_place_and_accepts(page, live_server, evaluation, owner):
    clerk = make_user("intake", name="周受理")
    application, _ = filled_draft(owner, evaluation, timezone.now())
    submit_application(application, actor=owner)
    sign_in(page, live_server, clerk)
    page.goto(f"{live_server.url}/intake/{application.pk}/")
    section = page.locator("#material-audit_report")
    with page.expect_response("**/files/**") as viewed:
        section.locator("details.viewer summary").click()
    assert viewed.value.status == 200
    assert viewed.value.headers["content-disposition"].startswith("inline")
    section.get_by_label("齐全").check()
    section.get_by_role("button", name="保存意见").click()
    expect(page.locator("#material-audit_report")).to_contain_text("周受理")
    page.get_by_role("link", name="其余材料均齐全").click()
    page.get_by_role("button", name="确定").click()
    expect(page.locator("main")).to_contain_text("七类材料齐全，可以受理")
    page.get_by_role("link", name="受理", exact=True).click()
    page.get_by_role("button", name="确认受理").click()
    expect(page.locator("main")).to_contain_text("已受理，并已通知申报单位")
    assert Application.objects.get().state == "accepted"
    assert MaterialVerdict.objects.filter(verdict="complete").count() == 7
    assert page.said == []
