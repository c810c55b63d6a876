import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.states import Role
from ledger.actors import Job
from supervision.actions import self_assessment as actions
from supervision.models import SelfAssessment
from tests.factories import join, make_organisation, make_station, make_title, make_user
from tests.supervision.test_self_assessment import JULY, PARTS, fill

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture
def lin():
    return make_user(name="林")


@pytest.fixture
def assessment(lin):
    make_title(make_station(make_organisation(lin)))
    actions.open_self_assessments(year=YEAR, measure="wuhan", actor=Job("sweep"), at=JULY)
    return SelfAssessment.objects.get()


def address(name, assessment):
    return reverse(f"supervision:self_assessment_{name}", args=[assessment.pk])


def test_it_is_written_in_parts_and_filed_through_the_pages(client, lin, assessment):
    client.force_login(lin)
    texts = {part: f"{part} 的情况" for part in PARTS}
    assert client.post(address("write", assessment), texts).status_code == 302
    assessment.refresh_from_db()
    assert assessment.narrative == texts

    page = client.get(address("detail", assessment))
    assert "还缺：评估报告" in page.content.decode()


def test_a_part_that_was_not_touched_on_this_page_is_not_written_over(client, lin, assessment):
    wu = make_user()
    join(wu, assessment.title.station.organisation)
    actions.save_part(assessment, actor=wu, dimension="foundation", text="吴写的")

    client.force_login(lin)
    stale = {"foundation": "", "initial-foundation": "", "effect": "林写的", "initial-effect": ""}
    client.post(address("write", assessment), stale)

    assessment.refresh_from_db()
    assert assessment.narrative == {"foundation": "吴写的", "effect": "林写的"}


def test_filing_is_confirmed_and_told(client, lin, assessment):
    fill(assessment, lin)
    client.force_login(lin)
    assert "确认报送" in client.get(address("file", assessment)).content.decode()
    page = client.post(address("file", assessment), follow=True)
    assert "已报送市市场监管局" in page.content.decode()


def test_a_report_that_is_no_pdf_is_refused_in_a_sentence(client, lin, assessment):
    client.force_login(lin)
    page = client.post(address("report", assessment), {"report": SimpleUploadedFile("报告.pdf", b"MZ\x90\x00")})
    assert page.status_code == 422
    assert "不是有效的 PDF" in page.content.decode()


def test_to_a_stranger_it_does_not_exist(client, assessment):
    client.force_login(make_user())
    pages = ("detail", "write", "report", "report_file", "file")
    assert {client.get(address(name, assessment)).status_code for name in pages} == {404}


def test_the_bureau_reads_and_does_not_write(client, assessment):
    client.force_login(make_user(Role.MANAGER))
    assert client.get(address("detail", assessment)).status_code == 200
    assert client.get(address("write", assessment)).status_code == 404


@pytest.mark.parametrize("rows", [3, 300])
def test_the_list_costs_the_same_at_3_and_at_300_rows(client, rows, django_assert_num_queries):
    stations = [make_station() for _ in range(3)]
    titles = [make_title(station) for station in stations]
    for number in range(rows):
        SelfAssessment.objects.create(title=titles[number % 3], year=2000 + number // 3, due_at=JULY)
    client.force_login(make_user(Role.MANAGER))
    client.get(reverse("supervision:self_assessment_list"))
    with django_assert_num_queries(6):
        page = client.get(reverse("supervision:self_assessment_list"))
    assert len(page.context["rows"]) == min(rows, 20)


def test_the_home_page_says_what_is_owed_and_by_when(client, lin, assessment):
    client.force_login(lin)
    page = client.get("/home/").content.decode()
    assert "2026 年度自评" in page
    assert "第十六条" in page


def test_its_record_begins_in_chinese_and_its_forms_lead_back(client, lin, assessment):
    client.force_login(lin)
    assert "开始本年度自评" in client.get(address("detail", assessment)).content.decode()
    page = client.get(address("report", assessment)).content.decode()
    assert f'href="{address("detail", assessment)}">返回' in page
    assert f"{assessment.title.station} 2026 年度自评" in page


def test_what_is_wrong_with_a_report_is_said_once(client, lin, assessment):
    client.force_login(lin)
    answer = client.post(address("report", assessment), {"report": SimpleUploadedFile("报告.pdf", b"MZ")})
    assert answer.status_code == 422
    assert answer.content.decode().count("不是有效的 PDF") == 1
