"""Public reads: what everybody gets without a token, in pages, with ETag, and nothing more than the pages show."""

import datetime as dt
import json

import pytest
from django.test import Client
from django.utils import timezone

import measures
from accounts.states import Role
from ledger import journal
from stations.models import Certificate, TeamMember
from tests.evaluation import scene as evaluation_scene
from tests.factories import make_round, make_station, make_title, make_user

pytestmark = pytest.mark.django_db
STATIONS = "/api/v1/stations/"
NOTICES = "/api/v1/notices/"


def read(client: Client, url: str, **query) -> dict:
    answer = client.get(url, query)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "application/json"
    return json.loads(answer.content)


def problem(client: Client, url: str, status: int, code: str, **query) -> dict:
    answer = client.get(url, query)
    said = json.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), said
    assert said["code"] == code
    return said


def ids(said: dict) -> list[int]:
    return [row["id"] for row in said["results"]]


@pytest.fixture
def station():
    station = make_station(name="武昌光电质量服务站", phone="027-1234")
    make_title(station)
    TeamMember.objects.create(station=station, role="head", name="林站长")
    return station


def test_a_measure_is_told_whole_with_its_articles(client):
    said = read(client, "/api/v1/measures/wuhan/")
    assert said["title"] == {
        "article": "3",
        "name": measures.load("wuhan").title.name,
        "short_name": "市级质量服务站",
        "cap": 50,
    }
    assert len(said["service_kinds"]) == 10
    assert sum(float(dimension["points"]) for dimension in said["dimensions"]) == 100
    for code in measures.codes():
        read(client, f"/api/v1/measures/{code}/")
    problem(client, "/api/v1/measures/beijing/", 404, "measure_unknown")


def test_only_published_rounds_are_listed(client):
    make_round(year=2025)
    make_round(year=2026, state="draft", published_at=None)
    said = read(client, "/api/v1/rounds/")
    assert [row["year"] for row in said["results"]] == [2025]
    assert said["results"][0]["state_label"]


def test_a_notice_is_read_with_its_entries_and_a_draft_does_not_exist(client):
    manager = make_user(Role.MANAGER)
    ranking = evaluation_scene.ranked_round(("new", "award"), manager=manager, year=2025)
    notice = evaluation_scene.notice_of(ranking, manager)
    listed = read(client, NOTICES, kind="result", state="open", year=2025)
    assert ids(listed) == [notice.pk]
    assert "body" not in listed["results"][0]
    said = read(client, f"{NOTICES}{notice.pk}/")
    assert [entry["station"] for entry in said["entries"]] == [entry["station"] for entry in notice.content["entries"]]
    assert said["sha256"] == notice.sha256
    assert client.get(said["data_url"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert ids(read(client, NOTICES, year=2024)) == []
    draft = type(notice).objects.create(round=notice.round, kind="award", serial="草稿", title="草稿")
    problem(client, f"{NOTICES}{draft.pk}/", 404, "not_found")
    assert draft.pk not in ids(read(client, NOTICES, limit=100))


def test_a_station_shows_what_its_page_shows_and_no_name_of_a_person(client, station):
    said = read(client, f"{STATIONS}{station.pk}/")
    assert said["organisation"] == {"name": station.organisation.name, "credit_code": station.organisation.credit_code}
    assert said["titles"][0]["state_label"] == "有效"
    assert (said["team_count"], said["specialist_count"]) == (1, 0)
    assert "林站长" not in json.dumps(said, ensure_ascii=False)
    untitled = make_station()
    problem(client, f"{STATIONS}{untitled.pk}/", 404, "not_found")
    owner = make_user()
    client.force_login(owner)
    problem(client, f"{STATIONS}{untitled.pk}/", 404, "not_found")


def test_the_directory_is_filtered_as_on_its_page(client, station):
    ended = make_title(make_station(), state="delisted", ended_at=timezone.now()).station
    station.abilities.create(kind="metrology", description="x")
    assert ids(read(client, STATIONS)) == [station.pk]
    assert ids(read(client, STATIONS, title="any")) == [station.pk, ended.pk]
    assert ids(read(client, STATIONS, title="delisted")) == [ended.pk]
    assert ids(read(client, STATIONS, ability="metrology")) == [station.pk]
    assert ids(read(client, STATIONS, ability="testing")) == []
    assert ids(read(client, STATIONS, q="光电")) == [station.pk]
    assert ids(read(client, STATIONS, q="没有")) == []
    assert ids(read(client, STATIONS, district=station.district_id)) == [station.pk]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"district": "999999"}, "district"),
        ({"ability": "flying"}, "ability"),
        ({"industry": "none"}, "industry"),
        ({"shown_class": "A类"}, "shown_class"),
        ({"title": "x"}, "title"),
        ({"limit": "0"}, "limit"),
        ({"limit": "101"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"q": "\x00"}, "q"),
        ({"updated_since": "gestern"}, "updated_since"),
        ({"updated_since": "0001-01-01T00:00:00+14:00"}, "updated_since"),
        ({"updatd_since": "2026-01-01T00:00:00Z"}, "updatd_since"),
    ],
)
def test_a_wrong_parameter_is_named(client, query, field):
    said = problem(client, STATIONS, 422, "invalid_query", **query)
    assert [fault["field"] for fault in said["errors"]] == [field]


