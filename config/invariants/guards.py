"""Whether the database still has the constraints and triggers that the migrations gave it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL

CREATED = re.compile(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s.*?\sON (\w+)", re.DOTALL)


def expected_triggers() -> set[tuple[str, str]]:
    """(table, trigger) of every trigger that a migration creates."""
    found = set()
    for migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values():
        for operation in migration.operations:
            if isinstance(operation, RunSQL) and isinstance(operation.sql, str):
                found |= {(table, name) for name, table in CREATED.findall(operation.sql)}
    return found


def missing_triggers() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        )
        present = set(cursor.fetchall())
    for table, name in sorted(expected_triggers() - present):
        yield f"{name} on {table}"


def missing_constraints() -> Iterator[str]:
    """Constraints are named as sentences in the models; a unique one with a condition is an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE convalidated UNION SELECT c.relname FROM pg_index i "
            "JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisunique AND i.indisvalid"
        )
        present = {row[0] for row in cursor.fetchall()}
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name not in present:
                yield f"{constraint.name} on {model._meta.db_table}"
