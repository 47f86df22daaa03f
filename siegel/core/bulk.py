"""Many rows in few statements, where Django's bulk_create spends most of its time on itself."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

from siegel.core.sql import plain


def insert_rows(
    model: type[Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
) -> int:
    """Insert the rows and return how many are new.

    Values are texts, numbers, UUIDs, moments and NULL; no column gets its default. PostgreSQL
    gets one statement with an array per column, SQLite one prepared statement for all rows. The
    caller runs it in a transaction.
    """
    if not rows:
        return 0
    fields = [model._meta.get_field(name) for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)  # type: ignore[union-attr]
    head = f"INSERT INTO {quote(model._meta.db_table)} ({names})"
    tail = "ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_type(field)}[]" for field in fields)
            # Names and types are those of our own models; every value is a parameter.
            sql = f"{head} SELECT * FROM unnest({arrays}) {tail}"  # noqa: S608
            cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        else:
            marks = ", ".join(["%s"] * len(fields))
            values = [[plain(value) for value in row] for row in rows]
            cursor.executemany(f"{head} VALUES ({marks}) {tail}", values)
        return int(cursor.rowcount)


def _type(field: Any) -> str:
    """Return the column's type without its length: the table checks that."""
    kind = str(field.rel_db_type(connection) if field.is_relation else field.db_type(connection))
    return kind.split("(", maxsplit=1)[0]