def test_pages_go_on_while_others_are_added(client):
    stations = [make_title(make_station()).station for _ in range(5)]
    seen, url = [], f"{STATIONS}?limit=2"
    while url:
        page = read(client, url)
        seen += ids(page)
        if len(seen) == 2:
            stations.append(make_title(make_station()).station)
        url = page["next"]
    assert seen == [station.pk for station in stations]
    assert ids(read(client, read(client, read(client, f"{STATIONS}?limit=2")["next"])["previous"])) == seen[:2]


@pytest.mark.parametrize("cursor", ["x", "WzAsZmFsc2UsImEiXQ", "a:b:c", "\x00"])
def test_a_cursor_of_ones_own_making_leads_nowhere(client, cursor):
    answer = client.get(STATIONS, {"cursor": cursor})
    assert answer.status_code in {404, 422}
    assert json.loads(answer.content)["code"] in {"cursor_unknown", "invalid_query"}


def test_a_cursor_of_another_list_leads_nowhere(client):
    for _ in range(3):
        make_title(make_station())
    cursor = read(client, STATIONS, limit=1)["next"].partition("cursor=")[2].partition("&")[0]
    problem(client, "/api/v1/rounds/", 404, "cursor_unknown", cursor=cursor)


def test_what_has_not_changed_is_304_after_one_query(client, station, django_assert_num_queries):
    first = client.get(STATIONS)
    with django_assert_num_queries(1):
        again = client.get(STATIONS, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "public, max-age=60"


def test_a_change_that_the_journal_knows_changes_the_tag(client, station):
    first = client.get(f"{STATIONS}{station.pk}/")
    journal.record(station, "update", actor=make_user(), at=timezone.now())
    station.phone = "027-9999"
    station.save()
    again = client.get(f"{STATIONS}{station.pk}/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert json.loads(again.content)["phone"] == "027-9999"
    assert again["ETag"] != first["ETag"]


def test_two_processes_give_one_tag(client, station, monkeypatch):
    from accounts import cached  # noqa: PLC0415  the shelf of another process

    first = client.get(STATIONS)["ETag"]
    monkeypatch.setattr(cached, "shelf", cached.Shelf())
    assert client.get(STATIONS)["ETag"] == first


def test_a_poller_gets_what_was_recorded_since_ended_titles_too(client, station):
    other = make_title(make_station()).station
    before = client.get(STATIONS)["Complete-Until"]
    assert dt.datetime.fromisoformat(before) <= dt.datetime.now(dt.UTC)
    title = make_title(make_station(), state="delisted", ended_at=timezone.now())
    journal.record(title, "delist", actor=make_user(), at=timezone.now() - dt.timedelta(days=3))
    journal.record(other.organisation, "update", actor=make_user(), at=timezone.now())
    assert ids(read(client, STATIONS, updated_since=before)) == [other.pk, title.station_id]
    assert ids(read(client, STATIONS, updated_since=before, title="active")) == [other.pk]
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)).isoformat()
    assert ids(read(client, STATIONS, updated_since=later)) == []


def test_a_certificate_holds_or_says_since_when_not(client, station):
    title = station.titles.get()
    certificate = Certificate.objects.create(title=title, number="WHZL-2026-001", issued_at=timezone.now())
    said = read(client, f"/api/v1/certificates/{certificate.number}/")
    assert (said["valid"], said["station"], said["number"]) == (True, station.pk, certificate.number)
    assert read(client, f"/api/v1/certificates/{title.number}/")["number"] == certificate.number
    ended = make_title(make_station(), state="revoked", ended_at=timezone.now())
    said = read(client, f"/api/v1/certificates/{ended.number}/")
    assert (said["valid"], said["title"]["ended_article"], said["issued_at"]) == (False, "第十九条", None)
    problem(client, "/api/v1/certificates/WHZL-2026-999/", 404, "not_found")
    assert client.get("/api/v1/certificates/%00/").status_code == 404


@pytest.mark.parametrize("url", [STATIONS, NOTICES, "/api/v1/rounds/"])
def test_a_list_costs_the_same_for_three_rows_and_for_sixty(client, url, django_assert_max_num_queries):
    for _ in range(3):
        make_title(make_station()).station.abilities.create(kind="metrology", description="x")
    with django_assert_max_num_queries(10) as few:
        client.get(url, {"limit": 100})
    for _ in range(45):
        make_title(make_station()).station.abilities.create(kind="metrology", description="x")
    with django_assert_max_num_queries(10) as many:
        client.get(url, {"limit": 99})
    assert len(few) == len(many)


def test_calls_that_need_work_are_limited_by_address(client, settings):
    settings.API_CALLS_PER_MINUTE = {**settings.API_CALLS_PER_MINUTE, "address": 2}
    answers = [client.get(STATIONS, {"limit": limit}) for limit in (1, 2, 3, 4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert client.get(STATIONS, {"limit": 1}).status_code == 200  # from the shelf


def test_no_other_origin_is_let_in_and_nothing_is_written_by_a_public_read(client, station):
    answer = client.get(STATIONS, headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    for method in ("post", "put", "patch", "delete", "options"):
        assert getattr(client, method)(STATIONS).status_code == 405
    assert not client.cookies
