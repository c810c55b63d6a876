"""The applicant's pages, through the client: a whole application, what goes wrong, and who sees what."""

import datetime as dt
import io

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from evaluation.actions.draft import save_answers, start_application
from evaluation.actions.intake import return_application
from evaluation.models import Application, ApplicationVersion, Entry
from evaluation.project_table import Project, write_xlsx
from stations.models import Station
from tests.evaluation.dossiers import (
    ANSWERS,
    AT,
    MATERIALS,
    PROJECT,
    WUHAN,
    filled_draft,
    open_round,
    png_bytes,
    ready_station,
    submitted,
    upload,
)
from tests.factories import join, make_organisation, make_sheet, make_station, make_user, put

pytestmark = pytest.mark.django_db
KINDS = {kind.code: kind.name for kind in WUHAN.service_kinds}
STEPS = ("organisation", "conditions", "abilities", "materials", "projects", "check")


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def owner(client):
    owner = make_user(name="林经办")
    client.force_login(owner)
    return owner


def address(name, application, *args):
    return reverse(f"evaluation:application_{name}", args=[application.pk, *args])


def text_of(response):
    return response.content.decode()


def pdf_text(response):
    assert response["Content-Type"] == "application/pdf"
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)


def test_a_whole_application_through_the_pages(client, owner):
    evaluation, station = open_round(), ready_station(owner)
    assert "1 个服务站可以申报" in text_of(client.get(reverse("evaluation:my_application_list")))
    start = reverse("evaluation:application_start", args=[evaluation.pk])
    page = client.post(start, {"station": station.pk}, follow=True)
    application = Application.objects.get()
    assert page.redirect_chain[-1][0] == application.get_absolute_url()
    assert "继续填写：基本条件" in text_of(page)

    answers = {**ANSWERS, "credit_checked_on": "2026-11-09", "not_dishonest": "on"}
    client.post(address("conditions", application), {"version": 0, **answers})
    client.post(address("check", application), {"version": 1, "declared_by": "张三", "declared": "on"})
    for code in MATERIALS:
        if code != "projects":
            client.post(address("material_add", application, code), {"files": [upload("一.pdf"), upload("二.pdf")]})
    row = {f"row-0-{key}": value for key, value in PROJECT.items()}
    assert client.post(address("projects", application), {"version": 2, **row}).status_code == 302

    assert "核对并提交" in text_of(client.get(application.get_absolute_url()))
    page = client.post(address("submit", application), follow=True)
    version = ApplicationVersion.objects.get()
    assert page.redirect_chain[-1][0] == address("receipt", application, 1)
    assert "申报-2026-0001" in text_of(page)
    assert version.sha256 in text_of(page)
    assert version.snapshot["answers"]["firms_last_year"] == 230
    assert len(version.snapshot["materials"]["systems"]) == 2
    receipt = pdf_text(client.get(address("receipt_paper", application, 1)))
    assert "申报-2026-0001" in receipt
    page = text_of(client.get(application.get_absolute_url()))
    assert "等待受理" in page
    assert "2026年11月17日24时" in page
    assert "撤回申报" in page


def test_every_step_opens_and_says_what_is_missing(client, owner):
    application = start_application(open_round(), ready_station(owner, kinds=3), actor=owner, at=AT)
    pages = {step: text_of(client.get(address(step, application))) for step in STEPS}
    assert "还差2类" in pages["abilities"]
    assert "请填写“管理制度和服务流程”" in pages["conditions"]
    assert "第十三条第（三）项" in pages["conditions"]
    assert "还没有“登记证书副本”" in pages["check"]
    assert pages["materials"].count("待上传") == 7
    assert "还差" in text_of(client.get(application.get_absolute_url()))
    assert "请勾选材料真实性声明" in text_of(client.post(address("submit", application)))
    assert not ApplicationVersion.objects.exists()


def test_saving_as_one_types_answers_json_and_the_conditions_follow(client, owner):
    application = start_application(open_round(), ready_station(owner), actor=owner, at=AT)
    headers = {"Accept": "application/json", "X-Autosave": "1"}
    typed = {
        "version": 0,
        "finance": "近三年盈利",
        "initial-finance": "",
        "firms_last_year": "12",
        "initial-firms_last_year": "",
    }
    answer = client.post(address("conditions", application), typed, headers=headers)
    assert answer.json() == {"message": "已保存。", "version": 0}
    live = text_of(client.get(address("checks", application)))
    assert "请填写“财务状况”" not in live
    assert "<html" not in live
    bad = client.post(address("conditions", application), {**typed, "firms_last_year": "-3"}, headers=headers)
    assert bad.status_code == 422
    assert bad.json()["code"] == "invalid"
    assert Application.objects.get().firms_last_year == 12


