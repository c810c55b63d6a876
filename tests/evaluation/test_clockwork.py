"""What the clock does every minute, in one go, by hand as well."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from evaluation import tasks
from evaluation.states import NoticeState, RoundState
from ledger.models import JournalEntry
from tests.evaluation.scene import CLOSES, OPENS, notice_of, published_round, ranked_round

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
    assert set(tasks.run_clockwork(notice.closes_at).values()) == {0}
    assert JournalEntry.objects.count() == rows


def test_a_job_that_fails_is_told_and_keeps_no_other_from_its_work(monkeypatch, caplog):
    round = published_round()

    def broken(at: dt.datetime) -> int:
        raise RuntimeError("no luck")

    monkeypatch.setitem(tasks.CLOCKWORK, "open_rounds", broken)
    monkeypatch.setitem(tasks.CLOCKWORK, "mark_missing", broken)
    done = tasks.run_clockwork(OPENS)
    assert (done["open_rounds"], done["mark_missing"], done["close_notices"]) == (None, None, 0)
    assert "no luck" in caplog.text
    monkeypatch.undo()
    assert tasks.run_clockwork(CLOSES)["open_rounds"] == 1
    monkeypatch.setitem(tasks.CLOCKWORK, "wake_jobs", broken)
    with pytest.raises(CommandError, match="a job failed"):
        call_command("clockwork")
    round.refresh_from_db()
    assert round.state == RoundState.INTAKE_CLOSED


@pytest.mark.parametrize("at", ["tomorrow", "2026-11-10T00:00"])
def test_an_instant_that_is_none_is_refused(at):
    with pytest.raises(CommandError, match="--at"):
        call_command("clockwork", at=at)
