"""Wrong turns end on a page in the usual dress, with a sentence and a code."""

import pytest
from django.test import Client, RequestFactory

from config import errors

pytestmark = pytest.mark.django_db


def said(response):
    return response.content.decode()


def test_a_page_that_does_not_exist(client):
    response = client.get("/nope/")
    assert response.status_code == 404
    assert "请检查网址，或从首页、站点地图进入" in said(response)
    assert '<a class="wordmark"' in said(response)


def test_a_program_is_told_in_json(client):
    response = client.get("/nope/", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_post_without_token_says_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert response.status_code == 403
    assert "请返回上一页，刷新后重新提交" in said(response)


def test_what_is_too_large_is_turned_away_unread(client, settings):
    settings.MAX_REQUEST_BYTES = 1000
    response = client.post("/accounts/login/", {"login": "x" * 2000})
    assert response.status_code == 413
    assert "每个文件不超过 50 MB" in said(response)


def test_a_form_field_that_is_too_large_is_a_413_too(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    body = "login=" + "x" * 2000
    response = client.post("/accounts/login/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413


def test_a_request_for_another_host_is_a_400(client):
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "网址或提交的内容不完整" in said(response)


def test_the_500_page_needs_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "已经保存的内容不会丢失" in said(response)


def test_an_unexpected_error_shows_the_500_page(client, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError

    monkeypatch.setattr("config.views.news", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "系统出错" in said(response)


def test_five_wrong_passwords_lock_that_name_from_that_address(client, settings):
    for _ in range(5):
        response = client.post("/accounts/login/", {"login": "lin@example.com", "password": "wrong-password"})
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert "请 15 分钟后再试" in said(response)
