from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection

from accounts.states import Role
from evaluation.actions import ranking as actions
from evaluation.models import Ranking, RankingLine
from evaluation.queries import ranking as queries
from evaluation.states import RankingState, RoundState, SheetState, Track
from evaluation.tasks import rank
from ledger import jobs
from ledger.errors import Refused
from ledger.journal import history_of
from tests.factories import make_entry, make_round, make_scored_entry, make_sheet, make_slots, make_user, put
from tests.ledger.test_uploads import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhao():
    return make_user(Role.MANAGER, name="赵")


@pytest.fixture
def round_():
    make_slots(4)
    return make_round(pass_mark=Decimal(60), min_sheets=3)


def lines(ranking):
    return {line.entry_id: (line.rank, line.total, line.outcome, line.tier) for line in ranking.lines.all()}


def test_both_tracks_are_ranked_and_what_fails_frees_a_place_for_the_best_new_station(round_, zhao, monkeypatch):
    monkeypatch.setattr("evaluation.actions.ranking.cap_of", lambda round: 4)
    titled = [make_scored_entry(round_, [points] * 3, track=Track.TITLED) for points in ("90", "80", "50")]
    new = [make_scored_entry(round_, [points] * 3) for points in ("85", "95", "70", "40")]

    ranking = actions.compute_ranking(round_, actor=zhao)

    assert ranking.state == RankingState.READY
    assert (ranking.settings["active_before"], ranking.settings["delisted"], ranking.settings["free_slots"]) == (
        3,
        1,
        2,
    )
    assert lines(ranking) == {
        titled[0].pk: (1, Decimal("90.00"), "retain", 1),
        titled[1].pk: (2, Decimal("80.00"), "retain", 1),
        titled[2].pk: (3, Decimal("50.00"), "fail", None),
        new[1].pk: (1, Decimal("95.00"), "award", None),
        new[0].pk: (2, Decimal("85.00"), "award", None),
        new[2].pk: (3, Decimal("70.00"), "reserve", None),
        new[3].pk: (4, Decimal("40.00"), "fail", None),
    }


def test_a_mean_is_rounded_half_up_and_its_working_is_computed_anew_from_the_sheets(round_, zhao):
    entry = make_scored_entry(round_, ["80", "80.5", "81"])
    other = make_scored_entry(round_, ["70", "70", "70.5"])
    ranking = actions.compute_ranking(round_, actor=zhao)
    found = {line.entry_id: line for line in RankingLine.objects.select_related("ranking")}
    assert found[entry.pk].total == Decimal("80.50")
    assert found[other.pk].total == Decimal("70.17")
    score = queries.score_of(found[other.pk], queries.rubric_of_round(round_))
    assert score.total == Decimal("70.17")
    assert [str(total) for total in score.sheet_totals] == ["70.00", "70.00", "70.50"]
    assert ranking.inputs_sha256 == queries.fingerprint_of(queries.locked_rows(round_))


def test_a_tie_at_the_last_place_stops_and_is_decided_together(round_, zhao, monkeypatch):
    monkeypatch.setattr("evaluation.actions.ranking.cap_of", lambda round: 1)
    first, second = (make_scored_entry(round_, ["80"] * 3) for _ in range(2))
    ranking = actions.compute_ranking(round_, actor=zhao)
    assert ranking.state == RankingState.TIED
    assert {outcome for _, _, outcome, _ in lines(ranking).values()} == {"undecided"}
    with pytest.raises(Refused) as refusal:
        actions.confirm_ranking(ranking, actor=zhao)
    assert refusal.value.code == "wrong_state"

    minutes = SimpleUploadedFile("会议纪要.pdf", pdf())
    order = [second.pk, first.pk]
    actions.decide_tie(ranking, actor=zhao, boundary="last_slot", order=order, reason="集体讨论", minutes=minutes)
    decided = actions.compute_ranking(round_, actor=zhao)

    assert decided.state == RankingState.READY
    assert {pk: outcome for pk, (_, _, outcome, _) in lines(decided).items()} == {
        second.pk: "award",
        first.pk: "reserve",
    }
    assert Ranking.objects.get(number=1).state == RankingState.SUPERSEDED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"order": []}, "order_incomplete"),
        ({"boundary": "tier_1"}, "no_tie"),
        ({"reason": " "}, "reason_missing"),
        ({"minutes": SimpleUploadedFile("a.pdf", b"MZ")}, "file_damaged"),
    ],
)
def test_a_tie_is_not_decided_in_passing(round_, zhao, monkeypatch, change, code):
    monkeypatch.setattr("evaluation.actions.ranking.cap_of", lambda round: 1)
    entries = [make_scored_entry(round_, ["80"] * 3) for _ in range(2)]
    ranking = actions.compute_ranking(round_, actor=zhao)
    said = {
        "boundary": "last_slot",
        "order": [entry.pk for entry in entries],
        "reason": "集体讨论",
        "minutes": SimpleUploadedFile("a.pdf", pdf()),
    }
    with pytest.raises(Refused) as refusal:
        actions.decide_tie(ranking, actor=zhao, **{**said, **change})
    assert refusal.value.code == code


