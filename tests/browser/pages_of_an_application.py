"""The pages of an application in each of its states, for the applicant and for intake: `make look`."""

import datetime as dt

import pytest
from django.utils import timezone

from evaluation.actions.application import submit_application, supplement_application
from evaluation.actions.draft import save_answers, start_application
from evaluation.actions.intake import return_application
from tests.browser.conftest import sign_in
from tests.browser.looks import look
from tests.evaluation.dossiers import add_material as add
from tests.evaluation.dossiers import filled_draft, open_round, png_bytes, ready_station, upload
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


def test_the_applicants_pages_are_without_fault(page, live_server, evaluation, owner):
    sign_in(page, live_server, owner)
    draft = start_application(evaluation, ready_station(owner, specialists=4), actor=owner, at=timezone.now())
    full, _ = filled_draft(owner, evaluation, timezone.now())
    ready_station(owner)
    look(page, f"{live_server.url}/applications/", "application-list")
    look(page, f"{live_server.url}/applications/start/{evaluation.pk}/", "application-start")
    base = f"{live_server.url}/applications/{draft.pk}/"
    look(page, base, "application-draft")
    for step in STEPS:
        look(page, f"{base}{step}/", f"application-{step}")
    base = f"{live_server.url}/applications/{full.pk}/"
    look(page, f"{base}check/", "application-check-full")
    look(page, f"{base}submit/", "application-submit")
    version = submit_application(full, actor=owner)
    look(page, base, "application-submitted")
    look(page, f"{base}versions/{version.number}/receipt/", "application-receipt")
    look(page, f"{base}withdraw/", "application-withdraw")
    items = [{"code": "audit_report", "reason": "缺签章页"}, {"code": "conditions", "reason": "财务状况太简略"}]
    return_application(full, items=items, actor=make_user("intake"))
    look(page, base, "application-returned")
    look(page, f"{base}materials/", "application-materials-returned")
    assert page.said == []


def test_intakes_pages_are_without_fault(page, live_server, evaluation, owner):
    clerk = make_user("intake", name="周受理")
    sign_in(page, live_server, clerk)
    application, _ = filled_draft(owner, evaluation, timezone.now())
    add(application, "registration", upload("执照.png", png_bytes()), actor=owner, at=timezone.now())
    submit_application(application, actor=owner)
    look(page, f"{live_server.url}/intake/", "intake-list")
    base = f"{live_server.url}/intake/{application.pk}/"
    look(page, base, "intake-file")
    look(page, f"{base}return/", "intake-return")
    return_application(application, items=[{"code": "conditions", "reason": "太简略"}], actor=clerk)
    save_answers(application, actor=owner, version=99, finance="上一年度收入 860 万元，利润 97 万元。")
    supplement_application(application, actor=owner)
    look(page, base, "intake-file-2")
    look(page, f"{base}versions/2/changes/", "intake-changes")
    assert page.said == []
