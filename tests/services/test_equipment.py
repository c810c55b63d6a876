"""The time of an instrument: asked for, confirmed, given back, never given twice."""

import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, connection

from accounts.models import Message
from accounts.states import Role
from config.clockwork import run_clockwork
from config.home import todos_for
from ledger.actors import Job
from ledger.errors import Refused
from ledger.models import JournalEntry
from services.actions.equipment import book, cancel_booking, confirm_booking, lapse_bookings
from services.models import Booking
from stations.credit_code import make_credit_code
from tests.factories import make_user
from tests.services.library_scene import make_booking, make_client, make_equipment, make_staffed_station

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday
NINE = NOW.replace(day=3, hour=9)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def here():
    return make_staffed_station()


@pytest.fixture
def there():
    return make_staffed_station("郭专员")


@pytest.fixture
def instrument(here):
    return make_equipment(here[0], shared=True)


def asked(instrument, actor, begins=NINE, hours=2, at=NOW, **changes):
    facts = {"client_code": make_credit_code(1), "client_name": "武汉机械公司", "purpose": "测样件", **changes}
    return book(instrument, actor=actor, at=at, during=(begins, begins + hours * HOUR), **facts)


# -- Asked, confirmed, cancelled  ----


def test_ones_own_instrument_is_confirmed_at_once_and_that_of_another_waits_for_its_station(instrument, here, there):
    own = asked(instrument, here[1], by_station=here[0])
    assert (own.state, own.asked_by) == ("confirmed", here[1])
    other = asked(instrument, there[1], begins=NINE + 2 * HOUR, by_station=there[0])
    assert other.state == "asked"
    told = Message.objects.get(recipient=here[1])
    assert (told.subject, "2026年6月3日 11:00—13:00" in told.body) == ("请确认三坐标测量机的预约", True)
    [todo] = [todo for todo in todos_for(here[1]) if "预约" in todo.title]
    assert (todo.url, todo.due_at) == (other.get_absolute_url(), NINE + 2 * HOUR)
    confirm_booking(other, actor=here[1], at=NOW)
    assert Message.objects.get(recipient=there[1]).subject == "三坐标测量机的预约已确认"
    assert not [todo for todo in todos_for(here[1]) if "预约" in todo.title]
    moves = JournalEntry.objects.filter(object_type="services.booking", object_id=str(other.pk))
    assert list(moves.values_list("move", "after")) == [("ask", "asked"), ("confirm", "confirmed")]


def test_a_time_that_is_held_is_refused_with_when_and_is_free_again_after_a_cancellation(instrument, here, there):
    first = asked(instrument, there[1], by_station=there[0])
    with pytest.raises(Refused, match="2026年6月3日 9:00—11:00") as refusal:
        asked(instrument, here[1], begins=NINE + HOUR)
    assert (refusal.value.code, refusal.value.field) == ("already_booked", "begins_at")
    cancel_booking(first, actor=there[1], reason="样件没有到", at=NOW)
    assert asked(instrument, here[1], begins=NINE + HOUR).state == "confirmed"
    assert "样件没有到" in Message.objects.get(recipient=here[1], subject__contains="已由对方取消").body


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hours": 0}, "period_turned"),
        ({"begins": NOW - HOUR}, "period_past"),
        ({"hours": 24 * 32}, "period_too_long"),
        ({"begins": NOW + dt.timedelta(days=400)}, "period_too_far"),
        ({"purpose": " "}, "purpose_missing"),
        ({"client_name": ""}, "client_missing"),
        ({"client_code": "914201"}, "credit_code_length"),
    ],
)
def test_what_cannot_be_booked(instrument, here, changes, code):
    with pytest.raises(Refused) as refusal:
        asked(instrument, here[1], **changes)
    assert refusal.value.code == code
    assert not Booking.objects.exists()


def test_who_may_book_confirm_and_cancel(instrument, here, there):
    kept = make_equipment(here[0])
    stranger = make_user()
    for person, thing in [(there[1], kept), (stranger, instrument), (make_user(Role.MANAGER), instrument)]:
        with pytest.raises(Refused, match="没有预约这台设备的权限"):
            asked(thing, person)
    booking = asked(instrument, there[1], by_station=there[0])
    with pytest.raises(Refused, match="没有确认预约的权限"):
        confirm_booking(booking, actor=there[1], at=NOW)
    with pytest.raises(Refused, match="没有取消预约的权限"):
        cancel_booking(booking, actor=make_staffed_station()[1], reason="x", at=NOW)
    with pytest.raises(Refused, match="理由"):
        cancel_booking(booking, actor=here[1], reason=" ", at=NOW)


