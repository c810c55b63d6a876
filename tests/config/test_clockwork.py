"""What the clock does every minute, in one go, by hand as well."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config import clockwork
from evaluation.actions import ranking
from evaluation.states import NoticeState, RoundState
from ledger import jobs
from ledger.models import JournalEntry
from tests.evaluation.scene import CLOSES, OPENS, notice_of, published_round, ranked_round
from tests.factories import make_slots

pytestmark = pytest.mark.django_db


def test_one_run_does_everything_that_is_due_and_a_second_nothing(capsys):
    round = published_round()
    notice = notice_of(ranked_round(year=2027))
    call_command("clockwork", at=notice.closes_at.isoformat())
    said = capsys.readouterr().out
    assert all(line in said for line in ("open_rounds: 1", "close_intake: 1", "close_notices: 1"))
    for row, state in ((round, RoundState.INTAKE_CLOSED), (notice, NoticeState.CLOSED)):
        row.refresh_from_db()
        assert row.state == state
    rows = JournalEntry.objects.count()
    assert set(clockwork.run_clockwork(notice.closes_at).values()) == {0}
    assert JournalEntry.objects.count() == rows


def test_a_job_that_fails_is_told_and_keeps_no_other_from_its_work(monkeypatch, caplog):
    round = published_round()

    def broken(at: dt.datetime) -> int:
        raise RuntimeError("no luck")

    monkeypatch.setitem(clockwork.JOBS, "open_rounds", broken)
    monkeypatch.setitem(clockwork.JOBS, "mark_missing", broken)
    done = clockwork.run_clockwork(OPENS)
    assert (done["open_rounds"], done["mark_missing"], done["close_notices"]) == (None, None, 0)
    assert "no luck" in caplog.text
    monkeypatch.undo()
    assert clockwork.run_clockwork(CLOSES)["open_rounds"] == 1
    monkeypatch.setitem(clockwork.AT_THE_END, "wake_jobs", broken)
    with pytest.raises(CommandError, match="a job failed"):
        call_command("clockwork")
    round.refresh_from_db()
    assert round.state == RoundState.INTAKE_CLOSED


def test_a_dry_run_says_what_is_due_and_leaves_it(capsys):
    round = published_round()
    rows = JournalEntry.objects.count()
    call_command("clockwork", at=CLOSES.isoformat(), dry_run=True)
    said = capsys.readouterr().out
    assert "open_rounds: 1" in said
    assert "close_intake: 1" in said
    round.refresh_from_db()
    assert (round.state, JournalEntry.objects.count()) == (RoundState.PUBLISHED, rows)


def test_a_ranking_that_nobody_took_up_is_woken(dead_broker):
    round = published_round()
    jobs.ask(ranking.KIND, round, task=ranking.TASK, actor=round.created_by)
    assert clockwork.run_clockwork(OPENS)["wake_jobs"] == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_do_everything_once():
    make_slots()
    notice = notice_of(ranked_round())
    rows = JournalEntry.objects.filter(move="close").count()

    def run(_: int) -> dict[str, int | None]:
        try:
            return clockwork.run_clockwork(notice.closes_at)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run, range(4)))
    assert sum(one.get("close_notices") or 0 for one in done) == 1
    assert JournalEntry.objects.filter(move="close").count() == rows + 1


@pytest.mark.django_db
def test_while_another_process_is_at_it_nothing_is_done(capsys):
    published_round()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('clockwork'))")
        assert clockwork.run_clockwork(OPENS) == {}
        call_command("clockwork", at=OPENS.isoformat())
        assert "another process" in capsys.readouterr().out
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    assert clockwork.run_clockwork(OPENS)["open_rounds"] == 1


@pytest.mark.parametrize("at", ["tomorrow", "2026-11-10T00:00"])
def test_an_instant_that_is_none_is_refused(at):
    with pytest.raises(CommandError, match="--at"):
        call_command("clockwork", at=at)


def test_what_a_stopped_worker_missed_is_made_up_in_order_each_at_its_own_instant():
    notice = notice_of(ranked_round(year=2027))
    published_round()
    last = JournalEntry.objects.latest("id").pk
    late = max(notice.closes_at, CLOSES) + dt.timedelta(days=3)
    clockwork.run_clockwork(late)
    made = JournalEntry.objects.filter(id__gt=last, job__in=["open_rounds", "close_intake", "close_notices"])
    dated = list(made.order_by("id").values_list("move", "at"))
    assert sorted(dated, key=lambda line: line[1]) == dated
    assert dict(dated) == {"open": OPENS, "close_intake": CLOSES, "close": notice.closes_at}


def test_an_instant_on_which_nothing_may_happen_yet_does_not_stop_the_clock(monkeypatch):
    published_round()
    monkeypatch.setitem(clockwork.JOBS, "open_rounds", lambda at: 0)  # as if the day were provisional
    assert clockwork.run_clockwork(CLOSES + dt.timedelta(days=1))["close_intake"] == 0


def test_a_dry_run_names_each_thing_that_is_due_with_its_instant(capsys):
    round = published_round()
    call_command("clockwork", at=CLOSES.isoformat(), dry_run=True)
    said = capsys.readouterr().out.splitlines()
    assert (
        f"{OPENS.astimezone(dt.timezone(dt.timedelta(hours=8))):%Y-%m-%d %H:%M}  申报开始  {round}  →  自动开放申报"
        in said
    )
    assert len([line for line in said if str(round) in line]) == 2
