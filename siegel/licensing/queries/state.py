"""What the present status is made from, read in one statement."""

from typing import Any
from uuid import UUID

from siegel.core.sql import fetch_all

_STATE = """
SELECT pool.kind, pool.booked, pool.used, pool.seq, planned.id, planned.planned_at,
  planned.planned_by_id, profile.first_name, profile.last_name, profile.email,
  (SELECT MAX(number) FROM licensing_booking WHERE account_id = pool.account_id),
  (SELECT COUNT(*) FROM licensing_plannedchange WHERE account_id = pool.account_id)
FROM licensing_pool pool
LEFT JOIN licensing_plannedchange planned
  ON planned.account_id = pool.account_id AND planned.state = 'planned'
LEFT JOIN accounts_profile profile
  ON profile.account_id = pool.account_id AND profile.person_id = planned.planned_by_id
WHERE pool.account_id = %s ORDER BY pool.kind
"""


def licensing_state(account_id: UUID) -> tuple[tuple[Any, ...], ...]:
    """Return rows that differ whenever anything differs that the present status shows.

    Each row begins with kind, booked and used. Pools are numbered by their ledger, bookings and
    packages never change, and an account has one planned change at most. The planned changes are
    counted as well, so that a state never comes back: planned and withdrawn is not as before.
    """
    return tuple(fetch_all(_STATE, [account_id]))
