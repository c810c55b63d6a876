"""Complaints by anyone about a station, with the complainant kept secret; nothing decided by the clock."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from accounts.models import Message
from accounts.states import Role
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.models import JournalEntry
from supervision.actions import complaint as actions
from supervision.actions import complaint_statement as statements
from supervision.actions.year_plan import adopt_year_plan
from supervision.models import Complainant, Complaint, ComplaintStatement
from supervision.queries.complaint import (
    complaints_visible_to,
    possible_investigators,
    statements_visible_to,
    todo_for,
)
from supervision.states.complaint import ComplaintState, StatementState
from tests.evaluation.dossiers import png_bytes
from tests.factories import join, make_district, make_organisation, make_station, make_title, make_user
from tests.supervision.test_year_plan import drafted

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = dt.datetime(2026, 6, 1, 9, tzinfo=SHANGHAI)  # a Monday
DAY = dt.timedelta(days=1)
WHO = {"kind": "person", "name": "欧阳举报", "email": "secret@example.com", "phone": "13912345678"}


@pytest.fixture
def manager():
    return make_user(Role.MANAGER, name="赵")


@pytest.fixture
def clerk():
    return make_user(Role.INTAKE, name="吴")


@pytest.fixture
def plan(manager):
    return adopt_year_plan(drafted(manager), actor=manager)


@pytest.fixture
def lin():
    return make_user(name="林")


@pytest.fixture
def station(lin):
    return make_title(make_station(make_organisation(lin))).station


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value


def received(station, **changes) -> Complaint:
    known = {**WHO, "statement": "收了钱没有出报告。", "consent": True, "at": AT, **changes}
    return actions.receive_complaint(station, **known)


def looked_into(station, clerk, **changes) -> Complaint:
    complaint = received(station, **changes)
    actions.accept_complaint(complaint, actor=clerk, at=AT + DAY)
    actions.investigate_complaint(complaint, actor=clerk, investigator=clerk, at=AT + DAY)
    return complaint


def concluded(station, clerk, finding="founded") -> Complaint:
    complaint = looked_into(station, clerk)
    actions.conclude_complaint(complaint, actor=clerk, finding=finding, text="台账缺两份报告。", at=AT + 2 * DAY)
    return complaint


# -- Taking it in  ----


def test_anyone_complains_and_is_given_a_random_number_and_a_date(station, plan, clerk):
    first, second = received(station), received(station)
    assert first.state == ComplaintState.RECEIVED
    assert first.number != second.number
    assert first.number.version == 4
    assert first.receipt_due_at == dt.datetime(2026, 6, 11, tzinfo=SHANGHAI)  # seven working days
    assert [day["counted"] for day in first.receipt_deadline["days"]].count(True) == 7
    assert Message.objects.filter(recipient=clerk, subject__contains="投诉").count() == 2


def test_who_complained_stands_nowhere_in_the_clear(station, plan, clerk):
    complaint = looked_into(station, clerk)
    statements.ask_statement(complaint, actor=clerk, question="请说明。", due_on=dt.date(2026, 6, 10), at=AT)
    actions.reveal_complainant(complaint, actor=clerk, reason="电话核实")
    actions.conclude_complaint(complaint, actor=clerk, finding="partly", text="部分属实。")
    actions.answer_complaint(complaint, actor=clerk, answer="已责令改正。")
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT coalesce(string_agg(t::text, chr(10)), $$$$) FROM "{table}" t')  # noqa: S608
            text = cursor.fetchone()[0]
        assert "欧阳举报" not in text, table
        assert "13912345678" not in text, table
        # the outbox needs the address: to whom else would the answer go
        assert table == "accounts_message" or "secret@example.com" not in text, table


def test_a_complaint_may_be_anonymous(station, plan, clerk):
    complaint = looked_into(station, clerk, name="", email="", phone="")
    seen = actions.reveal_complainant(complaint, actor=clerk, reason="核实")
    assert (seen.name, seen.email, seen.phone) == ("（匿名）", "", "")
    actions.conclude_complaint(complaint, actor=clerk, finding="unfounded", text="不属实。")
    actions.answer_complaint(complaint, actor=clerk, answer="经核查不属实。")
    assert not Message.objects.exclude(address="").exists()


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"statement": " \n"}, "statement_missing", "statement"),
        ({"consent": False}, "consent_missing", "consent"),
        ({"happened_on": dt.date(2026, 6, 2)}, "date_to_come", "happened_on"),
        ({"evidence": [SimpleUploadedFile(f"{n}.pdf", b"%PDF-") for n in range(6)]}, "too_many_files", "evidence"),
        ({"evidence": [SimpleUploadedFile("a.pdf", b"MZ\x90\x00 not a paper")]}, None, "evidence"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_at_its_field(station, changes, code, field):
    said = refusal(received, station, **changes)
    assert said.field == field
    assert code in (None, said.code)
    assert not Complaint.objects.exists()
    assert not Complainant.objects.exists()


def test_a_station_that_never_had_a_title_cannot_be_complained_about():
    assert refusal(received, make_station()).code == "station_unknown"


def test_evidence_is_kept_with_its_hash(station):
    stored = received(station, evidence=[SimpleUploadedFile("票据.png", png_bytes())]).evidence.get()
    assert (stored.name, stored.uploaded_by, len(stored.sha256)) == ("票据.png", None, 64)


def test_before_the_year_is_planned_it_is_taken_in_and_dated_later(station, manager, clerk):
    complaint = received(station)
    assert complaint.receipt_due_at is None
    said = refusal(actions.accept_complaint, complaint, actor=clerk, at=AT)
    assert (said.code, "办结投诉并答复的期限" in said.message) == ("plan_missing", True)
    adopt_year_plan(drafted(manager), actor=manager)
    assert actions.remind_due(AT + DAY) == 0
    complaint.refresh_from_db()
    assert complaint.receipt_due_at == dt.datetime(2026, 6, 11, tzinfo=SHANGHAI)  # from when it was received


# -- Handling  ----


def test_acceptance_sets_the_date_of_the_answer_and_is_told(station, plan, clerk):
    complaint = received(station)
    actions.accept_complaint(complaint, actor=clerk, at=AT + DAY)
    assert complaint.state == ComplaintState.ACCEPTED
    assert complaint.due_at == complaint.answer_due_at == dt.datetime(2026, 8, 6, tzinfo=SHANGHAI)  # 45 working days
    assert Message.objects.filter(address="secret@example.com", subject__contains="已受理").exists()


def test_one_that_is_not_accepted_is_answered_with_the_reason(station, plan, clerk):
    complaint = received(station)
    assert refusal(actions.not_accept_complaint, complaint, actor=clerk, reason="").code == "reason_missing"
    actions.not_accept_complaint(complaint, actor=clerk, reason="属于合同纠纷，请向人民法院起诉。")
    assert (complaint.state, complaint.answer) == (ComplaintState.NOT_ACCEPTED, "属于合同纠纷，请向人民法院起诉。")
    assert "人民法院" in Message.objects.get(address="secret@example.com").body


def test_who_investigates_is_of_the_bureau_or_the_district_and_never_of_the_organisation(station, plan, clerk, manager):
    here = make_user(Role.DISTRICT, scope=station.supervised_by_id)
    make_district("420102", "江岸区")
    elsewhere = make_user(Role.DISTRICT, scope="420102")
    once_there = make_user(Role.INTAKE)
    membership = join(once_there, station.organisation)
    membership.left_at = AT - 30 * DAY
    membership.save()
    assert set(possible_investigators(station)) == {clerk, manager, here}
    complaint = received(station)
    actions.accept_complaint(complaint, actor=clerk, at=AT)
    for unfit in (elsewhere, once_there, make_user(Role.LEADER), make_user()):
        said = refusal(actions.investigate_complaint, complaint, actor=clerk, investigator=unfit)
        assert said.code == "investigator_unfit"
    actions.investigate_complaint(complaint, actor=clerk, investigator=here, at=AT)
    assert refusal(actions.investigate_complaint, complaint, actor=clerk, investigator=here).code == "same_investigator"
    actions.investigate_complaint(complaint, actor=clerk, investigator=clerk, at=AT + DAY)
    assert complaint.investigator == clerk
    assert here.messages_received.filter(subject__contains="请核查").exists()


def test_the_order_is_kept_and_only_the_investigator_concludes(station, plan, clerk, manager):
    complaint = received(station)
    conclude = {"finding": "founded", "text": "x"}
    assert refusal(actions.conclude_complaint, complaint, actor=clerk, **conclude).code == "not_allowed"
    actions.accept_complaint(complaint, actor=clerk, at=AT)
    assert refusal(actions.accept_complaint, complaint, actor=clerk, at=AT).code == "wrong_state"
    actions.investigate_complaint(complaint, actor=clerk, investigator=clerk, at=AT)
    assert refusal(actions.conclude_complaint, complaint, actor=manager, **conclude).code == "not_allowed"
    assert refusal(actions.conclude_complaint, complaint, actor=clerk, finding="", text="x").field == "finding"
    assert refusal(actions.conclude_complaint, complaint, actor=clerk, finding="partly", text=" ").field == "text"
    assert refusal(actions.answer_complaint, complaint, actor=clerk, answer="x").code == "wrong_state"


def test_the_answer_goes_to_the_complainant_with_the_conclusion(station, plan, clerk):
    complaint = concluded(station, clerk, "partly")
    assert refusal(actions.answer_complaint, complaint, actor=clerk, answer=" ").code == "answer_missing"
    actions.answer_complaint(complaint, actor=clerk, answer="已责令补出报告。", at=AT + 3 * DAY)
    assert (complaint.state, complaint.answered_at) == (ComplaintState.ANSWERED, AT + 3 * DAY)
    body = Message.objects.get(address="secret@example.com", subject__contains="答复").body
    assert "部分属实" in body
    assert "已责令补出报告。" in body
    assert "台账缺两份报告" not in body
    assert [row.move for row in history_of(complaint)] == ["answer", "conclude", "investigate", "accept", "receive"]


@pytest.mark.parametrize("role", [None, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.DISTRICT])
def test_others_neither_handle_nor_learn_the_name(station, plan, clerk, role):
    complaint, user = received(station), make_user(role)
    assert refusal(actions.accept_complaint, complaint, actor=user, at=AT).code == "not_allowed"
    assert refusal(actions.reveal_complainant, complaint, actor=user, reason="好奇").code == "not_allowed"


def test_the_name_is_opened_by_the_investigator_with_a_reason_and_journalled(station, plan, clerk, manager):
    complaint = looked_into(station, clerk)
    assert refusal(actions.reveal_complainant, complaint, actor=manager, reason="核实").code == "not_allowed"
    assert refusal(actions.reveal_complainant, complaint, actor=clerk, reason=" ").code == "reason_missing"
    seen = actions.reveal_complainant(complaint, actor=clerk, reason="电话核实")
    assert (seen.kind, seen.name, seen.email, seen.phone) == ("个人", "欧阳举报", "secret@example.com", "13912345678")
    row = JournalEntry.objects.get(move="reveal")
    assert (row.actor, row.reason) == (clerk, "电话核实")
    assert "欧阳" not in json.dumps(row.facts)
    actions.conclude_complaint(complaint, actor=clerk, finding="unfounded", text="不属实。")
    actions.answer_complaint(complaint, actor=clerk, answer="不属实。")
    assert refusal(actions.reveal_complainant, complaint, actor=clerk, reason="再看").code == "not_allowed"


def test_the_complainant_withdraws_until_there_is_a_conclusion(station, plan, clerk):
    complaint = looked_into(station, clerk)
    asked = statements.ask_statement(complaint, actor=clerk, question="请说明。", due_on=dt.date(2026, 6, 10), at=AT)
    actions.withdraw_complaint(complaint, reason="已经退款", at=AT + 2 * DAY)
    asked.refresh_from_db()
    assert (complaint.state, asked.state) == (ComplaintState.WITHDRAWN, StatementState.CLOSED)
    assert clerk.messages_received.filter(subject__contains="已撤回").exists()
    assert refusal(actions.withdraw_complaint, concluded(station, clerk)).code == "wrong_state"


def test_a_person_of_the_portal_does_not_withdraw_in_another_s_name(station, plan, manager):
    assert not manager.has_perm("supervision.withdraw_complaint", received(station))


def test_the_database_keeps_an_answer_with_its_conclusion(station, plan, clerk):
    complaint = concluded(station, clerk)
    with pytest.raises(IntegrityError, match="a_concluded_complaint_has_a_finding"), transaction.atomic():
        Complaint.objects.filter(pk=complaint.pk).update(finding="")


# -- The station  ----


def test_the_station_is_asked_and_sees_nothing_else(station, plan, clerk, lin):
    complaint = looked_into(station, clerk)
    asked = statements.ask_statement(
        complaint, actor=clerk, question="请说明近三个月报告出具情况。", due_on=dt.date(2026, 6, 10), at=AT + DAY
    )
    assert asked.due_at == dt.datetime(2026, 6, 11, tzinfo=SHANGHAI)
    told = lin.messages_received.get()
    assert "收了钱" not in told.subject + told.body
    assert not complaints_visible_to(lin).exists()
    assert list(statements_visible_to(lin)) == [asked]
    assert not statements_visible_to(make_user()).exists()
    assert [todo.url for todo in todo_for(lin)] == [asked.get_absolute_url()]
    assert refusal(statements.give_statement, asked, actor=clerk, text="x").code == "not_allowed"
    assert refusal(statements.give_statement, asked, actor=lin, text=" ").field == "text"
    paper = SimpleUploadedFile("清单.png", png_bytes())
    statements.give_statement(asked, actor=lin, text="均已出具。", files=[paper], at=asked.due_at + DAY)
    assert (asked.state, asked.files.get().name) == (StatementState.GIVEN, "清单.png")
    assert history_of(asked)[0].facts == {"late": True}
    assert clerk.messages_received.filter(subject__contains="已提交情况说明").exists()
    assert refusal(statements.give_statement, asked, actor=lin, text="再补").code == "wrong_state"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"question": " "}, "question_missing"),
        ({"question": "欧阳举报说没有报告。"}, "names_complainant"),
        ({"due_on": dt.date(2026, 6, 2)}, "due_too_soon"),
        ({"due_on": dt.date(2026, 8, 6)}, "due_after_answer"),
    ],
)
def test_what_is_wrong_with_a_request_is_refused(station, plan, clerk, changes, code):
    complaint = looked_into(station, clerk)
    known = {"question": "请说明。", "due_on": dt.date(2026, 6, 10), "at": AT + DAY, **changes}
    assert refusal(statements.ask_statement, complaint, actor=clerk, **known).code == code


def test_a_statement_is_asked_for_while_it_is_looked_into_by_the_investigator(station, plan, clerk, manager):
    known = {"question": "请说明。", "due_on": dt.date(2026, 6, 10), "at": AT + DAY}
    assert refusal(statements.ask_statement, looked_into(station, clerk), actor=manager, **known).code == "not_allowed"
    done = concluded(station, clerk)
    assert refusal(statements.ask_statement, done, actor=clerk, **known).code == "wrong_state"
    assert not ComplaintStatement.objects.exists()


# -- Who sees what, and the clock  ----


def test_the_bureau_sees_all_and_a_district_its_own(station, plan):
    make_district("420102", "江岸区")
    complaint = received(station)
    here, elsewhere = (make_user(Role.DISTRICT, scope=scope) for scope in (station.supervised_by_id, "420102"))
    seen = {role: complaints_visible_to(make_user(role)).exists() for role in (Role.LEADER, Role.AUDITOR, Role.FINANCE)}
    assert seen == {Role.LEADER: True, Role.AUDITOR: True, Role.FINANCE: False}
    assert list(complaints_visible_to(here)) == [complaint]
    assert not complaints_visible_to(elsewhere).exists()


def test_it_waits_for_who_has_to_act(station, plan, clerk):
    here = make_user(Role.DISTRICT, scope=station.supervised_by_id)
    complaint = received(station)
    assert [len(todo_for(user)) for user in (clerk, here)] == [1, 0]
    assert todo_for(clerk)[0].due_at == complaint.receipt_due_at
    actions.accept_complaint(complaint, actor=clerk, at=AT)
    actions.investigate_complaint(complaint, actor=clerk, investigator=here, at=AT)
    assert [len(todo_for(user)) for user in (clerk, here)] == [0, 1]
    actions.conclude_complaint(complaint, actor=here, finding="founded", text="属实。")
    assert [len(todo_for(user)) for user in (clerk, here)] == [1, 1]


def test_a_clerk_who_belongs_to_the_station_has_no_part_in_it(station, plan, clerk):
    complaint = received(station)
    join(clerk, station.organisation)
    assert todo_for(clerk) == []
    assert refusal(actions.accept_complaint, complaint, actor=clerk, at=AT).code == "not_allowed"


def test_each_date_is_reminded_of_at_each_stage_once_and_nothing_is_decided(station, plan, clerk):
    complaint = received(station)
    due = complaint.receipt_due_at
    assert [
        actions.remind_due(at) for at in (due - 4 * DAY, due - 3 * DAY, due - 2 * DAY, due - DAY, due, due + DAY)
    ] == [
        0,
        1,
        0,
        1,
        1,
        0,
    ]
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.RECEIVED
    actions.accept_complaint(complaint, actor=clerk, at=due)
    actions.investigate_complaint(complaint, actor=clerk, investigator=clerk, at=due)
    due = complaint.answer_due_at
    assert [actions.remind_due(at) for at in (due - DAY, due - DAY, due)] == [1, 0, 1]
    subjects = set(clerk.messages_received.filter(subject__contains="期").values_list("subject", flat=True))
    assert {subject.rpartition("投诉")[2] for subject in subjects} == {
        "受理三日内到期",
        "受理一日内到期",
        "受理已超期",
        "答复一日内到期",
        "答复已超期",
    }


def test_the_station_is_reminded_of_its_statement_while_it_is_wanted(station, plan, clerk, lin):
    complaint = looked_into(station, clerk)
    asked = statements.ask_statement(complaint, actor=clerk, question="请说明。", due_on=dt.date(2026, 6, 10), at=AT)
    assert [statements.remind_due(at) for at in (asked.due_at - DAY, asked.due_at - DAY, asked.due_at)] == [1, 0, 1]
    assert lin.messages_received.filter(subject__contains="已超期").count() == 1
    actions.conclude_complaint(complaint, actor=clerk, finding="founded", text="属实。")
    assert statements.remind_due(asked.due_at + 9 * DAY) == 0
