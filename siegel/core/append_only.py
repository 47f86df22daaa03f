"""Tables that can only grow: UPDATE and DELETE are refused by the database itself."""

from typing import Any

from django.db.migrations.operations import RunPython
from django.db.migrations.state import StateApps

_FUNCTION = """
CREATE OR REPLACE FUNCTION siegel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END $$
"""


def append_only(table: str) -> RunPython:
    """Return a migration operation that puts the triggers on the table (promise 11)."""

    def forwards(apps: StateApps, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(_FUNCTION, params=None)  # its % is for PostgreSQL, not for psycopg
            editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION siegel_append_only()"
            )
            editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION siegel_append_only()"
            )
            return
        for word in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {table}_no_{word.lower()} BEFORE {word} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )

    def backwards(apps: StateApps, editor: Any) -> None:
        names = ("append_only", "no_truncate", "no_update", "no_delete")
        on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        for name in names:
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")

    return RunPython(forwards, backwards)
