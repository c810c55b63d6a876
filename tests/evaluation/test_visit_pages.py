"""Pages of site visits: planned at a desk, written down on a phone, signed, and seen by whom they may be."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from config.home import todos_for
from evaluation.actions.visits import plan_visit
from evaluation.models import SiteVisit, VisitFinding
from tests.evaluation.panel_cast import picture
from tests.factories import make_entry, make_expert, make_round, make_sheet, make_user

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"evaluation:{name}", args=args)


def text_of(response):
    return response.content.decode()


@pytest.fixture
def manager(client):
    manager = make_user(Role.MANAGER)
    client.force_login(manager)
    return manager


@pytest.fixture
def visit(client, manager):
    sheet = make_sheet(state="open")
    posted = {
        "planned_for": "2030-03-01T09:30",
        "place": "武昌区测试路1号",
        "visitors": [manager.pk, sheet.expert.user_id],
    }
    client.post(address("visit_plan", sheet.entry_id), posted)
    return SiteVisit.objects.get()


def test_a_visit_by_one_person_is_refused_with_what_was_typed(client, manager):
    entry = make_entry()
    posted = {"planned_for": "2030-03-01T09:30", "place": "武昌区测试路1号", "visitors": [manager.pk]}
    page = client.post(address("visit_plan", entry.pk), posted)
    assert page.status_code == 422
    assert "现场核查至少要2人" in text_of(page)
    assert "武昌区测试路1号" in text_of(page)
    assert not SiteVisit.objects.exists()


def test_a_visit_is_recorded_with_photographs_signed_and_read_beside_the_sheet(client, visit, manager):
    expert = visit.entry.sheets.get().expert
    client.force_login(expert.user)
    assert f"现场核查：{visit.entry.station.organisation}" in {todo.title for todo in todos_for(expert.user)}
    finding = address("visit_finding", visit.pk, "1.2.3")
    assert "现场看到的情况" in text_of(client.post(finding, {"verdict": "partly", "text": ""}))
    client.post(finding, {"verdict": "partly", "text": "门口没有站牌", "photos": [picture(), picture("b.jpg")]})
    photo = VisitFinding.objects.get().photos.first()
    file = address("visit_file", visit.pk, photo.key)
    assert file in text_of(client.get(address("visit_detail", visit.pk)))
    assert b"".join(client.get(file, {"view": ""}).streaming_content).startswith(b"\xff\xd8")
    signed = {"station_signed_by": "李站长", "bureau_signed_by": "王组长", "signed_record": picture("记录.jpg")}
    assert client.post(address("visit_finish", visit.pk), {**signed, "station_signed_by": ""}).status_code == 422
    client.post(address("visit_finish", visit.pk), {**signed, "signed_record": picture("记录.jpg")})
    assert SiteVisit.objects.get().state == "done"
    sheet_page = text_of(client.get(address("sheet_detail", visit.entry.sheets.get().pk)))
    assert "现场部分一致" in sheet_page
    assert "门口没有站牌" in sheet_page


def test_a_program_called_jpg_is_refused_on_the_page(client, visit):
    program = picture()
    program.file.seek(0)
    program.file.write(b"MZ\x90\x00")
    program.seek(0)
    page = client.post(address("visit_finding", visit.pk, "1.1.1"), {"verdict": "confirmed", "photos": [program]})
    assert page.status_code == 422
    assert not VisitFinding.objects.exists()


def test_a_visit_is_called_off(client, visit):
    client.post(address("visit_cancel", visit.pk), {"reason": "台风"})
    assert SiteVisit.objects.get().state == "cancelled"
    assert "台风" in text_of(client.get(address("visit_detail", visit.pk)))


def test_visits_do_not_exist_for_others(client, visit):
    gated = make_sheet(visit.entry).expert.user
    for user in (gated, make_expert().user, make_user(), make_user(Role.DISTRICT)):
        client.force_login(user)
        assert client.get(address("visit_detail", visit.pk)).status_code == 404
        assert client.post(address("visit_finding", visit.pk, "1.1.1"), {"verdict": "confirmed"}).status_code == 404
        assert client.get(address("visit_list")).status_code == 403
        assert list(client.get(address("my_visit_list")).context["rows"]) == []


def test_an_auditor_reads_and_does_not_write(client, visit):
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(address("visit_detail", visit.pk)).status_code == 200
    for name in ("visit_finish", "visit_cancel"):
        assert client.get(address(name, visit.pk)).status_code == 404


def test_what_waits_stands_on_each_home(client, manager):
    sheet = make_sheet()
    assert "个参评对象的评分表不够" in " ".join(todo.reason for todo in todos_for(manager))
    assert [(todo.title, todo.reason) for todo in todos_for(sheet.expert.user)] == [
        (f"评分：{sheet.entry.station.organisation}", "请先声明是否存在利益冲突。")
    ]
    chair = make_expert().user
    evaluation = make_round(chair=chair)
    assert [todo.url for todo in todos_for(chair)] == [address("panel_progress", evaluation.pk)]


def test_a_visit_under_way_waits_for_its_record_and_is_not_overdue(manager):
    entry = make_sheet().entry
    now = timezone.now()
    other = make_user(Role.INTAKE)
    visit = plan_visit(
        entry, actor=manager, planned_for=now + dt.timedelta(hours=1), place="某路1号", visitors=[manager, other]
    )
    (before,) = todos_for(other)
    assert (before.due_at, before.reason) == (visit.planned_for, "地点：某路1号")
    with time_machine.travel(now + dt.timedelta(hours=2)):
        (during,) = todos_for(other)
    assert (during.due_at, during.url) == (None, address("visit_detail", visit.pk))
    assert "逐项记录" in during.reason
