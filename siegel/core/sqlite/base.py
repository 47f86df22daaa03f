"""SQLite whose writers stand in line instead of knocking again and again.

SQLite lets one transaction write at a time. The others ask again after 1, 2, 5 … 100 ms, so under
load some sleep while the door is open, and the unlucky wait for seconds. Here a transaction first
takes an advisory lock (flock) on a file beside the database: the kernel wakes exactly one waiter
as soon as the lock is free, and frees it when a process dies. SQLite's own lock stays what
protects the data; writes outside a transaction still only use that one.
"""

import os

from django.db.backends.sqlite3 import base

try:
    import fcntl
except ImportError:  # not on Windows: SQLite's own lock has to do
    fcntl = None  # type: ignore[assignment]


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc,unused-ignore]
    """A connection that queues before BEGIN IMMEDIATE and leaves after COMMIT or ROLLBACK."""

    _queue: int | None = None
    _first_in_line = False

    def _start_transaction_under_autocommit(self) -> None:
        self._enter_queue()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_queue()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave_queue()  # not after a failed COMMIT: its ROLLBACK follows

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_queue()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave_queue()
            if self._queue is not None:
                os.close(self._queue)
                self._queue = None

    def _enter_queue(self) -> None:
        name = str(self.settings_dict["NAME"])
        if fcntl is None or self.is_in_memory_db() or name.startswith("file:"):
            return
        if self._queue is None:
            self._queue = os.open(f"{name}-queue", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._queue, fcntl.LOCK_EX)
        self._first_in_line = True

    def _leave_queue(self) -> None:
        if self._first_in_line and self._queue is not None:
            fcntl.flock(self._queue, fcntl.LOCK_UN)
            self._first_in_line = False
