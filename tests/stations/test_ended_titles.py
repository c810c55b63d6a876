"""The public list of titles that no longer hold, and the papers that ended them."""

import datetime as dt

import pytest
from django.urls import reverse

from ledger.files import store_bytes
from tests.factories import make_organisation, make_slots, make_station, make_title, make_user

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
LIST = reverse("stations:ended_title_list")


def ended(name, state="revoked", **fields):
    return make_title(make_station(name=name), state=state, ended_at=AT, **fields)


def text(response):
    return response.content.decode()


def test_without_any_it_says_so_and_leads_on(client):
    answer = text(client.get(LIST))
    assert "没有终止的称号" in answer
    assert reverse("stations:certificate_check") in answer


def test_each_exit_is_listed_with_article_decision_date_and_place(client):
    gone = ended("甲站", ended_article="第十八条第（四）项", ended_decision="武市监〔2026〕77号")
    ended("乙站", "delisted")
    make_title(make_station(name="丙站"))
    answer = text(client.get(LIST))
    for told in ("甲站", "第十八条第（四）项", "武市监〔2026〕77号", "2026年11月20日", gone.number, "乙站", "已摘牌"):
        assert told in answer
    assert "丙站" not in answer
    assert "乙站" not in text(client.get(LIST, {"state": "revoked"}))
    assert "乙站" not in text(client.get(LIST, {"q": "77号"}))
    assert "没有符合条件的称号" in text(client.get(LIST, {"year": "2020"}))
    exported = b"".join(client.get(LIST, {"export": "csv"}).streaming_content).decode()
    assert "武市监〔2026〕77号" in exported


def test_queries_do_not_grow_with_the_list(client, django_assert_num_queries):
    make_slots(301)
    for number in range(3):
        ended(f"站{number}")
    with django_assert_num_queries(4):
        client.get(LIST)
    for number in range(3, 300):
        ended(f"站{number}")
    with django_assert_num_queries(4):  # another address: the first answer is kept
        assert client.get(LIST, {"sort": "-ended"}).context["total"] == 300


def test_the_directory_and_the_check_of_certificates_lead_to_the_list(client):
    gone = ended("甲站")
    for page in ("stations:station_list", "stations:certificate_check"):
        assert LIST in text(client.get(reverse(page)))
    answer = text(client.get(reverse("stations:certificate_page", args=[gone.number])))
    assert LIST in answer
    assert "已撤销" in answer
    assert "2026年11月20日 起不再有效" in answer
    assert gone.ended_decision in answer


def test_the_decision_is_for_the_station_and_for_staff(client):
    owner = make_user()
    paper = store_bytes(b"%PDF-1.7", name="决定.pdf", content_type="application/pdf", actor=None, at=AT)
    station = make_station(make_organisation(owner))
    title = make_title(station, state="delisted", ended_at=AT, ended_paper=paper)
    url = reverse("stations:title_decision", args=[title.pk])
    for user, status in ((owner, 200), (make_user("intake"), 200), (make_user(), 404)):
        client.force_login(user)
        assert client.get(url).status_code == status
