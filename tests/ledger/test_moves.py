import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.states import Role
from evaluation.models import Round
from ledger import moves
from ledger.actors import Job
from ledger.errors import Refused
from ledger.journal import history_of
from ledger.models import JournalEntry

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def manager():
    user = User.objects.create_user("zhao@example.cn", name="赵经理")
    RoleGrant.objects.create(user=user, role=Role.MANAGER)
    return user


@pytest.fixture
def draft(manager):
    return Round.objects.create(
        measure="wuhan", year=2026, name="测试", opens_at=NOW, closes_at=NOW + dt.timedelta(days=30), created_by=manager
    )


@pytest.fixture
def leader():
    user = User.objects.create_user("qian@example.cn")
    RoleGrant.objects.create(user=user, role=Role.LEADER)
    return user


def test_a_move_changes_the_state_and_writes_one_journal_row(draft, leader):
    moves.apply(draft, "cancel", actor=leader, at=NOW, reason="重复起草")

    assert Round.objects.get().state == "cancelled"
    row = history_of(draft).get()
    assert (row.move, row.before, row.after, row.actor, row.reason) == (
        "cancel",
        "draft",
        "cancelled",
        leader,
        "重复起草",
    )


def test_a_move_without_the_permission_is_refused_and_writes_nothing(draft, manager):
    with pytest.raises(Refused) as refusal:
        moves.apply(draft, "cancel", actor=manager, at=NOW, reason="想取消")

    assert refusal.value.code == "not_allowed"
    assert not JournalEntry.objects.exists()


def test_a_move_from_another_state_is_refused_in_words(draft, leader):
    moves.apply(draft, "cancel", actor=leader, at=NOW, reason="重复")
    with pytest.raises(Refused) as refusal:
        moves.apply(draft, "cancel", actor=leader, at=NOW, reason="再来一次")

    assert refusal.value.code == "wrong_state"
    assert "已取消" in refusal.value.message


def test_a_move_that_needs_a_reason_is_refused_without_one(draft, leader):
    with pytest.raises(Refused) as refusal:
        moves.apply(draft, "cancel", actor=leader, at=NOW, reason="  ")
    assert refusal.value.code == "reason_missing"


def test_the_clock_makes_only_the_moves_that_are_its_own(draft):
    with pytest.raises(Refused) as refusal:
        moves.apply(draft, "publish", actor=Job("sweep"), at=NOW)
    assert refusal.value.code == "not_allowed"


def test_a_stale_copy_is_refused(draft, leader):
    stale = Round.objects.get()
    moves.apply(draft, "cancel", actor=leader, at=NOW, reason="重复")
    with pytest.raises(Refused):
        moves.apply(stale, "cancel", actor=leader, at=NOW, reason="重复")


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_state_change_without_its_journal_row(draft):
    with pytest.raises(IntegrityError, match="without its journal row"), transaction.atomic():
        Round.objects.update(state="cancelled")
    assert Round.objects.get().state == "draft"


def test_a_journal_row_is_never_changed_or_deleted(draft, leader):
    moves.apply(draft, "cancel", actor=leader, at=NOW, reason="重复")
    for sql in ("UPDATE ledger_journalentry SET reason = ''", "DELETE FROM ledger_journalentry"):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_move_outside_a_transaction_is_a_bug_and_says_so(draft, leader, monkeypatch):
    monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)
    with pytest.raises(RuntimeError):
        moves.apply(draft, "cancel", actor=leader, at=timezone.now(), reason="x")
