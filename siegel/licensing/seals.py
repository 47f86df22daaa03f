"""How a stretch of the ledger becomes one hash: pure, so that anybody can check it again."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

Entry = tuple[int, datetime, str, int, int, int, int, UUID | None, UUID | None, UUID | None, str]
#: The columns that are sealed, in this order.
SEALED = (
    "seq",
    "at",
    "reason",
    "booked_change",
    "used_change",
    "booked",
    "used",
    "license_id",
    "booking_id",
    "actor_id",
    "door",
)
GENESIS = "0" * 64


def seal_hash(pool_id: UUID, previous_hash: str, entries: Iterable[Entry]) -> str:
    """Return SHA-256 over the previous hash, the pool and the entries, one line each.

    A line holds the columns of ``SEALED`` separated by ``|``; moments in UTC with microseconds.
    """
    digest = hashlib.sha256(f"{previous_hash}|{pool_id.hex}\n".encode())
    for entry in entries:
        words = (_word(value) for value in entry)
        digest.update(("|".join(words) + "\n").encode())
    return digest.hexdigest()


def _word(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return value.hex
    return str(value)
