"""Objections by anyone, within the window, with the objector kept secret; one entry is held, the others go on."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from accounts.models import Message
from accounts.states import Role
from evaluation.actions import notices, objections
from evaluation.models import Objection, Objector
from evaluation.states import EntryState, ObjectionState
from ledger.errors import Refused
from ledger.models import JournalEntry, StoredFile
from tests.evaluation.scene import IN_NOTICE, SHANGHAI, notice_of, published_round, ranked_round
from tests.factories import make_user

pytestmark = pytest.mark.django_db
END = dt.datetime(2026, 11, 10, 0, 0, tzinfo=SHANGHAI)
SECOND = dt.timedelta(seconds=1)
WHO = {"kind": "person", "name": "欧阳举报", "email": "secret@example.com", "phone": "13912345678"}


@pytest.fixture
def clerk():
    return make_user(Role.INTAKE)


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def ranking(manager):
    return ranked_round(manager=manager)


@pytest.fixture
def notice(ranking, manager):
    return notice_of(ranking, manager)


@pytest.fixture
def entry(ranking):
    return ranking.lines.get(rank=1).entry


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value


def filed(notice, entry, at=IN_NOTICE + SECOND, **changes) -> Objection:
    return objections.file_objection(notice, entry, **{**WHO, "statement": "场所面积与申报不符。", "at": at, **changes})


def investigated(notice, entry, clerk, **changes) -> Objection:
    objection = filed(notice, entry, **changes)
    objections.accept_objection(objection, actor=clerk, at=IN_NOTICE)
    objections.investigate_objection(objection, actor=clerk, investigator=clerk)
    return objection


def test_anyone_files_and_is_given_a_random_number(notice, entry, clerk):
    first, second = filed(notice, entry), filed(notice, entry)
    assert first.state == ObjectionState.FILED
    assert first.number != second.number
    assert first.number.version == 4
    assert Message.objects.filter(recipient=clerk, subject__contains="异议").count() == 2


def test_who_objected_stands_nowhere_in_the_clear(notice, entry, clerk, manager):
    objection = investigated(notice, entry, clerk)
    objections.decide_objection(objection, actor=manager, upheld=False, text="面积相符。")
    objections.answer_objection(objection, actor=clerk, answer="经核查，面积相符。")
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT coalesce(string_agg(t::text, chr(10)), $$$$) FROM "{table}" t')  # noqa: S608
            text = cursor.fetchone()[0]
        assert "欧阳举报" not in text, table
        assert "13912345678" not in text, table
        # the outbox needs the address: to whom else would the answer go
        assert table == "accounts_message" or "secret@example.com" not in text, table


@pytest.mark.parametrize("at", [END, END + dt.timedelta(days=30)])
def test_after_the_window_it_is_refused_with_the_dates(notice, entry, at):
    said = refusal(filed, notice, entry, at=at)
    assert said.code == "window_closed"
    assert "2026年11月2日 10:00至2026年11月9日24时" in said.message
    assert not Objection.objects.exists()


def test_the_last_second_of_the_window_counts(notice, entry):
    assert filed(notice, entry, at=END - SECOND).pk


def test_before_the_window_it_is_refused(ranking, manager):
    draft = notices.draft_result_notice(ranking.round, actor=manager, at=IN_NOTICE)
    assert refusal(filed, draft, ranking.lines.first().entry).code == "no_window"
    notices.publish_result_notice(draft, actor=manager, at=IN_NOTICE)
    assert refusal(filed, draft, ranking.lines.first().entry, at=IN_NOTICE - SECOND).code == "window_closed"


def test_an_evaluation_notice_takes_no_objections(entry):
    other = published_round(year=2027).notices.get()
    assert refusal(filed, other, entry).code == "no_window"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": " "}, "name_missing", "name"),
        ({"email": "", "phone": ""}, "contact_missing", "email"),
        ({"statement": "\n "}, "statement_missing", "statement"),
        ({"evidence": [SimpleUploadedFile(f"{n}.pdf", b"%PDF-") for n in range(6)]}, "too_many_files", "evidence"),
        ({"evidence": [SimpleUploadedFile("a.pdf", b"MZ\x90\x00 not a paper")]}, None, "evidence"),
        ({"evidence": [SimpleUploadedFile("a.pdf", b"")]}, None, "evidence"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_at_its_field(notice, entry, changes, code, field):
    said = refusal(filed, notice, entry, **changes)
    assert said.field == field
    assert code in (None, said.code)
    assert not Objection.objects.exists()
    assert not Objector.objects.exists()


def test_a_phone_alone_is_contact_enough(notice, entry):
    assert filed(notice, entry, email="").pk


def test_a_round_may_take_anonymous_objections(manager):
    ranking = ranked_round(manager=manager, objection_anonymous="true")
    objection = filed(notice_of(ranking, manager), ranking.lines.first().entry, name="", email="", phone="")
    seen = objections.reveal_objector(objection, actor=manager, reason="核对")
    assert (seen.name, seen.email) == ("（匿名）", "")


def test_an_entry_that_the_notice_does_not_list_cannot_be_objected_to(manager):
    ranking = ranked_round(manager=manager, failed_published="false")
    hidden = ranking.lines.get(outcome="fail").entry
    assert refusal(filed, notice_of(ranking, manager), hidden).code == "entry_not_listed"


def test_evidence_is_kept_with_its_hash(notice, entry):
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d494844520000000100000001080600000 01f15c4890000000d49444154789c6360606060000000050001"
        "a5f645400000000049454e44ae426082".replace(" ", "")
    )
    objection = filed(notice, entry, evidence=[SimpleUploadedFile("现场.png", png)])
    stored = objection.evidence.get()
    assert (stored.name, stored.uploaded_by, len(stored.sha256)) == ("现场.png", None, 64)
    assert stored in StoredFile.objects.all()


def test_acceptance_holds_this_entry_and_no_other(notice, entry, ranking, clerk):
    objections.accept_objection(objection := filed(notice, entry), actor=clerk, at=IN_NOTICE)
    entry.refresh_from_db()
    assert (entry.state, entry.held_from) == (EntryState.HELD, EntryState.PROPOSED)
    assert "held" not in {line.entry.state for line in ranking.lines.exclude(entry=entry).select_related("entry")}
    assert objection.due_at == dt.datetime(2026, 11, 24, tzinfo=SHANGHAI)  # fifteen working days
    assert Message.objects.filter(address="secret@example.com", subject__contains="已受理").exists()


def test_an_objection_that_is_not_accepted_holds_nothing_and_is_answered(notice, entry, clerk):
    objection = filed(notice, entry)
    assert refusal(objections.not_accept_objection, objection, actor=clerk, reason="").code == "reason_missing"
    objections.not_accept_objection(objection, actor=clerk, reason="没有写明事项。")
    entry.refresh_from_db()
    assert (objection.state, entry.state) == (ObjectionState.NOT_ACCEPTED, EntryState.PROPOSED)
    assert "没有写明事项。" in Message.objects.get(address="secret@example.com").body


def test_a_rejected_objection_releases_the_entry_when_it_is_answered(notice, entry, clerk, manager):
    objection = investigated(notice, entry, clerk)
    objections.decide_objection(objection, actor=manager, upheld=False, text="面积相符。")
    entry.refresh_from_db()
    assert entry.state == EntryState.HELD
    objections.answer_objection(objection, actor=clerk, answer="经核查，面积相符。")
    entry.refresh_from_db()
    assert (entry.state, entry.held_from) == (EntryState.PROPOSED, "")
    assert (objection.state, objection.finding) == (ObjectionState.ANSWERED, "rejected")


def test_an_upheld_objection_keeps_the_entry_held(notice, entry, clerk, manager):
    objection = investigated(notice, entry, clerk)
    objections.decide_objection(objection, actor=manager, upheld=True, text="面积不符。")
    objections.answer_objection(objection, actor=clerk, answer="异议成立。")
    entry.refresh_from_db()
    assert entry.state == EntryState.HELD


def test_of_two_objections_the_last_answer_releases(notice, ranking, clerk, manager):
    reserve = ranking.lines.get(rank=2).entry
    both = [investigated(notice, reserve, clerk) for _ in range(2)]
    for objection, state in zip(both, (EntryState.HELD, EntryState.RESERVE), strict=True):
        objections.decide_objection(objection, actor=manager, upheld=False, text="不属实。")
        objections.answer_objection(objection, actor=clerk, answer="不属实。")
        reserve.refresh_from_db()
        assert reserve.state == state


def test_an_objection_filed_and_not_looked_at_stays_when_another_is_answered(notice, entry, clerk, manager):
    objection = investigated(notice, entry, clerk)
    filed(notice, entry)
    objections.decide_objection(objection, actor=manager, upheld=False, text="不属实。")
    objections.answer_objection(objection, actor=clerk, answer="不属实。")
    entry.refresh_from_db()
    assert entry.state == EntryState.PROPOSED  # the other one holds it when it is accepted


def test_only_a_manager_decides_and_the_order_is_kept(notice, entry, clerk, manager):
    objection = filed(notice, entry)
    assert refusal(objections.decide_objection, objection, actor=manager, upheld=True, text="x").code == "wrong_state"
    objections.accept_objection(objection, actor=clerk, at=IN_NOTICE)
    assert refusal(objections.accept_objection, objection, actor=clerk).code == "wrong_state"
    stranger = make_user()
    fit = {"actor": clerk, "investigator": stranger}
    assert refusal(objections.investigate_objection, objection, **fit).code == "investigator_unfit"
    objections.investigate_objection(objection, actor=clerk, investigator=manager)
    assert refusal(objections.decide_objection, objection, actor=clerk, upheld=True, text="x").code == "not_allowed"
    assert refusal(objections.decide_objection, objection, actor=manager, upheld=True, text="").code == "reason_missing"


@pytest.mark.parametrize("role", [None, Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_others_neither_handle_nor_learn_the_name(notice, entry, role):
    objection, user = filed(notice, entry), make_user(role)
    assert refusal(objections.accept_objection, objection, actor=user).code == "not_allowed"
    assert refusal(objections.reveal_objector, objection, actor=user, reason="好奇").code == "not_allowed"


def test_the_name_is_opened_with_a_reason_and_each_time_is_journalled(notice, entry, clerk, manager):
    objection = filed(notice, entry)
    assert refusal(objections.reveal_objector, objection, actor=clerk, reason="核实").code == "not_allowed"
    objections.accept_objection(objection, actor=clerk, at=IN_NOTICE)
    objections.investigate_objection(objection, actor=manager, investigator=clerk)
    assert refusal(objections.reveal_objector, objection, actor=clerk, reason=" ").code == "reason_missing"
    seen = objections.reveal_objector(objection, actor=clerk, reason="电话核实")
    assert (seen.kind, seen.name, seen.email, seen.phone) == ("个人", "欧阳举报", "secret@example.com", "13912345678")
    row = JournalEntry.objects.get(move="reveal")
    assert (row.actor, row.reason) == (clerk, "电话核实")
    assert "欧阳" not in json.dumps(row.facts)


def test_who_investigates_is_reminded_at_each_stage_once(notice, entry, clerk):
    objection = investigated(notice, entry, clerk)
    day = dt.timedelta(days=1)
    at = [objection.due_at - 4 * day, objection.due_at - 3 * day, objection.due_at - 2 * day, objection.due_at]
    assert [objections.remind_due(moment) for moment in at] == [0, 1, 0, 1]
    assert objections.remind_due(objection.due_at + 9 * day) == 0
    told = Message.objects.filter(recipient=clerk, subject__contains="异议核查").values_list("subject", flat=True)
    assert {subject[-5:].lstrip("核查") for subject in told} == {"三日内到期", "已超期"}
    assert objection.state == ObjectionState.INVESTIGATING
