"""One address under load: requests a second, and the CPU that server and PostgreSQL spent on each request.

CPU is the steadier figure on a machine that others use as well; the share of the cores that went to anything but
server, PostgreSQL and wrk is kept beside it as `foreign`.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CONNECTIONS, WORKERS = 16, 2


@dataclass(frozen=True)
class Run:
    """One run of wrk. CPU in milliseconds a request, latencies in milliseconds, `foreign` a share of both cores."""

    rate: float
    p50: float
    p99: float
    app_ms: float
    pg_ms: float
    foreign: float
    failed: int

    @property
    def cpu_ms(self) -> float:
        return self.app_ms + self.pg_ms


class Server:
    """gunicorn with two sync workers, as floor and portal alike are served."""

    def __init__(self, app: str, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", app, "--bind", f"127.0.0.1:{self.port}", "--workers", str(WORKERS)]
        self.process = subprocess.Popen(
            [*command, "--worker-class", "sync", "--no-control-socket", "--log-level", "warning"],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
        )

    def wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError):
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=5).connect()
                return
            time.sleep(0.2)
        raise SystemExit(f"error: the server on port {self.port} does not start; its message is above.")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()

    def cpu(self) -> float:
        return sum(cpu_of(pid) for pid in family(self.process.pid))


def free_port() -> int:
    """One that nobody listens on: we must not measure another's server."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


def stat_of(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold spaces."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used, in user and in kernel mode; 0 when it has gone."""
    fields = stat_of(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def family(pid: int) -> list[int]:
    """A process and its children."""
    everybody = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid, *(one for one in everybody if (fields := stat_of(one)) and int(fields[1]) == pid)]


def machine() -> tuple[float, float]:
    """Seconds of CPU since boot: busy, and in all."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS, sum(fields) / TICKS


def load(
    server: Server,
    path: str,
    headers: Mapping[str, str],
    seconds: float,
    backends: Callable[[], list[int]],
    expected: int,
) -> Run:
    """As `loaded`, for a page that is asked for."""
    status = ask(server.port, path, headers)[0]
    if status != expected:
        raise SystemExit(f"error: {path} answers {status}, not {expected}")
    lines = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    return loaded(server, path, lines, seconds, backends)


def loaded(server: Server, path: str, lines: Sequence[str], seconds: float, backends: Callable[[], list[int]]) -> Run:
    """A second of warming up, then wrk for `seconds`, with these words of its command line. `backends` gives the processes
    of PostgreSQL that serve us."""
    url = f"http://127.0.0.1:{server.port}{path}"
    wrk(url, lines, 1)
    settle(server)
    pids = backends()
    before, pg_before, busy_before, all_before = server.cpu(), sum(map(cpu_of, pids)), *machine()
    children = os.times().children_user + os.times().children_system
    text = wrk(url, lines, seconds)
    app, pg = server.cpu() - before, sum(map(cpu_of, pids)) - pg_before
    own = os.times().children_user + os.times().children_system - children
    busy, whole = machine()
    settle(server)
    requests = max(1, int(found(r"(\d+) requests in", text)))
    share = max(0.0, (busy - busy_before - app - pg - own) / (whole - all_before))
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Run(
        rate=float(found(r"Requests/sec:\s+([\d.]+)", text)),
        p50=milliseconds(found(r"\n\s+50%\s+(\S+)", text)),
        p99=milliseconds(found(r"\n\s+99%\s+(\S+)", text)),
        app_ms=app * 1000 / requests,
        pg_ms=pg * 1000 / requests,
        foreign=share,
        failed=int(failed[1]) if failed else 0,
    )


def ask(port: int, path: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", path, headers=dict(headers))
    answer = line.getresponse()
    answer.read()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def wrk(url: str, lines: Sequence[str], seconds: float) -> str:
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "30s", "--latency", *lines, url]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def settle(server: Server) -> None:
    """Wait until the server has answered what an earlier wrk gave up on."""
    deadline, last = time.monotonic() + 30, server.cpu()
    while time.monotonic() < deadline:
        time.sleep(0.1)
        now = server.cpu()
        if now == last:
            return
        last = now


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"error: wrk said what was not expected:\n{text}")
    return match[1]


def milliseconds(text: str) -> float:
    """Of wrk's "1.20ms", "830.00us", "2.04s"."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]
