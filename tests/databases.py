"""The test databases of a run are copies of one to which all migrations were applied once.

Django applies them to each database anew, which takes longer than the tests of a whole app. PostgreSQL copies a database
in a moment. The one that is copied is named after the sources of the migrations, so that
it is never one of another state of them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from config.rehearsal.scratch import connected_to

truncate = DatabaseOperations.sql_flush


def migrated_name() -> str:
    """Of the database with all migrations: beside the usual one, by what they say."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for source in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(str(source.relative_to(app.path)).encode() + source.read_bytes())
    return f"{connection.settings_dict['NAME'][:30]}_migrated_{digest.hexdigest()[:16]}"


def make_migrated() -> str:
    """Its name; it is made by whoever comes first, and the others wait for it."""
    name = migrated_name()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}_unfinished"')
            cursor.execute(f'CREATE DATABASE "{name}_unfinished"')
            with connected_to(f"{name}_unfinished"):
                call_command("migrate", verbosity=0, interactive=False)
            cursor.execute(f'ALTER DATABASE "{name}_unfinished" RENAME TO "{name}"')
    return name


def drop_migrated() -> None:
    """At the end of a run that nobody shares."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{migrated_name()}"')


def sql_flush(
    operations: DatabaseOperations,
    style: object,
    tables: list[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """In place of Django's: the few tables that hold rows are emptied. TRUNCATE would write new files for all of them."""
    if reset_sequences or allow_cascade:
        return truncate(operations, style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade)
    with connection.cursor() as cursor:
        names = {table: operations.quote_name(table) for table in tables}
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT FROM {name})"  # noqa: S608  our own tables
                for table, name in names.items()
            )
        )
        filled = [names[table] for (table,) in cursor.fetchall()]
    # Past every trigger and key, within the transaction that Django makes around it
    return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in filled)]  # noqa: S608
