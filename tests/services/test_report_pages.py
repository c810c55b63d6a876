"""Media reports, typical cases and the texts of a year on the screen."""

import csv
import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.states import Role
from services.actions import case as cases
from services.actions.media_report import report_media
from services.actions.year_text import write_year_text
from services.models import MediaReport, TypicalCase
from services.queries.media_report import confirmed
from services.queries.year_text import texts_of
from services.states.case import CaseState
from tests.evaluation.dossiers import png_bytes
from tests.factories import make_organisation, make_station, make_user

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
REPORTS, CASES, TEXTS = "/services/media-reports/", "/services/cases/", "/services/year-texts/"
PARTS = {"situation": "情" * 600, "practice": "做" * 900, "effect": "效" * 500}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lin():
    return make_user(name="林经办")


@pytest.fixture
def clerk():
    return make_user(Role.INTAKE, name="吴受理")


@pytest.fixture
def station(lin):
    return make_station(make_organisation(lin))


@pytest.fixture
def case(station, lin):
    found = cases.begin_case(station, actor=lin, project="光电子强链", year=2026, **PARTS)
    picture = SimpleUploadedFile("生产线.png", png_bytes())
    cases.write_case(found, actor=lin, project="光电子强链", year=2026, pictures=[picture], **PARTS)
    return found


def typed(station, **changes) -> dict:
    facts = {"title": "过了质量关", "outlet": "长江日报", "published_on": "2026-11-03", "url": "https://example.cn/1"}
    return {"station": station.pk, **facts, **changes}


def read(response) -> str:
    return response.content.decode()


