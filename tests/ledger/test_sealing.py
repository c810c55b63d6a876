"""The journal is sealed once an hour, and whoever changes a sealed row is found out."""

import datetime as dt
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.urls import reverse

from accounts.states import Role
from config.clockwork import run_clockwork
from ledger import sealing
from ledger.actors import Job
from ledger.journal import record
from ledger.models import Event, JournalEntry, Seal, SealedRow
from tests.factories import make_user
from tests.ledger.test_chain import PATH

AT = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def person(db):
    return make_user(name="林")


def write(person, number, at=AT):
    for place in range(number):
        record(
            person, "deactivate", actor=Job("sweep"), at=at, reason=f"离职 {place}", facts={"place": place, "half": 0.5}
        )


def past_the_triggers(statement, *values):
    """As somebody with the database in hand would do it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def verified(*files):
    command = [sys.executable, "-I", str(PATH), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_was_written_is_sealed_once_an_hour_and_chained(person):
    write(person, 5)
    assert sealing.seal_due(AT) == 1
    assert sealing.seal_due(AT) == 0
    write(person, 3, AT + HOUR / 2)
    assert sealing.seal_due(AT + HOUR / 2) == 0
    assert sealing.seal_due(AT + HOUR) == 1
    assert sealing.seal_due(AT + 3 * HOUR) == 0  # nothing was written
    first, second = Seal.objects.all()
    assert (first.rows + second.rows, second.rows, second.previous) == (JournalEntry.objects.count(), 3, first.hash)
    assert list(sealing.faults()) == []


def test_the_clockwork_seals_and_tells_the_world(person):
    write(person, 2)
    assert run_clockwork(AT)["seal_journal"] == 1
    told = Event.objects.get(kind="journal.sealed")
    assert told.data == sealing.published(Seal.objects.get())


def test_a_long_journal_is_sealed_in_batches(person, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)
    write(person, 10)
    assert sealing.seal_due(AT) == -(-JournalEntry.objects.count() // 4)
    assert list(sealing.faults()) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ledger_journalentry SET reason = '别的理由' WHERE id = %s", "is not what was sealed"),
        ("UPDATE ledger_journalentry SET facts = '{}' WHERE id = %s", "is not what was sealed"),
        ("DELETE FROM ledger_sealedrow WHERE entry_id = %s", "its root is not that of its rows"),
        ("UPDATE ledger_sealedrow SET leaf = repeat('0', 64) WHERE entry_id = %s", "its root is not that of its rows"),
    ],
)
def test_a_change_past_the_triggers_is_found_out(person, statement, said, capsys):
    write(person, 4)
    sealing.seal_journal(at=AT)
    row = SealedRow.objects.order_by("position")[1]
    past_the_triggers(statement, row.entry_id)
    assert any(said in fault for fault in sealing.faults())
    with pytest.raises(CommandError):
        call_command("verify_journal")
    assert said in capsys.readouterr().out


def test_a_seal_that_is_written_anew_breaks_the_chain(person):
    write(person, 2)
    sealing.seal_journal(at=AT)
    write(person, 2, AT + HOUR)
    sealing.seal_journal(at=AT + HOUR)
    past_the_triggers("UPDATE ledger_seal SET sealed_at = sealed_at + interval '1 day' WHERE number = %s", 1)
    assert list(sealing.faults()) == ["seal 1: its hash is not that of what it says"]


@pytest.mark.parametrize("model", [Seal, SealedRow])
def test_the_database_refuses_to_change_or_delete_what_is_sealed(person, model):
    write(person, 1)
    sealing.seal_journal(at=AT)
    for attempt in (lambda rows: rows.update(id=F("id")), lambda rows: rows._raw_delete("default")):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            attempt(model.objects.all())


def test_a_stranger_verifies_with_python_alone(person, tmp_path):
    write(person, 7)
    sealing.seal_journal(at=AT)
    write(person, 2, AT + HOUR)
    sealing.seal_journal(at=AT + HOUR)
    row = SealedRow.objects.filter(seal__number=1).order_by("position")[4]
    seals, disclosed = tmp_path / "seals.json", tmp_path / "row.json"
    call_command("verify_journal", seals=seals.open("w"), row=row.entry_id, out=disclosed.open("w"))
    done = verified(seals, disclosed)
    assert (done.returncode, done.stdout) == (0, "2 seals, 1 rows: all follows\n"), done.stderr
    content = json.loads(disclosed.read_text())
    content["content"]["reason"] = "别的理由"
    disclosed.write_text(json.dumps(content))
    assert "the row is not the one that was sealed" in verified(seals, disclosed).stdout
    forged = json.loads(seals.read_text())
    forged[0]["rows"] = 99
    seals.write_text(json.dumps(forged))
    done = verified(seals)
    assert (done.returncode, "seal 1: its hash" in done.stdout) == (1, True)


def test_the_auditor_hands_out_a_row_with_its_proof(person, client):
    write(person, 3)
    entry = JournalEntry.objects.last()
    client.force_login(make_user(Role.AUDITOR))
    address = reverse("journal_proof", args=[entry.pk])
    assert "尚未封存" in client.get(reverse("journal_entry", args=[entry.pk])).content.decode()
    assert client.get(address).status_code == 404
    sealing.seal_journal(at=AT)
    assert "第 1 号封存" in client.get(reverse("journal_entry", args=[entry.pk])).content.decode()
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.json() == json.loads(json.dumps(sealing.disclosed(SealedRow.objects.get(entry=entry))))
    client.force_login(make_user(Role.MANAGER))
    assert client.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_that_seal_at_once_make_one_chain(person):
    write(person, 30)

    def seal(_):
        try:
            return sealing.seal_journal(at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(seal, range(4)))
    assert SealedRow.objects.count() == JournalEntry.objects.count()
    assert list(sealing.faults()) == []
