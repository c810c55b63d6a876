import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from accounts.models import Message
from accounts.states import Role
from evaluation.actions.sheets import (
    SheetRefused,
    declare_clear,
    declare_conflict,
    lock_sheets,
    recuse_by_staff,
    reopen_sheet,
    save_scores,
    submit_sheet,
)
from evaluation.models import Recusal, Score, ScoreSheet
from evaluation.queries.sheets import (
    annotate_progress,
    entries_visible_to,
    evidence_visible_to,
    my_sheet_list,
    progress_entries,
    progress_of,
    sheets_visible_to,
)
from ledger.errors import Refused
from ledger.models import JournalEntry
from tests.evaluation.panel_cast import full_marks, submitted_sheet
from tests.factories import join, make_entry, make_expert, make_round, make_sheet, make_user, put

pytestmark = pytest.mark.django_db


def refused(code):
    return pytest.raises(Refused, match=f"（{code}）$")


def fields_of(caught):
    return [(problem.code, problem.field) for problem in caught.value.problems]


@pytest.fixture
def manager():
    return make_user(Role.MANAGER)


@pytest.fixture
def open_sheet():
    return make_sheet(state="open")


# -- The gate  ----


def test_declaring_no_conflict_opens_the_sheet():
    sheet = make_sheet()
    declare_clear(sheet, actor=sheet.expert.user)
    assert ScoreSheet.objects.get().state == "open"


def test_a_declaration_against_the_records_is_refused():
    sheet = make_sheet()
    sheet.expert.employments.create(
        organisation=sheet.entry.station.organisation.name, from_date=dt.date(2010, 1, 1), to_date=None
    )
    with refused("in_conflict"):
        declare_clear(sheet, actor=sheet.expert.user)
    assert ScoreSheet.objects.get().state == "gated"


def test_nobody_declares_for_another():
    with refused("not_allowed"):
        declare_clear(make_sheet(), actor=make_expert().user)


def test_a_declared_conflict_takes_the_entry_away_for_good(manager):
    sheet = make_sheet(state="open")
    expert = sheet.expert.user
    assert list(entries_visible_to(expert)) == [sheet.entry]
    declare_conflict(sheet, actor=expert, reason="配偶在该单位任职")
    recusal = Recusal.objects.get()
    assert (recusal.source, recusal.reason, recusal.expert) == ("declared", "配偶在该单位任职", sheet.expert)
    assert not sheets_visible_to(expert).exists()
    assert not entries_visible_to(expert).exists()
    assert not my_sheet_list(expert).exists()
    assert Message.objects.get(recipient=manager).subject == "一名专家声明回避，请补派专家"


def test_a_conflict_needs_its_reason(open_sheet):
    with refused("reason_missing"):
        declare_conflict(open_sheet, actor=open_sheet.expert.user, reason=" ")


def test_the_bureau_takes_an_expert_off_even_after_submission(manager):
    sheet = submitted_sheet(make_entry())
    recuse_by_staff(sheet, actor=manager, reason="接到反映，有利益关系")
    assert (sheet.state, Recusal.objects.get().source) == ("recused", "staff")
    assert Message.objects.filter(recipient=sheet.expert.user).count() == 1


def test_a_locked_sheet_is_not_taken_out(manager):
    sheet = put(submitted_sheet(make_entry()), "locked", locked_at=timezone.now())
    with refused("wrong_state"):
        recuse_by_staff(sheet, actor=manager, reason="迟了")


# -- Saving  ----


def test_what_is_typed_is_saved_in_parts_and_not_scored_stays_null(open_sheet):
    expert = open_sheet.expert.user
    save_scores(open_sheet, actor=expert, scores={"1.1.1": (Decimal("2.5"), "缺分工表"), "1.1.2": (None, "待查")})
    save_scores(open_sheet, actor=expert, scores={"1.2.1": (Decimal(0), "")}, comment="总体良好")
    rows = {score.indicator.code: (score.points, score.reason) for score in Score.objects.all()}
    assert rows == {"1.1.1": (Decimal("2.5"), "缺分工表"), "1.1.2": (None, "待查"), "1.2.1": (Decimal(0), "")}
    assert ScoreSheet.objects.get().comment == "总体良好"


