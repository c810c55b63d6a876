"""The bases of our pages, shown on messages."""

import datetime as dt
import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as portal_settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.models import Message, PostedForm, RoleGrant, User
from accounts.pages import SlicePaginator
from accounts.states import Role
from accounts.tasks import forget_posted_forms

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_for_pages")]


@pytest.fixture(autouse=True)
def test_templates(settings):
    engine = {
        **settings.TEMPLATES[0],
        "DIRS": [*settings.TEMPLATES[0]["DIRS"], settings.BASE_DIR / "tests/accounts/templates"],
    }
    settings.TEMPLATES = [engine]


@pytest.fixture
def lin():
    return User.objects.create_user("lin@example.com", name="林一")


@pytest.fixture
def qian():
    return User.objects.create_user("qian@example.com", name="钱二")


@pytest.fixture
def page(client, lin):
    client.force_login(lin, backend=portal_settings.AUTHENTICATION_BACKENDS[1])
    return client


def message(user, subject, *, days_ago=0, body="正文"):
    at = timezone.now() - dt.timedelta(days=days_ago)
    return Message.objects.create(recipient=user, key=subject, subject=subject, body=body, created_at=at)


def subjects(response):
    return re.findall(r"\[(.*?)\]</td>", response.content.decode())


def test_who_is_not_signed_in_goes_to_the_sign_in_page_and_comes_back(client):
    response = client.get("/t/messages/?q=round")
    assert response.status_code == 302
    assert response.url == "/accounts/login/?next=/t/messages/%3Fq%3Dround"


def test_a_role_page_says_403_to_whom_lacks_the_role(page, lin):
    assert page.get("/t/managers/").status_code == 403
    RoleGrant.objects.create(user=lin, role=Role.MANAGER)
    assert page.get("/t/managers/").status_code == 200


def test_another_persons_object_does_not_exist(page, qian):
    assert page.get(f"/t/messages/{message(qian, '别人的').pk}/").status_code == 404


def test_an_object_without_the_permission_on_it_does_not_exist(page, lin):
    assert page.get(f"/t/messages/{message(lin, '我的').pk}/sneaky/").status_code == 404


def test_a_list_shows_twenty_rows_of_what_the_person_may_see(page, lin, qian):
    for number in range(25):
        message(lin, f"第{number:02}条")
    message(qian, "别人的")
    first, second = page.get("/t/messages/?sort=subject"), page.get("/t/messages/?sort=subject&page=2")
    assert subjects(first) == [f"第{number:02}条" for number in range(20)]
    assert subjects(second) == [f"第{number:02}条" for number in range(20, 25)]
    assert "共 25 项" in first.content.decode()
    assert "?sort=subject&amp;page=2" in first.content.decode()


def test_a_list_costs_the_same_queries_at_three_and_at_thirty_rows(page, lin, django_assert_num_queries):
    costs = 6  # session, person with roles, count, rows; expert and membership for the rail
    for number in range(3):
        message(lin, f"{number}")
    with django_assert_num_queries(costs):
        page.get("/t/messages/")
    for number in range(3, 30):
        message(lin, f"{number}")
    with django_assert_num_queries(costs):
        page.get("/t/messages/")


def test_search_wants_every_word_in_one_of_the_fields(page, lin):
    message(lin, "公示结束", body="光谷")
    message(lin, "公示开始", body="汉阳")
    assert subjects(page.get("/t/messages/", {"q": "公示 光谷"})) == ["公示结束"]
    assert subjects(page.get("/t/messages/", {"q": "公示\x00"})) != []


def test_sorting_goes_both_ways_and_an_unknown_key_is_a_400(page, lin):
    message(lin, "甲", days_ago=2)
    message(lin, "乙", days_ago=1)
    assert subjects(page.get("/t/messages/")) == ["乙", "甲"]
    assert subjects(page.get("/t/messages/?sort=-when")) == ["甲", "乙"]
    assert page.get("/t/messages/?sort=password").status_code == 400


def test_a_filter_narrows_and_a_wrong_value_shows_its_error_and_no_rows(page, lin):
    message(lin, "旧", days_ago=9)
    message(lin, "新")
    since = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    assert subjects(page.get("/t/messages/", {"after": since})) == ["新"]
    wrong = page.get("/t/messages/", {"after": "昨天"})
    assert subjects(wrong) == []
    assert 'id="id_after_error"' in wrong.content.decode()


