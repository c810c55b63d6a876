"""Needs: taken in from everywhere, brought to a station, assessed, turned down, withdrawn; contacts kept secret."""

import datetime as dt
import json
import re

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Message
from accounts.states import Role
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.models import JournalEntry
from services.actions import need as actions
from services.actions import need_draft
from services.models import Need, NeedContact, NeedDraft
from services.queries.need import needs_to_assign, needs_visible_to, stations_for, stations_to_ask, todo_for
from services.states.need import NeedState
from stations.models import Ability
from tests.factories import join, make_district, make_organisation, make_station, make_user
from tests.services.need_scene import AT, CODE, DAY, HOUR, SECRETS, TYPED, assessed, posted, served_station

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    return make_user(name="林站长")


@pytest.fixture
def station(lin):
    return served_station(lin)


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value


def test_a_need_reaches_the_people_of_its_station_and_the_company_is_told_its_number(station, lin):
    need = posted(station)
    assert need.state == NeedState.RECEIVED
    assert need.district == station.district
    assert [(row.move, row.job) for row in history_of(need)] == [("receive", "public")]
    told = Message.objects.get(recipient=lin)
    assert "武汉精密零件有限公司" in told.subject
    assert told.url == need.get_absolute_url()
    mail = Message.objects.get(address=SECRETS[2])
    assert str(need.number) in mail.body
    assert [todo.url for todo in todo_for(lin)] == [need.get_absolute_url()]


def test_whom_to_ask_for_lies_sealed_and_in_no_journal_row(station):
    need = posted(station)
    columns = NeedContact.objects.filter(need=need).values_list("name_encrypted", "phone_encrypted", "email_encrypted")
    journal = json.dumps(list(JournalEntry.objects.values_list("facts", "reason")), ensure_ascii=False)
    messages = "".join(Message.objects.values_list("body", flat=True))
    assert not any(secret in f"{columns[0]}{journal}{messages}" for secret in SECRETS)
    assert need.contact.opened().phone == SECRETS[1]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"company": " "}, "company_missing", "company"),
        ({"contact_name": ""}, "contact_missing", "contact_name"),
        ({"contact_phone": "", "contact_email": ""}, "contact_missing", "contact_phone"),
        ({"kind": "astrology", "item": ""}, "service_unknown", "kind"),
        ({"item": "standards.comparison"}, "service_unknown", "item"),
        ({"item": "metrology.unheard"}, "service_unknown", "item"),
        ({"text": ""}, "text_missing", "text"),
        ({"wanted_on": dt.date(2026, 5, 31)}, "date_past", "wanted_on"),
        ({"credit_code": "91420100X"}, "credit_code_length", "credit_code"),
    ],
)
def test_what_is_wrong_is_refused_with_its_field_and_nothing_is_kept(station, changes, code, field):
    found = refusal(posted, station, **changes)
    assert (found.code, found.field) == (code, field)
    assert not Need.objects.exists()


def test_what_staff_write_down_is_for_their_own_station_and_keeps_its_source(station, lin):
    need = actions.post_need(actor=lin, at=AT, station=station, source="patrol", **TYPED)
    assert (need.source, need.posted_by) == ("patrol", lin)
    assert refusal(actions.post_need, actor=lin, at=AT, station=None, source="phone", **TYPED).code == "station_missing"
    other = make_user()
    refused = refusal(actions.post_need, actor=other, at=AT, station=station, source="phone", **TYPED)
    assert refused.code == "not_allowed"
    assert refusal(actions.post_need, actor=lin, at=AT, station=station, source="dream", **TYPED).field == "source"


def test_a_machine_that_posts_the_same_number_twice_makes_one_need(station):
    said = {"source": "api", "source_client": "7", "external_id": "A-1", "station": station, **TYPED}
    first = actions.post_need(actor=Job("api:7"), at=AT, **said)
    second = actions.post_need(actor=Job("api:7"), at=AT + HOUR, **said)
    assert first == second
    other = actions.post_need(actor=Job("api:8"), at=AT, **{**said, "source_client": "8"})
    assert other != first
    with pytest.raises(IntegrityError, match="a_need_of_a_machine_is_taken_once"), transaction.atomic():
        Need.objects.filter(pk=other.pk).update(source_client="7")