def rows(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


# -- Media reports  ----


def test_a_station_names_a_report_and_the_bureau_confirms_it(client, station, lin, clerk):
    client.force_login(lin)
    page = read(client.get(f"{REPORTS}new/"))
    assert f'<option value="{station.pk}" selected>' in page  # the only station is chosen already
    picture = SimpleUploadedFile("版面.png", png_bytes())
    answer = client.post(f"{REPORTS}new/", typed(station, evidence=picture), follow=True)
    report = MediaReport.objects.get()
    assert (answer.redirect_chain[-1][0], "版面.png" in read(answer)) == (f"{REPORTS}{report.pk}/", True)
    assert "确认</a>" not in read(answer)
    assert client.get(f"{REPORTS}{report.pk}/confirm/").status_code == 404
    client.force_login(clerk)
    assert f"{REPORTS}{report.pk}/confirm/" in read(client.get(f"{REPORTS}{report.pk}/"))
    client.post(f"{REPORTS}{report.pk}/confirm/")
    assert list(confirmed(station, 2026)) == [report]
    file = report.evidence.get()
    given = client.get(f"{REPORTS}{report.pk}/files/{file.pk}/")
    assert (given["X-Content-Type-Options"], b"".join(given.streaming_content)[:4]) == ("nosniff", b"\x89PNG")
    client.force_login(make_user())
    assert client.get(f"{REPORTS}{report.pk}/files/{file.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "请填写报道标题。"),
        ({"url": "没有"}, "网址"),
        ({"url": ""}, "请填写报道网址，或者上传报道的截图、扫描件。"),
        ({"published_on": "2026-11-21"}, "报道日期还没有到"),
        ({"published_on": "2024-06-01"}, "已于次年 1 月 31 日截止"),
        ({"station": ""}, "请选择服务站。"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(client, station, lin, changes, sentence):
    client.force_login(lin)
    answer = client.post(f"{REPORTS}new/", {**typed(station), "outlet": "湖北日报", **changes})
    assert (answer.status_code, sentence in read(answer), "湖北日报" in read(answer)) == (422, True, True)
    assert not MediaReport.objects.exists()


def test_a_station_of_others_cannot_be_chosen_and_who_has_none_is_told_what_to_do(client, station, lin):
    client.force_login(lin)
    assert client.post(f"{REPORTS}new/", typed(make_station())).status_code == 422
    client.force_login(make_user())
    assert "您还没有服务站" in read(client.get(f"{REPORTS}new/"))
    assert "您还没有服务站" in read(client.get(f"{CASES}new/"))


def test_declining_needs_its_reason_and_the_station_reads_it(client, station, lin, clerk):
    report = report_media(station, actor=lin, title="a", outlet="b", published_on=AT.date(), url="https://a.cn/")
    client.force_login(clerk)
    assert client.post(f"{REPORTS}{report.pk}/decline/", {"reason": ""}).status_code == 422
    client.post(f"{REPORTS}{report.pk}/decline/", {"reason": "属于付费广告"})
    client.force_login(lin)
    assert "属于付费广告" in read(client.get(f"{REPORTS}{report.pk}/"))
    assert client.post(f"{REPORTS}{report.pk}/withdraw/", follow=True).status_code == 200
    assert client.post(f"{REPORTS}{report.pk}/withdraw/").status_code == 409


# -- Typical cases  ----


def test_a_case_is_written_handed_in_and_published_for_everybody(client, station, lin, clerk):
    client.force_login(lin)
    facts = {"station": station.pk, "year": 2026, "project": "光电子强链", **PARTS, "effect": "短"}
    answer = client.post(f"{CASES}new/", facts, follow=True)
    case = TypicalCase.objects.get()
    address = f"{CASES}{case.pk}/"
    assert ("1501 字" in read(answer), f"{address}submit/" in read(answer)) == (True, True)
    page = read(client.get(f"{address}write/"))
    assert "要求 2000 字左右（1000 至 3000 字）" in page
    assert 'data-total-of="id_situation id_practice id_effect"' in page
    client.post(f"{address}write/", {"version": 0, "year": 2026, "project": "光电子强链", **PARTS})
    client.post(f"{address}submit/")
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    client.force_login(clerk)
    client.post(f"{address}publish/")
    client.logout()
    assert f"/cases/{case.pk}/" in read(client.get("/cases/"))
    assert "做" * 900 in read(client.get(f"/cases/{case.pk}/"))
    assert client.get(address).status_code == 302


def test_two_people_on_one_form_lose_nothing(client, case, lin):
    client.force_login(lin)
    answer = client.post(f"{CASES}{case.pk}/write/", {"version": 0, "year": 2026, "project": "后来的", **PARTS})
    assert (answer.status_code, "另有人修改了这篇案例" in read(answer), "后来的" in read(answer)) == (409, True, True)


def test_too_short_a_case_is_refused_where_it_is_handed_in(client, case, lin):
    client.force_login(lin)
    client.post(f"{CASES}{case.pk}/write/", {"version": 1, "year": 2026, "project": "短", **dict.fromkeys(PARTS, "短")})
    answer = client.post(f"{CASES}{case.pk}/submit/")
    assert (answer.status_code, "三部分合计 3 字" in read(answer)) == (422, True)


def test_pictures_are_public_with_the_case_and_not_before_or_after(client, case, lin, clerk):
    key = case.pictures.get().key
    public, own = f"/cases/{case.pk}/pictures/{key}/", f"{CASES}{case.pk}/pictures/{key}/"
    client.force_login(lin)
    shown = client.get(own)
    assert (b"".join(shown.streaming_content), client.get(public).status_code) == (png_bytes(), 404)
    cases.submit_case(case, actor=lin)
    cases.publish_case(case, actor=clerk)
    client.logout()
    answer = client.get(public)
    assert (b"".join(answer.streaming_content), answer["Content-Type"]) == (png_bytes(), "image/png")
    assert f'<img src="{public}" alt="图 1：生产线"' in read(client.get(f"/cases/{case.pk}/"))
    cases.retract_case(case, actor=clerk, reason="企业要求")
    assert client.get(public).status_code == 404
    client.force_login(lin)
    page = read(client.get(f"{CASES}{case.pk}/"))
    assert "企业要求" in page


def test_the_public_list_is_searched_narrowed_and_taken_away(client, case, lin, clerk):
    assert "还没有发布典型案例" in read(client.get("/cases/"))
    cases.submit_case(case, actor=lin)
    cases.publish_case(case, actor=clerk)
    assert "光电子强链" in read(client.get("/cases/?year=2026&q=光电子"))
    assert "没有符合条件的案例" in read(client.get("/cases/?q=火箭"))
    found = rows(client.get("/cases/?export=csv"))
    assert (found[0][:2], found[1][:2]) == (["年度", "项目名称"], ["2026", "光电子强链"])
    assert [case.state for case in TypicalCase.objects.all()] == [CaseState.PUBLISHED]


# -- The texts of a year  ----


def test_a_station_writes_its_year_and_staff_read_it(client, station, lin, clerk):
    client.force_login(lin)
    assert f"{TEXTS}{station.pk}/2026/" in read(client.get(TEXTS))
    facts = {"version": 0, "situation": "面向光电子", "investment": "85.5", "pass_rate": "由 92% 到 96%"}
    client.post(f"{TEXTS}{station.pk}/2026/", facts)
    assert (texts_of(station, 2026).situation, str(texts_of(station, 2026).investment)) == ("面向光电子", "85.50")
    stale = client.post(f"{TEXTS}{station.pk}/2026/", {**facts, "situation": "另一人"})
    assert (stale.status_code, "另一人" in read(stale)) == (409, True)
    long = client.post(f"{TEXTS}{station.pk}/2026/", {**facts, "version": 1, "situation": "字" * 201})
    assert (long.status_code, "200" in read(long)) == (422, True)
    assert [client.get(f"{TEXTS}{station.pk}/{year}/").status_code for year in (2027, 2024, 1)] == [404] * 3
    client.force_login(clerk)
    assert "面向光电子" in read(client.get(TEXTS))
    assert client.get(f"{TEXTS}{station.pk}/2026/").status_code == 404
    found = rows(client.get(f"{TEXTS}?export=csv"))
    assert found[0][3] == "本年度投入经费（万元）"
    client.force_login(make_user())
    assert "还没有填写年度情况" in read(client.get(TEXTS))


@pytest.mark.parametrize("address", [REPORTS, CASES, TEXTS, "/cases/"])
def test_lists_ask_the_same_number_of_questions_for_many_rows(client, clerk, address, django_assert_max_num_queries):
    def more(count: int) -> None:
        for _ in range(count):
            own = make_user()
            station = make_station(make_organisation(own))
            report_media(station, actor=own, title="a", outlet="b", published_on=AT.date(), url="https://a.cn/")
            case = cases.begin_case(station, actor=own, project="a", year=2026, **PARTS)
            cases.submit_case(case, actor=own)
            cases.publish_case(case, actor=clerk)
            write_year_text(station, 2026, actor=own, situation="a")

    more(3)
    client.force_login(clerk)
    client.get(address)
    with django_assert_max_num_queries(12) as few:
        client.get(address)
    more(9)
    with django_assert_max_num_queries(len(few)):
        assert client.get(address).status_code == 200
