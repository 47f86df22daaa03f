"""The one hot rule: take a unit of a pool, or give it back, together with license and ledger.

On PostgreSQL each is a single statement, so the pool's row is locked for one round trip, and not
while the disk writes (siegel/core/commit.py). SQLite knows no INSERT inside WITH; there the same
steps run one after the other in a transaction that holds the write lock from its BEGIN. Either way
the pool's conditional UPDATE decides, and its CHECK constraint stands behind it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from siegel.core.commit import fetch_one_early
from siegel.core.ids import new_id
from siegel.core.sql import fetch_one, run
from siegel.licensing.kinds import LicenseState, PoolKind

_TAKE_POOL = """
UPDATE licensing_pool SET used = used + 1, seq = seq + 1, last_at = {latest}
WHERE account_id = %(account)s AND kind = %(kind)s AND used < booked AND NOT EXISTS (
  SELECT 1 FROM licensing_license WHERE holder_id = %(holder)s AND released_at IS NULL)
RETURNING id, booked, used, seq, last_at
"""
_LICENSE = """
INSERT INTO licensing_license
  (id, pool_id, holder_id, state, assigned_at, assigned_by_id, last_active_at, released_at)
"""
_ENTRY = """
INSERT INTO licensing_ledgerentry
  (pool_id, seq, at, reason, booked_change, used_change, booked, used,
   license_id, booking_id, actor_id, door)
"""
# The pieces are constants of this file; every value is a parameter.
_TAKE_IN_ONE = f"""
WITH taken AS ({_TAKE_POOL.format(latest="GREATEST(last_at, %(at)s)")}),
fresh AS ({_LICENSE} SELECT %(license)s, id, %(holder)s, %(state)s, last_at, %(actor)s, NULL, NULL
          FROM taken),
entry AS ({_ENTRY} SELECT id, seq, last_at, %(reason)s, 0, 1, booked, used,
          %(license)s, NULL, %(actor)s, %(door)s FROM taken)
SELECT booked, used{{early}} FROM taken
"""  # noqa: S608

# The license ends when the ledger says so, whose clock never goes back: else a list of the moments
# in between would have a row less than the figure.
_END_LICENSE = """
UPDATE licensing_license SET state = %(released)s, released_at = (
  SELECT {latest} FROM licensing_pool p WHERE p.id = licensing_license.pool_id)
WHERE id = %(license)s AND released_at IS NULL
  AND pool_id IN (SELECT id FROM licensing_pool WHERE account_id = %(account)s)
RETURNING pool_id
"""
_GIVE_POOL = """
UPDATE licensing_pool SET used = used - 1, seq = seq + 1, last_at = {latest}
{where} RETURNING licensing_pool.id, booked, used, seq, last_at
"""
_GIVE_IN_ONE = f"""
WITH ended AS ({_END_LICENSE.format(latest="GREATEST(p.last_at, %(at)s)")}),
given AS ({
    _GIVE_POOL.format(
        latest="GREATEST(last_at, %(at)s)",
        where="FROM ended WHERE licensing_pool.id = ended.pool_id",
    )
}),
entry AS ({_ENTRY} SELECT id, seq, last_at, %(reason)s, 0, -1, booked, used,
          %(license)s, NULL, %(actor)s, %(door)s FROM given)
SELECT booked, used{{early}} FROM given
"""  # noqa: S608


@dataclass(frozen=True)
class Balance:
    """A pool's figures right after a change."""

    booked: int
    used: int


def take_unit(
    *,
    account_id: UUID,
    kind: PoolKind,
    holder_id: UUID | None,
    state: LicenseState,
    reason: str,
    at: datetime,
    actor_id: UUID | None,
    door: str,
) -> tuple[UUID, Balance] | None:
    """Create a license if a unit is free and the holder has none; return it, or None."""
    license_id = new_id()
    values: dict[str, Any] = {
        "account": account_id,
        "kind": str(kind),
        "holder": holder_id,
        "license": license_id,
        "state": str(state),
        "reason": reason,
        "at": at,
        "actor": actor_id,
        "door": door,
    }
    if connection.vendor == "postgresql":
        row = fetch_one_early(_TAKE_IN_ONE, values)
        return (license_id, Balance(*row)) if row else None
    with transaction.atomic():
        row = fetch_one(_TAKE_POOL.format(latest="MAX(last_at, %(at)s)"), values)
        if row is None:
            return None
        balance = _values_after(row)
        run(
            f"{_LICENSE} VALUES (%(license)s, %(pool)s, %(holder)s, %(state)s, %(moment)s, "
            "%(actor)s, NULL, NULL)",
            values | balance,
        )
        _write_entry(values | balance, change=1)
    return license_id, Balance(row[1], row[2])


def give_unit(
    *,
    account_id: UUID,
    license_id: UUID,
    reason: str,
    at: datetime,
    actor_id: UUID | None,
    door: str,
) -> Balance | None:
    """Release a live license of the account; return the balance, or None if there is none.

    The license's row decides first: of two releases of one license, the second finds it ended.
    """
    values: dict[str, Any] = {
        "account": account_id,
        "license": license_id,
        "released": str(LicenseState.RELEASED),
        "reason": reason,
        "at": at,
        "actor": actor_id,
        "door": door,
    }
    if connection.vendor == "postgresql":
        row = fetch_one_early(_GIVE_IN_ONE, values)
        return Balance(*row) if row else None
    with transaction.atomic():
        ended = fetch_one(_END_LICENSE.format(latest="MAX(p.last_at, %(at)s)"), values)
        if ended is None:
            return None
        values["pool"] = ended[0]
        row = fetch_one(
            _GIVE_POOL.format(latest="MAX(last_at, %(at)s)", where="WHERE id = %(pool)s"), values
        )
        if row is None:
            raise RuntimeError("a license without a pool")  # the foreign key forbids it
        _write_entry(values | _values_after(row), change=-1)
    return Balance(row[1], row[2])


def _values_after(row: tuple[Any, ...]) -> dict[str, Any]:
    return {"pool": row[0], "booked": row[1], "used": row[2], "seq": row[3], "moment": row[4]}


def _write_entry(values: dict[str, Any], *, change: int) -> None:
    run(
        f"{_ENTRY} VALUES (%(pool)s, %(seq)s, %(moment)s, %(reason)s, 0, {change}, %(booked)s, "
        "%(used)s, %(license)s, NULL, %(actor)s, %(door)s)",
        values,
    )
