"""Deliveries, sent over TLS to a reference receiver that verifies them with the `standardwebhooks` package."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.states import Role
from config.clockwork import run_clockwork
from integration import tasks
from integration.actions import delivery as actions
from integration.actions.client import disable_client, withdraw_authorisation
from integration.actions.webhook import (
    disable_endpoint,
    enable_endpoint,
    register_endpoint,
    rotate_webhook_secret,
    update_endpoint,
)
from integration.models import Attempt, Delivery, StationAuthorisation
from integration.pauses import JITTER
from integration.signing import message, signed
from ledger import events
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.models import Event, EventKind
from tests.factories import make_station, make_user
from tests.integration.scene import make_client

pytestmark = pytest.mark.django_db
AWARDED, ACCEPTED = EventKind.STATION_AWARDED, EventKind.RECORD_ACCEPTED
DAY = dt.timedelta(days=1)


@pytest.fixture
def admin():
    return make_user(Role.SYSTEM_ADMIN)


@pytest.fixture
def endpoint_at(admin, receiver):
    """An endpoint of a client at a path of the receiver, which knows its secret."""

    def make(path="/ok", client=None, kinds=(AWARDED,)):
        client = client or make_client(name=f"平台{path}")[0]
        endpoint, secret = register_endpoint(client, actor=admin, url=receiver.url(path), kinds=kinds)
        receiver.secrets.append(secret)
        return endpoint

    return make


def publish(kind=AWARDED, number="7", station=None):
    with transaction.atomic():
        events.publish(kind, ("stations.station", number), {"名称": "测试"}, at=timezone.now(), for_station=station)


def due_now():
    Delivery.objects.filter(outcome="waiting").update(next_at=timezone.now())


def send(endpoint):
    due_now()
    return actions.deliver_to(endpoint.pk)


def test_what_happens_arrives_signed_and_verifies_with_the_package(receiver, endpoint_at):
    endpoint = endpoint_at()
    publish()
    assert actions.arrange_deliveries() == 1
    tasks.deliver_to(endpoint.pk)
    (got,) = receiver.got
    event = Event.objects.get()
    assert got == message(event)
    assert (got["id"], got["type"], got["data"]) == (f"evt_{event.seq}", "station.awarded", {"名称": "测试"})
    assert receiver.headers[0]["webhook-id"] == got["id"]
    assert receiver.headers[0]["host"] == f"localhost:{receiver.port}"
    sent = Delivery.objects.get()
    assert (sent.outcome, sent.attempts, sent.last_status, sent.next_at) == ("delivered", 1, 200, None)
    assert Attempt.objects.get().excerpt == "收到"


def test_arranging_and_sending_twice_changes_nothing_the_second_time(receiver, endpoint_at):
    endpoint = endpoint_at()
    publish()
    assert [actions.arrange_deliveries() for _ in range(3)] == [1, 0, 0]
    endpoint.made_until = 0
    endpoint.save(update_fields=["made_until"])  # as if a worker had died before it wrote how far it came
    actions.arrange_deliveries()
    assert [actions.deliver_to(endpoint.pk) for _ in range(3)] == [1, 0, 0]
    assert len(receiver.got) == Delivery.objects.count() == 1


def test_the_sweep_and_the_task_of_beat_send_what_has_happened_on_its_way(endpoint_at):
    endpoint_at()
    publish()
    assert run_clockwork(timezone.now())["arrange_deliveries"] == 1
    publish(number="8")
    tasks.arrange_deliveries()
    assert Delivery.objects.filter(outcome="waiting").count() == 2


def test_only_the_kinds_that_were_asked_for_are_sent(endpoint_at):
    endpoint_at(kinds=[EventKind.STATION_REVOKED, AWARDED])
    for kind in (AWARDED, EventKind.NOTICE_CLOSED, EventKind.STATION_REVOKED):
        publish(kind)
    assert actions.arrange_deliveries() == 2


def test_many_events_are_arranged_in_steps(endpoint_at, monkeypatch):
    monkeypatch.setattr(actions, "RANGE", 2)
    endpoint_at()
    for number in range(5):
        publish(number=str(number))
    assert actions.arrange_deliveries() == 5


def test_a_record_is_told_to_whom_its_station_lets_read_and_to_nobody_else(receiver, endpoint_at):
    ours, others = make_station(), make_station()
    endpoint = endpoint_at(client=make_client(ours)[0], kinds=[ACCEPTED])
    stranger = endpoint_at(client=make_client(name="无授权平台")[0], kinds=[ACCEPTED])
    for station in (ours, others):
        publish(ACCEPTED, number=str(station.pk), station=station.pk)
    actions.arrange_deliveries()
    assert (send(endpoint), send(stranger)) == (1, 0)
    assert [got["subject"]["id"] for got in receiver.got] == [str(ours.pk)]


def test_what_a_station_has_forbidden_meanwhile_is_not_sent(receiver, endpoint_at):
    station = make_station()
    endpoint = endpoint_at(client=make_client(station)[0], kinds=[ACCEPTED])
    publish(ACCEPTED, station=station.pk)
    actions.arrange_deliveries()
    given = StationAuthorisation.objects.get()
    withdraw_authorisation(given, actor=given.given_by)
    assert send(endpoint) == 0
    assert receiver.asked == []
    assert Delivery.objects.values_list("outcome", "last_problem").get() == ("dead", "no_leave")


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [("/fail", 500, "status"), ("/redirect", 307, "redirect"), ("/hang", None, "timeout"), ("/drip", None, "timeout")],
)
def test_a_receiver_that_fails_is_asked_again_later(receiver, endpoint_at, path, status, problem):
    endpoint = endpoint_at(path)
    publish()
    actions.arrange_deliveries()
    before = timezone.now()
    assert send(endpoint) == 0
    row = Delivery.objects.get()
    assert (row.outcome, row.last_status, row.last_problem) == ("waiting", status, problem)
    assert before + dt.timedelta(seconds=4) <= row.next_at <= timezone.now() + dt.timedelta(seconds=6)
    assert actions.deliver_to(endpoint.pk) == 0
    assert receiver.asked == [path]


def test_one_failure_ends_the_turn_and_other_receivers_are_not_held_up(receiver, endpoint_at):
    broken, well = endpoint_at("/fail"), endpoint_at("/ok")
    for number in range(3):
        publish(number=str(number))
    actions.arrange_deliveries()
    assert (send(broken), send(well)) == (0, 3)
    assert receiver.asked == ["/fail", "/ok", "/ok", "/ok"]


def test_a_slow_receiver_takes_up_one_worker(receiver, endpoint_at):
    endpoint = endpoint_at()
    publish()
    actions.arrange_deliveries()
    other = connection.copy()  # the other worker
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('webhook:' || %s))", [endpoint.pk])
            assert send(endpoint) == 0
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    assert receiver.asked == []
    assert send(endpoint) == 1


def test_it_is_given_up_after_a_day_and_replayed_by_hand_with_the_same_id(receiver, endpoint_at, admin):
    endpoint = endpoint_at("/flaky")
    publish()
    actions.arrange_deliveries()
    waits = []
    while Delivery.objects.get().outcome == "waiting":
        send(endpoint)
        row = Delivery.objects.get()
        waits += [row.next_at - row.last_at] if row.next_at else []
    assert (row.outcome, row.attempts) == ("dead", 11)
    assert DAY * (1 - JITTER) * 0.9 < sum(waits, dt.timedelta()) < DAY * (1 + JITTER)
    assert len(set(waits)) == len(waits)
    receiver.well = True
    actions.replay_delivery(row, actor=admin)
    assert actions.deliver_to(endpoint.pk) == 1
    assert {headers["webhook-id"] for headers in receiver.headers} == {row.event.key}
    assert (Delivery.objects.get().outcome, Attempt.objects.count()) == ("delivered", 12)
    assert [entry.move for entry in history_of(row)] == ["replay"]


def test_a_replay_wants_the_administrator_an_endpoint_in_use_and_something_that_does_not_wait(endpoint_at, admin):
    endpoint = endpoint_at()
    publish()
    actions.arrange_deliveries()
    row = Delivery.objects.get()
    for actor, code in ((make_user(Role.MANAGER), "not_allowed"), (admin, "wrong_state")):
        with pytest.raises(Refused) as refusal:
            actions.replay_delivery(row, actor=actor)
        assert refusal.value.code == code
    disable_endpoint(endpoint, actor=admin, reason="维护")
    with pytest.raises(Refused) as refusal:
        actions.replay_delivery(row, actor=admin)
    assert refusal.value.code == "endpoint_disabled"


def test_all_that_was_given_up_is_replayed_at_once(receiver, endpoint_at, admin):
    endpoint = endpoint_at("/flaky")
    for number in range(3):
        publish(number=str(number))
    actions.arrange_deliveries()
    Delivery.objects.update(outcome="dead", next_at=None)
    receiver.well = True
    assert actions.replay_dead(endpoint, actor=admin) == 3
    assert actions.deliver_to(endpoint.pk) == 3
    with pytest.raises(Refused) as refusal:
        actions.replay_dead(endpoint, actor=admin)
    assert refusal.value.code == "nothing_to_replay"


def test_an_answer_410_ends_the_delivery_and_disables_the_endpoint(receiver, endpoint_at):
    endpoint = endpoint_at("/gone")
    for number in range(2):
        publish(number=str(number))
    actions.arrange_deliveries()
    assert send(endpoint) == send(endpoint) == 0
    endpoint.refresh_from_db()
    assert endpoint.state == "disabled"
    assert sorted(Delivery.objects.values_list("outcome", flat=True)) == ["dead", "waiting"]
    assert receiver.asked == ["/gone"]
    (entry,) = [entry for entry in history_of(endpoint) if entry.move == "disable"]
    assert entry.job == "deliver_webhooks"


def test_what_waited_while_the_endpoint_was_disabled_goes_on_at_the_new_address(receiver, endpoint_at, admin):
    endpoint = endpoint_at("/gone")
    for number in range(2):
        publish(number=str(number))
    actions.arrange_deliveries()
    send(endpoint)
    update_endpoint(endpoint, actor=admin, url=receiver.url("/ok"), kinds=[AWARDED])
    endpoint.refresh_from_db()
    enable_endpoint(endpoint, actor=admin)
    assert send(endpoint) == 1


def test_nothing_is_sent_for_a_disabled_client(receiver, endpoint_at, admin):
    endpoint = endpoint_at()
    publish()
    actions.arrange_deliveries()
    disable_client(endpoint.client, actor=admin, reason="合同到期")
    assert send(endpoint) == 0
    publish(number="8")
    assert actions.arrange_deliveries() == 0
    assert receiver.asked == []


def test_after_a_rotation_a_receiver_with_either_secret_verifies(receiver, endpoint_at, admin):
    endpoint = endpoint_at()
    secret = rotate_webhook_secret(endpoint, actor=admin)
    publish()
    actions.arrange_deliveries()
    assert send(endpoint) == 1
    receiver.secrets = [secret]
    publish(number="8")
    actions.arrange_deliveries()
    assert send(endpoint) == 1
    assert [len(headers["webhook-signature"].split()) for headers in receiver.headers] == [2, 2]
    assert receiver.refused == []


def test_a_message_that_was_changed_or_signed_with_another_secret_does_not_verify(endpoint_at):
    endpoint = endpoint_at()
    publish()
    events.number()
    (secret,) = endpoint.secrets_at(timezone.now())
    body, headers = signed(Event.objects.get(), [secret], at=timezone.now())
    assert Webhook(secret).verify(body, headers)["type"] == "station.awarded"
    for wrong in (body.replace(b"awarded", b"revoked"), b"{}"):
        with pytest.raises(Exception, match="No matching signature"):
            Webhook(secret).verify(wrong, headers)


def test_with_the_broker_down_everything_waits_in_the_database(endpoint_at, dead_broker):
    endpoint_at()
    publish()
    call_command("clockwork", verbosity=0)
    assert Delivery.objects.filter(outcome="waiting").count() == 1


def test_the_database_keeps_one_delivery_and_its_attempts_as_they_were(receiver, endpoint_at):
    endpoint = endpoint_at()
    publish()
    actions.arrange_deliveries()
    send(endpoint)
    row = Delivery.objects.get()
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        Delivery.objects.create(endpoint=endpoint, event=row.event, next_at=timezone.now(), made_at=timezone.now())
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Attempt.objects.update(status=200)
    with pytest.raises(IntegrityError, match="next_time"), transaction.atomic():
        Delivery.objects.update(next_at=timezone.now())