def test_a_field_that_was_not_touched_on_this_page_is_not_written(client, owner):
    application = start_application(open_round(), ready_station(owner), actor=owner, at=AT)
    colleague = make_user(name="吴同事")
    join(colleague, application.organisation)
    save_answers(application, actor=colleague, at=AT, version=0, systems="吴写的制度")
    stale = {"version": 0, "systems": "", "initial-systems": "", "finance": "林写的财务", "initial-finance": ""}
    assert client.post(address("conditions", application), stale).status_code == 302
    application.refresh_from_db()
    assert (application.systems, application.finance) == ("吴写的制度", "林写的财务")


def test_a_stale_page_shows_both_texts_and_the_second_save_decides(client, owner):
    application = start_application(open_round(), ready_station(owner), actor=owner, at=AT)
    colleague = make_user(name="吴同事")
    join(colleague, application.organisation)
    save_answers(application, actor=colleague, at=AT, version=0, systems="吴写的制度")
    typed = {"version": 0, "systems": "林写的制度", "initial-systems": ""}
    page = client.post(address("conditions", application), typed)
    assert page.status_code == 409
    assert "吴写的制度" in text_of(page)
    assert "林写的制度" in text_of(page)
    assert 'name="version" value="1"' in text_of(page)
    assert client.post(address("conditions", application), {**typed, "version": 1}).status_code == 302
    application.refresh_from_db()
    assert application.systems == "林写的制度"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.pdf", b"", "是空的"),
        ("程序.pdf", b"MZ\x90\x00" + b"\0" * 64, "不是有效的 PDF"),
        ("网页.html", b"<html></html>", "的类型不能上传"),
        ("图.svg", b"<svg/>", "的类型不能上传"),
        (f"{'长' * 300}.pdf", b"%PDF-1.4", "文件名超过"),
    ],
)
def test_a_bad_upload_is_answered_in_a_sentence(client, owner, name, content, words):
    application = start_application(open_round(), ready_station(owner), actor=owner, at=AT)
    page = client.post(address("material_add", application, "registration"), {"files": upload(name, content)})
    assert page.status_code == 422
    assert words in text_of(page)
    assert not application.material_files.exists()


def test_a_name_with_a_path_is_only_a_name(client, owner):
    application = start_application(open_round(), ready_station(owner), actor=owner, at=AT)
    client.post(address("material_add", application, "registration"), {"files": upload("../../执照.pdf")})
    assert [file.file.name for file in application.material_files.all()] == ["执照.pdf"]


def test_of_several_files_all_are_taken_or_none(client, owner):
    application = start_application(open_round(), ready_station(owner), actor=owner, at=AT)
    files = [upload("好.pdf"), upload("坏.pdf", b"nothing")]
    page = client.post(address("material_add", application, "registration"), {"files": files})
    assert "坏.pdf" in text_of(page)
    assert not application.material_files.exists()


def test_a_file_is_removed_after_a_question(client, owner):
    application, _ = filled_draft(owner)
    file = application.material_files.get(code="systems")
    assert "systems.pdf" in text_of(client.get(address("material_remove", application, file.pk)))
    page = client.post(address("material_remove", application, file.pk))
    assert page.url == address("materials", application) + "#material-systems"
    assert client.get(address("material_remove", application, file.pk)).status_code == 404


def test_wrong_rows_stay_on_the_screen_and_are_named(client, owner):
    application = start_application(open_round(), ready_station(owner), actor=owner, at=AT)
    rows = {"row-0-year": "2025", "row-0-name": "只有名称", "row-1-year": "1999", "row-1-client": "某厂"}
    page = client.post(address("projects", application), {"version": 0, **rows})
    assert page.status_code == 422
    assert "第1行“服务对象”：不能为空" in text_of(page)
    assert 'value="只有名称"' in text_of(page)
    assert not application.projects.exists()


