"""What every address of the interface shares: who calls, what the token lets him do, and how it says no."""

import datetime as dt
import json

import pytest
from django.test import override_settings
from django.urls import include, path
from rest_framework import serializers
from rest_framework.response import Response

from accounts.states import Role
from config import urls
from integration.actions.client import disable_client
from integration.api.access import client_of
from integration.api.endpoint import Endpoint
from integration.api.problems import faults
from integration.models import ApiClient
from integration.states.client import Scope
from ledger.errors import Refused
from tests.factories import make_user
from tests.integration.scene import bearer, make_client, make_token

pytestmark = pytest.mark.django_db
HERE = "/api/v1/probe/"
NOW = dt.datetime.now(dt.UTC)


class Row(serializers.Serializer):
    name = serializers.CharField(max_length=5)


class Body(serializers.Serializer):
    rows = Row(many=True)


class Probe(Endpoint):
    """Answers who calls; its POST checks a body, or fails as it is told."""

    scopes = {"GET": Scope.SERVICES_READ, "POST": Scope.SERVICES_WRITE}

    def get(self, request):
        return Response({"client": client_of(request).client_id})

    def post(self, request):
        if (said := request.data) == {"fail": "rules"}:
            raise Refused("last_year", "上一年度的记录已经封存。", field="served_on")
        if said == {"fail": "state"}:
            raise Refused("wrong_state", "别人已经办理。")
        if said == {"fail": "us"}:
            raise RuntimeError("a fault of ours")
        body = Body(data=said)
        body.is_valid(raise_exception=True)
        return Response(body.validated_data)


inner = [path("probe/", Probe.as_view())]
urlpatterns = [path("api/v1/", include(inner)), *urls.urlpatterns]
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500


@pytest.fixture(autouse=True)
def with_the_probe():
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def token():
    return make_token(make_client()[0])


def said(answer, status: int, code: str) -> dict:
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    return problem


def post(client, token, body, content_type="application/json"):
    client.raise_request_exception = False
    return client.post(HERE, body, content_type=content_type, headers=bearer(token))


def test_a_good_token_is_its_client(client, token):
    answer = client.get(HERE, headers=bearer(token))
    assert answer.json() == {"client": ApiClient.objects.get().client_id}


def test_a_call_by_token_costs_two_queries(client, token, django_assert_num_queries):
    with django_assert_num_queries(2):  # the token with its client, and the count
        client.get(HERE, headers=bearer(token))


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "not_authenticated"),
        ({"Authorization": "Basic YTpi"}, "not_authenticated"),
        (bearer("unknown"), "token_invalid"),
        (bearer(""), "token_invalid"),
        (bearer("a b\x7f"), "token_invalid"),
    ],
)
def test_without_a_good_token_it_is_401_with_a_challenge(client, header, code):
    answer = client.get(HERE, headers=header)
    said(answer, 401, code)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_is_no_token(client, token):
    said(client.get(f"{HERE}?access_token={token}"), 401, "not_authenticated")


def test_an_expired_token_and_one_of_a_disabled_client_are_named(client):
    known, _ = make_client()
    late = make_token(known, expires=NOW - dt.timedelta(seconds=1))
    said(client.get(HERE, headers=bearer(late)), 401, "token_expired")
    disable_client(known, actor=make_user(Role.SYSTEM_ADMIN), reason="停用")
    said(client.get(HERE, headers=bearer(make_token(known))), 401, "client_disabled")


def test_a_missing_scope_is_403_and_named(client):
    token = make_token(make_client()[0], ["events:read"])
    answer = client.get(HERE, headers=bearer(token))
    said(answer, 403, "insufficient_scope")
    assert 'scope="services:read"' in answer["WWW-Authenticate"]


def test_a_scope_that_the_client_has_lost_is_no_longer_in_its_tokens(client):
    known, _ = make_client(scopes=["events:read"])
    said(client.get(HERE, headers=bearer(make_token(known, ["services:read"]))), 403, "insufficient_scope")