def test_old_values_are_kept_and_the_same_value_is_not_written_twice(open_sheet):
    expert = open_sheet.expert.user
    for points in ("3", "2", "2", "3"):
        save_scores(open_sheet, actor=expert, scores={"1.1.1": (Decimal(points), "")})
    history = Score.history.order_by("history_id")
    assert [row.points for row in history] == [Decimal(3), Decimal(2), Decimal(3)]
    assert {row.history_user for row in history} == {expert}


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ("3.5", "score_out_of_range"),
        ("-0.5", "score_out_of_range"),
        ("2.3", "score_off_step"),
        ("NaN", "score_not_a_number"),
    ],
)
def test_a_value_that_the_rubric_does_not_allow_is_refused_by_name(open_sheet, points, code):
    with pytest.raises(SheetRefused) as caught:
        save_scores(
            open_sheet,
            actor=open_sheet.expert.user,
            scores={"1.1.1": (Decimal(points), ""), "1.1.2": (Decimal(3), "")},
        )
    assert fields_of(caught) == [(code, "1.1.1")]
    assert "组织架构" in caught.value.message
    assert not Score.objects.exists()


def test_each_wrong_value_of_several_is_named(open_sheet):
    scores = {"4.1.1": (Decimal(11), ""), "1.1.1": (Decimal("3.5"), "字" * 501), "9.9.9": (Decimal(1), "")}
    with pytest.raises(SheetRefused) as caught:
        save_scores(open_sheet, actor=open_sheet.expert.user, scores=scores, comment="字" * 2001)
    assert fields_of(caught) == [
        ("unknown_indicator", "9.9.9"),
        ("score_out_of_range", "1.1.1"),
        ("too_long", "1.1.1"),
        ("score_out_of_range", "4.1.1"),
        ("too_long", "comment"),
    ]


@pytest.mark.parametrize("state", ["gated", "submitted"])
def test_a_sheet_that_is_not_open_takes_no_marks(state):
    sheet = make_sheet(state=state)
    with refused("sheet_not_open"):
        save_scores(sheet, actor=sheet.expert.user, scores={"1.1.1": (Decimal(1), "")})


def test_a_score_on_someone_elses_sheet_is_refused(open_sheet, manager):
    for stranger in (make_expert().user, manager):
        with refused("not_allowed"):
            save_scores(open_sheet, actor=stranger, scores={"1.1.1": (Decimal(1), "")})
    assert not Score.objects.exists()


def test_an_expert_who_left_the_pool_scores_no_more(open_sheet):
    open_sheet.expert.active = False
    open_sheet.expert.save()
    with refused("not_allowed"):
        save_scores(open_sheet, actor=open_sheet.expert.user, scores={})


def test_saving_a_whole_sheet_costs_a_fixed_number_of_queries(open_sheet, django_assert_max_num_queries):
    sheet, marks = ScoreSheet.objects.get(), full_marks(open_sheet)
    with django_assert_max_num_queries(13):
        save_scores(sheet, actor=open_sheet.expert.user, scores=marks)


# -- Submission  ----


def test_a_whole_sheet_is_submitted_and_the_journal_keeps_its_marks():
    submitted_sheet(make_entry(), _1_1_1="2.5")
    assert ScoreSheet.objects.get().state == "submitted"
    facts = JournalEntry.objects.get(move="submit").facts
    assert (facts["total"], facts["scores"]["1.1.1"], len(facts["scores"])) == ("99.50", "2.50", 19)


def test_submission_names_every_gap_and_every_missing_reason(open_sheet):
    expert, marks = open_sheet.expert.user, full_marks(open_sheet)
    del marks["1.1.1"]
    marks["1.1.2"] = (None, "")
    marks["4.1.4"] = (Decimal("4.5"), "  ")
    save_scores(open_sheet, actor=expert, scores=marks)
    with pytest.raises(SheetRefused) as caught:
        submit_sheet(open_sheet, actor=expert)
    assert fields_of(caught) == [
        ("points_missing", "1.1.1"),
        ("points_missing", "1.1.2"),
        ("reason_missing", "4.1.4"),
    ]
    assert "扣了0.5分" in caught.value.problems[2].message
    assert ScoreSheet.objects.get().state == "open"


def test_a_sheet_posted_twice_is_submitted_once():
    sheet = submitted_sheet(make_entry())
    submit_sheet(ScoreSheet.objects.get(), actor=sheet.expert.user)
    assert JournalEntry.objects.filter(move="submit").count() == 1


