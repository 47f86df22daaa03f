"""The few hand-written statements, on both engines: values in, rows out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

Values = Sequence[Any] | Mapping[str, Any]


def plain(value: Any) -> Any:
    """Return a value as the engine stores it: SQLite knows neither UUIDs nor moments."""
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def fetch_all(sql: str, values: Values) -> list[tuple[Any, ...]]:
    """Run the statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, plain_values(values))
        return list(cursor.fetchall())


def fetch_one(sql: str, values: Values) -> tuple[Any, ...] | None:
    """Run the statement and return its first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql, plain_values(values))
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def run(sql: str, values: Values) -> None:
    """Run a statement that has no rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, plain_values(values))


def plain_values(values: Values) -> Values:
    """Return values as the engine stores them."""
    if isinstance(values, Mapping):
        return {name: plain(value) for name, value in values.items()}
    return [plain(value) for value in values]
