"""Needs on the screen: posted and followed by companies, worked on by the station, brought to one by the bureau."""

import re
import uuid

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Message
from accounts.states import Role
from config.home import todos_for
from services.actions import need as actions
from services.models import Need
from services.states.need import NeedState
from tests.factories import make_user
from tests.services.need_scene import AT, CODE, SECRETS, assessed, posted, served_station

pytestmark = pytest.mark.django_db
NEW = "/needs/new/"
COMPANY = "武汉精密零件有限公司"


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
    return make_user(name="林站长")


@pytest.fixture
def station(lin):
    return served_station(lin)


def form(station=None, **changes) -> dict:
    return {
        "service": "metrology.calibration",
        "text": "三坐标测量机需要校准。",
        "company": COMPANY,
        "credit_code": CODE,
        "district": station.district_id if station else "",
        "station": station.pk if station else "",
        "contact_name": SECRETS[0],
        "contact_phone": SECRETS[1],
        "contact_email": SECRETS[2],
        "consent": "on",
        **changes,
    }


def read(response) -> str:
    return response.content.decode()


def test_anyone_posts_a_need_from_the_page_of_a_station_and_gets_a_receipt_that_names_nobody(client, station):
    page = read(client.get(station.get_absolute_url()))
    assert f'href="{NEW}?station={station.pk}"' in page
    assert f'<option value="{station.pk}" selected>' in read(client.get(f"{NEW}?station={station.pk}"))
    answer = client.post(NEW, form(station), follow=True)
    confirm = answer.redirect_chain[-1][0]
    assert "验证码已发到您" in read(answer)
    assert not Need.objects.exists()
    code = re.search(r"\d{6}", Message.objects.get().body).group()
    wrong = client.post(confirm, {"code": "1" + code[1:] if code[0] != "1" else "2" + code[1:]})
    assert wrong.status_code == 422
    assert "验证码不对" in read(wrong)
    page = client.post(confirm, {"code": code}, follow=True)
    need = Need.objects.get()
    assert page.redirect_chain[-1][0] == f"/needs/{need.number}/"
    text = read(page)
    assert all(word in text for word in ("需求已收到", str(need.number), COMPANY, station.name, "校准"))
    assert not any(secret in text for secret in SECRETS)
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert client.get(f"/needs/{need.number}/receipt.pdf").content.startswith(b"%PDF")
    assert client.get(confirm).status_code == 404  # nothing is left of the draft


def test_the_code_is_sent_again_after_a_minute(client, station, clock):
    confirm = client.post(NEW, form(station)).url
    assert client.get(f"{confirm}resend/").status_code == 200
    assert "请过一分钟再试" in read(client.post(f"{confirm}resend/"))
    clock.shift(61)
    assert client.post(f"{confirm}resend/").url == confirm
    assert Message.objects.count() == 2