def test_a_gated_sheet_cannot_be_submitted():
    sheet = make_sheet()
    with refused("wrong_state"):
        submit_sheet(sheet, actor=sheet.expert.user)


# -- A second look  ----


def chaired_entry():
    chair = make_expert().user
    return make_entry(make_round(chair=chair)), chair


def test_the_chair_reopens_with_a_reason_and_the_first_marks_are_kept():
    entry, chair = chaired_entry()
    sheet = submitted_sheet(entry, _4_1_1="2")
    with refused("reason_missing"):
        reopen_sheet(sheet, actor=chair, reason="")
    reopen_sheet(sheet, actor=chair, reason="与其他专家相差较大，请再看材料")
    save_scores(sheet, actor=sheet.expert.user, scores={"4.1.1": (Decimal(8), "重看后改")})
    submit_sheet(sheet, actor=sheet.expert.user)
    assert JournalEntry.objects.get(move="reopen").facts["scores"]["4.1.1"] == "2.00"
    changed = Score.history.filter(indicator__code="4.1.1").order_by("history_id")
    assert [row.points for row in changed] == [Decimal(2), Decimal(8)]
    assert Message.objects.filter(recipient=sheet.expert.user, subject="请复核一份评分表").count() == 1


def test_nobody_else_reopens_and_the_chair_not_the_own_sheet(manager):
    entry, chair = chaired_entry()
    sheet = submitted_sheet(entry)
    for actor in (manager, sheet.expert.user):
        with refused("not_allowed"):
            reopen_sheet(sheet, actor=actor, reason="改一改")
    own = submitted_sheet(entry, chair.expert)
    with refused("not_allowed"):
        reopen_sheet(own, actor=chair, reason="想改自己的")


# -- Locking  ----


def scored_entry(evaluation, *four):
    """An entry with a submitted sheet for each value given: points for 4.1.1, full marks elsewhere."""
    entry = make_entry(evaluation)
    for points in four:
        submitted_sheet(entry, _4_1_1=points)
    return entry


def test_a_round_is_locked_as_a_whole(manager):
    evaluation = make_round()
    entries = [scored_entry(evaluation, "9", "8", "7") for _ in range(2)]
    at = timezone.now()
    assert lock_sheets(evaluation, actor=manager, at=at) == entries
    assert {(sheet.state, sheet.locked_at) for sheet in ScoreSheet.objects.all()} == {("locked", at)}
    for entry in entries:
        entry.refresh_from_db()
        assert entry.state == "scored"
    assert lock_sheets(evaluation, actor=manager) == []


def test_one_unready_entry_and_nothing_is_locked(manager):
    evaluation = make_round()
    scored_entry(evaluation, "9", "8", "7")
    short = scored_entry(evaluation, "9", "8")
    with pytest.raises(Refused) as caught:
        lock_sheets(evaluation, actor=manager)
    assert caught.value.code == "not_ready"
    assert f"{short}（已提交2份，未完成0份，至少要3份）" in caught.value.message
    assert not ScoreSheet.objects.filter(state="locked").exists()


def test_an_entry_without_experts_keeps_the_round_from_being_locked(manager):
    evaluation = make_round()
    make_entry(evaluation)
    with refused("not_ready"):
        lock_sheets(evaluation, actor=manager)


def test_an_unfinished_sheet_must_be_finished_or_taken_out_first(manager):
    entry = scored_entry(make_round(), "9", "8", "7")
    late = make_sheet(entry, state="open")
    with refused("not_ready"):
        lock_sheets(entry, actor=manager)
    recuse_by_staff(late, actor=manager, reason="逾期未交")
    assert lock_sheets(entry, actor=manager) == [entry]
    assert ScoreSheet.objects.filter(state="locked").count() == 3


def test_marks_far_apart_are_locked_only_when_somebody_has_looked(manager):
    evaluation = make_round(spread_threshold=Decimal(5))
    edge, flagged = scored_entry(evaluation, "10", "8", "5"), scored_entry(evaluation, "10", "8", "4.5")
    with pytest.raises(Refused) as caught:
        lock_sheets(evaluation, actor=manager)
    assert (caught.value.code, caught.value.field) == ("spread_unseen", "flagged_seen")
    assert str(flagged) in caught.value.message
    assert str(edge) not in caught.value.message
    assert lock_sheets(evaluation, actor=manager, flagged_seen=True) == [edge, flagged]


