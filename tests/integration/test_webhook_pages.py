"""The pages of webhook endpoints and of the delivery log, for the system administrator."""

import datetime as dt
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role
from config.home import todos_for
from integration.actions import delivery as deliveries
from integration.actions.webhook import register_endpoint
from integration.models import Delivery, WebhookEndpoint
from ledger import events
from ledger.models import EventKind
from tests.factories import make_user
from tests.integration.scene import make_client

pytestmark = pytest.mark.django_db
AWARDED = EventKind.STATION_AWARDED


@pytest.fixture
def admin(client):
    found = make_user(Role.SYSTEM_ADMIN)
    client.force_login(found)
    return found


@pytest.fixture
def endpoint(admin, receiver):
    found, secret = register_endpoint(make_client()[0], actor=admin, url=receiver.url("/ok"), kinds=[AWARDED])
    receiver.secrets.append(secret)
    return found


def happen(count=1):
    with transaction.atomic():
        subjects = [(("stations.station", str(number)), {"station": number}) for number in range(count)]
        events.publish_all(AWARDED, subjects, at=timezone.now())
    deliveries.arrange_deliveries()


def page(client, name, *args, **query):
    return client.get(reverse(f"integration:{name}", args=args), query)


def post(client, name, /, *args, **data):
    return client.post(reverse(f"integration:{name}", args=args), data)


def secret_in(answer):
    return re.search(r'value="(whsec_[^"]+)"', answer.content.decode())[1]


def test_an_endpoint_is_registered_and_its_secret_shown_this_once(client, admin, receiver):
    machine = make_client()[0]
    typed = {"client": machine.pk, "url": receiver.url("/ok"), "kinds": [AWARDED, EventKind.NOTICE_CLOSED]}
    answer = post(client, "webhook_create", **typed)
    endpoint = WebhookEndpoint.objects.get()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert [secret_in(answer)] == endpoint.secrets_at(timezone.now())
    again = page(client, "webhook_detail", endpoint.pk).content.decode()
    assert "whsec_" not in again
    assert "授予称号、公示期满" in again


def test_what_was_typed_stays_when_an_address_is_refused(client, admin):
    typed = {"client": make_client()[0].pk, "url": "https://10.0.0.8/hooks", "kinds": [AWARDED]}
    answer = post(client, "webhook_create", **typed)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "这个域名指向内部网络地址" in shown
    assert 'value="https://10.0.0.8/hooks"' in shown
    assert not WebhookEndpoint.objects.exists()


def test_a_rotation_shows_the_new_secret_and_says_how_long_both_sign(client, endpoint):
    answer = post(client, "webhook_rotate", endpoint.pk)
    endpoint.refresh_from_db()
    assert secret_in(answer) == endpoint.secrets_at(timezone.now())[0]
    assert "同时带新、旧两个签名" in page(client, "webhook_detail", endpoint.pk).content.decode()
    twice = post(client, "webhook_rotate", endpoint.pk)
    assert (twice.status_code, "上一次更换还在过渡期" in twice.content.decode()) == (422, True)


def test_an_endpoint_is_changed_disabled_and_enabled(client, endpoint, receiver):
    post(client, "webhook_edit", endpoint.pk, url=receiver.url("/ok?2"), kinds=[AWARDED])
    post(client, "webhook_disable", endpoint.pk, reason="对方维护")
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.state) == (receiver.url("/ok?2"), "disabled")
    assert "对方维护" in page(client, "webhook_detail", endpoint.pk).content.decode()
    post(client, "webhook_enable", endpoint.pk)
    endpoint.refresh_from_db()
    assert endpoint.state == "active"


def test_a_delivery_that_was_given_up_is_a_thing_to_do_until_it_is_replayed(client, admin, endpoint, receiver):
    happen()
    Delivery.objects.update(outcome="dead", next_at=None, attempts=11, last_problem="timeout", last_at=timezone.now())
    (todo,) = [todo for todo in todos_for(admin) if "推送" in todo.title]
    listed = client.get(todo.url).content.decode()
    assert "没有在规定时间内答复" in listed
    row = Delivery.objects.get()
    assert "重新推送" in page(client, "delivery_detail", row.pk).content.decode()
    assert "编号不变" in page(client, "delivery_replay", row.pk).content.decode()
    answer = post(client, "delivery_replay", row.pk)
    assert answer.status_code == 302
    assert deliveries.deliver_to(endpoint.pk) == 1
    shown = client.get(answer["Location"]).content.decode()
    assert "已送达" in shown
    assert "收到" in shown
    assert "&quot;type&quot;: &quot;station.awarded&quot;" in shown
    assert not [todo for todo in todos_for(admin) if "推送" in todo.title]


def test_all_that_was_given_up_is_replayed_from_the_page_of_the_endpoint(client, endpoint):
    happen(3)
    Delivery.objects.update(outcome="dead", next_at=None)
    assert "重新推送全部未送达" in page(client, "webhook_detail", endpoint.pk).content.decode()
    assert post(client, "webhook_replay", endpoint.pk).status_code == 302
    assert Delivery.objects.filter(outcome="waiting").count() == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 3),
        ({"outcome": "dead"}, 1),
        ({"outcome": "waiting"}, 2),
        ({"kind": "notice.closed"}, 0),
        ({"problem": "timeout"}, 1),
        ({"q": "汉检链"}, 3),
        ({"until": "2020-01-01"}, 0),
    ],
)
def test_the_log_is_filtered(client, endpoint, query, found):
    happen(3)
    first = Delivery.objects.order_by("pk").first()
    Delivery.objects.filter(pk=first.pk).update(outcome="dead", next_at=None, last_problem="timeout")
    assert page(client, "delivery_list", **query).context["total"] == found


def test_the_log_is_exported_with_what_was_wrong(client, endpoint):
    happen()
    Delivery.objects.update(outcome="dead", next_at=None, last_problem="status", last_status=500)
    lines = page(client, "delivery_list", export="csv").getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "答复状态码不是 2xx" in lines[1]


def test_an_empty_house_says_what_to_do(client, admin):
    assert "还没有登记推送地址" in page(client, "webhook_list").content.decode()
    assert "还没有推送记录" in page(client, "delivery_list").content.decode()


@pytest.mark.parametrize("name", ["webhook_list", "delivery_list"])
def test_a_list_costs_the_same_at_three_and_at_three_hundred_rows(client, admin, endpoint, receiver, name):
    counts = []
    for many in (3, 300):
        happen(many)
        machine = endpoint.client
        for number in range(WebhookEndpoint.objects.count(), many // 10):
            call = {"registered_at": timezone.now(), "registered_by": admin, "secret": "x", "kinds": [AWARDED]}
            WebhookEndpoint.objects.create(client=machine, url=f"https://example.cn/{number}", **call)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert page(client, name).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_a_detail_costs_the_same_at_three_and_at_three_hundred_deliveries(client, endpoint):
    counts = []
    for many in (3, 300):
        happen(many)
        with CaptureQueriesContext(connection) as queries:
            page(client, "webhook_detail", endpoint.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_dates_of_the_log_are_days_of_the_city(client, endpoint):
    happen()
    Delivery.objects.update(made_at=dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC))  # the 21st in Wuhan
    assert page(client, "delivery_list", since="2026-11-21").context["total"] == 1
    assert page(client, "delivery_list", until="2026-11-20").context["total"] == 0
