"""`make run`: one falls, all end; asked to end, all end; a taken port is one sentence."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.local import run
from config.local.servers import LocalServerError

ROOT = Path(__file__).resolve().parent.parent.parent
# A family of three that writes down its numbers; the eldest has children of its own, as gunicorn has.
FAMILY = """
import sys
from config.local import run

class Sleepers(run.Family):
    def commands(self):
        sleep = "echo $$ >> " + sys.argv[1] + "; exec sleep 60"
        return {"web": ["sh", "-c", "sleep 60 & echo $! >> " + sys.argv[1] + "; " + sleep],
                "worker": ["sh", "-c", sleep], "beat": ["sh", "-c", sleep]}

sys.exit(Sleepers(1, "").live())
"""


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def family(tmp_path):
    numbers = tmp_path / "numbers"
    process = subprocess.Popen(
        [sys.executable, "-c", FAMILY, numbers],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_for(lambda: numbers.exists() and len(numbers.read_text().split()) == 4)
    pids = [int(text) for text in numbers.read_text().split()]
    yield process, pids
    for pid in [process.pid, *pids]:
        if alive(pid):
            os.kill(pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_all_end_and_the_exit_code_is_nought(family, number):
    process, pids = family
    process.send_signal(number)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert [pid for pid in pids if alive(pid)] == []


def test_one_falls_and_all_end_with_a_word_about_it(family):
    process, pids = family
    os.kill(pids[-1], signal.SIGKILL)
    printed, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "ended by itself" in printed
    assert [pid for pid in pids if alive(pid)] == []


def test_a_killed_parent_takes_its_children_along(family):
    process, pids = family
    process.kill()
    process.communicate()
    wait_for(lambda: sum(alive(pid) for pid in pids) <= 1)  # the grandchild is gunicorn's own business


def test_a_taken_port_is_one_sentence_that_says_what_to_do():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalServerError, match=f"PORT={port + 1} make run"):
            run.refuse_taken_port(port)


@pytest.mark.parametrize("text", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(SystemExit, match="PORT must be a number"):
        run.port_from_environment()
