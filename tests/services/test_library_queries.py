"""What matching asks of the libraries, and what the database itself refuses."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.states import Role
from config.invariants.libraries import LIBRARIES
from services.models import Booking, Client, Equipment
from services.queries.agency import agencies_for, agencies_visible_to, shared_agencies
from services.queries.client import client_of, clients_visible_to
from services.queries.equipment import bookings_visible_to, equipment_for
from services.queries.specialist import shared_specialists, specialists_for
from stations.credit_code import make_credit_code
from tests.factories import make_district, make_user
from tests.services.library_scene import (
    make_agency,
    make_booking,
    make_client,
    make_equipment,
    make_qualification,
    make_specialist,
    make_staffed_station,
)

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 6, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
LAST_DAY = dt.date(2026, 6, 1)


@pytest.fixture
def station():
    return make_staffed_station()[0]


@pytest.fixture
def elsewhere():
    return make_staffed_station("郭专员")[0]


# -- For matching  ----


def test_an_agency_is_offered_to_the_end_of_the_last_day_of_its_qualification(station):
    agency = make_agency(station)
    held = make_qualification(agency, valid_until=LAST_DAY)
    [found] = agencies_for(station, "testing", AT.replace(hour=23, minute=59))
    assert (found, found.in_force) == (agency, [held])
    assert not agencies_for(station, "testing", AT + dt.timedelta(days=1))
    assert not agencies_for(station, "testing", AT.replace(year=2023))
    held.refresh_from_db()
    assert held.expires_at == dt.datetime(2026, 6, 2, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_qualification_without_an_end_stays_and_one_for_another_kind_does_not_count(station):
    agency = make_agency(station, kinds=["testing", "certification"])
    make_qualification(agency, kinds=["testing"], valid_until=None)
    assert list(agencies_for(station, "testing", AT)) == [agency]
    assert not agencies_for(station, "certification", AT)
    assert not agencies_for(station, "metrology", AT)


def test_who_trains_needs_no_qualification_but_one_that_lapsed_tells(station):
    brand = make_agency(station, kinds=["branding"])
    lapsed = make_agency(station, kinds=["branding"])
    make_qualification(lapsed, type="other", valid_until=dt.date(2025, 1, 1))
    assert list(agencies_for(station, "branding", AT)) == [brand]


def test_what_others_share_is_offered_and_what_is_retired_or_kept_is_not(station, elsewhere):
    mine = make_specialist(station, name="甲")
    theirs = make_specialist(elsewhere, name="乙", shared=True)
    make_specialist(elsewhere, name="丙")
    make_specialist(station, name="丁", state="retired")
    make_specialist(elsewhere, name="戊", shared=True, state="retired")
    assert list(specialists_for(station, "standards", AT)) == [theirs, mine]


def test_an_instrument_is_offered_while_it_is_calibrated(station):
    good = make_equipment(station, calibrated_until=LAST_DAY)
    make_equipment(station, calibrated_until=LAST_DAY - dt.timedelta(days=1))
    free = make_equipment(station, calibrated_until=None)
    assert {*equipment_for(station, "metrology", AT)} == {good, free}


def test_a_client_is_found_by_its_code_in_its_own_station_only(station, elsewhere):
    client = make_client(station, size="micro")
    assert client_of(station, client.credit_code) == client
    assert client_of(elsewhere, client.credit_code) is None
    assert client.is_small
    assert not make_client(station, size="medium").is_small
    assert not make_client(station, size="").is_small


def test_the_phone_lies_sealed(station):
    client = make_client(station, phone=" 13812345678 ")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone_sealed FROM services_client WHERE id = %s", [client.pk])
        assert "13812345678" not in cursor.fetchone()[0]
    assert Client.objects.get().phone == "13812345678"


# -- Who sees  ----


def test_members_see_their_own_the_bureau_all_a_district_its_own_and_others_nothing(station, elsewhere):
    mine = make_client(station)
    theirs = make_client(elsewhere)
    make_district("420102", "江岸区")
    member = station.organisation.memberships.get().user
    assert list(clients_visible_to(member)) == [mine]
    for role in (Role.INTAKE, Role.AUDITOR, Role.MANAGER, Role.LEADER):
        assert {*clients_visible_to(make_user(role))} == {mine, theirs}
    assert {*clients_visible_to(make_user(Role.DISTRICT))} == {mine, theirs}
    assert not clients_visible_to(make_user(Role.DISTRICT, scope="420102"))
    assert not clients_visible_to(make_user())
    assert not clients_visible_to(make_user(Role.FINANCE))


def test_only_stations_see_what_stations_share(station, elsewhere):
    shared = make_agency(elsewhere, shared=True)
    member = station.organisation.memberships.get().user
    assert list(shared_agencies(member)) == [shared]
    assert not agencies_visible_to(member)
    assert not shared_agencies(make_user())
    assert not shared_specialists(make_user(Role.DISTRICT))


def test_a_booking_is_seen_by_the_station_that_has_the_instrument_and_by_the_one_that_asked(station, elsewhere):
    booking = make_booking(make_equipment(station), AT, by_station=elsewhere)
    for seer in (station, elsewhere):
        assert list(bookings_visible_to(seer.organisation.memberships.get().user)) == [booking]
    assert not bookings_visible_to(make_staffed_station()[1])
    assert list(bookings_visible_to(make_user(Role.AUDITOR))) == [booking]


# -- What the database refuses  ----


@pytest.mark.parametrize("state", ["asked", "confirmed"])
def test_an_instrument_is_booked_once_at_a_time(station, state):
    instrument, other = make_equipment(station), make_equipment(station)
    make_booking(instrument, AT, state=state)
    with pytest.raises(IntegrityError, match="an_instrument_is_booked_once_at_a_time"), transaction.atomic():
        make_booking(instrument, AT + dt.timedelta(hours=1))
    make_booking(instrument, AT + dt.timedelta(hours=2))
    make_booking(instrument, AT, state="cancelled")
    make_booking(other, AT)
    assert Booking.objects.count() == 4


def test_a_double_booking_past_the_constraint_is_found_by_its_name(station):
    instrument = make_equipment(station)
    make_booking(instrument, AT)
    make_booking(instrument, AT + dt.timedelta(hours=2))
    [statement] = LIBRARIES.values()
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.fetchall() == []
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE services_booking DROP CONSTRAINT an_instrument_is_booked_once_at_a_time")
        make_booking(instrument, AT + dt.timedelta(hours=3))
        cursor.execute(statement)
        assert len(cursor.fetchall()) == 1


@pytest.mark.parametrize(
    "during",
    [(AT, AT), (None, AT), (AT, None)],
)
def test_a_booking_begins_and_ends(station, during):
    instrument = make_equipment(station)
    with pytest.raises(IntegrityError, match="a_booking_has_a_beginning_and_an_end"), transaction.atomic():
        Booking.objects.create(
            equipment=instrument, during=during, client_code=make_credit_code(1), purpose="x", asked_at=AT
        )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"fee": 5}, "a_fee_has_its_unit"),
        ({"fee_unit": "hour"}, "a_fee_has_its_unit"),
        ({"fee": -5, "fee_unit": "hour"}, "a_fee_is_not_negative"),
        ({"modes": ["gone"]}, "equipment_sharing_modes_known"),
    ],
)
def test_terms_of_an_instrument_fit_together(station, fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make_equipment(station, **fields)


def unjournalled() -> None:
    with transaction.atomic():
        Equipment.objects.update(state="retired")
        connection.check_constraints()


def test_a_change_of_state_without_a_journal_row_does_not_commit(station):
    make_equipment(station)
    with pytest.raises(IntegrityError):
        unjournalled()
