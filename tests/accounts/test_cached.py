"""The shelf of public pages: what it may give out again, to whom, and with which headers."""

import threading

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import cached
from accounts.states import Role
from ledger import journal
from ledger.actors import Job
from stations import actions
from tests.factories import make_station, make_title, make_user

pytestmark = pytest.mark.django_db
DIRECTORY = "/stations/"
FEED = "/notices/feed.xml"
OF_SECURITY = {
    "Content-Security-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
}


@pytest.fixture
def station():
    station = make_station(name="武昌光电质量服务站")
    make_title(station)
    return station


def text(response) -> str:
    return response.content.decode()


def directives(response) -> set[str]:
    """The library writes them in an order that differs from answer to answer of one process to another."""
    return set(response["Content-Security-Policy"].split("; "))


def test_a_page_from_the_shelf_and_a_304_carry_every_header_of_a_page_that_is_rendered(client, station):
    rendered = client.get(reverse("accessibility"))
    first = client.get(DIRECTORY)
    again = client.get(DIRECTORY)
    unchanged = client.get(DIRECTORY, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, unchanged.status_code) == (200, 200, 304)
    assert dict(again.items()) == dict(first.items())
    for answer in (first, again, unchanged):
        assert set(answer.headers) >= OF_SECURITY
        assert {name: answer[name] for name in OF_SECURITY - {"Content-Security-Policy"}} == {
            name: rendered[name] for name in OF_SECURITY - {"Content-Security-Policy"}
        }
        assert directives(answer) == directives(rendered)
        assert "script-src 'self'" in directives(answer)
        assert (answer["Vary"], answer["Cache-Control"]) == ("Cookie", "public, max-age=60")
        assert answer["ETag"] == first["ETag"]
    assert "Content-Length" not in unchanged
    assert "Content-Type" not in unchanged


def test_behind_https_a_page_from_the_shelf_says_so_too(station, settings):
    settings.SECURE_HSTS_SECONDS = 60
    secure = Client()
    answers = [secure.get(DIRECTORY, secure=True) for _ in range(2)]
    assert [answer["Strict-Transport-Security"] for answer in answers] == ["max-age=60"] * 2


def test_plain_and_secure_addresses_are_kept_apart(client):
    assert "https://testserver/" not in text(client.get(FEED))
    assert "https://testserver/" in text(client.get(FEED, secure=True))
    assert "https://testserver/" not in text(client.get(FEED))


