"""A pool's counter and its ledger entry in one step, where the hot statements do not fit."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest

from siegel.accounts.permissions import Actor
from siegel.licensing.models import LedgerEntry, Pool


@dataclass(frozen=True)
class Noted:
    """The pool right after its entry. ``at`` is the moment of the entry, never before the last."""

    pool_id: UUID
    at: datetime


def note(
    *, actor: Actor, pool_id: UUID, license_id: UUID, reason: str, change: int, at: datetime
) -> Noted | None:
    """Change a pool's used units by ``change`` (−1, 0, 1) with an entry; None if none is free.

    The conditional UPDATE decides, as in ``take``. The caller's transaction holds all of it.
    """
    pools = Pool.objects.filter(id=pool_id)
    if change > 0:
        pools = pools.filter(used__lte=F("booked") - change)
    if not pools.update(
        used=F("used") + change, seq=F("seq") + 1, last_at=Greatest(F("last_at"), at)
    ):
        return None
    pool = Pool.objects.get(id=pool_id)
    LedgerEntry.objects.create(
        pool=pool,
        seq=pool.seq,
        at=pool.last_at,
        reason=reason,
        used_change=change,
        booked=pool.booked,
        used=pool.used,
        license_id=license_id,
        actor_id=actor.person_id,
        door=actor.door,
    )
    return Noted(pool.id, pool.last_at)