# -- Without an account: a code by e-mail  ----


def drafted(**changes) -> tuple[NeedDraft, str]:
    draft = need_draft.draft_need(at=AT, **{**TYPED, "wanted_on": None, **changes})
    return draft, code_in(Message.objects.latest("pk"))


def code_in(message: Message) -> str:
    return re.search(r"\d{6}", message.body).group()


def test_without_an_account_a_need_is_posted_when_the_code_comes_back(station):
    draft, code = drafted(station=station, district=station.district, wanted_on=dt.date(2026, 7, 1))
    assert not Need.objects.exists()
    assert not any(secret in draft.facts for secret in (*SECRETS, CODE))
    assert code not in draft.code_digest
    need = need_draft.confirm_draft(draft, code=f" {code} ", at=AT + HOUR / 4)
    assert (need.station, need.wanted_on, need.source) == (station, dt.date(2026, 7, 1), "web")
    assert need.contact.email == SECRETS[2]
    assert not NeedDraft.objects.exists()
    assert refusal(need_draft.confirm_draft, draft, code=code, at=AT + HOUR / 4).code == "draft_gone"


def test_a_code_may_be_wrong_five_times_and_is_then_void_until_a_new_one(station):
    draft, code = drafted()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert need_draft.confirm_draft(draft, code=wrong, at=AT) is None
    assert refusal(need_draft.confirm_draft, draft, code=code, at=AT).code == "too_many_tries"
    assert refusal(need_draft.send_again, draft, at=AT).code == "too_soon"
    need_draft.send_again(draft, at=AT + HOUR / 60)
    fresh = code_in(Message.objects.latest("pk"))
    assert need_draft.confirm_draft(draft, code=fresh, at=AT + HOUR / 60).company == TYPED["company"]


def test_a_code_ends_after_half_an_hour_and_what_was_typed_after_a_day():
    draft, code = drafted()
    assert refusal(need_draft.confirm_draft, draft, code=code, at=AT + HOUR / 2).code == "code_expired"
    assert need_draft.forget_drafts(AT + DAY - HOUR) == 0
    assert need_draft.forget_drafts(AT + DAY) == 1
    assert refusal(need_draft.send_again, draft, at=AT + DAY).code == "draft_gone"


def test_nobody_is_flooded_with_codes():
    draft, _ = drafted()
    for number in range(1, 5):
        need_draft.send_again(draft, at=AT + number * HOUR)
    assert refusal(need_draft.send_again, draft, at=AT + DAY / 2).code == "too_many_codes"


def test_wrong_facts_are_told_before_a_code_is_sent():
    assert refusal(drafted, company="").code == "company_missing"
    assert refusal(drafted, contact_email=" ").code == "email_missing"
    assert refusal(drafted, credit_code="1").code == "credit_code_length"
    assert not Message.objects.exists()


# -- A station for it  ----


def test_a_need_without_a_station_waits_for_the_manager_and_the_district_of_the_company(station, lin):
    manager = make_user(Role.MANAGER)
    district = make_user(Role.DISTRICT, scope=station.district_id)
    elsewhere = make_user(Role.DISTRICT, scope=make_district("420104", "硚口区").code)
    need = posted(district=station.district)
    for person in (manager, district):
        assert [todo.title for todo in todo_for(person)] == [f"分派：{need}"]
    assert not todo_for(elsewhere)
    assert not needs_visible_to(elsewhere).exists()
    assert not needs_visible_to(lin).exists()
    assert refusal(actions.assign_need, need, actor=elsewhere, station=station, at=AT).code == "not_allowed"
    assert refusal(actions.assign_need, need, actor=lin, station=station, at=AT).code == "not_allowed"
    actions.assign_need(need, actor=district, station=station, at=AT + HOUR)
    assert needs_visible_to(lin).get() == need
    assert need.state == NeedState.RECEIVED
    assert not needs_to_assign(manager).exists()
    refused = refusal(actions.assign_need, need, actor=manager, station=station, at=AT + HOUR)
    assert refused.code == "same_station"