def test_hosts_are_kept_apart_and_an_unknown_one_is_refused(client, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for _ in range(2):
        for host in ("one.example", "two.example"):
            assert f"http://{host}/notices/" in text(client.get(FEED, headers={"Host": host}))
    refused = client.get(DIRECTORY, headers={"Host": "three.example"})
    assert refused.status_code == 400
    assert "Content-Security-Policy" in refused


def test_what_is_asked_in_the_query_is_kept_apart(client, station):
    for _ in range(2):
        assert station.name in text(client.get(DIRECTORY))
        assert station.name in text(client.get(DIRECTORY, {"q": "光电"}))
        assert station.name not in text(client.get(DIRECTORY, {"q": "造船"}))


def test_head_gives_the_headers_of_the_page_and_no_body(client, station):
    page = client.get(DIRECTORY)
    for _ in range(2):
        head = client.head(DIRECTORY)
        assert (head.status_code, head.content) == (200, b"")
        assert head["Content-Length"] == str(len(page.content))
        assert head["ETag"] == page["ETag"]
    assert client.head(DIRECTORY, headers={"If-None-Match": page["ETag"]}).status_code == 304


def test_a_head_that_comes_first_leaves_a_whole_page_on_the_shelf(client, station):
    client.head(DIRECTORY)
    assert station.name in text(client.get(DIRECTORY))


def test_large_type_is_kept_apart_even_with_the_etag_of_the_other(client, station):
    normal = client.get(DIRECTORY)
    client.cookies["large_type"] = "1"
    for _ in range(2):
        large = client.get(DIRECTORY, headers={"If-None-Match": normal["ETag"]})
        assert large.status_code == 200
        assert 'class="large"' in text(large)


def test_who_has_a_session_never_gets_a_kept_page_nor_leaves_one(client, station):
    anonymous = client.get(DIRECTORY)
    mine = Client()
    mine.force_login(make_user(name="林晓"))
    for _ in range(2):
        answer = mine.get(DIRECTORY, headers={"If-None-Match": anonymous["ETag"]})
        assert answer.status_code == 200
        assert "林晓" in text(answer)
        assert "private" in answer["Cache-Control"]
        assert "林晓" not in text(client.get(DIRECTORY))


def test_a_post_is_not_answered_from_the_shelf(client, station):
    client.get(DIRECTORY)
    assert client.post(DIRECTORY).status_code == 405


def test_an_error_is_not_kept(client):
    assert client.get(DIRECTORY, {"sort": "password"}).status_code == 400
    assert not cached.shelf.pages


def test_a_change_is_seen_by_the_very_next_request(client, station):
    first = client.get(DIRECTORY)
    actions.end_title(
        station.titles.get(),
        move="delist",
        actor=make_user(Role.LEADER),
        article="第十九条",
        decision="武市监〔2026〕9号",
        reason="年度评价不合格",
    )
    after = client.get(DIRECTORY, headers={"If-None-Match": first["ETag"]})
    assert after.status_code == 200
    assert station.name not in text(after)


def test_a_kept_page_costs_one_query_and_no_person(client, station, django_assert_num_queries):
    etag = client.get(DIRECTORY)["ETag"]
    with django_assert_num_queries(1):
        client.get(DIRECTORY)
    with django_assert_num_queries(1):
        client.get(DIRECTORY, headers={"If-None-Match": etag})


def test_the_shelf_stands_outside_of_all_that_asks_for_the_visitor():
    order = settings.MIDDLEWARE
    here = order.index("accounts.cached.ShelfMiddleware")
    assert order[:here] == [
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
    ]


def test_a_database_that_does_not_answer_is_told_by_a_page_of_the_inside(client, station, monkeypatch):
    client.get(DIRECTORY)

    def down(*args):
        raise DatabaseError("no answer")

    monkeypatch.setattr(cached, "last_word_on", down)
    monkeypatch.setattr(cached, "settled_word_on", down)
    client.raise_request_exception = False
    answer = client.get(DIRECTORY)
    assert answer.status_code == 500
    assert "Content-Security-Policy" in answer


def test_a_page_that_sets_a_cookie_is_not_kept(client, station, monkeypatch):
    original = cached.CachedPage.dispatch

    def dispatch(self, request, *args, **kwargs):
        response = original(self, request, *args, **kwargs)
        response.set_cookie("mine", "1")
        return response

    monkeypatch.setattr(cached.CachedPage, "dispatch", dispatch)
    answer = client.get(DIRECTORY)
    assert answer.cookies["mine"].value == "1"
    assert not cached.shelf.pages


@pytest.mark.django_db(transaction=True)
def test_a_change_committed_after_a_later_one_is_seen_too():
    """A writes row 1 and waits, B writes row 2 and commits: the last word is 2 before and after A commits."""
    station = make_station(name="武昌光电质量服务站")
    make_title(station)
    client, written, go_on = Client(), threading.Event(), threading.Event()

    def slow_writer():
        with transaction.atomic():
            type(station).objects.filter(pk=station.pk).update(name="改了名的服务站")
            journal.record(station, "rename", actor=Job("test"), at=timezone.now())
            written.set()
            go_on.wait(20)
        connection.close()

    slow = threading.Thread(target=slow_writer)
    slow.start()
    try:
        assert written.wait(20)
        journal.record(station, "look", actor=Job("test"), at=timezone.now())
        assert "武昌光电质量服务站" in text(client.get(DIRECTORY))
    finally:
        go_on.set()
        slow.join()
    assert "改了名的服务站" in text(client.get(DIRECTORY))
    assert len(cached.shelf.pages) == 1