def test_faults_of_rows_are_named_by_their_path(client, token):
    problem = said(post(client, token, {"rows": [{"name": "好"}, {"name": "太长的名称了"}, {}]}), 400, "invalid")
    assert [(fault["field"], fault["code"]) for fault in problem["errors"]] == [
        ("rows.1.name", "max_length"),
        ("rows.2.name", "required"),
    ]


def test_what_the_rules_refuse_keeps_code_and_field(client, token):
    problem = said(post(client, token, {"fail": "rules"}), 422, "last_year")
    assert problem["errors"] == [{"field": "served_on", "code": "last_year", "message": "上一年度的记录已经封存。"}]
    said(post(client, token, {"fail": "state"}), 409, "wrong_state")


def test_a_fault_of_ours_tells_nothing_of_the_inside(client, token):
    problem = said(post(client, token, {"fail": "us"}), 500, "server_error")
    assert "fault of ours" not in str(problem)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "parse_error"),
        (b"\xff\xfe", "parse_error"),
        (b'{"rows": NaN}', "parse_error"),
        (b'{"rows": ' + b"9" * 5000 + b"}", "parse_error"),
        (b'{"rows": [{"name": "a\\u0000b"}]}', "invalid"),
        (b'{"rows": [{"name": "\\ud800"}]}', "invalid"),
        (b'{"rows": [{"a\\u0000": "x"}]}', "invalid"),
        (b'{"rows": 1e999}', "invalid"),
        (b"[" * 100_000, "too_deep"),
        (b"[" * 12 + b"]" * 12, "too_deep"),
        (b"[]", "invalid"),
        (b'"text"', "invalid"),
        (b"null", "invalid"),
        (b"", "invalid"),
        (b'{"rows": {"name": 1}}', "invalid"),
    ],
)
def test_bodies_that_nobody_can_keep_are_400(client, token, body, code):
    said(post(client, token, body), 400, code)


def test_ten_megabytes_are_413_and_other_types_415(client, token):
    body = b'{"rows": "' + b"x" * 10_000_000 + b'"}'
    said(post(client, token, body), 413, "too_large")
    said(post(client, token, "rows=1", "application/x-www-form-urlencoded"), 415, "unsupported_media_type")
    said(post(client, token, b"{}", "text/plain"), 415, "unsupported_media_type")


def test_a_body_is_not_read_for_a_caller_who_is_not_known(client):
    answer = client.post(HERE, b"{", content_type="application/json")
    said(answer, 401, "not_authenticated")


def test_other_methods_are_405_and_unknown_addresses_404(client, token):
    answer = client.delete(HERE, headers=bearer(token))
    said(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, POST"
    said(client.options(HERE, headers=bearer(token)), 405, "method_not_allowed")
    said(client.get("/api/v1/nothing/"), 404, "not_found")
    said(client.get("/api/"), 404, "not_found")


def test_the_answer_is_json_for_whom_would_rather_have_a_page(client, token):
    answer = client.get(HERE, headers=bearer(token) | {"Accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_limits_are_counted_per_client_and_say_when_to_come_again(client, settings, token):
    settings.API_CALLS_PER_MINUTE = {**settings.API_CALLS_PER_MINUTE, "client": 2}
    answers = [client.get(HERE, headers=bearer(token)) for _ in range(3)]
    said(answers[2], 429, "throttled")
    assert 1 <= int(answers[2]["Retry-After"]) <= 60
    other = make_token(make_client(name="另一个")[0])
    assert client.get(HERE, headers=bearer(other)).status_code == 200


def test_no_page_of_another_origin_is_let_in(client, token):
    answer = client.get(HERE, headers=bearer(token) | {"Origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_findings_about_a_list_keep_the_place_of_each():
    found = list(faults([{}, {"name": ["太长"]}]))
    assert found == [{"field": "1.name", "code": "invalid", "message": "太长"}]