def test_the_table_is_imported_exported_and_its_errors_listed_row_by_row(client, owner):
    application = start_application(open_round(), ready_station(owner), actor=owner, at=AT)
    good = upload("清单.xlsx", write_xlsx([Project(**PROJECT)], kinds=KINDS))
    assert client.post(address("projects_import", application), {"table": good}).status_code == 302
    book = load_workbook(io.BytesIO(client.get(address("projects_table", application)).content))
    assert [cell.value for cell in book.active[2]][:4] == [2025, "激光器比对", "武汉某光电公司", "标准"]
    empty = load_workbook(io.BytesIO(client.get(address("projects_table", application) + "?template").content))
    assert empty.active.max_row == 1

    bad = upload("清单.xlsx", write_xlsx([Project(**PROJECT), Project(1999, "", "某厂", "做饭")], kinds=KINDS))
    page = text_of(client.post(address("projects_import", application), {"table": bad}))
    assert "应填2023至2026之间的年份" in page
    assert "原来的清单没有变" in page
    assert application.projects.count() == 1
    strange = client.post(address("projects_import", application), {"table": upload("a.xlsx", b"PK\x03\x04junk")})
    assert strange.status_code == 422


def test_the_papers_are_filled_in(client, owner):
    application, _ = filled_draft(owner)
    form = pdf_text(client.get(address("form_paper", application)))
    assert application.organisation.credit_code in form
    assert "激光器比对" in form
    assert "张三" in pdf_text(client.get(address("declaration_paper", application)))


def test_withdraw_and_resume_ask_first(client, owner):
    version, _ = submitted(owner)
    application = version.application
    assert "撤回后可以修改并重新提交" in text_of(client.get(address("withdraw", application)))
    page = text_of(client.post(address("withdraw", application), follow=True))
    assert "重新填报" in page
    client.post(address("resume", application))
    application.refresh_from_db()
    assert application.state == "draft"


def test_a_form_sent_twice_submits_once(client, owner):
    application, _ = filled_draft(owner)
    once = client.get(address("submit", application)).context["once"]
    first = client.post(address("submit", application), {"once": once})
    second = client.post(address("submit", application), {"once": once})
    assert first.url == second.url == address("receipt", application, 1)
    assert ApplicationVersion.objects.count() == 1


def test_a_return_opens_its_items_only(client, owner):
    version, _ = submitted(owner)
    application = version.application
    items = [{"code": "audit_report", "reason": "缺签章页"}]
    return_application(application, items=items, actor=make_user("intake"), at=AT)
    page = text_of(client.get(application.get_absolute_url()))
    assert "缺签章页" in page
    assert "2026年11月17日24时" in page
    materials = text_of(client.get(address("materials", application)))
    assert address("material_add", application, "audit_report") in materials
    assert address("material_add", application, "systems") not in materials
    refused = client.post(address("material_add", application, "systems"), {"files": upload("新.pdf")})
    assert "只能修改补正通知列出的事项" in text_of(refused)
    client.post(address("material_add", application, "audit_report"), {"files": upload("签章页.pdf")})
    assert "签章页.pdf" in text_of(client.get(address("check", application)))
    assert client.post(address("supplement", application)).url == address("receipt", application, 2)
    assert "上年度财务审计报告" in text_of(client.get(address("version", application, 2)))


def test_after_the_window_the_pages_can_be_read_and_not_written(client, owner):
    application, _ = filled_draft(owner)
    with time_machine.travel(AT + dt.timedelta(days=30), tick=False):
        client.force_login(owner)
        assert "申报已截止" in text_of(client.get(application.get_absolute_url()))
        assert "现在不能修改" in text_of(client.get(address("conditions", application)))
        page = client.post(address("submit", application))
        assert "不再接收" in text_of(page)
    assert not ApplicationVersion.objects.exists()


# -- Files  ----


def test_files_are_attachments_or_seen_in_our_viewer(client, owner):
    application, _ = filled_draft(owner)
    client.post(address("material_add", application, "registration"), {"files": upload("照片.png", png_bytes())})
    stored = application.material_files.get(file__name="照片.png").file
    plain = client.get(address("file", application, stored.key))
    assert b"".join(plain.streaming_content) == png_bytes()
    release(plain)
    assert plain["Content-Disposition"].startswith("attachment")
    assert "sandbox" in plain["Content-Security-Policy"]
    seen = client.get(address("file", application, stored.key) + "?view")
    assert seen["Content-Disposition"].startswith("inline")
    assert seen["X-Content-Type-Options"] == "nosniff"
    assert b"".join(seen.streaming_content) == png_bytes()
    release(seen)


def release(response):
    """Close the file of an answer; closing the answer itself would end the test's connection as well."""
    for closer in response._resource_closers:
        closer()


def opens(client, application, key):
    response = client.get(address("file", application, key))
    release(response)
    return {200: True, 404: False}[response.status_code]