def test_who_is_signed_in_needs_no_code_and_finds_the_need_again(client, station):
    user = make_user(name="欧阳经理")
    client.force_login(user)
    assert user.email in read(client.get(NEW))
    answer = client.post(NEW, form(station), follow=True)
    need = Need.objects.get()
    assert need.posted_by == user
    assert "需求已收到" in read(answer)
    assert str(need.number) in read(client.get("/my/needs/"))
    client.force_login(make_user())
    assert "还没有提出过需求" in read(client.get("/my/needs/"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": ""}, "请填写需求内容"),
        ({"service": ""}, "请选择需要的服务"),
        ({"consent": ""}, "请勾选"),
        ({"wanted_on": "2026-05-31"}, "希望完成的日期已经过去"),
        ({"contact_email": "谁@"}, "邮箱"),
        ({"credit_code": "91420100X"}, "少了 9 位"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(client, station, changes, sentence):
    answer = client.post(NEW, form(station, **{"company": "写了很久的公司", **changes}))
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert "写了很久的公司" in read(answer)


def test_a_need_is_found_by_its_number_and_withdrawn(client, station):
    need = posted(station)
    assert client.get("/needs/", {"number": str(need.number)}).url == f"/needs/{need.number}/"
    assert "没有这个查询号" in read(client.get("/needs/", {"number": str(uuid.uuid4())}))
    assert client.get(f"/needs/{uuid.uuid4()}/").status_code == 404
    assert "撤回需求" in read(client.get(f"/needs/{need.number}/"))
    answer = client.post(f"/needs/{need.number}/withdraw/", {"reason": "已经解决"}, follow=True)
    assert "不再办理" in read(answer)
    assert client.post(f"/needs/{need.number}/withdraw/", {"reason": "再撤"}).status_code == 409


def test_a_flood_of_needs_is_stopped(client, station):
    codes = [client.post(NEW, form(station, text="")).status_code for _ in range(21)]
    assert codes == [422] * 20 + [429]


# -- The station  ----


def test_the_station_reads_the_contact_and_the_bureau_does_not(client, station, lin):
    need = posted(station)
    client.force_login(lin)
    page = read(client.get(need.get_absolute_url()))
    assert all(secret in page for secret in SECRETS)
    for role in (Role.MANAGER, Role.AUDITOR):
        client.force_login(make_user(role))
        page = read(client.get(need.get_absolute_url()))
        assert "只有办理的服务站可以看到" in page
        assert not any(secret in page for secret in SECRETS)
    client.force_login(make_user())
    assert client.get(need.get_absolute_url()).status_code == 404


def test_staff_write_down_a_need_of_the_telephone(client, station, lin):
    client.force_login(lin)
    assert "登记需求" in read(client.get("/needs/work/"))
    typed = form(station, source="phone", contact_email="")
    answer = client.post("/needs/work/new/", typed, follow=True)
    need = Need.objects.get()
    assert (need.source, need.station, need.item) == ("phone", station, "metrology.calibration")
    assert "评估" in read(answer)
    without = client.post("/needs/work/new/", {**typed, "contact_phone": ""})
    assert "请填写联系电话或者邮箱" in read(without)
    client.force_login(make_user())
    assert client.post("/needs/work/new/", typed).status_code == 422  # no station of hers


def test_a_need_is_assessed_and_declined_on_its_page(client, station, lin):
    need = posted(station)
    client.force_login(lin)
    page = f"/needs/work/{need.pk}/"
    answer = client.post(f"{page}assess/", {"mode": "agency", "service": "testing", "assessment": ""})
    assert "请填写评估意见" in read(answer)
    said = {"mode": "appointment", "service": "testing", "assessment": "可以做。", "appointment_at": "2026-06-03T09:30"}
    assert "6月3日" in read(client.post(f"{page}assess/", said, follow=True))
    need.refresh_from_db()
    assert (need.kind, need.state) == ("testing", NeedState.ASSESSED)
    answer = client.post(f"{page}decline/", {"reason": "设备故障。"}, follow=True)
    assert "设备故障。" in read(answer)
    assert "设备故障。" in read(client.get(f"/needs/{need.number}/"))
    assert client.post(f"{page}assess/", said).status_code == 409


def test_the_station_writes_down_that_the_company_gave_it_up(client, station, lin):
    need = assessed(station, lin)
    client.force_login(lin)
    client.post(f"/needs/work/{need.pk}/end/", {"reason": "企业来电。"})
    need.refresh_from_db()
    assert need.state == NeedState.WITHDRAWN


def test_the_manager_brings_a_need_to_a_station(client, station):
    need = posted(district=station.district)
    manager = make_user(Role.MANAGER)
    client.force_login(manager)
    assert next(todo.title for todo in todos_for(manager)) == f"分派：{need}"
    page = read(client.get("/needs/work/?unassigned=true"))
    assert COMPANY in page
    assert "待分派" in page
    client.post(f"/needs/work/{need.pk}/assign/", {"station": station.pk})
    need.refresh_from_db()
    assert need.station == station
    assert COMPANY not in read(client.get("/needs/work/?unassigned=true"))
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(f"/needs/work/{need.pk}/assign/").status_code == 404


def test_the_list_is_searched_filtered_and_exported(client, station, lin):
    posted(station)
    posted(station, company="另一家公司", kind="testing", item="")
    client.force_login(lin)
    page = read(client.get("/needs/work/?kind=testing"))
    assert "另一家公司" in page
    assert COMPANY not in page
    assert "另一家公司" not in read(client.get("/needs/work/?q=精密"))
    export = b"".join(client.get("/needs/work/?export=csv").streaming_content).decode()
    assert COMPANY in export
    assert not any(secret in export for secret in SECRETS)
    assert "没有符合条件的需求" in read(client.get("/needs/work/?state=archived"))


def queries(client, url) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_lists_need_as_many_queries_for_300_needs_as_for_3(client, station, lin):
    client.force_login(lin)
    for _ in range(3):
        posted(station)
    few = queries(client, "/needs/work/")
    one = Need.objects.latest("pk")
    fields = ("station", "source", "credit_code", "company", "district", "kind", "item", "text", "received_at")
    same = {name: getattr(one, name) for name in fields}
    Need.objects.bulk_create(Need(**same) for _ in range(297))
    assert queries(client, "/needs/work/") == few <= 12


def test_the_detail_of_a_need_takes_few_queries(client, station, lin):
    need = assessed(station, lin)
    client.force_login(lin)
    few = queries(client, need.get_absolute_url())
    actions.assess_need(need, actor=lin, mode="agency", assessment="再看。")
    assert queries(client, need.get_absolute_url()) == few <= 12
