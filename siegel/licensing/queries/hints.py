"""Small counts beside the figures, cheap at a million licenses: counting stops at a limit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from siegel.core.sql import fetch_all
from siegel.licensing.kinds import PoolKind

#: Nobody needs to know whether it is 5 000 or 5 001; above this pages say "more than 99".
LIMIT = 100

# Each part runs along a partial index of the live licenses and ends after LIMIT rows.
_INVITED = f"""
SELECT id FROM licensing_license
WHERE pool_id = (SELECT id FROM pool) AND released_at IS NULL AND state = 'invited'
LIMIT {LIMIT}
"""  # noqa: S608
_INVITED_LONG_AGO = f"""
SELECT id FROM licensing_license
WHERE pool_id = (SELECT id FROM pool) AND released_at IS NULL AND state = 'invited'
  AND assigned_at < %s AND last_active_at IS NULL
LIMIT {LIMIT}
"""  # noqa: S608
_ACTIVE_LONG_AGO = f"""
SELECT id FROM licensing_license
WHERE pool_id = (SELECT id FROM pool) AND released_at IS NULL AND last_active_at < %s
LIMIT {LIMIT}
"""  # noqa: S608
_COUNT = """
WITH pool AS (SELECT id FROM licensing_pool WHERE account_id = %s AND kind = %s)
SELECT COUNT(*) FROM ({parts}) AS found
"""


def count_invited(account_id: UUID, kind: PoolKind) -> int:
    """Return how many licenses are given to people who have not signed in yet, at most LIMIT."""
    return _count([_INVITED], account_id, kind)


def count_unused(account_id: UUID, kind: PoolKind, since: datetime) -> int:
    """Return how many licenses nobody has used since then, at most LIMIT.

    The same people as ``HolderFilter(unused_days=…)`` lists: last seen before, or invited before
    and never seen.
    """
    return _count([_ACTIVE_LONG_AGO, _INVITED_LONG_AGO], account_id, kind, since, since)


def _count(parts: list[str], account_id: UUID, kind: PoolKind, *values: Any) -> int:
    union = " UNION ALL ".join(
        f"SELECT * FROM ({part}) AS part{number}"  # noqa: S608
        for number, part in enumerate(parts)
    )
    ((count,),) = fetch_all(_COUNT.format(parts=union), [account_id, str(kind), *values])
    return min(int(count), LIMIT)
