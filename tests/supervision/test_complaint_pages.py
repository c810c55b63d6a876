"""Complaints on the screen: by anyone, by those who handle them, and by the station that is asked."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.states import Role
from config.home import todos_for
from supervision.actions import complaint as actions
from supervision.actions import complaint_statement as statements
from supervision.actions.year_plan import adopt_year_plan
from supervision.models import Complaint, ComplaintStatement
from supervision.states.complaint import ComplaintState
from tests.evaluation.dossiers import png_bytes
from tests.factories import make_district, make_organisation, make_station, make_title, make_user, put
from tests.supervision.test_complaint import AT, DAY, WHO
from tests.supervision.test_year_plan import drafted

pytestmark = pytest.mark.django_db
NEW = "/complaints/new/"


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
def manager():
    return make_user(Role.MANAGER, name="赵管理")


@pytest.fixture
def clerk():
    return make_user(Role.INTAKE, name="吴受理")


@pytest.fixture
def lin():
    return make_user(name="林经办")


@pytest.fixture
def station(lin, manager):
    adopt_year_plan(drafted(manager), actor=manager)
    return make_title(make_station(make_organisation(lin))).station


@pytest.fixture
def complaint(station):
    return actions.receive_complaint(station, statement="收了钱没有出报告。", consent=True, **WHO)


@pytest.fixture
def asked(complaint, clerk):
    actions.accept_complaint(complaint, actor=clerk)
    actions.investigate_complaint(complaint, actor=clerk, investigator=clerk)
    return statements.ask_statement(complaint, actor=clerk, question="请说明报告出具情况。", due_on=AT.date() + 5 * DAY)


def form(where, **changes) -> dict:
    return {"station": where.pk, "statement": "收了钱没有出报告。", "consent": "on", **WHO, **changes}


def read(response) -> str:
    return response.content.decode()


def test_anyone_complains_from_the_page_of_a_station_and_gets_a_receipt_that_names_nobody(client, station):
    page = read(client.get(station.get_absolute_url()))
    assert f'href="{NEW}?station={station.pk}"' in page
    assert f'<option value="{station.pk}" selected>' in read(client.get(f"{NEW}?station={station.pk}"))
    answer = client.post(NEW, form(station, happened_on="2026-05-28"), follow=True)
    complaint = Complaint.objects.get()
    assert answer.redirect_chain[-1][0] == f"/complaints/{complaint.number}/"
    page = read(answer)
    assert str(complaint.number) in page
    assert "投诉已收到" in page
    assert "2026年6月10日" in page  # until when it is decided whether it is taken up
    assert not any(secret in page for secret in ("欧阳举报", "secret@example.com", "13912345678"))
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex"
    paper = client.get(f"/complaints/{complaint.number}/receipt.pdf")
    assert paper.content.startswith(b"%PDF")


def test_a_station_without_a_title_is_not_offered(client, station):
    other = make_station()
    assert other.name not in read(client.get(f"{NEW}?station={other.pk}"))
    assert client.post(NEW, form(other)).status_code == 422
    assert client.get(f"{NEW}?station=x").status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"statement": ""}, "请填写投诉的事项和经过。"),
        ({"station": ""}, "请选择被投诉的服务站。"),
        ({"consent": ""}, "请勾选“我已阅读并同意个人信息使用说明”。"),
        ({"happened_on": "2026-06-02"}, "发生日期还没有到，请核对后修改。"),
        ({"email": "谁@"}, "邮箱"),
        ({"evidence": SimpleUploadedFile("a.pdf", b"MZ\x90\x00" * 10)}, "a.pdf"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(client, station, changes, sentence):
    answer = client.post(NEW, form(station, **{"statement": "写了很久的经过", **changes}))
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert "statement" in changes or "写了很久的经过" in read(answer)
    assert "欧阳举报" in read(answer)
    assert not Complaint.objects.exists()


def test_a_form_sent_twice_files_one_complaint(client, station):
    sent = form(station, once=str(uuid.uuid4()))
    answers = [client.post(NEW, sent) for _ in range(2)]
    assert Complaint.objects.count() == 1
    assert answers[0].url == answers[1].url


def test_nobody_floods(client, station):
    answers = [client.post(NEW, form(station, statement=f"事项{n}")).status_code for n in range(11)]
    assert answers == [302] * 10 + [429]
    assert "Retry-After" in client.post(NEW, form(station))


def test_a_complaint_is_found_by_its_number_only(client, complaint):
    assert client.get("/complaints/", {"number": str(complaint.number)}).url == f"/complaints/{complaint.number}/"
    answer = client.get("/complaints/", {"number": str(uuid.uuid4())})
    assert (answer.status_code, "没有这个查询号" in read(answer)) == (422, True)
    assert "查询号不完整" in read(client.get("/complaints/", {"number": "12"}))
    assert client.get(f"/complaints/{uuid.uuid4()}/").status_code == 404
    assert client.get(f"/complaints/work/{complaint.pk}/").status_code == 302


def test_who_has_the_number_withdraws(client, complaint):
    url = f"/complaints/{complaint.number}/withdraw/"
    assert "不能恢复" in read(client.get(url))
    assert "投诉已撤回" in read(client.post(url, {"reason": "已经解决"}, follow=True))
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.WITHDRAWN
    page = read(client.get(f"/complaints/{complaint.number}/"))
    assert "撤回投诉</a>" not in page
    assert client.post(url, {}).status_code == 409


def test_the_follower_reads_the_answer_and_nothing_from_inside(client, complaint, asked, clerk, lin):
    statements.give_statement(asked, actor=lin, text="均已出具。")
    actions.reveal_complainant(complaint, actor=clerk, reason="回电")
    actions.conclude_complaint(complaint, actor=clerk, finding="partly", text="内部核查材料。")
    page = read(client.get(f"/complaints/{complaint.number}/"))
    assert "核查完毕，待答复" in page
    assert "部分属实" not in page
    actions.answer_complaint(complaint, actor=clerk, answer="已责令补出报告。")
    page = read(client.get(f"/complaints/{complaint.number}/"))
    assert "部分属实" in page
    assert "已责令补出报告。" in page
    inside = (clerk.name, lin.name, "内部核查材料。", "均已出具。", "查看投诉人身份", "欧阳举报")
    assert not any(word in page for word in inside)


# -- The bureau and the district  ----


def test_a_clerk_handles_a_complaint_from_screen_to_screen(client, complaint, clerk):
    work = complaint.get_absolute_url()
    assert complaint.station.name in next(todo.title for todo in todos_for(clerk))
    client.force_login(clerk)
    assert complaint.station.name in read(client.get("/complaints/work/"))
    assert "欧阳举报" not in read(client.get(work))
    client.post(f"{work}accept/")
    assert "期限怎样计算" in read(client.get(work))
    client.post(f"{work}investigate/", {"investigator": clerk.pk})
    assert client.post(f"{work}ask/", {"question": "请说明。", "due_on": "2026-06-01"}).status_code == 422
    assert client.post(f"{work}ask/", {"question": "请说明。", "due_on": "2026-06-05"}).status_code == 302
    assert client.post(f"{work}conclude/", {"finding": "founded", "text": ""}).status_code == 422
    assert client.post(f"{work}conclude/", {"finding": "founded", "text": "属实。"}).status_code == 302
    client.post(f"{work}answer/", {"answer": "已责令改正。"})
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.ANSWERED
    assert todos_for(clerk) == []
    assert "核查结论：属实" in read(client.get(work))
    assert client.post(f"{work}accept/").status_code == 409


def test_turning_a_complaint_away_needs_a_reason(client, complaint, clerk):
    client.force_login(clerk)
    work = complaint.get_absolute_url()
    assert client.post(f"{work}not-accept/", {"reason": ""}).status_code == 422
    client.post(f"{work}not-accept/", {"reason": "请向消费者协会反映。"})
    client.logout()
    assert "请向消费者协会反映。" in read(client.get(f"/complaints/{complaint.number}/"))


def test_the_name_is_shown_once_to_the_investigator_who_gives_a_reason(client, complaint, asked, clerk, manager):
    url = f"{complaint.get_absolute_url()}complainant/"
    client.force_login(manager)
    assert client.post(url, {"reason": "好奇"}).status_code == 404
    client.force_login(clerk)
    assert "欧阳举报" not in read(client.get(url))
    assert client.post(url, {"reason": ""}).status_code == 422
    answer = client.post(url, {"reason": "电话核实"})
    assert "欧阳举报" in read(answer)
    assert "no-store" in answer["Cache-Control"]
    page = read(client.get(complaint.get_absolute_url()))
    assert "欧阳举报" not in page
    assert "电话核实" in page


@pytest.mark.parametrize(
    ("role", "listed", "opened"),
    [
        (None, 403, 404),
        (Role.FINANCE, 403, 404),
        (Role.AUDITOR, 200, 200),
        (Role.LEADER, 200, 200),
        (Role.DISTRICT, 200, 200),
    ],
)
def test_who_reads_the_work_list(client, complaint, role, listed, opened):
    client.force_login(make_user(role))
    assert client.get("/complaints/work/").status_code == listed
    assert client.get(complaint.get_absolute_url()).status_code == opened
    assert client.post(f"{complaint.get_absolute_url()}accept/").status_code == 404
    assert client.post(f"{complaint.get_absolute_url()}complainant/", {"reason": "x"}).status_code == 404


def test_another_district_sees_neither_row_nor_file(client, complaint):
    make_district("420102", "江岸区")
    client.force_login(make_user(Role.DISTRICT, scope="420102"))
    assert "没有收到投诉" in read(client.get("/complaints/work/"))
    assert client.get(complaint.get_absolute_url()).status_code == 404


def test_evidence_is_served_to_handlers_only(client, station, clerk, lin):
    client.post(NEW, form(station, evidence=SimpleUploadedFile("票据.png", png_bytes())))
    complaint = Complaint.objects.get()
    url = f"{complaint.get_absolute_url()}files/{complaint.evidence.get().pk}/"
    assert client.get(url).status_code == 302
    client.force_login(lin)
    assert client.get(url).status_code == 404
    client.force_login(clerk)
    assert b"".join(client.get(url).streaming_content) == png_bytes()
    assert client.get(f"{complaint.get_absolute_url()}files/0/").status_code == 404


def test_the_list_is_searched_filtered_and_exported_without_a_name(client, complaint, clerk):
    client.force_login(clerk)
    assert complaint.station.name in read(client.get("/complaints/work/?q=报告&state=received"))
    assert "没有符合条件的投诉" in read(client.get("/complaints/work/?state=answered"))
    assert "没有符合条件的投诉" in read(client.get("/complaints/work/?mine=true"))
    text = b"".join(client.get("/complaints/work/?export=csv").streaming_content).decode()
    assert complaint.station.name in text
    assert "欧阳" not in text


def test_a_founded_complaint_may_lead_to_improvement_and_to_a_case_of_revocation(client, complaint, asked, clerk, lin):
    url = f"{complaint.get_absolute_url()}improve/"
    client.force_login(clerk)
    assert url not in read(client.get(complaint.get_absolute_url()))
    assert client.get(url).status_code == 404
    actions.conclude_complaint(complaint, actor=clerk, finding="founded", text="属实。")
    page = read(client.get(complaint.get_absolute_url()))
    assert url in page
    assert "/revocations/new/" in page
    fields = client.get(url).context["form"].fields
    what = next(name for name in fields if name.startswith("what"))
    assert client.post(url, {what: "按期出具报告", "note": ""}).status_code == 302
    plan = complaint.improvements.get()
    assert plan.source == "complaint"
    client.force_login(lin)
    page = read(client.get(plan.get_absolute_url()))
    assert "按期出具报告" in page
    assert "收了钱没有出报告" not in page
    client.force_login(make_user(Role.AUDITOR))
    assert url not in read(client.get(complaint.get_absolute_url()))


def test_the_dates_of_complaints_stand_on_the_page_of_dates(client, complaint, asked, clerk, lin):
    client.force_login(clerk)
    page = read(client.get("/dates/?since=2026-06-01&until=2026-12-31"))
    assert "提醒核查人" in page
    client.force_login(lin)
    page = read(client.get("/dates/"))
    assert "服务站情况说明" in page
    assert "提醒核查人" not in page


# -- The station  ----


def test_the_station_answers_what_it_is_asked_and_reads_nothing_of_the_complaint(client, complaint, asked, lin):
    client.force_login(lin)
    url = asked.get_absolute_url()
    assert "请说明报告出具情况。" in read(client.get("/complaint-statements/"))
    page = read(client.get(url))
    assert not any(word in page for word in ("收了钱没有出报告", "欧阳举报", str(complaint.number), "吴受理"))
    assert client.get(complaint.get_absolute_url()).status_code == 404
    assert client.post(f"{url}give/", {"text": ""}).status_code == 422
    sent = {"text": "均已出具。", "files": SimpleUploadedFile("清单.png", png_bytes())}
    assert client.post(f"{url}give/", sent).status_code == 302
    stored = ComplaintStatement.objects.get().files.get()
    assert b"".join(client.get(f"{url}files/{stored.pk}/").streaming_content) == png_bytes()
    assert "均已出具。" in read(client.get(url))
    text = b"".join(client.get("/complaint-statements/?export=csv").streaming_content).decode()
    assert "请说明报告出具情况。" in text
    assert "收了钱" not in text
    client.force_login(make_user())
    assert client.get(url).status_code == 404
    assert client.get(f"{url}files/{stored.pk}/").status_code == 404


def test_a_station_that_was_never_asked_reads_so(client, station, lin):
    client.force_login(lin)
    assert "没有需要说明的情况" in read(client.get("/complaint-statements/"))


# -- Cost  ----


def many(station, clerk, count) -> None:
    rows = [Complaint(station=station, statement="x", received_at=AT + dt.timedelta(minutes=n)) for n in range(count)]
    made = Complaint.objects.bulk_create(rows)
    ComplaintStatement.objects.bulk_create(
        ComplaintStatement(complaint=row, question="x", asked_by=clerk, asked_at=AT, due_at=AT) for row in made
    )


@pytest.mark.parametrize("url", ["/complaints/work/", "/complaint-statements/"])
def test_the_lists_cost_as_many_queries_for_three_hundred_as_for_three(
    client, station, clerk, lin, url, django_assert_max_num_queries
):
    client.force_login(clerk if "work" in url else lin)
    many(station, clerk, 3)
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    many(station, clerk, 297)
    with django_assert_max_num_queries(len(few)):
        client.get(url)


def test_a_file_costs_as_many_queries_for_many_statements(client, station, clerk, django_assert_max_num_queries):
    client.force_login(clerk)
    complaint = put(
        Complaint.objects.create(station=station, statement="x", received_at=AT), "investigating", investigator=clerk
    )

    def ask(count):
        for _ in range(count):
            complaint.statements.create(question="x", asked_by=clerk, asked_at=AT, due_at=AT)

    ask(3)
    client.get(complaint.get_absolute_url())
    with django_assert_max_num_queries(20) as few:
        client.get(complaint.get_absolute_url())
    ask(30)
    with django_assert_max_num_queries(len(few)):
        client.get(complaint.get_absolute_url())
