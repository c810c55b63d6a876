"""A need in hand on the screen: from the candidates with their reasons to the archive, by the station's own people."""

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.states import Role
from services.actions.need_archive import archive_need
from services.models import Equipment, NeedMatch, Progress
from services.states.need import NeedState
from tests.evaluation.dossiers import upload
from tests.factories import make_user
from tests.services.need_scene import AT, DAY, assessed, posted, served_station
from tests.services.test_need_work import agency_of, delivered, specialist_of, under_way

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT + DAY) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def no_counts_of_other_tests():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def lin():
    return make_user(name="林站长")


@pytest.fixture
def station(lin):
    return served_station(lin)


def read(response) -> str:
    return response.content.decode()


def test_a_station_serves_a_need_page_by_page(client, station, lin):
    agency = agency_of(station)
    unfit = agency_of(station, "没有资质的机构", qualified=False, number=2)
    need = assessed(station, lin)
    client.force_login(lin)
    page = f"/needs/work/{need.pk}/"
    shown = read(client.get(f"{page}match/"))
    assert all(
        word in shown for word in (agency.name, "与企业同区", "法定计量检定机构计量授权 法计2026", "不能提出的 1 个")
    )
    assert f"{unfit.name}：没有登记这类服务的资质" in shown
    assert "请至少选择一个" in read(client.post(f"{page}match/", {}))
    client.post(f"{page}match/", {"keys": [f"agency:{agency.pk}"]})
    match = NeedMatch.objects.get()
    assert f"/needs/work/matches/{match.pk}/accept/" in read(client.get(page))
    client.post(f"/needs/work/matches/{match.pk}/accept/", {"answer": "六月五日上门"})
    plan = {"situation": "没有校准。", "goal": "取得证书。", "measures": "上门。"}
    assert need.text in read(client.get(f"{page}plan/"))  # what the company wrote is there to begin with
    assert "取得证书。" in read(client.post(f"{page}plan/", plan, follow=True))
    terms = {"size": "small", "signed_on": "2026-06-02", "ends_on": "2026-06-20", "item_1": "校准", "amount_1": "3000"}
    half = client.post(f"{page}contract/", {**terms, "item_2": "上门", "file": upload("合同.pdf")})
    assert "请填写事项 2 的金额" in read(half)
    reduced = {"discount": "500", "discount_reason": "小型企业减免", "file": upload("合同.pdf")}
    signed = read(client.post(f"{page}contract/", {**terms, **reduced}, follow=True))
    assert all(word in signed for word in ("2026-0001", "2,500", "小型企业减免"))
    client.post(f"{page}start/")
    client.post(f"{page}progress/", {"text": "上门校准", "due_on": "2026-06-05"})
    step = Progress.objects.get()
    assert "还有没完成的计划事项" in read(client.post(f"{page}deliver/", delivery()))
    problems = {"problems_found": "1", "problems_solved": "1", "problems": "探针磨损，已更换。"}
    client.post(f"/needs/work/steps/{step.pk}/done/", problems)
    assert "请填写服务成果" in read(client.post(f"{page}deliver/", delivery(summary="")))
    answer = read(client.post(f"{page}deliver/", delivery(), follow=True))
    assert "服务记录" in answer
    client.post(f"{page}archive/")
    need.refresh_from_db()
    assert need.state == NeedState.ARCHIVED
    paper = client.get(f"{page}papers/{need.archive.file.key}/")
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    client.force_login(make_user())
    assert client.get(f"{page}papers/{need.archive.file.key}/").status_code == 404


def delivery(**changes) -> dict:
    known = {"item": "metrology.calibration", "served_on": "2026-06-02", "summary": "校准合格。", "visits": "1"}
    return {**known, "report": upload("证书.pdf"), **changes}


