"""Training events on the screen: announced, signed up for without an account, attended by QR code, concluded."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache

from accounts.states import Role
from config.home import todos_for
from services.actions import training as actions
from services.models import ServiceRecord, TrainingAttendance, TrainingEvent, TrainingSignUp
from services.queries.training import code_of
from stations.credit_code import make_credit_code
from tests.factories import make_organisation, make_station, make_user
from tests.services.test_training import AT, CONTACT, ENDS, FACTS, MINUTE, STARTS, came, held, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def no_counts_of_other_tests():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def lin():
    return make_user(name="林经办", phone="13900001111")


@pytest.fixture
def station(lin):
    return make_station(make_organisation(lin))


@pytest.fixture
def event(station, lin):
    made = actions.create_training(station, actor=lin, **FACTS)
    actions.publish_training(made, actor=lin)
    return made


def work(event, page="") -> str:
    return f"/trainings/work/{event.pk}/{page}"


def form(**changes) -> dict:
    known = {**CONTACT, "credit_code": make_credit_code(600), "company": "武汉某厂", "people": 2, "consent": "on"}
    return {**known, **changes}


def facts_typed(**changes) -> dict:
    return {**FACTS, "starts_at": "2026-06-10T09:00", "ends_at": "2026-06-10T12:00", **changes}


def read(response) -> str:
    return response.content.decode()


# -- The station  ----


def test_the_station_writes_publishes_and_changes_an_event(client, station, lin):
    client.force_login(lin)
    assert "还没有培训活动" in read(client.get("/trainings/work/"))
    answer = client.post("/trainings/work/new/", facts_typed(station=station.pk), follow=True)
    event = TrainingEvent.objects.get()
    assert "还没有发布" in read(answer)
    assert event.starts_at == STARTS
    client.post(work(event, "publish/"))
    assert "2026-06-10T09:00" in read(client.get(work(event, "change/")))
    answer = client.post(work(event, "change/"), facts_typed(place="汉口"), follow=True)
    assert "汉口" in read(answer)
    assert "报名中" in read(client.get("/trainings/work/?state=open"))
    assert "没有符合条件" in read(client.get("/trainings/work/?state=draft"))


def test_wrong_input_is_said_and_nothing_typed_is_lost(client, station, lin):
    client.force_login(lin)
    answer = client.post(
        "/trainings/work/new/", facts_typed(station=station.pk, ends_at="2026-06-10T08:00", text="议程")
    )
    assert answer.status_code == 422
    assert "结束时间应在开始时间以后" in read(answer)
    assert "议程" in read(answer)
    other = make_station()
    assert client.post("/trainings/work/new/", facts_typed(station=other.pk)).status_code == 422


def test_others_find_no_event_of_the_station_and_the_bureau_only_looks(client, event):
    stranger, manager = make_user(), make_user(Role.MANAGER)
    client.force_login(stranger)
    for page in ("", "change/", "sign-ups/", "attendance/", "code/"):
        assert client.get(work(event, page)).status_code == 404
    client.force_login(manager)
    assert client.get(work(event)).status_code == 200
    assert client.get("/trainings/work/new/").status_code == 403
    for page in ("change/", "publish/", "cancel/", "conclude/", "code/", "attendance/new/"):
        assert client.get(work(event, page)).status_code == 404


# -- The companies  ----


def test_a_company_signs_up_without_an_account_and_follows_by_its_number(client, event):
    page = read(client.get("/trainings/"))
    assert f'href="/trainings/{event.pk}/"' in page
    assert "还有 10 人" in read(client.get(f"/trainings/{event.pk}/"))
    answer = client.post(f"/trainings/{event.pk}/sign-up/", form(), follow=True)
    made = TrainingSignUp.objects.get()
    assert answer.redirect_chain[-1][0] == f"/trainings/sign-ups/{made.number}/"
    page = read(answer)
    assert "已报名" in page
    assert not any(secret in page for secret in ("欧阳联系", "13912345678"))
    assert "no-store" in answer["Cache-Control"]
    found = client.get("/trainings/sign-ups/", {"number": made.number})
    assert found["Location"] == made.get_absolute_url()
    client.post(f"{made.get_absolute_url()}cancel/")
    made.refresh_from_db()
    assert made.state == "cancelled"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"credit_code": "914201"}, "应为 18 位"),
        ({"company": ""}, "请填写单位名称。"),
        ({"people": 11}, "名额共 10 人"),
        ({"consent": ""}, "请勾选“我已阅读并同意个人信息使用说明”。"),
    ],
)
def test_bad_input_of_a_company_gets_a_sentence(client, event, changes, sentence):
    answer = client.post(f"/trainings/{event.pk}/sign-up/", form(**changes))
    assert answer.status_code == 422
    assert sentence in read(answer)


def test_a_full_event_says_so_before_and_after(client, event):
    signed(event, 700, 10)
    assert "名额已满" in read(client.get("/trainings/"))
    assert "名额已满" in read(client.get(f"/trainings/{event.pk}/sign-up/"))
    answer = client.post(f"/trainings/{event.pk}/sign-up/", form(), follow=True)
    assert "候补第 1 位" in read(answer)


def test_a_draft_is_nowhere_in_public_and_an_event_that_began_takes_no_more(client, event, station, lin, clock):
    draft = actions.create_training(station, actor=lin, **{**FACTS, "title": "草稿培训"})
    assert "草稿培训" not in read(client.get("/trainings/?when="))
    assert client.get(f"/trainings/{draft.pk}/").status_code == 404
    clock.move_to(STARTS)
    assert client.get(f"/trainings/{event.pk}/sign-up/").status_code == 404
    assert client.post(f"/trainings/{event.pk}/sign-up/", form()).status_code == 422
    clock.move_to(ENDS)
    assert "近期没有培训" in read(client.get("/trainings/"))
    assert event.title in read(client.get("/trainings/?when=past"))


def test_too_many_sign_ups_from_one_address_are_slowed_down(client, event, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "sign_up_training": "1/h/ip"}
    client.post(f"/trainings/{event.pk}/sign-up/", form())
    assert client.post(f"/trainings/{event.pk}/sign-up/", form()).status_code == 429


# -- At the door  ----


def test_companies_check_in_with_the_qr_code_while_it_lasts(client, event, lin, clock):
    signed(event)
    client.force_login(lin)
    page = read(client.get(work(event, "code/")))
    address = f"/trainings/check-in/{code_of(event)}/"
    assert address in page
    assert "<svg" in page
    client.logout()
    assert "还没有开始签到" in read(client.get(address))
    assert client.post(address, form()).status_code == 422
    clock.move_to(STARTS)
    answer = client.post(address, {"credit_code": make_credit_code(600), "people": 2}, follow=True)
    assert "签到成功" in read(answer)
    assert "请填写单位名称" in read(client.post(address, {"credit_code": make_credit_code(601), "people": 2}))
    client.post(address, {"credit_code": make_credit_code(601), "company": "没有报名的厂", "people": 1})
    assert list(TrainingAttendance.objects.values_list("company", "way")) == [
        ("武汉某厂600", "qr"),
        ("没有报名的厂", "qr"),
    ]
    clock.move_to(ENDS)
    assert "签到已经结束" in read(client.get(address))
    assert client.get("/trainings/check-in/1-forged/").status_code == 404


def test_a_renewed_code_makes_the_printed_one_worthless(client, event, lin):
    old = code_of(event)
    client.force_login(lin)
    client.post(work(event, "code/renew/"))
    assert client.get(f"/trainings/check-in/{old}/").status_code == 404


def test_staff_tick_who_came_and_take_an_error_back(client, event, lin, clock):
    made = signed(event)
    client.force_login(lin)
    assert "签到</a>" not in read(client.get(work(event, "sign-ups/")))
    clock.move_to(STARTS + MINUTE)
    client.force_login(lin)
    page = read(client.get(work(event, "sign-ups/")))
    assert f'href="/trainings/work/sign-ups/{made.pk}/attend/"' in page
    client.post(f"/trainings/work/sign-ups/{made.pk}/attend/", {"people": 1})
    typed = {"credit_code": make_credit_code(601), "company": "没有报名的厂", "people": 3}
    assert "没有报名的厂" in read(client.post(work(event, "attendance/new/"), typed, follow=True))
    wrong = TrainingAttendance.objects.get(sign_up=None)
    client.post(f"/trainings/work/attendance/{wrong.pk}/undo/")
    assert TrainingAttendance.objects.get().sign_up == made


def test_concluding_makes_the_records_from_the_station_s_home(client, event, lin, clock):
    held(event, 600, 601)
    clock.move_to(ENDS + MINUTE)
    client.force_login(lin)
    todo = next(todo for todo in todos_for(lin) if "办结培训活动" in todo.title)
    assert "请办结" in read(client.get(todo.url))
    answer = client.post(work(event, "conclude/"), {"summary": "顺利"}, follow=True)
    assert "顺利" in read(answer)
    assert ServiceRecord.objects.filter(origin="training").count() == 2
    assert client.post(work(event, "conclude/"), {"summary": ""}).status_code == 409


def test_the_contact_is_whole_for_the_station_and_masked_for_who_looks_on(client, event, lin):
    signed(event)
    client.force_login(lin)
    assert "欧阳联系 13912345678" in read(client.get(work(event, "sign-ups/")))
    client.force_login(make_user(Role.MANAGER))
    page = read(client.get(work(event, "sign-ups/")))
    assert "欧*** 139****5678" in page
    assert "13912345678" not in page
    assert b"13912345678" not in b"".join(client.get(work(event, "sign-ups/?export=csv")).streaming_content)


def test_attendance_is_exported_as_csv_and_xlsx(client, event, lin):
    held(event, 600)
    client.force_login(lin)
    table = b"".join(client.get(work(event, "attendance/?export=csv")).streaming_content).decode()
    assert "武汉某厂600" in table
    assert make_credit_code(600) in table
    assert client.get(work(event, "attendance/?export=xlsx")).content.startswith(b"PK")


# -- Cost  ----


def many(event, first, count) -> None:
    """So many companies signed up and came, and so many events of the same station."""
    codes = [make_credit_code(first + n) for n in range(count)]
    known = {"kind": "organisation", "name_encrypted": "", "signed_at": AT, "state": "cancelled", "people": 1}
    TrainingSignUp.objects.bulk_create(
        TrainingSignUp(event=event, credit_code=code, company="厂", **known) for code in codes
    )
    TrainingAttendance.objects.bulk_create(
        TrainingAttendance(event=event, credit_code=code, company="厂", people=1, way="qr", at=STARTS) for code in codes
    )
    facts = {**FACTS, "station": event.station, "created_by": event.created_by, "created_at": AT, "state": "open"}
    TrainingEvent.objects.bulk_create(TrainingEvent(**facts) for _ in codes)


@pytest.mark.parametrize("page", ["/trainings/", "/trainings/work/", "", "sign-ups/", "attendance/"])
def test_pages_cost_as_many_queries_for_three_hundred_as_for_three(
    client, event, lin, page, django_assert_max_num_queries
):
    client.force_login(lin)
    url = page if page.startswith("/") else work(event, page)
    many(event, 1000, 3)
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    many(event, 2000, 297)
    with django_assert_max_num_queries(len(few)):
        client.get(url)


def test_a_sign_up_costs_few_queries_whatever_stands_before_it(event, django_assert_max_num_queries):
    many(event, 1000, 100)
    with django_assert_max_num_queries(10):
        signed(event, 900)
    came(event, 900, at=STARTS + dt.timedelta(minutes=5))
