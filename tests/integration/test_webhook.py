"""Webhook endpoints: registered, changed, given a new secret, disabled; by the system administrator alone."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.states import Role
from integration.actions import webhook as actions
from integration.actions.client import disable_client
from integration.models import WebhookEndpoint
from integration.states.client import Scope
from ledger import events
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.models import EventKind
from tests.factories import make_user
from tests.integration.scene import make_client

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 12, 1, 2, tzinfo=dt.UTC)
KINDS = [EventKind.STATION_REVOKED, EventKind.STATION_AWARDED]


@pytest.fixture
def admin():
    return make_user(Role.SYSTEM_ADMIN)


@pytest.fixture
def endpoint(admin, receiver):
    return actions.register_endpoint(make_client()[0], actor=admin, at=AT, url=receiver.url("/ok"), kinds=KINDS)[0]


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def test_an_endpoint_begins_with_what_happens_from_now_on(admin, receiver):
    with transaction.atomic():
        events.publish(EventKind.STATION_AWARDED, ("stations.station", "1"), {}, at=AT)
    events.number()
    url = receiver.url("/ok")
    endpoint, secret = actions.register_endpoint(make_client()[0], actor=admin, at=AT, url=url, kinds=KINDS)
    assert (endpoint.state, endpoint.made_until, endpoint.kinds) == ("active", 1, sorted(KINDS))
    assert endpoint.secrets_at(AT) == [secret]
    assert secret.startswith("whsec_")


def test_the_secret_stands_nowhere_open(endpoint):
    (secret,) = endpoint.secrets_at(AT)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e::text || (SELECT string_agg(j::text, '') FROM ledger_journalentry j) "
            "FROM integration_webhookendpoint e"
        )
        assert secret.removeprefix("whsec_") not in cursor.fetchone()[0]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMIN])
def test_only_the_system_administrator_looks_after_endpoints(role, endpoint):
    other = make_user(role)
    client, url = endpoint.client, endpoint.url + "?2"
    assert refused(actions.register_endpoint, client, actor=other, url=url, kinds=KINDS) == "not_allowed"
    assert refused(actions.update_endpoint, endpoint, actor=other, url=url, kinds=KINDS) == "not_allowed"
    assert refused(actions.rotate_webhook_secret, endpoint, actor=other) == "not_allowed"
    assert refused(actions.disable_endpoint, endpoint, actor=other, reason="试") == "not_allowed"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.cn/", "url_invalid"),
        ("https://no-such-host.invalid/", "url_invalid"),
        ("https://127.0.0.1/", "address_refused"),
        ("https://10.0.0.8/hooks", "address_refused"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_a_sentence(admin, url, code):
    assert refused(actions.register_endpoint, make_client()[0], actor=admin, url=url, kinds=KINDS) == code


def test_an_address_is_given_once_for_a_client(admin, endpoint):
    call = {"actor": admin, "url": endpoint.url, "kinds": KINDS}
    assert refused(actions.register_endpoint, endpoint.client, **call) == "url_taken"
    other = make_client(name="另一平台")[0]
    assert actions.register_endpoint(other, **call)[0].url == endpoint.url


def test_events_of_service_records_need_a_client_that_may_read_events(admin, receiver):
    client = make_client(scopes=[Scope.SERVICES_WRITE])[0]
    call = {"actor": admin, "url": receiver.url("/ok")}
    kinds = [EventKind.RECORD_REJECTED]
    assert refused(actions.register_endpoint, client, kinds=kinds, **call) == "scope_missing"
    assert refused(actions.register_endpoint, client, kinds=["gossip"], **call) == "kinds_missing"


def test_a_disabled_client_gets_no_endpoint(admin, endpoint):
    disable_client(endpoint.client, actor=admin, reason="停用")
    call = {"actor": admin, "url": endpoint.url + "?2", "kinds": KINDS}
    assert refused(actions.register_endpoint, endpoint.client, **call) == "client_disabled"


def test_changing_an_endpoint_is_journalled_and_changing_nothing_is_not(admin, endpoint):
    same = actions.update_endpoint(endpoint, actor=admin, url=endpoint.url, kinds=KINDS)
    assert history_of(endpoint)[0].move == "register"
    changed = actions.update_endpoint(same, actor=admin, url=endpoint.url + "?new", kinds=KINDS[:1])
    entry = history_of(endpoint)[0]
    assert entry.move == "update"
    assert entry.facts["changed"]["url"] == [endpoint.url, changed.url]


def test_for_a_day_after_a_rotation_both_secrets_sign(admin, endpoint):
    (earlier,) = endpoint.secrets_at(AT)
    secret = actions.rotate_webhook_secret(endpoint, actor=admin, at=AT)
    endpoint.refresh_from_db()
    assert endpoint.secrets_at(AT + dt.timedelta(hours=23, minutes=59)) == [secret, earlier]
    assert endpoint.secrets_at(AT + dt.timedelta(hours=24)) == [secret]


def test_a_second_rotation_waits_for_the_first_unless_the_secret_is_known_to_others(admin, endpoint):
    actions.rotate_webhook_secret(endpoint, actor=admin, at=AT)
    later = AT + dt.timedelta(hours=1)
    assert refused(actions.rotate_webhook_secret, endpoint, actor=admin, at=later) == "still_changing"
    secret = actions.rotate_webhook_secret(endpoint, actor=admin, at=later, at_once=True)
    endpoint.refresh_from_db()
    assert endpoint.secrets_at(later) == [secret]
    actions.rotate_webhook_secret(endpoint, actor=admin, at=later)
    actions.rotate_webhook_secret(endpoint, actor=admin, at=later + dt.timedelta(hours=24))


def test_a_disabled_endpoint_is_enabled_from_now_on_and_gets_no_new_secret_meanwhile(admin, endpoint):
    assert refused(actions.disable_endpoint, endpoint, actor=admin, reason=" ") == "reason_missing"
    actions.disable_endpoint(endpoint, actor=admin, reason="对方维护")
    assert refused(actions.rotate_webhook_secret, endpoint, actor=admin) == "endpoint_disabled"
    with transaction.atomic():
        events.publish(EventKind.STATION_AWARDED, ("stations.station", "1"), {}, at=AT)
    events.number()
    actions.enable_endpoint(endpoint, actor=admin)
    assert (endpoint.state, endpoint.made_until) == ("active", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://example.cn/"},
        {"kinds": []},
        {"state": "asleep"},
        {"earlier_secret": "x"},
    ],
)
def test_the_database_refuses_an_endpoint_that_could_not_work(endpoint, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        WebhookEndpoint.objects.update(**wrong)
