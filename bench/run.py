"""`make bench`: the floor and the portal side by side, as a table in docs/performance.md.

    python -m bench.run [--applications 1000] [--rounds 3] [--seconds 4] [--rehearse 300] [--entries 10000]
                        [--keep] [--only pushing]

Needs wrk, and a PostgreSQL and Redis: those of DATABASE_URL and REDIS_URL, or the embedded ones as `make run` does. The
database that is measured is made for it beside that of DATABASE_URL, and dropped at the end.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
NAME = "bench_of_the_portal"


def main() -> None:
    options = arguments()
    os.chdir(ROOT)
    provide_wrk()
    from config.local.servers import fill_environment  # noqa: PLC0415

    fill_environment()
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="WARNING", DEBUG="0")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, database(keep=options.keep):
        os.environ.update(MEDIA_ROOT=f"{folder}/media", STATIC_ROOT=f"{folder}/static")
        import django  # noqa: PLC0415

        django.setup()
        from bench.measuring import measure_everything  # noqa: PLC0415  needs the settings

        measure_everything(options)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the floor and the portal side by side.")
    parser.add_argument("--applications", type=int, default=1000)
    parser.add_argument("--entries", type=int, default=10_000, help="of the ranking")
    parser.add_argument("--rehearse", type=int, default=300, help="applicants of the rehearsal; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=3, help="how often each page is measured, in turn")
    parser.add_argument("--only", choices=["pushing"], help="that part, in an empty database")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use one that was kept")
    parser.add_argument("--seconds", type=float, default=4, help="of load in each round")
    return parser.parse_args()


def provide_wrk() -> None:
    """Install wrk where we may, otherwise say how."""
    if shutil.which("wrk"):
        return
    if os.getuid() == 0 and shutil.which("apt-get"):
        print("bench: installing wrk", flush=True)
        for line in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "wrk"]):
            subprocess.run(["apt-get", *line], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if not shutil.which("wrk"):
        sys.exit("error: wrk makes the load and is not installed: sudo apt-get install wrk")


@contextmanager
def database(*, keep: bool) -> Iterator[None]:
    """A new database beside the one of DATABASE_URL, which DATABASE_URL then names."""
    import psycopg2  # noqa: PLC0415  installed by the setup that comes before
    from psycopg2 import errors  # noqa: PLC0415

    usual = os.environ["DATABASE_URL"]

    def say(statement: str) -> None:
        connection = psycopg2.connect(usual)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()

    if not keep:
        say(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    with suppress(errors.DuplicateDatabase):
        say(f"CREATE DATABASE {NAME}")
    os.environ["DATABASE_URL"] = urlunsplit(urlsplit(usual)._replace(path=f"/{NAME}"))
    try:
        yield
    finally:
        os.environ["DATABASE_URL"] = usual
        if not keep:
            say(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


if __name__ == "__main__":
    main()
