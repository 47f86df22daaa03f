"""Identifiers that say nothing and sort by time."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Return a new UUID version 7 (RFC 9562 §5.7), increasing within this process.

    The 12 bits after the milliseconds count upward when the clock stands still (method 3 of
    §6.2), so bulk inserts land at the end of the index; 62 random bits remain.
    """
    global _last  # noqa: PLW0603 - the counter is what makes ids of one process increase
    ticks = time.time_ns() * 4096 // 1_000_000  # milliseconds and 12 fractional bits
    with _lock:
        _last = max(_last + 1, ticks)
        ticks = _last
    value = (ticks >> 12) << 80 | 0x7 << 76 | (ticks & 0xFFF) << 64 | 0b10 << 62
    return UUID(int=value | int.from_bytes(os.urandom(8), "big") >> 2)