def test_a_retired_instrument_is_not_booked(here):
    instrument = make_equipment(here[0], state="retired")
    with pytest.raises(Refused):
        asked(instrument, here[1])
    with pytest.raises(Refused, match="已停用"):
        asked(instrument, Job("api:x"))


def test_nothing_is_confirmed_after_it_began_or_cancelled_after_it_ended(instrument, here, there):
    booking = asked(instrument, there[1], by_station=there[0])
    with pytest.raises(Refused, match="已经开始"):
        confirm_booking(booking, actor=here[1], at=NINE + HOUR)
    with pytest.raises(Refused, match="已经结束"):
        cancel_booking(booking, actor=here[1], reason="x", at=NINE + 2 * HOUR)


def test_a_machine_asks_once_under_its_own_number(instrument):
    known = {"source_client": "client-a", "external_id": "B-1"}
    first = asked(instrument, Job("api:client-a"), **known)
    assert (first.state, first.asked_by) == ("asked", None)
    assert asked(instrument, Job("api:client-a"), **known) == first
    assert asked(instrument, Job("api:b"), begins=NINE + 2 * HOUR, source_client="b", external_id="B-1") != first
    assert Booking.objects.count() == 2


def test_what_nobody_confirmed_is_given_back_at_its_own_beginning(instrument, here, there):
    booking = asked(instrument, there[1], by_station=there[0])
    kept = asked(instrument, here[1], begins=NINE + 2 * HOUR)
    assert lapse_bookings(NINE - HOUR) == 0
    assert run_clockwork(NINE + 5 * HOUR)["lapse_bookings"] == 1
    assert lapse_bookings(NINE + 6 * HOUR) == 0
    booking.refresh_from_db()
    kept.refresh_from_db()
    assert (booking.state, kept.state) == ("cancelled", "confirmed")
    row = JournalEntry.objects.get(object_type="services.booking", object_id=str(booking.pk), move="cancel")
    assert (row.at, row.job) == (NINE, "lapse_bookings")
    assert "到开始时间没有确认" in Message.objects.get(recipient=there[1]).body


# -- At the same moment  ----


def in_parallel(count, work) -> list:
    """What each of `count` threads brought, or the refusal or error it met; all begin together."""
    barrier, found = threading.Barrier(count), [None] * count

    def run(number):
        try:
            barrier.wait(10)
            found[number] = work(number)
        except (Refused, IntegrityError, OperationalError) as no:
            found[number] = no
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_hour_at_the_same_moment_one_has_it_even_past_the_action():
    station, lin = make_staffed_station()
    instrument = make_equipment(station)
    found = in_parallel(8, lambda number: asked(instrument, lin, begins=NINE + number * dt.timedelta(minutes=10)))
    held = [booking for booking in found if isinstance(booking, Booking)]
    refused = [no for no in found if isinstance(no, Refused)]
    assert (len(held), {no.code for no in refused}, len(refused)) == (1, {"already_booked"}, 7)
    later = NINE + 10 * HOUR
    raw = in_parallel(8, lambda number: make_booking(instrument, later + number * dt.timedelta(minutes=10)))
    assert sum(isinstance(booking, Booking) for booking in raw) == 1
    # Whoever inserts past the action takes no lock before: two that wait for each other are told of that instead
    refusals = ("an_instrument_is_booked_once_at_a_time", "deadlock detected")
    assert all(any(said in str(no) for said in refusals) for no in raw if not isinstance(no, Booking))
    assert Booking.objects.count() == 2


# -- On the screen  ----


def read(response) -> str:
    return response.content.decode()


def form(station, **changes) -> dict:
    return {
        "station": station.pk, "begins_on": "2026-06-03", "begins_at": "09:00", "ends_at": "11:00",
        "client_code": make_credit_code(1), "client_name": "武汉机械公司", "purpose": "测样件", **changes,
    }  # fmt: skip


@pytest.fixture
def clock():
    with time_machine.travel(NOW) as traveller:
        yield traveller


