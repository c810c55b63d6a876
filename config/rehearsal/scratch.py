"""A database and a folder of files made for one rehearsal, and dropped after it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Within the block, the default connection leads to another database of the same server."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


@contextmanager
def scratch_database(folder: str) -> Iterator[str]:
    """Within the block, the default connection leads to a new, migrated database, and files go to `folder`."""
    # Asked to end, we still drop it
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before the end of the rehearsal"))
    name = f"{connection.settings_dict['NAME']}_rehearsal_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    try:
        with connected_to(name), override_settings(MEDIA_ROOT=folder):
            call_command("migrate", verbosity=0, interactive=False)
            yield name
    finally:
        signal.signal(signal.SIGTERM, before)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)}")
