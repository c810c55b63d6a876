# ruff: noqa: S608 - the statements are our own, put together from constants
"""Each corruption of live data is found and told by its name; a rehearsed round has none.

The database would refuse them all: the tests switch its triggers off, and drop the constraint that is in the way.
"""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from config import invariants
from config.invariants.events import EVENTS
from config.invariants.exchange import EXCHANGE
from config.invariants.exits import EXITS
from config.invariants.feedback import SERVICES
from config.invariants.libraries import LIBRARIES
from config.invariants.money import MONEY
from config.invariants.needs import NEEDS
from config.rehearsal.plan import Sizes
from config.rehearsal.play import rehearse
from ledger.models import StoredFile
from ledger.sealed import seal

pytestmark = pytest.mark.django_db
SIZES = Sizes(titled=6, applicants=8, experts=8, objections=2, sheets=3)


@pytest.fixture(scope="module")
def rehearsed(django_db_setup, django_db_blocker):
    """A concluded round for all tests of this module, taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        rehearse(SIZES, 2026, 7)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def corrupt(rehearsed):
    """Runs statements past every trigger; all of it is taken back after the test."""

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    with transaction.atomic():
        yield run
        transaction.set_rollback(True)


def test_a_rehearsed_round_breaks_none(rehearsed, capsys):
    call_command("check_invariants", files=True)
    assert f"{len(invariants.names(with_files=True))} invariants checked, 0 breaks" in capsys.readouterr().out


ONE_AWARDED = "(SELECT min(id) FROM evaluation_entry WHERE state = 'awarded')"
ONE_LOCKED = "(SELECT min(id) FROM evaluation_scoresheet WHERE state = 'locked')"
ONE_SCORE = f"(SELECT min(id) FROM evaluation_score WHERE sheet_id = {ONE_LOCKED} AND points > 1)"
TITLES = "stations_title"


def complaint(state: str, investigator: str) -> str:
    """About the station of the person who joined first."""
    return (
        "INSERT INTO supervision_complaint (station_id, number, state, statement, received_at, receipt_deadline, "
        "answer_deadline, finding, finding_text, answer, answered_at, investigator_id) SELECT s.id, "
        f"gen_random_uuid(), '{state}', '没有出具报告', now(), '{{}}', '{{}}', '', '', '已改', now(), {investigator} "
        "FROM stations_station s JOIN stations_membership m ON m.organisation_id = s.organisation_id "
        "WHERE m.user_id = (SELECT min(user_id) FROM stations_membership WHERE left_at IS NULL) LIMIT 1"
    )


CORRUPTIONS: dict[str, tuple[str, ...]] = {
    "more_active_titles_than_slots": ("UPDATE stations_slotcap SET cap = 3",),
    "slot_above_the_cap": ("UPDATE stations_slotcap SET cap = 49",),
    "slot_holds_two_titles": (
        "DROP INDEX one_active_title_per_slot",
        "UPDATE stations_title SET slot_id = (SELECT min(slot_id) FROM stations_title) WHERE state = 'active'",
    ),
    "active_city_title_without_slot": (
        "ALTER TABLE stations_title DROP CONSTRAINT a_city_title_takes_a_slot",
        "UPDATE stations_title SET slot_id = NULL WHERE id = (SELECT max(id) FROM stations_title)",
    ),
    "notice_closed_before_its_end": (
        "UPDATE evaluation_publicnotice SET closes_at = closes_at + interval '9 days' WHERE kind = 'result'",
    ),
    "window_was_shortened": (
        "UPDATE evaluation_publicnotice SET closes_at = closes_at - interval '1 day' WHERE kind = 'result'",
    ),
    "notice_differs_from_its_hash": (
        "UPDATE evaluation_publicnotice SET content = jsonb_set(content, '{title}', '\"另一个标题\"') WHERE kind = 'result'",
    ),
    "award_without_a_closed_notice": (
        "UPDATE evaluation_publicnotice SET content = jsonb_set(content, '{entries}', '[]') WHERE kind = 'result'",
    ),
    "award_despite_an_objection": (f"UPDATE evaluation_objection SET finding = 'upheld', entry_id = {ONE_AWARDED}",),
    "award_without_a_title": (
        (
            f"UPDATE stations_title SET station_id = (SELECT max(id) FROM stations_station WHERE id NOT IN (SELECT station_id FROM stations_title)) "
            f"WHERE station_id = (SELECT station_id FROM evaluation_entry WHERE id = {ONE_AWARDED})"
        ),
    ),
    "title_awarded_without_an_entry": (f"UPDATE evaluation_entry SET state = 'reserve' WHERE id = {ONE_AWARDED}",),
    "delisted_station_keeps_its_title": (
        (
            "UPDATE stations_title SET state = 'active', ended_at = NULL, ended_article = '', "
            "ended_decision = '', slot_id = (SELECT max(id) FROM stations_slot) WHERE state = 'delisted'"
        ),
    ),
    "score_outside_the_rubric": (f"UPDATE evaluation_score SET points = 99 WHERE id = {ONE_SCORE}",),
    "score_of_another_round": (
        "UPDATE evaluation_entry SET round_id = round_id + 1 WHERE id = (SELECT min(id) FROM evaluation_entry)",
    ),
    "locked_sheet_is_not_whole": (f"UPDATE evaluation_score SET points = NULL WHERE id = {ONE_SCORE}",),
    "locked_marks_differ_from_the_scores": (
        f"UPDATE evaluation_scoresheet SET marks[1] = marks[1] - 50 WHERE id = {ONE_LOCKED}",
    ),
    "locked_sheet_differs_from_what_was_handed_in": (
        f"UPDATE evaluation_score SET points = points - 0.5 WHERE id = {ONE_SCORE}",
    ),
    "ranking_does_not_follow_from_its_sheets": (
        "UPDATE evaluation_rankingline SET total = total + 1 WHERE id = (SELECT min(id) FROM evaluation_rankingline)",
    ),
    "entry_with_too_few_sheets": (
        f"UPDATE evaluation_scoresheet SET state = 'recused', marks = NULL WHERE id = {ONE_LOCKED}",
    ),
    "sheet_of_a_recused_expert": (
        (
            "INSERT INTO evaluation_recusal (expert_id, entry_id, source, reason, made_at) "
            f"SELECT expert_id, entry_id, 'staff', 'x', now() FROM evaluation_scoresheet WHERE id = {ONE_LOCKED}"
        ),
    ),
    "expert_scored_an_employer": (
        (
            "UPDATE evaluation_expert x SET employer_code = o.credit_code "
            "FROM evaluation_scoresheet p JOIN evaluation_entry e ON e.id = p.entry_id "
            "JOIN stations_station s ON s.id = e.station_id JOIN stations_organisation o ON o.id = s.organisation_id "
            f"WHERE p.id = {ONE_LOCKED} AND x.id = p.expert_id"
        ),
    ),
    "proposer_approved": (
        "ALTER TABLE evaluation_conclusion DROP CONSTRAINT proposer_and_approver_differ",
        "UPDATE evaluation_conclusion SET decided_by_id = proposed_by_id",
    ),
    "plan_differs_from_its_hash": ("UPDATE evaluation_conclusion SET plan = '[]'",),
    "version_differs_from_its_hash": (
        (
            "UPDATE evaluation_applicationversion SET snapshot = jsonb_set(snapshot, '{number}', '\"X\"') "
            "WHERE id = (SELECT min(id) FROM evaluation_applicationversion)"
        ),
    ),
    "self_assessment_differs_from_its_hash": (
        (
            "UPDATE supervision_selfassessmentversion SET snapshot = jsonb_set(snapshot, '{total}', '\"101\"') "
            "WHERE id = (SELECT min(id) FROM supervision_selfassessmentversion)"
        ),
    ),
    "filed_self_assessment_has_no_version": (
        (
            "DELETE FROM supervision_selfassessmentversion "
            "WHERE id = (SELECT min(id) FROM supervision_selfassessmentversion)"
        ),
    ),
    "self_assessment_filed_otherwise_than_it_says": (
        "UPDATE supervision_selfassessment SET timeliness = 'late' WHERE timeliness = 'in_time'",
    ),
    "two_entries_of_a_station": (
        "ALTER TABLE evaluation_entry DROP CONSTRAINT one_entry_per_station_and_round",
        "UPDATE evaluation_entry SET station_id = (SELECT min(station_id) FROM evaluation_entry)",
    ),
    "two_active_titles_of_a_station": (
        "DROP INDEX one_active_title_per_station_and_level",
        "UPDATE stations_title SET station_id = (SELECT min(station_id) FROM stations_title)",
    ),
    "two_running_rounds_of_a_year": (
        "DROP INDEX one_running_round_per_measure_and_year",
        "UPDATE evaluation_round SET state = 'reviewing'",
        "CREATE TEMP TABLE twin ON COMMIT DROP AS SELECT * FROM evaluation_round",
        "UPDATE twin SET id = id + 1",
        "INSERT INTO evaluation_round SELECT * FROM twin",
    ),
    "complaint_answered_without_a_conclusion": (
        "ALTER TABLE supervision_complaint DROP CONSTRAINT a_concluded_complaint_has_a_finding",
        "ALTER TABLE supervision_complaint DROP CONSTRAINT an_investigated_complaint_has_an_investigator",
        complaint("answered", "NULL"),
    ),
    "complaint_investigated_by_its_station": (
        complaint("investigating", "(SELECT min(user_id) FROM stations_membership WHERE left_at IS NULL)"),
    ),
    "revoked_title_without_an_executed_case": ("UPDATE stations_title SET state = 'revoked' WHERE state = 'delisted'",),
    "state_is_not_that_of_the_journal": ("UPDATE evaluation_application SET state = 'withdrawn'",),
    "journal_of_an_object_has_a_gap": (
        "DELETE FROM ledger_journalentry WHERE object_type = 'evaluation.application' AND move = 'accept'",
    ),
    "journal_row_without_author": (
        "ALTER TABLE ledger_journalentry DROP CONSTRAINT journal_row_has_one_author",
        "UPDATE ledger_journalentry SET actor_id = NULL, job = '' WHERE move = 'accept'",
    ),
    "journal_row_outside_a_transaction": ("UPDATE ledger_journalentry SET transaction_id = '' WHERE move = 'accept'",),
    "message_told_twice": (
        "ALTER TABLE accounts_message DROP CONSTRAINT a_message_is_sent_once",
        "UPDATE accounts_message SET key = 'the same', recipient_id = (SELECT min(id) FROM accounts_user), address = ''",
    ),
    "guard_of_the_database_is_missing": ("ALTER TABLE evaluation_score DISABLE TRIGGER score_is_within_rubric",),
    "constraint_of_the_database_is_missing": ("ALTER TABLE evaluation_round DROP CONSTRAINT round_state_known",),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_is_told_by_its_name(corrupt, name):
    corrupt(*CORRUPTIONS[name])
    assert name in {broken.name for broken in invariants.check()}


def test_work_that_is_under_way_twice_is_told(corrupt):
    row = "('ranking', 'evaluation.round', '1', 'waiting', 0, 0, '', now())"
    corrupt(
        "DROP INDEX one_long_job_of_a_kind_per_object",
        "INSERT INTO ledger_longjob (kind, object_type, object_id, state, done, total, message, asked_at) "
        f"VALUES {row}, {row}",
    )
    assert "work_under_way_twice" in {broken.name for broken in invariants.check()}


def test_the_name_of_an_objector_in_a_notice_is_told_without_saying_it(corrupt):
    corrupt(
        f"UPDATE evaluation_objector SET kind = 'person', name_encrypted = '{seal('欧阳某某')}'",
        "UPDATE evaluation_publicnotice SET content = jsonb_set(content, '{body}', '\"异议人欧阳某某\"') WHERE kind = 'award'",
    )
    (told,) = [broken for broken in invariants.check() if broken.name == "personal_data_in_a_notice"]
    assert "欧阳" not in told.text


def test_the_name_of_a_complainant_in_what_the_station_is_asked_is_told_without_saying_it(corrupt):
    corrupt(
        complaint("investigating", "(SELECT min(id) FROM accounts_user)"),
        (
            "INSERT INTO supervision_complainant (complaint_id, kind, name_encrypted, email_encrypted, phone_encrypted) "
            f"SELECT id, 'person', '{seal('欧阳某某')}', '', '' FROM supervision_complaint"
        ),
        (
            "INSERT INTO supervision_complaintstatement (complaint_id, state, question, asked_by_id, asked_at, due_at, text) "
            "SELECT id, 'asked', '欧阳某某说没有报告', investigator_id, now(), now(), '' FROM supervision_complaint"
        ),
    )
    (told,) = [broken for broken in invariants.check() if broken.name == "personal_data_in_a_notice"]
    assert "what a station is asked" in told.text
    assert "欧阳" not in told.text


def test_a_file_that_was_changed_or_lost_is_told_when_files_are_read(corrupt):
    changed, lost = StoredFile.objects.order_by("pk")[:2]
    kept = {file: Path(settings.MEDIA_ROOT, file.file.name).read_bytes() for file in (changed, lost)}
    Path(settings.MEDIA_ROOT, changed.file.name).write_bytes(b"something else")
    Path(settings.MEDIA_ROOT, lost.file.name).unlink()
    try:
        assert invariants.check() == []
        told = [broken.text for broken in invariants.check(with_files=True)]
    finally:
        for file, content in kept.items():
            Path(settings.MEDIA_ROOT, file.file.name).write_bytes(content)
    assert told == [f"file {changed.key} is not the one that was stored", f"file {lost.key} is gone"]


def test_the_command_names_each_break_and_fails(corrupt, capsys):
    corrupt("UPDATE stations_slotcap SET cap = 3")
    with pytest.raises(CommandError, match="breaks"):
        call_command("check_invariants", json=True)
    answer = json.loads(capsys.readouterr().out)
    assert {"more_active_titles_than_slots", "slot_above_the_cap"} == {broken["name"] for broken in answer["broken"]}
    assert set(answer["checked"]) == set(invariants.names())


def test_every_invariant_has_its_corruption():
    apart = {
        "work_under_way_twice",
        "personal_data_in_a_notice",
        "public_list_differs_from_its_hash",
        *MONEY,
        *EXITS,
        *EVENTS,
        *EXCHANGE,
        *SERVICES,
        *LIBRARIES,
        *NEEDS,
        "journal_is_not_what_was_sealed",  # tests/ledger/test_sealing
    }
    apart |= {  # test_inspection_invariants
        "draw_does_not_follow_from_its_seed",
        "recorded_inspection_was_changed",
        "improvement_is_done_and_an_item_is_not",
        "station_judged_its_own_improvement",
    }
    assert set(CORRUPTIONS) | apart == set(invariants.names())