def test_only_managers_lock():
    with refused("not_allowed"):
        lock_sheets(make_round(), actor=make_user(Role.INTAKE))


def test_progress_tells_mean_spread_and_who_is_missing():
    evaluation = make_round(aggregation="mean", spread_threshold=Decimal(2))
    entry = scored_entry(evaluation, "10", "9", "6")
    make_sheet(entry)
    (line,) = progress_of(evaluation, progress_entries(evaluation))
    assert (line.handed_in, line.unfinished, line.ready, line.flagged) == (3, 1, False, True)
    assert (line.total, line.spread, line.deviation) == (Decimal("98.33"), Decimal("4.00"), Decimal("1.70"))


# -- Who sees what  ----


def test_an_expert_sees_the_own_sheets_only_and_the_file_once_past_the_gate():
    entry = make_entry()
    gated, opened = make_sheet(entry), make_sheet(entry, state="open")
    for sheet, files in ((gated, []), (opened, [entry])):
        user = sheet.expert.user
        assert list(sheets_visible_to(user)) == [sheet]
        assert list(entries_visible_to(user)) == files
        assert list(evidence_visible_to(user)) == files


def test_the_chair_sees_the_others_marks_only_when_done_with_the_own():
    entry, chair = chaired_entry()
    other = submitted_sheet(entry)
    assert list(sheets_visible_to(chair)) == [other]
    own = make_sheet(entry, chair.expert, state="open")
    assert list(sheets_visible_to(chair)) == [own]
    put(own, "submitted")
    assert set(sheets_visible_to(chair)) == {own, other}


def test_a_recused_chair_sees_nothing_of_the_entry():
    entry, chair = chaired_entry()
    submitted_sheet(entry)
    own = make_sheet(entry, chair.expert)
    declare_conflict(own, actor=chair, reason="同一课题组")
    assert not sheets_visible_to(chair).exists()
    assert not entries_visible_to(chair).exists()


def test_the_applicant_sees_the_own_entry_but_no_sheet():
    sheet = submitted_sheet(make_entry())
    member = make_user()
    join(member, sheet.entry.station.organisation)
    assert list(entries_visible_to(member)) == [sheet.entry]
    assert not evidence_visible_to(member).exists()
    assert not sheets_visible_to(member).exists()


@pytest.mark.parametrize("role", [Role.INTAKE, Role.MANAGER, Role.LEADER, Role.AUDITOR])
def test_the_bureau_and_the_auditor_see_all(role):
    sheet = make_sheet()
    assert list(sheets_visible_to(make_user(role))) == [sheet]
    assert list(entries_visible_to(make_user(role))) == [sheet.entry]


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.FINANCE, Role.SYSTEM_ADMIN, None])
def test_others_see_nothing(role):
    make_sheet(state="open")
    user = make_user(role)
    assert not sheets_visible_to(user).exists()
    assert not entries_visible_to(user).exists()


def test_the_list_counts_what_is_scored(open_sheet):
    save_scores(
        open_sheet,
        actor=open_sheet.expert.user,
        scores={"1.1.1": (Decimal(2), "缺"), "1.1.2": (None, "x"), "1.2.1": (Decimal("1.5"), "远")},
    )
    (row,) = annotate_progress(ScoreSheet.objects.all())
    assert (row.scored, row.total) == (2, Decimal("3.5"))


# -- What the database itself refuses  ----


