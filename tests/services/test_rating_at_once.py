"""A company rates while somebody asks for another link, or archives the case: two connections, real commits."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from django.db import DatabaseError, connection

from ledger.errors import Refused
from services.actions import need_archive, need_progress, rating
from services.models import Rating, RatingInvitation
from services.states.need import NeedState
from tests.factories import make_user
from tests.services.need_scene import AT, DAY, served_station
from tests.services.test_need_work import GOOD, delivered

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'"""


class Meanwhile:
    """Something done on a connection of its own, of which one waits to see that it stands at a lock, or is through."""

    def __init__(self, act, *args, **kwargs):
        self.said = ""
        self.thread = threading.Thread(target=self.run, args=(act, args, kwargs))

    def run(self, act, args, kwargs):
        try:
            act(*args, **kwargs)
        except Refused as refusal:
            self.said = refusal.code
        except DatabaseError as error:
            self.said = repr(error)
        finally:
            connection.close()

    def begin(self):
        self.thread.start()
        until = time.monotonic() + 20
        while self.thread.is_alive() and time.monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction it is taken once
                cursor.execute(WAITING)
                if cursor.fetchone()[0]:
                    return
            time.sleep(0.01)

    def end(self) -> str:
        self.thread.join(30)
        assert not self.thread.is_alive()
        return self.said


@pytest.fixture
def lin():
    return make_user(name="林站长")


@pytest.fixture
def need(lin):
    return delivered(served_station(lin), lin)


def rate(at: dt.datetime = AT + 3 * DAY) -> Rating:
    return rating.rate(RatingInvitation.objects.get(), marks=GOOD, integrity="clean", at=at)


def test_who_asks_for_another_link_while_the_company_rates_waits_and_is_told(need, monkeypatch):
    """Both take the record before the need. In opposite order PostgreSQL would throw out one of the two."""
    other, mark = Meanwhile(need_progress.rating_link, need, at=AT + 2 * DAY), rating.mark_rated

    def between(*args, **kwargs):
        other.begin()
        mark(*args, **kwargs)

    monkeypatch.setattr(rating, "mark_rated", between)
    rate()
    assert other.end() == "already_rated"
    need.refresh_from_db()
    assert (need.state, Rating.objects.count()) == (NeedState.RATED, 1)


def test_a_rating_that_comes_while_the_case_is_archived_is_kept(need, lin, monkeypatch):
    """The company need not know of the archive: its rating is taken before and after it, so also meanwhile."""
    other, bound = Meanwhile(rate), need_archive.bound

    def between(*args, **kwargs):
        other.begin()
        return bound(*args, **kwargs)

    monkeypatch.setattr(need_archive, "bound", between)
    need_archive.archive_need(need, actor=lin, at=AT + 2 * DAY)
    assert other.end() == ""
    need.refresh_from_db()
    assert (need.state, Rating.objects.count()) == (NeedState.ARCHIVED, 1)
