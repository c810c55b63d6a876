"""Objections on the screen: by anyone, without an account, and by those who handle them."""

import uuid

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.states import Role
from config.home import todos_for
from evaluation.actions import objections
from evaluation.models import Objection
from evaluation.states import ObjectionState
from tests.evaluation.scene import IN_NOTICE, notice_of, ranked_round
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005000"
    "1a5f645400000000049454e44ae426082"
)


@pytest.fixture(autouse=True)
def clock():
    """The day on which the results are published; it runs on."""
    with time_machine.travel(IN_NOTICE) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def no_counts_of_other_tests():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def clerk():
    return make_user(Role.INTAKE)


@pytest.fixture
def notice(manager):
    return notice_of(ranked_round(manager=manager), manager, at=timezone.now())


@pytest.fixture
def objection(notice):
    entry = notice.round.entries.get(pk=notice.content["entries"][0]["entry"])
    return objections.file_objection(
        notice, entry, kind="person", name="欧阳举报", email="secret@example.com", statement="面积不符。"
    )


def form(notice, **changes) -> dict:
    entry = notice.content["entries"][0]["entry"]
    return {
        "entry": entry,
        "statement": "场所面积与申报不符。",
        "kind": "person",
        "name": "欧阳举报",
        "email": "secret@example.com",
        **changes,
    }


def read(response) -> str:
    return response.content.decode()


def test_anyone_objects_and_gets_a_receipt_that_names_nobody(client, notice):
    url = f"/notices/{notice.pk}/objections/new/"
    assert "提交异议" in read(client.get(url))
    answer = client.post(url, form(notice), follow=True)
    objection = Objection.objects.get()
    assert answer.redirect_chain[-1][0] == f"/objections/{objection.number}/"
    page = read(answer)
    assert str(objection.number) in page
    assert "异议已收到" in page
    assert not any(secret in page for secret in ("欧阳举报", "secret@example.com"))
    assert "no-store" in answer["Cache-Control"]
    paper = client.get(f"/objections/{objection.number}/receipt.pdf")
    assert paper.content.startswith(b"%PDF")