def test_what_the_station_serves_itself_is_matched_without_an_agency(client, station, lin):
    agency = agency_of(station)
    specialist = specialist_of(station)
    need = assessed(station, lin, mode="at_once")
    client.force_login(lin)
    shown = read(client.get(f"/needs/work/{need.pk}/match/"))
    assert specialist.name in shown
    assert agency.name not in shown
    client.post(f"/needs/work/{need.pk}/match/", {"keys": [f"specialist:{specialist.pk}"]})
    assert "当场开始服务" in read(client.get(need.get_absolute_url()))
    client.post(f"/needs/work/{need.pk}/start/")
    need.refresh_from_db()
    assert need.state == NeedState.IN_PROGRESS


def test_an_agency_that_does_not_accept_leaves_the_need_to_be_matched(client, station, lin):
    agency = agency_of(station)
    need = assessed(station, lin)
    client.force_login(lin)
    client.post(f"/needs/work/{need.pk}/match/", {"keys": [f"agency:{agency.pk}"]})
    match = NeedMatch.objects.get()
    assert client.post(f"/needs/work/matches/{match.pk}/decline/", {"reason": ""}).status_code == 422
    shown = read(client.post(f"/needs/work/matches/{match.pk}/decline/", {"reason": "排期已满"}, follow=True))
    assert "排期已满" in shown
    assert "对接服务资源" in shown


def test_the_company_rates_from_its_number(client, station, lin):
    need = delivered(station, lin, at=AT + DAY)
    follow = f"/needs/{need.number}/"
    assert f"{follow}rate/" in read(client.get(follow))
    there = client.post(f"{follow}rate/").url
    assert client.get(there).status_code == 200
    early = posted(station)
    assert "服务还没有交付" in read(client.post(f"/needs/{early.number}/rate/"))


def test_only_the_station_writes_and_the_auditor_reads(client, station, lin):
    need = under_way(station, lin)
    step = Progress.objects.create(need=need, text="x", due_at=AT + 9 * DAY, entered_at=AT, entered_by=lin)
    match = need.matches.get()
    client.force_login(make_user(Role.AUDITOR))
    shown = read(client.get(need.get_absolute_url()))
    assert "小型企业减免" in shown
    assert "登记进展" not in shown
    acts = [f"/needs/work/{need.pk}/{act}/" for act in ("match", "plan", "contract", "start", "progress", "deliver")]
    steps = [f"/needs/work/steps/{step.pk}/done/", f"/needs/work/matches/{match.pk}/accept/"]
    assert {client.get(url).status_code for url in [*acts, *steps]} == {404}


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_file_of_a_need_takes_as_many_queries_for_300_lines_as_for_3(client, station, lin):
    need = under_way(station, lin)
    client.force_login(lin)
    line = {"need": need, "text": "x", "due_at": AT + 9 * DAY, "entered_at": AT, "entered_by": lin}
    Progress.objects.bulk_create(Progress(**line) for _ in range(3))
    few = queries(client, need.get_absolute_url())
    Progress.objects.bulk_create(Progress(**line) for _ in range(297))
    assert queries(client, need.get_absolute_url()) == few
    assert few <= 12
    Progress.objects.filter(need=need, done_at=None).update(done_at=AT)
    delivered(station, lin, need=need)
    need.refresh_from_db()
    archive_need(need, actor=lin)
    assert queries(client, need.get_absolute_url()) <= 12


def test_candidates_take_as_many_queries_for_300_as_for_3(client, station, lin):
    need = assessed(station, lin)
    client.force_login(lin)
    instrument = {
        "name": "三坐标测量机",
        "asset_number": "S1",
        "place": "二楼",
        "kinds": ["metrology"],
        "changed_at": AT,
    }
    Equipment.objects.create(station=station, **instrument)
    specialist_of(station)
    for number in range(3):
        agency_of(station, number=number)
    few = queries(client, f"/needs/work/{need.pk}/match/")
    for number in range(3, 60):
        agency_of(station, number=number)
    assert queries(client, f"/needs/work/{need.pk}/match/") == few
    assert few <= 12
