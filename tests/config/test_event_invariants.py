"""Each corruption of what the world outside is told is found and told by its name; the database would refuse some."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.states import Role
from config import invariants
from config.invariants.events import EVENTS
from integration.actions import delivery
from integration.actions.webhook import register_endpoint
from ledger import events
from ledger.models import EventKind
from tests.factories import make_station, make_user
from tests.integration.conftest import receiver, running_receiver  # noqa: F401  fixtures
from tests.integration.scene import make_client

pytestmark = pytest.mark.django_db
CORRUPTIONS = {
    "event_numbers_have_a_gap": "UPDATE ledger_event SET seq = seq + 5",
    "private_event_was_sent_to_a_client_without_leave": "DELETE FROM integration_stationauthorisation",
    "delivery_arrived_without_an_answer_that_says_so": "UPDATE integration_attempt SET status = 500",
}


@pytest.fixture
def told(receiver):  # noqa: F811
    """A record of a station was accepted, and its client has been told."""
    station = make_station()
    endpoint, _ = register_endpoint(
        make_client(station)[0],
        actor=make_user(Role.SYSTEM_ADMIN),
        url=receiver.url("/ok"),
        kinds=[EventKind.RECORD_ACCEPTED],
    )
    with transaction.atomic():
        events.publish(
            EventKind.RECORD_ACCEPTED, ("services.servicerecord", "1"), {}, at=timezone.now(), for_station=station.pk
        )
    delivery.arrange_deliveries()
    assert delivery.deliver_to(endpoint.pk) == 1


def broken():
    return {one.name for one in invariants.check()} & EVENTS.keys()


def test_what_was_told_in_due_form_breaks_nothing(told):
    assert not broken()


def test_every_invariant_of_events_has_its_corruption():
    assert CORRUPTIONS.keys() == EVENTS.keys()


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_told_by_its_name(told, name):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(CORRUPTIONS[name])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        assert name in broken()
        transaction.set_rollback(True)