def test_an_instrument_is_booked_and_confirmed_from_screen_to_screen(client, clock, instrument, here, there):
    client.force_login(there[1])
    page = read(client.get(f"/libraries/equipment/shared/{instrument.pk}/"))
    assert f"/libraries/equipment/{instrument.pk}/book/" in page
    page = read(client.get(f"/libraries/equipment/{instrument.pk}/week/"))
    assert page.count("空闲") == 7
    answer = client.post(f"/libraries/equipment/{instrument.pk}/book/", form(there[0]), follow=True)
    assert "等设备所在的服务站确认" in read(answer)
    booking = Booking.objects.get()
    assert (booking.by_station, booking.during.lower, booking.during.upper) == (there[0], NINE, NINE + 2 * HOUR)
    client.force_login(here[1])
    assert "武汉机械公司" in read(client.get("/libraries/bookings/?state=asked"))
    assert "预约已确认" in read(client.post(f"{booking.get_absolute_url()}confirm/", follow=True))
    client.force_login(there[1])
    assert client.post(f"{booking.get_absolute_url()}cancel/", {"reason": ""}).status_code == 422
    client.post(f"{booking.get_absolute_url()}cancel/", {"reason": "不用了"})
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert "不用了" in read(client.get(booking.get_absolute_url()))


def test_the_week_shows_another_station_that_a_time_is_taken_and_not_by_whom(client, clock, instrument, here, there):
    asked(instrument, here[1], by_station=here[0], client_name="武汉神秘公司", begins=NINE, hours=48)
    asked(instrument, there[1], by_station=there[0], client_name="郭的客户", begins=NINE - 24 * HOUR)
    week = f"/libraries/equipment/{instrument.pk}/week/?day=2026-06-07"
    client.force_login(there[1])
    page = read(client.get(week))
    assert ("武汉神秘公司" in page, "郭的客户" in page) == (False, True)
    assert all(words in page for words in ("9:00—24:00", "0:00—24:00", "0:00—9:00"))
    assert page.count("已占用") == 3
    client.force_login(here[1])
    assert read(client.get(week)).count("武汉神秘公司") == 3
    assert "武汉神秘公司" not in read(client.get(f"/libraries/equipment/{instrument.pk}/week/?day=2026-06-08"))
    for odd in ("x", "2026-13-99", "0001-01-01", "9999-12-31"):
        assert client.get(f"/libraries/equipment/{instrument.pk}/week/?day={odd}").status_code == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_at": "08:30"}, "结束时间应当晚于开始时间"),
        ({"begins_on": "2026-05-01"}, "开始时间已经过去"),
        ({"begins_on": "9999-12-31", "ends_at": "24:00"}, "日期太远"),
        ({"client_name": "", "client_code": make_credit_code(5)}, "请填写使用设备的企业名称"),
        ({"purpose": ""}, "请填写用途。"),
        ({"begins_at": "09:10"}, "9:10"),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_typed_is_lost(client, clock, instrument, here, changes, sentence):
    client.force_login(here[1])
    sent = form(here[0], **{"purpose": "写了很久的用途", **changes})
    answer = client.post(f"/libraries/equipment/{instrument.pk}/book/", sent)
    assert (answer.status_code, sentence in read(answer)) == (422, True)
    assert "purpose" in changes or "写了很久的用途" in read(answer)


def test_a_company_of_the_library_need_not_be_named_again(client, clock, instrument, here):
    known = make_client(here[0], name="武汉老客户公司")
    client.force_login(here[1])
    sent = form(here[0], client_name="", client_code=known.credit_code)
    assert client.post(f"/libraries/equipment/{instrument.pk}/book/", sent).status_code == 302
    assert Booking.objects.get().client_name == "武汉老客户公司"


def test_who_has_no_part_sees_neither_calendar_nor_booking(client, clock, instrument, here):
    booking = asked(instrument, here[1], by_station=here[0])
    client.force_login(make_user())
    for url in (
        f"/libraries/equipment/{instrument.pk}/week/",
        f"/libraries/equipment/{instrument.pk}/book/",
        booking.get_absolute_url(),
        f"{booking.get_absolute_url()}cancel/",
        "/libraries/bookings/",
    ):
        assert client.get(url).status_code == 404
    kept = make_equipment(here[0])
    client.force_login(make_staffed_station()[1])
    assert client.get(f"/libraries/equipment/{kept.pk}/week/").status_code == 404


@pytest.mark.parametrize("url", ["/libraries/bookings/", "/libraries/equipment/{}/week/?day=2026-06-08"])
def test_bookings_cost_as_many_queries_for_three_hundred_as_for_three(
    client, clock, instrument, here, url, django_assert_max_num_queries
):
    def more(first, count):
        for n in range(first, first + count):
            make_booking(instrument, NINE + n * dt.timedelta(minutes=30), hours=0.5)

    client.force_login(here[1])
    more(240, 3)
    url = url.format(instrument.pk)
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    more(243, 297)
    with django_assert_max_num_queries(len(few)):
        client.get(url)