def test_an_expert_opens_files_after_the_conflict_gate_and_not_before(client, owner):
    version, _ = submitted(owner)
    key = version.snapshot["materials"]["systems"][0]["key"]
    entry = make_entry_of(version.application)
    sheet = make_sheet(entry, state="gated")
    client.force_login(sheet.expert.user)
    assert not opens(client, version.application, key)
    put(sheet, "open")
    assert opens(client, version.application, key)
    put(sheet, "recused")
    assert not opens(client, version.application, key)
    assert client.get(version.application.get_absolute_url()).status_code == 404


def make_entry_of(application):
    return Entry.objects.create(
        round=application.round, station=application.station, track="new", application=application
    )


def test_staff_open_what_was_submitted_and_not_what_was_added_since(client, owner):
    version, _ = submitted(owner)
    application = version.application
    return_application(application, items=[{"code": "systems", "reason": "缺目录"}], actor=make_user("intake"), at=AT)
    client.post(address("material_add", application, "systems"), {"files": upload("目录.pdf")})
    new = application.material_files.get(file__name="目录.pdf").file
    old = version.snapshot["materials"]["systems"][0]["key"]
    proof = version.snapshot["abilities"][0]["evidence"][0]["key"]
    client.force_login(make_user("intake"))
    assert opens(client, application, old)
    assert opens(client, application, proof)
    assert not opens(client, application, new.key)


def test_a_file_is_not_opened_through_another_application(client, owner):
    application, _ = filled_draft(owner)
    other, stranger = filled_draft()
    foreign = other.material_files.first().file
    assert not opens(client, application, foreign.key)
    assert not opens(client, other, foreign.key)
    client.force_login(stranger)
    assert opens(client, other, foreign.key)


# -- Who sees what, and what it costs  ----

GETS = (*STEPS, "detail", "checks", "submit", "supplement", "withdraw", "resume", "form_paper", "declaration_paper", "projects_table")  # fmt: skip


@pytest.mark.parametrize("role", [None, "intake", "manager", "leader", "district", "auditor", "system_admin"])
def test_to_everybody_else_the_applicants_pages_do_not_exist(client, role):
    version, _ = submitted()
    stranger = make_user(role)
    make_organisation(stranger)
    client.force_login(stranger)
    assert {client.get(address(name, version.application)).status_code for name in GETS} == {404}
    assert client.get(address("receipt", version.application, 1)).status_code == 404
    assert str(version.application.station) not in text_of(client.get(reverse("evaluation:my_application_list")))


def test_without_signing_in_one_is_sent_to_sign_in(client):
    version, _ = submitted()
    for name in GETS:
        assert client.get(address(name, version.application)).url.startswith("/accounts/login/")


@pytest.mark.parametrize("rows", [3, 300])
def test_the_list_costs_the_same_at_3_and_at_300_rows(client, owner, rows, django_assert_num_queries):
    evaluation, organisation = open_round(), make_organisation(owner)
    stations = [make_station(organisation) for _ in range(rows)]
    Application.objects.bulk_create(
        Application(round=evaluation, organisation=organisation, station=station, created_by=owner, created_at=AT)
        for station in stations
    )
    client.get(reverse("evaluation:my_application_list"))
    with django_assert_num_queries(9):
        page = client.get(reverse("evaluation:my_application_list"))
    assert len(page.context["rows"]) == min(rows, 20)
    assert Station.objects.count() == rows


def test_the_list_is_searched_filtered_sorted_and_exported(client, owner):
    filled_draft(owner)
    submitted(owner, evaluation=Application.objects.get().round)
    url = reverse("evaluation:my_application_list")
    assert len(client.get(url, {"state": "submitted"}).context["rows"]) == 1
    assert len(client.get(url, {"q": "申报-2026-0001"}).context["rows"]) == 1
    assert "没有符合条件的申报" in text_of(client.get(url, {"q": "没有这个"}))
    assert len(client.get(url, {"sort": "-station"}).context["rows"]) == 2
    csv = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode()
    assert csv.count("\n") == 3


def test_somebody_without_a_station_is_told_what_to_do_first(client, owner):
    open_round()
    assert "先登记单位和服务站" in text_of(client.get(reverse("evaluation:my_application_list")))


def test_the_home_page_says_what_waits_and_by_when(client, owner):
    application, _ = filled_draft(owner)
    page = text_of(client.get("/home/"))
    assert f"完成申报：{application.station}" in page
    assert "2026年11月20日24时" in page
