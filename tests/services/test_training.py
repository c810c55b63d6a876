"""Training events: places and those who wait, attendance at the door, and one service record for each company."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import Message
from accounts.states import Role
from ledger.errors import Refused
from ledger.journal import history_of
from services.actions import training as actions
from services.actions import training_attendance as attendance
from services.actions.training_sign_up import cancel_sign_up, sign_up
from services.models import ServiceRecord, TrainingEvent, TrainingSignUp
from services.queries.training import (
    code_of,
    event_of_code,
    place_in_queue,
    public_trainings,
    todo_for,
    trainings_visible_to,
)
from services.states.training import SignUpState, TrainingState
from stations.credit_code import make_credit_code
from tests.factories import make_organisation, make_station, make_user

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = dt.datetime(2026, 6, 1, 9, tzinfo=SHANGHAI)
STARTS = dt.datetime(2026, 6, 10, 9, tzinfo=SHANGHAI)
ENDS = STARTS + dt.timedelta(hours=3)
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
FACTS = {
    "title": "计量器具管理培训",
    "kind": "metrology",
    "text": "",
    "place": "武昌区测试路 1 号",
    "starts_at": STARTS,
    "ends_at": ENDS,
    "capacity": 10,
}
CONTACT = {"name": "欧阳联系", "phone": "13912345678", "email": "", "consent": True}


@pytest.fixture
def lin():
    return make_user(name="林", phone="13900001111")


@pytest.fixture
def station(lin):
    return make_station(make_organisation(lin))


@pytest.fixture
def event(station, lin):
    made = actions.create_training(station, actor=lin, at=AT, **FACTS)
    actions.publish_training(made, actor=lin, at=AT)
    return made


def signed(event, number=600, people=2, *, at=AT, **known) -> TrainingSignUp:
    facts = {"credit_code": make_credit_code(number), "company": f"武汉某厂{number}", **CONTACT, **known}
    return sign_up(event, people=people, at=at, **facts)


def came(event, number=600, people=2, *, at=STARTS, company="") -> object:
    return attendance.check_in(event, credit_code=make_credit_code(number), company=company, people=people, at=at)


def held(event, *numbers):
    """The event has begun, and these companies came without signing up."""
    actions.hold_due(STARTS)
    for number in numbers:
        came(event, number, company=f"武汉某厂{number}")
    event.refresh_from_db()
    return event


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value


# -- The event  ----


def test_a_draft_is_its_station_s_alone_until_it_is_published(station, lin):
    event = actions.create_training(station, actor=lin, at=AT, **FACTS)
    assert not public_trainings().exists()
    assert not trainings_visible_to(make_user(Role.MANAGER)).exists()
    assert list(trainings_visible_to(lin)) == [event]
    assert refusal(signed, event).code == "sign_up_closed"
    actions.publish_training(event, actor=lin, at=AT)
    assert list(public_trainings()) == [event]
    assert trainings_visible_to(make_user(Role.MANAGER)).exists()
    assert not trainings_visible_to(make_user()).exists()
    assert [row.move for row in history_of(event)] == ["publish", "create"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"place": ""}, "place_missing"),
        ({"kind": "cooking"}, "kind_unknown"),
        ({"starts_at": AT}, "starts_in_the_past"),
        ({"ends_at": STARTS}, "ends_before_it_starts"),
        ({"ends_at": STARTS + 31 * DAY}, "too_long"),
        ({"capacity": 0}, "capacity_wrong"),
    ],
)
def test_what_is_wrong_with_an_event_is_refused_at_its_field(station, lin, changes, code):
    assert refusal(actions.create_training, station, actor=lin, at=AT, **{**FACTS, **changes}).code == code


def test_only_the_station_s_people_run_its_events(station, event):
    for user in (make_user(), make_user(Role.MANAGER), make_user(Role.DISTRICT)):
        assert refusal(actions.create_training, station, actor=user, at=AT, **FACTS).code == "not_allowed"
        assert refusal(actions.change_training, event, actor=user, at=AT, **FACTS).code == "not_allowed"
        assert refusal(actions.cancel_training, event, actor=user, at=AT, reason="x").code == "not_allowed"
        assert refusal(actions.renew_code, event, actor=user, at=AT).code == "not_allowed"


def test_who_signed_up_is_told_of_another_place_and_not_of_another_text(event, lin):
    signed(event, email="boss@firm.cn")
    actions.change_training(event, actor=lin, at=AT, **{**FACTS, "text": "带上证书"})
    assert Message.objects.filter(subject__startswith="培训有变动").count() == 0
    actions.change_training(event, actor=lin, at=AT, **{**FACTS, "place": "汉口"})
    assert "汉口" in Message.objects.get(subject__startswith="培训有变动").body
    assert refusal(actions.change_training, event, actor=lin, at=AT, capacity=1).code == "capacity_taken"


def test_a_cancelled_event_tells_why_and_takes_no_more(event, lin):
    signed(event, email="boss@firm.cn")
    assert refusal(actions.cancel_training, event, actor=lin, at=AT, reason=" ").code == "reason_missing"
    actions.cancel_training(event, actor=lin, at=AT, reason="讲师生病")
    assert "讲师生病" in Message.objects.get(subject__startswith="培训取消").body
    assert refusal(signed, event, 601).code == "sign_up_closed"
    assert refusal(came, event, company="x").code == "over"


# -- Signing up  ----


def test_a_company_signs_up_once_and_its_contact_lies_sealed(event):
    made = signed(event, email="boss@firm.cn")
    assert (made.state, made.number.version) == (SignUpState.SIGNED, 4)
    assert refusal(signed, event).code == "already_signed_up"
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM services_trainingsignup t")
        kept = cursor.fetchone()[0]
    assert not any(secret in kept for secret in ("欧阳联系", "13912345678", "boss@firm.cn"))
    assert str(made.number) in Message.objects.get(address="boss@firm.cn").body


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"credit_code": "914201"}, "credit_code"),
        ({"company": " "}, "company"),
        ({"people": 0}, "people"),
        ({"people": 11}, "people"),
        ({"name": ""}, "name"),
        ({"phone": ""}, "phone"),
        ({"consent": False}, "consent"),
    ],
)
def test_what_is_missing_of_a_sign_up_is_refused_at_its_field(event, changes, field):
    assert refusal(signed, event, **changes).field == field
    assert not TrainingSignUp.objects.exists()


def test_a_full_event_lets_companies_wait_and_nobody_passes_the_head_of_the_queue(event, lin):
    first = signed(event, 600, 6)
    waiting = signed(event, 601, 5, email="wait@firm.cn")
    later = signed(event, 602, 1)  # would fit, but comes after who waits
    assert [made.state for made in (first, waiting, later)] == ["signed", "waiting", "waiting"]
    assert [place_in_queue(made) for made in (first, waiting, later)] == [0, 1, 2]
    cancel_sign_up(first, at=AT)
    waiting.refresh_from_db()
    later.refresh_from_db()
    assert (waiting.state, later.state) == ("signed", "signed")
    assert Message.objects.filter(address="wait@firm.cn", subject__contains="候补转为已报名").exists()


def test_more_places_are_given_to_those_who_wait(event, lin):
    signed(event, 600, 8)
    waiting = signed(event, 601, 5)
    actions.change_training(event, actor=lin, at=AT, capacity=13)
    waiting.refresh_from_db()
    assert waiting.state == "signed"


def test_signing_up_and_cancelling_end_with_the_beginning(event):
    made = signed(event)
    assert refusal(signed, event, 601, at=STARTS).code == "sign_up_closed"
    assert refusal(cancel_sign_up, made, at=STARTS).code == "already_started"
    cancel_sign_up(made, at=STARTS - MINUTE)
    assert refusal(cancel_sign_up, made, at=STARTS - MINUTE).code == "wrong_state"


def test_the_station_cancels_a_sign_up_and_nobody_else_does_with_an_account(event, lin):
    made = signed(event, email="boss@firm.cn")
    assert refusal(cancel_sign_up, made, actor=make_user(), at=AT).code == "not_allowed"
    cancel_sign_up(made, actor=lin, reason="电话要求取消", at=AT)
    assert "电话要求取消" in Message.objects.get(subject__contains="由服务站取消").body


def test_the_database_never_seats_more_people_than_there_are_places(event):
    made = signed(event, 600, 10)
    with pytest.raises(DatabaseError, match="has 10 places"), transaction.atomic():
        TrainingSignUp.objects.filter(pk=made.pk).update(people=11)
    with pytest.raises(DatabaseError, match="has 9 places"), transaction.atomic():
        TrainingEvent.objects.filter(pk=event.pk).update(capacity=9)


# -- At the door  ----


def test_attendance_is_registered_from_half_an_hour_before_until_the_end(event):
    signed(event)
    assert refusal(came, event, at=STARTS - 31 * MINUTE).code == "not_yet"
    made = came(event, at=STARTS - 30 * MINUTE)
    assert (made.way, made.company, made.sign_up.people) == ("qr", "武汉某厂600", 2)
    assert came(event, at=STARTS).pk == made.pk  # twice is once
    assert refusal(came, event, 601, at=ENDS, company="x").code == "over"


def test_a_company_that_comes_without_signing_up_says_who_it_is(event):
    assert refusal(came, event, 601).field == "company"
    made = came(event, 601, company="武汉某厂")
    assert (made.sign_up, made.company) == (None, "武汉某厂")


def test_the_station_ticks_who_came_also_afterwards_and_takes_errors_back(event, lin):
    made = signed(event)
    assert refusal(attendance.tick_sign_up, made, actor=make_user(), people=1, at=STARTS).code == "not_allowed"
    assert refusal(attendance.tick_sign_up, made, actor=lin, people=2, at=AT).code == "not_yet"
    actions.hold_due(STARTS)
    ticked = attendance.tick_sign_up(made, actor=lin, people=1, at=ENDS + DAY)
    assert (ticked.way, ticked.registered_by, ticked.people) == ("staff", lin, 1)
    attendance.undo_attendance(ticked, actor=lin, at=ENDS + DAY)
    assert not event.attendances.exists()
    assert [row.move for row in history_of(event)][:2] == ["undo_attendance", "attend"]


def test_a_code_opens_its_own_event_until_it_is_renewed(event, lin):
    code = code_of(event)
    assert len(code) < 45
    assert event_of_code(code) == event
    for forged in (f"{event.pk}-{'0' * 20}", f"{event.pk + 1}-{code.partition('-')[2]}", "x", "", "1", "²-x"):
        assert event_of_code(forged) is None
    actions.renew_code(event, actor=lin, at=AT)
    assert event_of_code(code) is None
    assert event_of_code(code_of(event)) == event


# -- What is counted  ----


def test_each_company_that_came_is_one_service_record_once(event, lin, station):
    signed(event, 600)
    signed(event, 601)
    actions.hold_due(STARTS)
    came(event, 600)
    came(event, 602, company="没有报名的厂")
    event.refresh_from_db()
    assert refusal(actions.conclude_training, event, actor=lin, at=ENDS - MINUTE).code == "not_over"
    assert [todo.url for todo in todo_for(lin)] == [event.get_absolute_url()]
    assert actions.conclude_training(event, actor=lin, at=ENDS) == 2
    assert refusal(actions.conclude_training, event, actor=lin, at=ENDS).code == "wrong_state"
    rows = ServiceRecord.objects.filter(station=station).order_by("client_code")
    assert [(row.client_code, row.origin, row.item, row.served_on, row.visits) for row in rows] == [
        (make_credit_code(number), "training", "metrology.training", dt.date(2026, 6, 10), 1) for number in (600, 602)
    ]
    assert set(event.attendances.values_list("record", flat=True)) == {row.pk for row in rows}
    assert todo_for(lin) == []


def test_who_came_and_left_a_mailbox_is_asked_for_a_rating(event, lin):
    signed(event, 600, email="boss@firm.cn")
    signed(event, 601, email="absent@firm.cn")
    held(event, 602)
    came(event, 600)
    actions.conclude_training(event, actor=lin, at=ENDS)
    assert [mail.address for mail in Message.objects.filter(url__startswith="/rate/")] == ["boss@firm.cn"]


def test_the_station_s_own_people_in_the_room_are_set_aside(event, lin, station):
    actions.hold_due(STARTS)
    attendance.check_in(event, credit_code=station.organisation.credit_code, company="本单位", people=3, at=STARTS)
    event.refresh_from_db()
    actions.conclude_training(event, actor=lin, at=ENDS)
    assert ServiceRecord.objects.get().set_aside == "own_organisation"


def test_an_event_to_which_nobody_came_is_not_concluded_but_cancelled(event, lin):
    actions.hold_due(STARTS)
    event.refresh_from_db()
    assert refusal(actions.conclude_training, event, actor=lin, at=ENDS).code == "nobody_came"
    actions.cancel_training(event, actor=lin, reason="没有举办", at=ENDS)
    assert event.state == TrainingState.CANCELLED


def test_an_event_to_which_somebody_came_is_not_cancelled(event, lin):
    held(event, 600)
    assert refusal(actions.cancel_training, event, actor=lin, reason="x", at=ENDS).code == "somebody_came"


def test_what_is_concluded_stands(event, lin):
    held(event, 600)
    actions.conclude_training(event, actor=lin, at=ENDS)
    row = event.attendances.get()
    assert refusal(attendance.undo_attendance, row, actor=lin, at=ENDS).code == "wrong_state"
    assert refusal(
        attendance.tick_attendance, event, actor=lin, at=ENDS, credit_code="", company="", people=1
    ).code == ("wrong_state")


# -- The clock  ----


def test_an_event_begins_by_the_clock_at_its_own_instant_once(event):
    assert actions.hold_due(STARTS - MINUTE) == 0
    assert actions.hold_due(STARTS + DAY) == 1
    assert actions.hold_due(STARTS + DAY) == 0
    event.refresh_from_db()
    assert event.state == TrainingState.HELD
    assert history_of(event)[0].at == STARTS


def test_who_signed_up_and_the_station_are_reminded_the_day_before_once(event, lin):
    signed(event, 600, email="boss@firm.cn")
    signed(event, 601, 9, email="wait@firm.cn")
    Message.objects.all().delete()
    assert actions.remind_due(STARTS - DAY - MINUTE) == 0
    assert actions.remind_due(STARTS - DAY) == 1
    assert actions.remind_due(STARTS - DAY + MINUTE) == 0
    assert [mail.address for mail in Message.objects.filter(recipient=None)] == ["boss@firm.cn"]
    assert lin.messages_received.get().url == f"/trainings/work/{event.pk}/code/"


def test_the_database_takes_a_company_once_and_no_end_before_the_beginning(event):
    signed(event)
    with pytest.raises(IntegrityError, match="a_training_ends_after_it_starts"), transaction.atomic():
        TrainingEvent.objects.filter(pk=event.pk).update(ends_at=STARTS)
