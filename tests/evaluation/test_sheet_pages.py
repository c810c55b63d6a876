"""The expert's pages: list, gate, sheet beside the evidence, saving as one types, handing in; and who may not."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.states import Role
from evaluation.actions.sheets import declare_clear, save_scores
from evaluation.models import Recusal, Score, ScoreSheet
from ledger.files import store_bytes
from supervision.actions.self_assessment import add_evidence, attach_report, file_self_assessment, save_items
from tests.evaluation.dossiers import AT, pdf_bytes
from tests.evaluation.panel_cast import full_marks, gated_application, many_entries, many_sheets, submitted_sheet
from tests.factories import join, make_entry, make_expert, make_round, make_sheet, make_user, put
from tests.supervision.reports import everything

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json", "X-Autosave": "1"}


def address(name, sheet):
    return reverse(f"evaluation:{name}", args=[sheet.pk])


def text_of(response):
    return response.content.decode()


@pytest.fixture
def sheet():
    return make_sheet(state="open")


@pytest.fixture
def expert(client, sheet):
    client.force_login(sheet.expert.user)
    return sheet.expert


def typed(marks):
    """Marks as the form posts them."""
    posted = {}
    for code, (points, reason) in marks.items():
        posted[f"points_{code}"] = "" if points is None else str(points)
        posted[f"reason_{code}"] = reason
    return posted


# -- List  ----


def test_the_list_shows_own_sheets_only_and_no_mark_of_others(client, sheet, expert):
    stranger = make_sheet(sheet.entry, state="open")
    page = text_of(client.get("/sheets/"))
    assert address("sheet_detail", sheet) in page
    assert address("sheet_detail", stranger) not in page
    assert "共 1 份，其中 1 份等您办理" in page


def test_the_list_costs_the_same_at_3_and_at_300_rows(client, django_assert_num_queries):
    expert, evaluation = make_expert(), make_round()
    client.force_login(expert.user)

    many_sheets(many_entries(evaluation, 3), expert)
    client.get("/sheets/")
    with django_assert_num_queries(7):
        client.get("/sheets/")
    many_sheets(many_entries(evaluation, 297), expert)
    with django_assert_num_queries(7):
        page = client.get("/sheets/")
    assert page.context["total"] == 300
    assert len(page.context["rows"]) == 20


def test_a_recused_sheet_is_gone_from_list_search_export_and_address(client, sheet, expert):
    name = sheet.entry.station.organisation.name
    client.post(address("sheet_declare_conflict", sheet), {"reason": "同一课题组"})
    assert Recusal.objects.get().reason == "同一课题组"
    assert name not in text_of(client.get("/sheets/"))
    assert name not in text_of(client.get("/sheets/", {"q": name})).replace(f'value="{name}"', "")
    exported = b"".join(client.get("/sheets/", {"export": "csv"}).streaming_content).decode()
    assert name not in exported
    for page in ("sheet_detail", "sheet_submit", "sheet_declare_clear"):
        assert client.get(address(page, sheet)).status_code == 404
    assert client.post(address("sheet_save", sheet), {}).status_code == 404


# -- The gate  ----


def test_behind_the_gate_there_is_the_organisations_name_and_nothing_else(client):
    sheet, version = gated_application()
    client.force_login(sheet.expert.user)
    page = text_of(client.get(address("sheet_detail", sheet)))
    assert sheet.entry.station.organisation.name in page
    assert "先声明是否存在利益冲突" in page
    for word in (sheet.entry.station.name, version.application.number, "评价要点", "李站长"):
        assert word not in page
    key = version.snapshot["materials"]["systems"][0]["key"]
    file = reverse("evaluation:application_file", args=[version.application_id, key])
    assert client.get(file).status_code == 404
    client.post(address("sheet_declare_clear", sheet))
    assert b"".join(client.get(file).streaming_content).startswith(b"%PDF")
    page = text_of(client.get(address("sheet_detail", sheet)))
    assert f"{file}?view" in page
    assert "李站长" in page
    assert "材料中 5 名" in page


def test_a_declaration_against_the_records_is_refused_on_the_page(client):
    sheet = make_sheet()
    sheet.expert.employer = sheet.entry.station.organisation.name
    sheet.expert.save()
    client.force_login(sheet.expert.user)
    page = client.post(address("sheet_declare_clear", sheet))
    assert page.status_code == 422
    assert "请改为声明存在利益冲突" in text_of(page)


# -- The sheet  ----


def test_what_is_typed_is_saved_and_totals_come_back(client, sheet, expert):
    marks = {"1.1.1": (Decimal("2.5"), "缺分工表"), "4.1.1": (Decimal(8), "")}
    answer = client.post(address("sheet_save", sheet), {**typed(marks), "comment": "好"}, headers=JSON)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["total"], body["scored"], body["dimensions"]["foundation"]) == ("10.5", 2, "2.5")
    assert ScoreSheet.objects.get().comment == "好"


def test_a_wrong_value_is_named_and_the_others_are_saved(client, sheet, expert):
    marks = {"1.1.1": (Decimal("3.5"), ""), "1.1.2": (Decimal(3), "")}
    answer = client.post(address("sheet_save", sheet), typed(marks), headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["message"] == "“组织架构”满分3分，不能填3.5分，请填写0到3之间的分数。"
    assert list(answer.json()["errors"]) == ["points_1.1.1"]
    assert [score.indicator.code for score in Score.objects.all()] == ["1.1.2"]


def test_without_javascript_a_wrong_value_stays_in_its_field(client, sheet, expert):
    posted = {**typed({"1.1.1": (None, "没有图"), "1.1.2": (Decimal("1.2"), "")}), "comment": "意见", "save": "1"}
    posted["points_1.1.1"] = "三"
    page = client.post(address("sheet_save", sheet), posted)
    assert page.status_code == 422
    text = text_of(page)
    assert "“组织架构”的得分请填数字" in text
    assert "每档0.5分评分，请改为1分或1.5分" in text
    assert 'value="三"' in text
    assert ">没有图</textarea>" in text
    assert ScoreSheet.objects.get().comment == "意见"


def test_saving_by_the_button_leads_back_and_on_to_the_check(client, sheet, expert):
    posted = typed({"1.1.1": (Decimal(3), "")})
    assert client.post(address("sheet_save", sheet), {**posted, "save": "1"}).url == address("sheet_detail", sheet)
    assert client.post(address("sheet_save", sheet), {**posted, "check": "1"}).url == address("sheet_submit", sheet)
    assert 'value="3" data-mark' in text_of(client.get(address("sheet_detail", sheet)))


def test_a_stale_page_is_told_that_the_sheet_is_handed_in(client, sheet, expert):
    put(sheet, "submitted")
    answer = client.post(address("sheet_save", sheet), typed({"1.1.1": (Decimal(1), "")}), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "sheet_not_open")
    page = client.post(address("sheet_save", sheet), typed({"1.1.1": (Decimal(1), "")}), follow=True)
    assert "不能修改" in text_of(page)
    assert not Score.objects.exists()


def test_what_a_platform_tells_stands_beside_the_indicator_of_online_services(client, sheet, expert):
    known = {"platform": "hanjianlian", "url": "https://shop.example.cn/1", "changed_at": AT, "received_at": AT}
    station = sheet.entry.station
    station.online_services.create(number="1", content="equipment", title="三坐标测量机共享", **known)
    station.online_services.create(number="2", content="feature", title="已下架的服务", online=False, **known)
    shown = text_of(client.get(address("sheet_detail", sheet)))
    place = shown.index("三坐标测量机共享")
    assert shown.index("2.2.2 线上服务") < place < shown.index("3.1.1 需求收集")
    assert shown.count("三坐标测量机共享") == 1
    assert "汉检链告知" in shown
    assert "已下架的服务" not in shown


def test_the_sheet_costs_a_bounded_number_of_queries(client, sheet, expert, django_assert_max_num_queries):
    save_scores(sheet, actor=expert.user, scores=full_marks(sheet))
    client.get(address("sheet_detail", sheet))
    with django_assert_max_num_queries(14):
        client.get(address("sheet_detail", sheet))


# -- Handing in  ----


def test_the_check_page_names_what_is_missing_and_links_to_it(client, sheet, expert):
    marks = full_marks(sheet, _1_1_2="2")
    marks["1.1.2"] = (Decimal(2), "")
    del marks["1.1.1"]
    client.post(address("sheet_save", sheet), typed(marks))
    page = text_of(client.get(address("sheet_submit", sheet)))
    assert f"{address('sheet_detail', sheet)}#id_points_1.1.1" in page
    assert f"{address('sheet_detail', sheet)}#id_reason_1.1.2" in page
    assert "还不能提交，有 2 处需要补充" in page
    assert client.post(address("sheet_submit", sheet)).status_code == 422
    assert ScoreSheet.objects.get().state == "open"


def test_a_whole_sheet_is_handed_in_and_then_only_read(client, sheet, expert):
    client.post(address("sheet_save", sheet), typed(full_marks(sheet)))
    page = client.post(address("sheet_submit", sheet), follow=True)
    assert "评分表已提交" in text_of(page)
    assert ScoreSheet.objects.get().state == "submitted"
    assert "data-mark" not in text_of(client.get(address("sheet_detail", sheet)))


def test_the_chair_sends_back_and_the_expert_reads_why(client):
    chair = make_expert()
    sheet = submitted_sheet(make_entry(make_round(chair=chair.user)))
    client.force_login(chair.user)
    assert client.get(address("sheet_reopen", sheet)).status_code == 200
    client.post(address("sheet_reopen", sheet), {"reason": "请再看 2.2.2"})
    client.force_login(sheet.expert.user)
    page = text_of(client.get(address("sheet_detail", sheet)))
    assert "请再看 2.2.2" in page
    assert "data-mark" in page


# -- A titled station  ----


def test_the_self_assessment_lies_beside_the_sheet_of_a_titled_station(client):
    entry = make_entry(track="titled")
    owner = make_user()
    join(owner, entry.station.organisation)
    dossier = put(entry.dossier, "draft")
    proof, report = (
        store_bytes(pdf_bytes(name), name=name, content_type="application/pdf", actor=owner, at=AT)
        for name in ("走访台账.pdf", "报告.pdf")
    )
    attach_report(dossier, report, actor=owner, at=AT)
    add_evidence(dossier, "4.1.3", proof, actor=owner, at=AT)
    save_items(dossier, actor=owner, at=AT, items=everything("全年服务 600 家次"))
    file_self_assessment(dossier, actor=owner, at=AT)
    gated, sheet = make_sheet(entry), make_sheet(entry)
    declare_clear(sheet, actor=sheet.expert.user)
    url = reverse("evaluation:entry_report", args=[entry.pk])
    client.force_login(sheet.expert.user)
    page = text_of(client.get(address("sheet_detail", sheet)))
    assert "全年服务 600 家次" in page
    assert "501 家次（服务站填写）" in page
    assert f"{url}?view" in page
    file_url = reverse("evaluation:entry_file", args=[entry.pk, proof.key])
    assert b"".join(client.get(file_url).streaming_content).startswith(b"%PDF")
    assert b"".join(client.get(url).streaming_content).startswith(b"%PDF")
    client.force_login(gated.expert.user)
    assert {client.get(url).status_code, client.get(file_url).status_code} == {404}


# -- Who may not  ----


@pytest.mark.parametrize("who", ["another", "applicant", "district"])
def test_to_others_a_sheet_does_not_exist(client, sheet, who):
    user = {
        "another": lambda: make_expert().user,
        "applicant": make_user,
        "district": lambda: make_user(Role.DISTRICT),
    }[who]()
    client.force_login(user)
    for name in ("sheet_detail", "sheet_submit", "sheet_reopen", "sheet_recuse", "sheet_replace"):
        assert client.get(address(name, sheet)).status_code == 404
    assert client.post(address("sheet_save", sheet), {}).status_code == 404


def test_the_bureau_reads_a_sheet_and_cannot_write_it(client):
    sheet = submitted_sheet(make_entry(), _1_1_1="2")
    client.force_login(make_user(Role.AUDITOR))
    page = text_of(client.get(address("sheet_detail", sheet)))
    assert "材料不足" in page
    assert "data-mark" not in page
    assert client.post(address("sheet_save", sheet), typed(full_marks(sheet))).status_code == 404
    assert client.get(address("sheet_recuse", sheet)).status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(client, sheet):
    assert client.get(address("sheet_detail", sheet)).url.startswith("/accounts/login/")
