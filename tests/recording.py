"""What very many tests begin with: made once by the real actions, then only written again.

The rows are read back after the actions have run, and the inserts for them are kept. Playing them
takes a twentieth of the time, in tests with a transaction and without, on both databases. That all
of it agrees (promise 3) is looked at when it is recorded.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

from siegel.workflows.verify import findings

T = TypeVar("T")


class Recording(Generic[T]):
    """A function that makes state in an empty database, and the inserts that do the same."""

    playing = False

    def __init__(self, make: Callable[[], T]) -> None:
        self.make = make
        self.inserts: list[tuple[str, Any]] = []

    def record(self) -> None:
        """Let the function run, keep what it has stored, and take it back."""
        tables = apps.get_models(include_auto_created=True)
        with transaction.atomic():
            before = {table: table._base_manager.count() for table in tables}
            self.result = self.make()
            assert list(findings()) == []
            rows = {table: list(table._base_manager.all()) for table in tables}
            transaction.set_rollback(True)
        self.filled = [table for table in tables if len(rows[table]) != before[table]]
        assert not any(before[table] for table in self.filled), "recorded in an empty database"
        with transaction.atomic(), connection.execute_wrapper(self._note):
            for table in self.filled:
                table._base_manager.bulk_create(rows[table])
            transaction.set_rollback(True)

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT"):
            self.inserts.append((sql, params))
        return execute(sql, params, many, context)

    def play(self) -> T:
        """Return what the function returns; it runs itself where its tables are not empty."""
        if not self.inserts or not self._fits():
            return self.make()
        self.playing = True
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for sql, params in self.inserts:
                    cursor.execute(sql, params)
        finally:
            self.playing = False
        return self.result

    def _fits(self) -> bool:
        return not any_rows(self.filled)


def any_rows(tables: list[type[models.Model]]) -> bool:
    """Return whether there is a row in any of the tables, asked in one query."""
    names = [connection.ops.quote_name(table._meta.db_table) for table in tables]
    exist = " OR ".join(f"EXISTS (SELECT 1 FROM {name})" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CASE WHEN {exist} THEN 1 ELSE 0 END")
        return bool(cursor.fetchone()[0])