def test_nothing_is_ranked_while_a_sheet_is_open(round_, zhao):
    make_scored_entry(round_, ["80"] * 3)
    make_sheet(make_entry(round_), state=SheetState.OPEN)
    with pytest.raises(Refused) as refusal:
        actions.compute_ranking(round_, actor=zhao)
    assert refusal.value.code == "sheets_open"
    assert "1 个参评对象" in refusal.value.message


def test_too_few_sheets_are_refused_and_nothing_is_kept(round_, zhao):
    make_scored_entry(round_, ["80"] * 2)
    with pytest.raises(Refused) as refusal:
        actions.compute_ranking(round_, actor=zhao)
    assert refusal.value.code == "too_few_sheets"
    assert not Ranking.objects.exists()


def test_confirming_moves_the_round_and_every_entry_with_a_journal_row_each(round_, zhao):
    entries = [make_scored_entry(round_, ["80"] * 3), make_scored_entry(round_, ["70"] * 3)]
    actions.confirm_ranking(actions.compute_ranking(round_, actor=zhao), actor=zhao)

    round_.refresh_from_db()
    assert round_.state == RoundState.RANKED
    for entry in entries:
        entry.refresh_from_db()
        assert entry.state == "ranked"
        assert history_of(entry).first().move == "rank"


def test_a_round_goes_back_to_review_with_a_reason_and_keeps_the_old_ranking(round_, zhao):
    entry = make_scored_entry(round_, ["80"] * 3)
    actions.confirm_ranking(actions.compute_ranking(round_, actor=zhao), actor=zhao)
    actions.review_again(round_, actor=zhao, reason="一份评分表填错")
    entry.refresh_from_db()
    assert (entry.state, Ranking.objects.get().state) == ("scored", "superseded")
    assert queries.current_ranking(round_) is None


def test_only_a_manager_ranks(round_):
    make_scored_entry(round_, ["80"] * 3)
    with pytest.raises(Refused) as refusal:
        actions.compute_ranking(round_, actor=make_user(Role.LEADER))
    assert refusal.value.code == "not_allowed"


def test_asked_for_twice_there_is_one_job(round_, zhao):
    make_scored_entry(round_, ["80"] * 3)
    first = actions.ask_for_ranking(round_, actor=zhao)
    assert actions.ask_for_ranking(round_, actor=zhao) == first
    assert jobs.latest("ranking", round_) == first


@pytest.mark.parametrize("entries", [2, 6])
def test_reading_the_sheets_is_one_query_whatever_their_number(round_, entries, django_assert_num_queries):
    for _ in range(entries):
        make_scored_entry(round_, ["80"] * 3)
    with django_assert_num_queries(1):
        rows = queries.locked_rows(round_)
    assert [len(sheets) for _, sheets in rows] == [3] * entries


def test_the_task_tells_how_it_went_and_does_nothing_the_second_time(round_, zhao):
    make_scored_entry(round_, ["80"] * 3)
    job = actions.ask_for_ranking(round_, actor=zhao)
    for _ in range(2):
        rank(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, Ranking.objects.count()) == ("done", 4, 4, 1)
    assert "第 1 版" in job.message


def test_a_refusal_in_the_task_is_told_to_who_asked(round_, zhao):
    entry = make_scored_entry(round_, ["80"] * 3)
    job = actions.ask_for_ranking(round_, actor=zhao)
    put(entry, "scoring")
    rank(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "没有锁定" in job.message


def test_the_database_refuses_a_line_on_another_track_than_its_entry(round_, zhao):
    make_scored_entry(round_, ["80"] * 3)
    ranking = actions.compute_ranking(round_, actor=zhao)
    assert ranking.lines.get().track == "new"
    ranking.lines.update(track="titled")
    with pytest.raises(IntegrityError, match="a_line_is_on_the_track_of_its_entry"):
        connection.check_constraints()
