"""`make run`: the local servers, the database and its demo data, then web, worker and beat as one, until Ctrl-C.

`python -m config.local.run --setup` prepares the same and starts nothing.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.local.servers import VAR_DIR, LocalServerError, fill_environment

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable
HOST = "127.0.0.1"
GRACE = 15  # seconds that a child has to end before it is killed
# A child ends when we are killed without a chance to tell it. (setpriv is part of util-linux, which every Debian has.)
END_WITH_PARENT = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []


def main() -> None:
    os.chdir(ROOT)
    setup_only = "--setup" in sys.argv[1:]
    port = port_from_environment()
    try:
        _only_one = alone()
        if not setup_only:
            refuse_taken_port(port)
        os.environ.setdefault("SITE_URL", f"http://{HOST}:{port}")
        for name in fill_environment():
            print(f"setup: {name} is not set, using the local one under {VAR_DIR.relative_to(ROOT)}/", flush=True)
    except LocalServerError as error:
        sys.exit(f"error: {error}")
    accounts = prepare()
    if setup_only:
        print("setup: ready. Start with: make run", flush=True)
        return
    sys.exit(Family(port, accounts).live())


def port_from_environment() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(f"error: PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def alone() -> IO[str]:
    """A lock for the life of this process: one `make run` (one beat, one setup) at a time in a checkout."""
    VAR_DIR.mkdir(exist_ok=True)
    try:
        lock = (VAR_DIR / "run.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LocalServerError(
            "The portal of this checkout is being run or set up already; end that one first."
        ) from None
    except PermissionError:
        raise LocalServerError(f"{VAR_DIR} belongs to another user: run as that user, or delete it.") from None
    return lock


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise LocalServerError(
                f"Port {port} of {HOST} is not free ({error.strerror}): choose another with `PORT={port + 1} make run`."
            ) from None


def prepare() -> str:
    """Bring database and static files up to date; demo data when nobody is in yet. Returns the demo accounts."""
    manage("migrate", "--verbosity", "0")
    manage("collectstatic", "--noinput", "--verbosity", "0")
    manage("demo", "--if-empty")
    return manage("demo", "--accounts", keep_output=True)


def manage(*arguments: str, keep_output: bool = False) -> str:
    done = subprocess.run(
        [PYTHON, "manage.py", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if keep_output else None,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"error: `manage.py {' '.join(arguments)}` failed; its message is above.")
    return done.stdout or ""


@dataclass
class Child:
    name: str
    process: subprocess.Popen[str]


class Family:
    """Web server, worker and beat: one falls, all end; a signal ends all."""

    def __init__(self, port: int, accounts: str) -> None:
        self.port, self.accounts = port, accounts
        self.children: list[Child] = []
        self.asked_to_end = threading.Event()

    def commands(self) -> dict[str, list[str]]:
        celery = [PYTHON, "-m", "celery", "--app", "config", "--quiet"]
        return {
            "web": [
                PYTHON, "-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{self.port}", "--workers", "2",
                "--worker-class", "gthread", "--threads", "4", "--no-control-socket",
            ],
            "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "info", "--without-gossip"],
            "beat": [*celery, "beat", "--loglevel", "warning", "--pidfile="],
        }  # fmt: skip

    def live(self) -> int:
        """Start the children and wait for the end. Returns the exit code: 0 when we were asked to end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.asked_to_end.set())
        for name, command in self.commands().items():
            self.start(name, command)
        threading.Thread(target=self.greet, daemon=True).start()
        fallen = None
        while not fallen and not self.asked_to_end.wait(0.3):
            fallen = next((child for child in self.children if child.process.poll() is not None), None)
        if fallen:
            print(
                f"error: {fallen.name} ended by itself (code {fallen.process.returncode}); ending the others.",
                flush=True,
            )
        self.end()
        return 1 if fallen else 0

    def start(self, name: str, command: list[str]) -> None:
        # In a session of its own: Ctrl-C reaches us alone, and each child is asked to end exactly once.
        process = subprocess.Popen(
            [*END_WITH_PARENT, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"},
        )  # fmt: skip
        self.children.append(Child(name, process))
        threading.Thread(target=self.print_lines, args=(name, process), daemon=True).start()

    def print_lines(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101 - asked for above
        for line in process.stdout:
            if line.strip():
                print(f"{name:<6} | {line.rstrip()}", flush=True)

    def greet(self) -> None:
        """Say where the portal is, once it answers."""
        while not self.asked_to_end.wait(0.2):
            with suppress(OSError, http.client.HTTPException):
                line = http.client.HTTPConnection(HOST, self.port, timeout=5)
                line.request("GET", "/healthz/")
                if line.getresponse().status == http.HTTPStatus.OK:
                    print(welcome(f"http://{HOST}:{self.port}", self.accounts), flush=True)
                    return

    def end(self) -> None:
        print("\nending web, worker and beat ...", flush=True)
        for child in self.children:
            child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in self.children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)  # what a child may have left behind
            child.process.wait()


def welcome(url: str, accounts: str) -> str:
    line = "─" * min(72, shutil.get_terminal_size().columns)
    return f"\n{line}\n  The portal is ready:  {url}\n  Ctrl-C ends it.\n{accounts}{line}\n"


if __name__ == "__main__":
    main()
