"""The local servers: shared by several commands, stopped by the last, usable after a crash."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from config.local import servers

ROOT = Path(__file__).resolve().parent.parent.parent
# A command that uses the servers of a folder until its standard input ends.
USER = """
import sys; from pathlib import Path; from config.local.servers import Servers
servers = Servers(Path(sys.argv[1]), throw_away=True)
servers.join(postgres=True, redis=True)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def base(tmp_path):
    yield tmp_path
    finish(use(tmp_path))  # stops what a failed test has left
    if (tmp_path / "postgres").is_symlink():  # as root, in a folder that is closed to others
        shutil.rmtree((tmp_path / "postgres").resolve())


def use(base):
    process = subprocess.Popen(
        [sys.executable, "-c", USER, base], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process):
    process.communicate()
    assert process.returncode == 0


def postmaster(base):
    return int((base / "postgres" / "postmaster.pid").read_text().split()[0])


def query(base, sql):
    connection = psycopg2.connect(servers.Servers(base).urls["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()
    finally:
        connection.close()


def redis_answers(base):
    return servers.Servers(base).redis.runs()


def test_the_last_user_stops_the_servers(base):
    first, second = use(base), use(base)
    finish(first)
    assert query(base, "select 1") == (1,)
    assert redis_answers(base)
    finish(second)
    with pytest.raises(psycopg2.OperationalError):
        query(base, "select 1")
    assert not redis_answers(base)


def test_chinese_letters_are_letters(base):
    user = use(base)
    assert query(base, "select '武汉' ~ '^[[:alpha:]]+$', current_setting('server_encoding')") == (True, "UTF8")
    assert int(query(base, "show max_connections")[0]) >= 300
    finish(user)


def test_a_killed_command_and_a_killed_server_leave_nothing_that_hinders_the_next(base):
    user = use(base)
    user.kill()
    user.communicate()
    assert query(base, "select 1") == (1,), "the servers outlive a killed command"
    os.kill(postmaster(base), signal.SIGKILL)
    again = use(base)
    assert query(base, "select 1") == (1,)
    finish(again)


def test_a_number_that_another_process_took_over_does_not_stop_the_start(base):
    finish(use(base))
    # As after a power cut: the note names a process that lives but is no server. PostgreSQL compares its own user's.
    sleeper = subprocess.Popen(["sleep", "60"], user=(base / "postgres").stat().st_uid if os.getuid() == 0 else None)
    note = base / "postgres" / "postmaster.pid"
    note.write_text(f"{sleeper.pid}\n{base / 'postgres'}\n{int(time.time())}\n5432\n{base / 'run'}\n\n\nready\n")
    if os.getuid() == 0:
        os.chown(note, (base / "postgres").stat().st_uid, -1)
    try:
        user = use(base)
        assert query(base, "select 1") == (1,)
        finish(user)
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_deep_checkout_keeps_its_sockets_in_a_short_folder(base):
    deep = base / ("深" * 30) / ("deep" * 10)
    deep.mkdir(parents=True)
    user = use(deep)
    assert str(base) not in servers.Servers(deep).urls["DATABASE_URL"]
    assert query(deep, "select 1") == (1,)
    finish(user)
    if (deep / "postgres").is_symlink():
        shutil.rmtree((deep / "postgres").resolve())


def test_set_addresses_are_left_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    monkeypatch.setenv("SECRET_KEY", "set")
    monkeypatch.setenv("FIELD_ENCRYPTION_KEY", "set")
    assert servers.fill_environment(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_production_gets_no_servers_of_its_own(monkeypatch, tmp_path):
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_LOCAL", "0")
    assert servers.fill_environment(tmp_path) == []
    assert "DATABASE_URL" not in os.environ


def test_the_local_key_is_made_once_and_is_private(tmp_path):
    assert servers.local_secret(tmp_path, "secret_key", "fresh") == "fresh"
    assert servers.local_secret(tmp_path, "secret_key", "fresher") == "fresh"
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