def write(sql, *values):
    """Past all actions, and with the checks that wait for the end of the transaction."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        connection.check_constraints()


def write_points(sheet, points, code="1.1.1", evaluation=None):
    indicator = (evaluation or sheet.entry.round).indicators.get(code=code)
    sql = """INSERT INTO evaluation_score (sheet_id, indicator_id, points, reason, saved_at)
             VALUES (%s, %s, %s, '', now())"""
    write(sql, sheet.pk, indicator.pk, points)


@pytest.mark.parametrize("points", ["3.5", "2.3", "-0.5"])
def test_the_database_refuses_points_off_the_rubric(open_sheet, points):
    with pytest.raises(IntegrityError):
        write_points(open_sheet, points)
    write_points(open_sheet, "2.5")


@pytest.mark.parametrize("state", ["gated", "submitted", "locked", "recused"])
def test_the_database_refuses_points_on_a_sheet_that_is_not_open(state):
    sheet = put(submitted_sheet(make_entry()), state, locked_at=timezone.now())
    with pytest.raises(IntegrityError, match="its scores do not change"):
        write_points(sheet, "2")


@pytest.mark.parametrize("sql", ["UPDATE evaluation_score SET points = 0", "DELETE FROM evaluation_score"])
def test_the_database_keeps_the_marks_of_a_submitted_sheet(sql):
    submitted_sheet(make_entry())
    with pytest.raises(IntegrityError, match="its scores do not change"):
        write(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE evaluation_scoresheet SET comment = 'x'",
        "UPDATE evaluation_scoresheet SET marks = NULL",
        "UPDATE evaluation_scoresheet SET marks[1] = 0",
    ],
)
def test_the_database_keeps_a_locked_sheet_as_it_is(sql):
    put(submitted_sheet(make_entry()), "locked", locked_at=timezone.now())
    with pytest.raises(IntegrityError, match="stays as it is"):
        write(sql)


def test_the_database_itself_fills_in_the_marks_of_a_sheet_as_it_locks():
    sheet = submitted_sheet(make_entry(), _1_1_2="2.5", _4_1_4="0")
    write("UPDATE evaluation_scoresheet SET marks = '{1, 2, 3}' WHERE id = %s", sheet.pk)
    sheet.refresh_from_db()
    assert sheet.marks is None
    put(sheet, "locked", locked_at=timezone.now(), marks=[1, 2, 3])
    sheet.refresh_from_db()
    assert sheet.marks == [
        300,
        250,
        200,
        200,
        400,
        400,
        200,
        200,
        300,
        1000,
        1500,
        300,
        300,
        400,
        1000,
        1000,
        1000,
        500,
        0,
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM evaluation_score WHERE id = (SELECT max(id) FROM evaluation_score)",
        "UPDATE evaluation_score SET points = NULL WHERE id = (SELECT max(id) FROM evaluation_score)",
    ],
)
def test_the_database_locks_no_sheet_with_a_gap(sql):
    sheet = put(submitted_sheet(make_entry()), "reopened")
    write(sql)
    with pytest.raises(IntegrityError, match="is not whole and is not locked"):
        put(sheet, "locked", locked_at=timezone.now())


def test_the_database_keeps_a_score_on_its_sheet(open_sheet):
    held = put(submitted_sheet(make_entry(open_sheet.entry.round)), "locked", locked_at=timezone.now())
    with pytest.raises(IntegrityError, match="its scores do not change"):
        write("UPDATE evaluation_score SET sheet_id = %s WHERE sheet_id = %s", open_sheet.pk, held.pk)
    write_points(open_sheet, "2")
    other = make_sheet(open_sheet.entry, state="open")
    with pytest.raises(IntegrityError, match="a score stays on its sheet"):
        write("UPDATE evaluation_score SET sheet_id = %s WHERE sheet_id = %s", other.pk, open_sheet.pk)


@pytest.mark.django_db(transaction=True)
def test_a_sheet_is_not_locked_past_a_score_that_is_being_written():
    """Without the lock that the score takes, the sheet would be locked with the old points in its marks."""
    sheet = put(submitted_sheet(make_entry()), "reopened")
    locking = threading.Thread(target=lock_elsewhere, args=(sheet.pk,))
    with transaction.atomic():
        Score.objects.filter(sheet=sheet, indicator__code="1.1.1").update(points=1)
        locking.start()
        locking.join(0.5)
        assert locking.is_alive()  # it waits for us
    locking.join()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.marks[0]) == ("locked", 100)


def lock_elsewhere(sheet):
    try:
        put(ScoreSheet.objects.get(pk=sheet), "locked", locked_at=timezone.now())
    finally:
        connections.close_all()


def test_the_database_refuses_points_for_an_indicator_of_another_round(open_sheet):
    with pytest.raises(IntegrityError, match="another round"):
        write_points(open_sheet, "1", evaluation=make_round())


def test_the_database_refuses_a_state_without_its_journal_row(open_sheet):
    with pytest.raises(IntegrityError, match="without its journal row"):
        write("UPDATE evaluation_scoresheet SET state = 'submitted' WHERE id = %s", open_sheet.pk)
