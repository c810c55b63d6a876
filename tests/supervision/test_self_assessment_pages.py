"""The pages of the yearly self-assessment."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.states import Role
from supervision.actions.self_assessment import Typed, add_evidence, file_self_assessment, save_items
from supervision.actions.self_assessment_review import return_self_assessment
from supervision.models import SelfAssessment, SelfAssessmentItem
from supervision.queries.self_assessment_content import lines_of
from tests.evaluation.dossiers import pdf_bytes, upload
from tests.factories import join, make_station, make_title, make_user, put
from tests.services.record_scene import make_records
from tests.supervision.reports import everything
from tests.supervision.test_self_assessment import DECEMBER, JULY, OCTOBER, assessment, filed, lin

pytestmark = pytest.mark.django_db
__all__ = ["assessment", "lin"]


def address(name, assessment, *args):
    return reverse(f"supervision:self_assessment_{name}", args=[assessment.pk, *args])


def typed(assessment, part="foundation", **changes):
    """What a browser sends of an untouched page of one part, with these changes."""
    data = {}
    for code, line in lines_of(assessment).items():
        if line.indicator.dimension == part:
            name = code.replace(".", "_")
            score = line.item.own_score
            data |= {
                f"score_{name}": "" if score is None else str(score),
                f"text_{name}": line.item.narrative,
                f"token_{name}": line.token,
            }
            data |= {f"figure_{figure.code}": "" for figure in line.figures if figure.typed and figure.value is None}
    return {**data, **changes}


@pytest.fixture
def wu(assessment):
    user = make_user(name="吴")
    join(user, assessment.title.station.organisation)
    return user


JSON = {"headers": {"Accept": "application/json", "X-Autosave": "1"}}


def test_a_part_is_written_and_shown_again(client, lin, assessment):
    client.force_login(lin)
    data = typed(assessment, score_1_1_1="2.5", text_1_1_1="站长负责\r\n专员六名")
    answer = client.post(address("write", assessment, "foundation"), {**data, "next": "provision"})
    assert answer["Location"] == address("write", assessment, "provision")
    item = SelfAssessmentItem.objects.get()
    assert (item.indicator, str(item.own_score), item.narrative) == ("1.1.1", "2.5", "站长负责\n专员六名")
    page = client.get(address("write", assessment, "foundation")).content.decode()
    assert 'value="2.5"' in page
    assert "专员六名" in page


def test_while_one_types_only_the_touched_items_are_saved_and_their_new_tokens_come_back(client, lin, assessment):
    client.force_login(lin)
    data = typed(assessment, text_1_1_2="改了")
    answer = client.post(address("write", assessment, "foundation"), data, **JSON).json()
    assert answer["tokens"]["token_1_1_2"] == lines_of(assessment)["1.1.2"].token
    assert [item.indicator for item in SelfAssessmentItem.objects.all()] == ["1.1.2"]
    data["token_1_1_2"] = answer["tokens"]["token_1_1_2"]
    again = client.post(address("write", assessment, "foundation"), {**data, "text_1_1_2": "又改了"}, **JSON)
    assert again.status_code == 200
    assert SelfAssessmentItem.objects.get().narrative == "又改了"


def test_a_stale_save_shows_both_texts_and_a_second_one_means_it(client, lin, wu, assessment):
    data = typed(assessment, text_1_1_1="吴写的", text_1_1_2="吴写的第二项")
    save_items(assessment, actor=lin, at=OCTOBER, items={"1.1.1": Typed(narrative="林写的")})
    client.force_login(wu)
    told = client.post(address("write", assessment, "foundation"), data, **JSON)
    assert (told.status_code, told.json()["code"]) == (409, "stale")
    assert "1.1.1 已由别人修改过" in told.json()["message"]

    page = client.post(address("write", assessment, "foundation"), data)
    text = page.content.decode()
    assert page.status_code == 409
    assert "林 在 " in text
    assert "林写的" in text
    assert "吴写的" in text
    kept = {item.indicator: item.narrative for item in SelfAssessmentItem.objects.all()}
    assert kept == {"1.1.1": "林写的", "1.1.2": "吴写的第二项"}

    data["token_1_1_1"] = page.context["form"]["token_1_1_1"].value()
    data["token_1_1_2"] = page.context["form"]["token_1_1_2"].value()
    client.post(address("write", assessment, "foundation"), data)
    assert SelfAssessmentItem.objects.get(indicator="1.1.1").narrative == "吴写的"


def test_points_above_the_indicator_are_said_at_their_field_and_the_rest_is_saved(client, lin, assessment):
    client.force_login(lin)
    data = typed(assessment, score_1_1_1="9", text_1_1_1="留着", score_1_1_2="2")
    page = client.post(address("write", assessment, "foundation"), data)
    assert page.status_code == 422
    assert "自评分不能超过 3 分，请改正。" in str(page.context["form"].errors["score_1_1_1"])
    assert "留着" in page.content.decode()
    assert [item.indicator for item in SelfAssessmentItem.objects.all()] == ["1.1.2"]


def test_last_year_stands_beside_this_year(client, lin, assessment):
    before = SelfAssessment.objects.create(title=assessment.title, year=2025, due_at=OCTOBER)
    save_items(before, actor=lin, at=JULY, items=everything("去年的情况"))
    file_self_assessment(before, actor=lin, at=JULY)
    client.force_login(lin)
    page = client.get(address("write", assessment, "effect")).content.decode()
    assert "2025 年度：自评 5 分，全年服务企业 501 家次" in page
    assert "去年的情况" in page


def test_evidence_is_added_opened_and_removed(client, lin, assessment):
    client.force_login(lin)
    files = [SimpleUploadedFile(name, pdf_bytes(name)) for name in ("台账.pdf", "照片说明.pdf")]
    client.post(address("proof_add", assessment, "1.1.1"), {"files": files})
    first, second = (row.file for row in SelfAssessmentItem.objects.get().evidence.all())
    answer = client.get(address("proof", assessment, first.key))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    client.post(address("proof_remove", assessment, SelfAssessmentItem.objects.get().evidence.last().pk))
    assert client.get(address("proof", assessment, second.key)).status_code == 404


@pytest.mark.parametrize(("page", "field"), [("proof_add", "files"), ("report", "report")])
def test_a_file_that_is_no_pdf_is_refused_in_a_sentence(client, lin, assessment, page, field):
    client.force_login(lin)
    args = ["1.1.1"] if page == "proof_add" else []
    answer = client.post(address(page, assessment, *args), {field: SimpleUploadedFile("报告.pdf", b"MZ\x90\x00")})
    assert answer.status_code == 422
    assert "不是有效的 PDF" in answer.content.decode()


def test_filing_says_what_lacks_then_files_and_gives_a_paper(client, lin, assessment):
    client.force_login(lin)
    assert "1.1.1 组织架构：自评分、自评说明" in client.get(address("file", assessment)).content.decode()
    assert client.post(address("file", assessment)).status_code == 422
    save_items(assessment, actor=lin, items=everything())
    assert "确认报送" in client.get(address("file", assessment)).content.decode()
    page = client.post(address("file", assessment), follow=True).content.decode()
    assert "已报送市市场监管局" in page
    assert "自评总分 <strong>100</strong> 分" in page
    paper = client.get(address("paper", assessment, 1))
    assert paper.content.startswith(b"%PDF")
    client.post(address("file", assessment))
    assert assessment.versions.count() == 1


def test_a_draft_is_its_writers_own_and_a_filed_report_the_bureaus_too(client, lin, assessment):
    save_items(assessment, actor=lin, at=OCTOBER, items={"1.1.1": Typed(narrative="还没想好")})
    evidence = add_evidence(assessment, "1.1.1", upload("台账.pdf"), actor=lin, at=OCTOBER)
    client.force_login(make_user(Role.MANAGER))
    assert "还没想好" not in client.get(address("detail", assessment)).content.decode()
    assert client.get(address("proof", assessment, evidence.file.key)).status_code == 404
    save_items(assessment, actor=lin, at=OCTOBER, items=everything("想好了"))
    file_self_assessment(assessment, actor=lin, at=OCTOBER)
    assert "想好了" in client.get(address("detail", assessment)).content.decode()
    assert b"".join(client.get(address("proof", assessment, evidence.file.key)).streaming_content)


def test_to_a_stranger_it_does_not_exist(client, lin, assessment):
    filed(assessment, lin)
    evidence = "00000000-0000-0000-0000-000000000000"
    pages = {
        "detail": (), "write": ("effect",), "proof_add": ("1.1.1",), "proof": (evidence,), "report": (),
        "report_file": (), "file": (), "paper": (1,), "review": (), "return": (),
    }  # fmt: skip
    client.force_login(make_user())
    assert {client.get(address(name, assessment, *args)).status_code for name, args in pages.items()} == {404}
    assert client.post(address("file", assessment)).status_code == 404
    assert client.post(address("write", assessment, "effect"), typed(assessment, "effect")).status_code == 404


def test_a_filed_one_leads_back_and_takes_nothing_more(client, lin, assessment):
    filed(assessment, lin)
    client.force_login(lin)
    assert client.get(address("write", assessment, "effect"))["Location"] == assessment.get_absolute_url()
    late = client.post(address("write", assessment, "effect"), typed(assessment, "effect", text_4_1_1="改"), **JSON)
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")


def test_the_bureau_reviews_through_the_page(client, lin, assessment):
    filed(assessment, lin)
    client.force_login(make_user(Role.INTAKE))
    assert client.post(address("review", assessment), {"feedback": ""}).status_code == 422
    client.post(address("review", assessment), {"feedback": "数据和台账一致。"})
    client.force_login(lin)
    assert "数据和台账一致。" in client.get(address("detail", assessment)).content.decode()


def test_the_bureau_returns_named_items_and_the_station_sees_only_those(client, lin, assessment):
    filed(assessment, lin)
    client.force_login(make_user(Role.MANAGER))
    empty = client.post(address("return", assessment), {"last_day": "2099-01-05"})
    assert "请至少在一项指标下写明" in empty.content.decode()
    client.post(address("return", assessment), {"last_day": "2099-01-05", "reason_2_2_1": "请附培训台账"})
    client.force_login(lin)
    page = client.get(address("detail", assessment)).content.decode()
    assert "请附培训台账" in page
    assert list(client.get(address("write", assessment, "provision")).context["form"].lines) == ["2.2.1"]
    assert "没有退回的事项" in client.get(address("write", assessment, "effect")).content.decode()


# -- Lists and homes  ----


@pytest.fixture
def many():
    titles = [make_title(make_station()) for _ in range(3)]

    def make(rows):
        for number in range(rows):
            SelfAssessment.objects.create(title=titles[number % 3], year=2000 + number // 3, due_at=JULY)

    return make


@pytest.mark.parametrize("rows", [3, 300])
def test_the_list_costs_the_same_at_3_and_at_300_rows(client, many, rows, django_assert_num_queries):
    many(rows)
    client.force_login(make_user(Role.MANAGER))
    client.get(reverse("supervision:self_assessment_list"))
    with django_assert_num_queries(7):
        page = client.get(reverse("supervision:self_assessment_list"))
    assert len(page.context["rows"]) == min(rows, 20)


@pytest.mark.parametrize("files", [0, 15])
def test_a_part_costs_the_same_however_much_is_in_it(client, lin, assessment, files, django_assert_num_queries):
    save_items(assessment, actor=lin, at=OCTOBER, items=everything() if files else {})
    for number in range(files):
        add_evidence(assessment, "1.1.1", upload(f"{number}.pdf"), actor=lin, at=OCTOBER)
    make_records(assessment.title.station, files, served_on=dt.date(assessment.year, 5, 6))
    client.force_login(lin)
    client.get(address("write", assessment, "foundation"))
    with django_assert_num_queries(12 if files else 10):
        client.get(address("write", assessment, "foundation"))


@pytest.mark.parametrize("files", [1, 15])
def test_a_filed_report_costs_the_same_however_much_is_in_it(client, lin, assessment, files, django_assert_num_queries):
    for number in range(files):
        add_evidence(assessment, "1.1.1", upload(f"{number}.pdf"), actor=lin, at=OCTOBER)
    filed(assessment, lin)
    client.force_login(make_user(Role.MANAGER))
    client.get(address("detail", assessment))
    with django_assert_num_queries(10):
        client.get(address("detail", assessment))


def test_the_bureau_counts_and_filters(client, lin, assessment):
    late = make_title(make_station())
    put(
        SelfAssessment.objects.create(title=late, year=2026, due_at=JULY),
        "filed_late",
        filed_at=DECEMBER,
        timeliness="late",
    )
    filed(assessment, lin)
    client.force_login(make_user(Role.MANAGER))
    url = reverse("supervision:self_assessment_list")
    counts = client.get(url, {"year": 2026}).context["counts"]
    assert counts == {"total": 2, "filed": 2, "late": 1, "missing": 0, "waiting": 2}
    rows = client.get(url, {"timeliness": "late"}).context["rows"]
    assert [row.title for row in rows] == [late]
    assert not client.get(url, {"district": "420102"}).context["rows"]
    assert "逾期" in b"".join(client.get(url, {"export": "csv"}).streaming_content).decode("utf-8-sig")


def test_the_home_page_says_what_is_owed_or_asked_for_and_what_waits_for_review(client, lin, assessment):
    client.force_login(lin)
    assert "第十六条" in client.get("/home/").content.decode()
    row = filed(assessment, lin)
    manager = make_user(Role.MANAGER)
    client.force_login(manager)
    assert "审阅 2026 年度自评 1 份" in client.get("/home/").content.decode()
    return_self_assessment(row, actor=manager, at=OCTOBER, items={"1.1.1": "补充"}, last_day=DECEMBER.date())
    client.force_login(lin)
    assert "市局退回 1 项" in client.get("/home/").content.decode()


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
