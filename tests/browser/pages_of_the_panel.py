"""The pages of the panel in a real browser, wide and narrow: no complaint from axe, none from the CSP: `make look`."""

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.states import Role
from evaluation.actions.visits import plan_visit, record_finding
from tests.browser.conftest import sign_in
from tests.browser.looks import look
from tests.evaluation.panel_cast import picture, submitted_sheet
from tests.factories import make_entry, make_expert, make_round, make_sheet, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_pages_of_the_panel_are_without_fault(page, live_server):
    manager, clerk = make_user(Role.MANAGER, name="郑管理"), make_user(Role.INTAKE, name="周受理")
    chair = make_expert(make_user(name="吴组长"), position="教授")
    evaluation = make_round(chair=chair.user, min_sheets=2)
    experts = [chair, *(make_expert(make_user(name=name), load_cap=9) for name in ("孙专家", "李专家"))]
    scored, fresh = make_entry(evaluation), make_entry(evaluation)
    make_expert(make_user(name="钱回避"), employer=fresh.station.organisation.name)
    for expert, points in zip(experts[1:], ("10", "2"), strict=True):
        submitted_sheet(scored, expert, _4_1_1=points, _4_1_2=points)
    make_sheet(make_entry(evaluation), experts[1])
    visit = plan_visit(
        scored,
        actor=manager,
        planned_for=timezone.now() + dt.timedelta(days=2),
        place="武昌区测试路1号",
        visitors=[manager, clerk],
    )
    record_finding(visit, actor=clerk, indicator="1.2.3", verdict="partly", text="门口没有站牌", photos=[picture()])
    base = live_server.url
    sign_in(page, live_server, manager)
    for name, path in {
        "panel-board": f"/rounds/{evaluation.pk}/panel/",
        "panel-progress": f"/rounds/{evaluation.pk}/progress/",
        "panel-lock": f"/rounds/{evaluation.pk}/lock/",
        "entry-list": "/entries/",
        "entry": f"/entries/{scored.pk}/",
        "expert-list": "/experts/",
        "expert-edit": f"/experts/{chair.pk}/",
        "expert-new": "/experts/new/",
        "institution-list": "/institutions/",
        "visit-plan": f"/entries/{scored.pk}/visit/",
        "visit": f"/visits/{visit.pk}/",
        "visit-finding": f"/visits/{visit.pk}/findings/1.2.3/",
        "visit-finish": f"/visits/{visit.pk}/finish/",
    }.items():
        look(page, base + path, name)
    page.goto(f"{base}/rounds/{evaluation.pk}/panel/")
    page.get_by_role("button", name="核对将要分配的内容").click()
    page.get_by_role("button", name="确认分配").wait_for()
    page.screenshot(path=settings.VAR_DIR / "screenshots/panel-confirm.png", full_page=True)
    sign_in(page, live_server, experts[1].user)
    look(page, f"{base}/sheets/", "sheet-list")
    look(page, f"{base}/sheets/{experts[1].sheets.get(state='gated').pk}/", "sheet-gate")
    look(page, f"{base}/sheets/{experts[1].sheets.get(state='submitted').pk}/", "sheet-read")
    sign_in(page, live_server, chair.user)
    look(page, f"{base}/rounds/{evaluation.pk}/progress/", "panel-progress-chair")
    page.goto("about:blank")
    assert page.said == []