def test_the_entry_of_the_link_is_chosen_already(client, notice):
    entry = notice.content["entries"][1]
    page = read(client.get(f"/notices/{notice.pk}/objections/new/?entry={entry['entry']}"))
    assert f'<option value="{entry["entry"]}" selected>' in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"statement": ""}, "请填写异议事项和理由。"),
        ({"name": ""}, "请填写姓名或者单位名称"),
        ({"email": ""}, "请至少填写邮箱或者电话中的一项"),
        ({"entry": "999999"}, "对哪个对象有异议"),
        ({"evidence": SimpleUploadedFile("a.pdf", b"MZ\x90\x00" * 10)}, "a.pdf"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(client, notice, changes, sentence):
    sent = (
        form(notice, phone="", **changes)
        if "statement" in changes
        else form(notice, statement="写了很久的理由", **changes)
    )
    answer = client.post(f"/notices/{notice.pk}/objections/new/", sent)
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert "statement" in changes or "写了很久的理由" in read(answer)
    assert not Objection.objects.exists()


def test_a_form_sent_twice_files_one_objection(client, notice):
    sent = form(notice, once=str(uuid.uuid4()))
    answers = [client.post(f"/notices/{notice.pk}/objections/new/", sent) for _ in range(2)]
    assert Objection.objects.count() == 1
    assert answers[0].url == answers[1].url


def test_after_the_window_the_form_says_until_when_it_was(client, notice, clock):
    clock.move_to(notice.closes_at)
    url = f"/notices/{notice.pk}/objections/new/"
    sentence = "公示期自2026年11月2日 10:00"
    page = read(client.get(url))
    assert sentence in page
    assert "提交异议" not in page
    answer = client.post(url, form(notice))
    assert answer.status_code == 422
    assert sentence in read(answer)
    assert not Objection.objects.exists()


def test_nobody_floods(client, notice):
    url = f"/notices/{notice.pk}/objections/new/"
    answers = [client.post(url, form(notice, statement=f"理由{n}")).status_code for n in range(11)]
    assert answers == [302] * 10 + [429]
    assert Objection.objects.count() == 10
    assert "Retry-After" in client.post(url, form(notice))


def test_an_objection_is_found_by_its_number_only(client, objection):
    assert client.get("/objections/", {"number": str(objection.number)}).url == f"/objections/{objection.number}/"
    answer = client.get("/objections/", {"number": str(uuid.uuid4())})
    assert (answer.status_code, "没有这个查询号" in read(answer)) == (422, True)
    assert "查询号不完整" in read(client.get("/objections/", {"number": "12"}))
    assert client.get(f"/objections/{uuid.uuid4()}/").status_code == 404
    assert client.get(f"/objections/work/{objection.pk}/").status_code == 302


def test_the_follower_reads_the_answer_and_no_names_of_staff(client, objection, clerk, manager):
    objections.accept_objection(objection, actor=clerk)
    objections.investigate_objection(objection, actor=clerk, investigator=clerk)
    objections.decide_objection(objection, actor=manager, upheld=False, text="内部核查材料。")
    page = read(client.get(f"/objections/{objection.number}/"))
    assert "核查完毕" in page
    assert "不成立" not in page
    objections.answer_objection(objection, actor=clerk, answer="经核查，面积相符。")
    objections.reveal_objector(objection, actor=manager, reason="回电")
    page = read(client.get(f"/objections/{objection.number}/"))
    assert "经核查，面积相符。" in page
    assert not any(word in page for word in (clerk.name, manager.name, "内部核查材料。", "查看异议人身份"))


# -- The bureau  ----


def test_a_clerk_handles_an_objection_from_screen_to_screen(client, objection, clerk, manager):
    work = f"/objections/work/{objection.pk}/"
    assert f"异议：{objection.entry.station.name}" in [todo.title for todo in todos_for(clerk)]
    client.force_login(clerk)
    assert objection.entry.station.name in read(client.get("/objections/work/"))
    assert "欧阳举报" not in read(client.get(work))
    for step, sent in (("accept", {}), ("investigate", {"investigator": clerk.pk})):
        assert client.post(f"{work}{step}/", sent).status_code == 302
    assert client.post(f"{work}decide/", {"upheld": "no", "text": "相符"}).status_code == 404
    client.force_login(manager)
    assert client.post(f"{work}decide/", {"upheld": "no", "text": ""}).status_code == 422
    client.post(f"{work}decide/", {"upheld": "no", "text": "相符"})
    client.force_login(clerk)
    client.post(f"{work}answer/", {"answer": "经核查，相符。"})
    objection.refresh_from_db()
    assert objection.state == ObjectionState.ANSWERED
    assert not [todo for todo in todos_for(clerk) if todo.title.startswith("异议")]
    assert client.post(f"{work}accept/").status_code == 409


def test_the_name_is_shown_once_to_who_asks_with_a_reason(client, objection, manager):
    client.force_login(manager)
    url = f"/objections/work/{objection.pk}/objector/"
    assert "欧阳举报" not in read(client.get(url))
    assert client.post(url, {"reason": ""}).status_code == 422
    answer = client.post(url, {"reason": "电话核实"})
    assert "欧阳举报" in read(answer)
    assert "no-store" in answer["Cache-Control"]
    assert "欧阳举报" not in read(client.get(f"/objections/work/{objection.pk}/"))
    assert "电话核实" in read(client.get(f"/objections/work/{objection.pk}/"))


@pytest.mark.parametrize(
    ("role", "status"), [(None, 403), (Role.FINANCE, 403), (Role.AUDITOR, 200), (Role.LEADER, 200)]
)
def test_who_reads_the_work_list(client, objection, role, status):
    client.force_login(make_user(role))
    assert client.get("/objections/work/").status_code == status
    assert client.get(f"/objections/work/{objection.pk}/").status_code == (200 if status == 200 else 404)
    assert client.post(f"/objections/work/{objection.pk}/accept/").status_code == 404
    assert client.post(f"/objections/work/{objection.pk}/objector/", {"reason": "x"}).status_code == 404


def test_evidence_is_served_to_handlers_only(client, notice, clerk):
    client.post(f"/notices/{notice.pk}/objections/new/", form(notice, evidence=SimpleUploadedFile("证据.png", PNG)))
    objection = Objection.objects.get()
    url = f"/objections/work/{objection.pk}/evidence/{objection.evidence.get().pk}/"
    assert client.get(url).status_code == 302
    client.force_login(make_user())
    assert client.get(url).status_code == 404
    client.force_login(clerk)
    assert b"".join(client.get(url).streaming_content) == PNG
    assert client.get(f"/objections/work/{objection.pk}/evidence/0/").status_code == 404


def test_the_export_tells_no_name(client, objection, clerk):
    client.force_login(clerk)
    answer = client.get("/objections/work/?export=csv")
    text = b"".join(answer.streaming_content).decode()
    assert objection.entry.station.name in text
    assert "欧阳" not in text


def test_the_work_list_costs_as_many_queries_for_many(client, notice, clerk, django_assert_max_num_queries):
    client.force_login(clerk)
    entry = notice.round.entries.first()

    def more(count):
        for _ in range(count):
            objections.file_objection(notice, entry, kind="person", name="x", phone="1", statement="y")

    more(3)
    client.get("/objections/work/")
    with django_assert_max_num_queries(12) as few:
        client.get("/objections/work/")
    more(15)
    with django_assert_max_num_queries(len(few)):
        client.get("/objections/work/")


def test_behind_a_proxy_each_client_has_a_limit_of_his_own(client, notice, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    url = f"/notices/{notice.pk}/objections/new/"

    def post(address, number):
        return client.post(
            url, form(notice, statement=f"理由{number}"), headers={"X-Forwarded-For": address}
        ).status_code

    assert [post("203.0.113.5", number) for number in range(11)][-1] == 429
    assert post("203.0.113.6", 99) == 302
