"""The score sheet in a real browser: saved as one types, totals at once, keys from mark to mark, a phone."""

from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect

from evaluation.models import Score, ScoreSheet
from tests.browser.conftest import sign_in
from tests.evaluation.panel_cast import full_marks, gated_application

SCREENSHOTS = Path(settings.BASE_DIR) / "var/screenshots"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sheet(page, live_server):
    sheet, _ = gated_application()
    sign_in(page, live_server, sheet.expert.user)
    page.goto(f"{live_server.url}/sheets/{sheet.pk}/")
    yield sheet
    page.goto("about:blank")  # a page that goes saves once more: let that end before the tables are emptied
    page.wait_for_timeout(500)


def field(page, code, kind="points"):
    return page.locator(f'[id="id_{kind}_{code}"]')


def declare_clear(page):
    """Pass the gate by keyboard and wait for the whole sheet: what is typed before its script runs is not counted."""
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="我声明无利益冲突，查看材料").press("Enter")


def test_an_expert_declares_types_and_hands_in_by_keyboard(page, live_server, sheet):
    declare_clear(page)
    field(page, "1.1.1").focus()
    for row in sheet.entry.round.indicators.order_by("position"):
        page.keyboard.type(str(row.max_points.normalize()) if row.max_points < 10 else str(int(row.max_points)))
        page.keyboard.press("Enter")
    expect(page.locator("[data-total]")).to_have_text("100")
    field(page, "1.1.1").fill("2.5")
    field(page, "1.1.1", "reason").fill("分工表缺签发日期")
    expect(page.locator("[data-total]")).to_have_text("99.5")
    page.get_by_text("已保存").wait_for()
    assert Score.objects.get(indicator__code="1.1.1").points == Decimal("2.5")
    page.get_by_role("button", name="核对并提交").click()
    page.get_by_role("button", name="提交评分表").click()
    page.get_by_text("评分表已提交").first.wait_for()
    assert ScoreSheet.objects.get().state == "submitted"
    assert page.said == []


def test_a_wrong_value_is_said_while_one_types_and_the_rest_is_kept(page, live_server, sheet):
    declare_clear(page)
    field(page, "1.1.2").fill("3")
    field(page, "1.1.1").fill("3.5")
    page.get_by_text("“组织架构”满分3分，不能填3.5分").wait_for()
    assert [score.indicator.code for score in Score.objects.select_related("indicator")] == ["1.1.2"]
    assert field(page, "1.1.1").input_value() == "3.5"


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (360, 740)])
def test_the_sheet_fits_its_screen_and_axe_finds_nothing(page, live_server, sheet, width, height):
    page.set_viewport_size({"width": width, "height": height})
    declare_clear(page)
    for code, (points, _) in list(full_marks(sheet).items())[:5]:
        field(page, code).fill(str(points.normalize()))
    page.get_by_text("已保存").wait_for()
    page.get_by_text("管理制度和程序文件").first.click()
    page.get_by_text("systems.pdf").click()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"sheet-{width}.png")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.response["violations"] == []
    assert page.said == []