def test_an_export_holds_all_filtered_rows_and_no_formula(page, lin):
    for number in range(30):
        message(lin, f"=HYPERLINK({number})")
    message(lin, "别的")
    response = page.get("/t/messages/?q=HYPERLINK&export=csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert lines[0] == "标题,时间"
    assert len(lines) == 31
    assert all(line.startswith("'=HYPERLINK(") for line in lines[1:])
    assert page.get("/t/messages/?export=pdf").status_code == 404


def test_an_act_is_done_once_and_said_in_a_sentence(page, lin):
    one = message(lin, "旧")
    response = page.post(f"/t/messages/{one.pk}/rename/", {"subject": "新"}, follow=True)
    one.refresh_from_db()
    assert one.subject == "新"
    assert response.redirect_chain == [(f"/t/messages/{one.pk}/", 302)]
    assert "已改。" in response.content.decode()


def test_a_form_posted_twice_acts_once_and_answers_the_same(page, lin):
    one = message(lin, "旧")
    url = f"/t/messages/{one.pk}/rename/"
    token = re.search(r'name="once" value="([^"]+)"', page.get(url).content.decode())[1]
    first = page.post(url, {"subject": "新", "once": token})
    second = page.post(url, {"subject": "新", "once": token})
    one.refresh_from_db()
    assert one.attempts == 1
    assert first.url == second.url == f"/t/messages/{one.pk}/"


def test_who_goes_back_and_changes_something_acts_again(page, lin):
    one = message(lin, "旧")
    token = str(uuid.uuid4())
    for subject in ("新", "更新"):
        page.post(f"/t/messages/{one.pk}/rename/", {"subject": subject, "once": token})
    one.refresh_from_db()
    assert (one.subject, one.attempts) == ("更新", 2)


def test_a_refused_post_may_be_sent_again(page, lin):
    one = message(lin, "旧")
    data = {"subject": "先来者", "once": str(uuid.uuid4())}
    for _ in range(2):
        assert page.post(f"/t/messages/{one.pk}/rename/", data).status_code == 409
    assert PostedForm.objects.count() == 0


def test_tokens_of_last_week_are_forgotten(page, lin):
    one = message(lin, "旧")
    for days, subject in ((8, "老"), (6, "新")):
        page.post(f"/t/messages/{one.pk}/rename/", {"subject": subject, "once": str(uuid.uuid4())})
        PostedForm.objects.filter(at__gt=timezone.now() - dt.timedelta(hours=1)).update(
            at=timezone.now() - dt.timedelta(days=days)
        )
    assert forget_posted_forms() == 1
    assert PostedForm.objects.count() == 1


def test_what_was_typed_is_kept_when_the_action_refuses_and_the_log_knows(page, lin, caplog):
    caplog.set_level("INFO", "accounts.pages")
    one = message(lin, "旧")
    response = page.post(f"/t/messages/{one.pk}/rename/", {"subject": "坏词", "note": "写了很久的说明"})
    said = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#id_subject">标题：标题含有不能用的词，请换一个。</a>' in said
    assert "写了很久的说明" in said
    assert 'value="坏词"' in said
    assert f"by user {lin.pk}" in caplog.text


def test_a_missing_field_is_said_as_what_to_do(page, lin):
    response = page.post(f"/t/messages/{message(lin, '旧').pk}/rename/", {"subject": ""})
    assert response.status_code == 422
    assert '<a href="#id_subject">请填写标题。</a>' in response.content.decode()


def test_a_program_gets_json(page, lin):
    url = f"/t/messages/{message(lin, '旧').pk}/rename/"
    as_program = {"headers": {"Accept": "application/json"}}
    refused = page.post(url, {"subject": "先来者"}, **as_program)
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")
    assert refused.json()["message"] == "已由他人办理，请刷新。"
    assert page.post(url, {"subject": "新"}, **as_program).json() == {"message": "已改。", "version": None}


def test_htmx_is_led_by_a_header(page, lin):
    one = message(lin, "旧")
    response = page.post(f"/t/messages/{one.pk}/rename/", {"subject": "新"}, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (200, f"/t/messages/{one.pk}/")


def test_a_refusal_that_no_page_caught_is_a_409_with_its_sentence(client):
    response = client.get("/t/refusing/")
    assert response.status_code == 409
    assert "受理已经结束，请等下一次评价通知。" in response.content.decode()
    told = client.get("/t/refusing/", headers={"Accept": "application/json"})
    assert told.json() == {"code": "too_late", "message": "受理已经结束，请等下一次评价通知。"}


@pytest.mark.django_db(transaction=True)
def test_two_posts_of_one_form_at_the_same_time_act_once(lin):
    one = message(lin, "旧")
    data = {"subject": "新", "once": str(uuid.uuid4())}

    def post(_):
        browser = Client()
        browser.force_login(lin, backend=portal_settings.AUTHENTICATION_BACKENDS[1])
        try:
            return browser.post(f"/t/messages/{one.pk}/rename/", data).url
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(post, range(8)))
    one.refresh_from_db()
    assert one.attempts == 1
    assert answers == {f"/t/messages/{one.pk}/"}


def test_a_slice_has_the_rows_of_a_plain_page_in_two_queries(lin, django_assert_num_queries):
    for number in range(45):
        message(lin, f"第{number:02}条")
    rows = Message.objects.filter(recipient=lin).select_related("recipient").order_by("-subject")
    found = []
    for number in (1, 2, 3):
        with django_assert_num_queries(3):  # count, numbers, rows
            found.append([(row.subject, row.recipient.name) for row in SlicePaginator(rows, 20).page(number)])
    whole = [(f"第{number:02}条", "林一") for number in range(44, -1, -1)]
    assert found == [whole[:20], whole[20:40], whole[40:]]