def test_stations_are_offered_by_ability_and_district(station):
    able_far = make_station(district=make_district("420104", "硚口区"))
    able_near = make_station(district=station.district)
    for able in (able_far, able_near):
        Ability.objects.create(station=able, kind="metrology", description="校准")
    need = posted(district=station.district)
    assert list(stations_for(need))[:2] == [able_near, able_far]
    assert list(stations_to_ask()) == [station]  # the public is offered titles in force


def test_a_need_is_seen_by_its_station_and_who_reads_all_and_by_nobody_else(station, lin):
    need = posted(station)
    colleague = join(make_user(), station.organisation).user
    for person in (lin, colleague, make_user(Role.AUDITOR), make_user(Role.DISTRICT, scope=station.district_id)):
        assert needs_visible_to(person).get() == need
    stranger = make_user()
    join(stranger, make_organisation())
    assert not needs_visible_to(stranger).exists()


# -- The station  ----


def test_a_need_is_assessed_and_may_be_assessed_again(station, lin):
    need = assessed(station, lin, mode="appointment")
    assert (need.state, need.appointment_at) == (NeedState.ASSESSED, AT + HOUR + DAY)
    actions.assess_need(need, actor=lin, mode="agency", assessment="本站做不了。", kind="testing", at=AT + DAY)
    need.refresh_from_db()
    assert (need.mode, need.kind, need.item, need.appointment_at) == ("agency", "testing", "", None)
    assert [row.move for row in history_of(need)] == ["assess", "assess", "receive"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"mode": "magic"}, "mode_missing"),
        ({"assessment": "  "}, "assessment_missing"),
        ({"mode": "appointment"}, "appointment_missing"),
        ({"mode": "appointment", "appointment_at": AT - DAY}, "appointment_missing"),
        ({"kind": "testing", "item": "metrology.calibration"}, "service_unknown"),
    ],
)
def test_an_assessment_says_how_and_when(station, lin, said, code):
    need = posted(station)
    known = {"mode": "agency", "assessment": "协调机构。", **said}
    assert refusal(actions.assess_need, need, actor=lin, at=AT + HOUR, **known).code == code


def test_only_the_station_itself_assesses(station):
    need = posted(station)
    for person in (make_user(Role.MANAGER), make_user(Role.DISTRICT, scope=station.district_id), make_user()):
        refused = refusal(actions.assess_need, need, actor=person, mode="agency", assessment="可以", at=AT)
        assert refused.code == "not_allowed"


def test_a_declined_need_tells_the_company_why(station, lin):
    need = posted(station)
    assert refusal(actions.decline_need, need, actor=lin, reason=" ", at=AT).code == "reason_missing"
    actions.decline_need(need, actor=lin, reason="没有这类设备，可以联系市计量院。", at=AT + HOUR)
    assert (need.state, need.ended_at) == (NeedState.DECLINED, AT + HOUR)
    assert "市计量院" in Message.objects.filter(address=SECRETS[2]).latest("pk").body
    assert refusal(actions.assess_need, need, actor=lin, mode="agency", assessment="可以", at=AT).code == "wrong_state"


def test_a_company_withdraws_with_its_number_and_the_station_on_its_word(station, lin):
    need = posted(station)
    actions.withdraw_need(need, actor=actions.PUBLIC, reason="已经解决", at=AT + HOUR)
    assert need.state == NeedState.WITHDRAWN
    assert Message.objects.filter(recipient=lin).latest("pk").subject.endswith("已撤回")
    assert refusal(actions.withdraw_need, need, actor=actions.PUBLIC, reason="再撤", at=AT + HOUR).code == "wrong_state"
    told = assessed(station, lin)
    actions.withdraw_need(told, actor=lin, reason="企业来电撤回", at=AT + DAY)
    assert told.state == NeedState.WITHDRAWN


def test_the_database_keeps_a_need_in_order(station):
    need = posted(station)
    for changes, name in (
        ({"state": "assessed"}, "a_need_that_is_worked_on_was_assessed"),
        ({"state": "declined"}, "a_declined_need_has_its_reason"),
        ({"credit_code": "12"}, "need_credit_code_has_18_signs"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(**changes)
