"""SQL that the migrations of other apps use to let the database keep our invariants."""

from django.db import migrations


def journalled_states(*labels: str) -> list[migrations.RunSQL]:
    """One operation per model label such as "evaluation.application": from now on a change of its `state` commits only
    together with its journal row (deferred constraint trigger; see ledger migration 0002)."""
    operations = []
    for label in labels:
        table = label.replace(".", "_")
        operations.append(
            migrations.RunSQL(
                f"""CREATE CONSTRAINT TRIGGER {table}_state_is_journalled AFTER UPDATE OF state ON {table}
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
                    EXECUTE FUNCTION ledger_state_is_journalled('{label}')""",
                f"DROP TRIGGER {table}_state_is_journalled ON {table}",
            )
        )
    return operations


def never_changed(*tables: str) -> list[migrations.RunSQL]:
    """One operation per table: its rows are never updated or deleted."""
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change()",
            f"DROP TRIGGER {table}_is_never_changed ON {table}",
        )
        for table in tables
    ]
