"""The whole portal on servers of its own, whose parts a test kills and starts again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connection

from config.local.servers import Servers

ROOT = Path(__file__).resolve().parent.parent.parent
RECOVERY = 120  # seconds within which everything must be as it should


def wait_for(condition: Callable[[], bool], what: str, seconds: float = RECOVERY) -> float:
    """Seconds until `condition` holds; what raises counts as not yet."""
    begin = time.monotonic()
    while True:
        with suppress(Exception):
            if condition():
                return time.monotonic() - begin
        assert time.monotonic() - begin < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.05)


class Plant:
    """PostgreSQL, Redis, and the processes of the portal by name: web, worker, beat, and others like them."""

    def __init__(self, base: Path) -> None:
        self.servers = Servers(base, throw_away=True)  # killed, not unplugged: what was written is kept by the kernel
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.log = (base / "log").open("ab")
        self.port = free_port()
        self.environment = {
            **os.environ,
            **self.servers.urls,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "MEDIA_ROOT": str(base / "media"),
            "CONN_MAX_AGE": "600",
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "PYTHONWARNINGS": "ignore",
        }
        self.base = base

    def commands(self, name: str) -> list[str]:
        celery = [sys.executable, "-m", "celery", "--app", "config", "--quiet"]
        kind = name.split("-", 1)[0]
        return {
            "web": [
                sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "2",
                "--no-control-socket",
            ],
            "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "--hostname", f"{name}@here"],
            "beat": [*celery, "beat", "--pidfile=", "--schedule", str(self.base / f"{name}-schedule")],
        }[kind]  # fmt: skip

    def start(self, *names: str) -> None:
        for name in names:
            self.processes[name] = subprocess.Popen(
                self.commands(name), cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=self.log,
                stderr=self.log, start_new_session=True,
            )  # fmt: skip

    def kill(self, *names: str) -> None:
        """kill -9, the parent and its children at once."""
        for name in names:
            process = self.processes.pop(name)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(b"GET /readyz/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return b" 200 " in line.recv(1024).split(b"\r\n", 1)[0]

    def kill_postgres(self) -> None:
        """The postmaster dies; its children find out by themselves. Started again, it recovers from its log."""
        pid = int((self.servers.postgres.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def kill_redis(self) -> None:
        found = self.servers.redis.say("INFO server")
        pid = next(line.split(":")[1] for line in found.splitlines() if line.startswith("process_id"))
        os.kill(int(pid), signal.SIGKILL)
        wait_for(lambda: not self.servers.redis.runs(), "Redis is gone", 10)

    def close(self) -> None:
        self.kill(*list(self.processes))
        self.log.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def connected_to(plant: Plant) -> Iterator[None]:
    """Within the block, this process's own connection leads to the plant's database."""
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(
        NAME="portal", HOST=str(plant.servers.run), USER="postgres", PORT="", PASSWORD="", CONN_HEALTH_CHECKS=True
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(usual)
