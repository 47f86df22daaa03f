"""Free a busy row before the disk has the commit, and answer only when it has.

PostgreSQL keeps a transaction's rows locked until its commit is on disk, so that changes of one
pool wait for one flush each, one after the other. Here such a transaction commits without waiting
(`synchronous_commit = off`, for itself alone), which frees the row at once; before the caller goes
on, a second tiny transaction waits under the setting of whoever runs the database. The log is
written in order: once that commit is safe on disk (or on a standby), so is everything before it,
ours and whatever ours was built on. PostgreSQL lets all who wait share one flush.

Inside a larger transaction, and on SQLite, nothing of this happens. docs/decisions/0013 says more.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import connection, transaction

from siegel.core.sql import Values, plain_values

# A transaction that wrote nothing to the log does not wait for it, hence the empty message.
_WAIT = """
SELECT pg_logical_emit_message(true, 'siegel', '')
WHERE current_setting('synchronous_commit') <> 'off'
"""
_COMMIT_AT_ONCE = ", set_config('synchronous_commit', 'off', true)"


def savepoint() -> AbstractContextManager[None]:
    """Let the transaction around, if there is one, survive a statement that a constraint stops."""
    if connection.in_atomic_block:
        return transaction.atomic()  # type: ignore[no-any-return,unused-ignore]
    return nullcontext()


def fetch_one_early(sql: str, values: Values) -> tuple[Any, ...] | None:
    """Run a statement of PostgreSQL as its own early transaction and return its row, or None.

    ``{early}`` stands in the statement where a further column can be.
    """
    if not _is_outermost():
        return _fetch_prepared(sql.replace("{early}", ""), values)
    row = _fetch_prepared(sql.replace("{early}", _COMMIT_AT_ONCE), values)
    wait_for_disk()  # also without a row: what was found may be somebody's who still waits
    return row[:-1] if row else None


def wait_for_disk() -> None:
    """Return when all that this connection has committed or seen is as safe as is configured."""
    _fetch_prepared(_WAIT, ())


def _is_outermost() -> bool:
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def _fetch_prepared(sql: str, values: Values) -> tuple[Any, ...] | None:
    """Run a statement that the server parses and plans once per connection, not each time.

    Django's own cursors never prepare; psycopg's does, where the connection's threshold lets it.
    """
    from psycopg import Cursor  # a tenth of a second that SQLite does not need

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    bare: Any = Cursor(connection.connection)
    with connection.make_cursor(bare) as cursor:
        cursor.execute(sql, plain_values(values) or None)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
