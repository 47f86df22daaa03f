"""Booked, used, available: at any moment, in constant time (promise 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from siegel.core.sql import fetch_all
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Booking
from siegel.licensing.queries.packages import BookingFacts, booking_facts
from siegel.licensing.rules import Quantities, entitlement, is_scarce, lower, settle_reduction


@dataclass(frozen=True)
class PoolStatus:
    """One kind's figures. Storage in bytes."""

    kind: PoolKind
    booked: int
    used: int

    @property
    def available(self) -> int:
        """What can still be used."""
        return self.booked - self.used

    @property
    def scarce(self) -> bool:
        """Fewer than 10 % of what is booked, or none of it, is available."""
        return is_scarce(self.booked, self.available)


@dataclass(frozen=True)
class LicenseStatus:
    """The figures of one account at one moment, in the order of ``PoolKind``."""

    at: datetime
    pools: tuple[PoolStatus, ...]

    def of(self, kind: PoolKind) -> PoolStatus:
        """Return the figures of one kind."""
        return next(pool for pool in self.pools if pool.kind == kind)


def license_status(
    account_id: UUID,
    at: datetime | None = None,
    *,
    now: datetime | None = None,
    booking: BookingFacts | None = None,
) -> LicenseStatus:
    """Return booked and used per kind, at any moment.

    Now comes from the pools, the past from the ledger's running balance, the future from the pools
    and the planned changes up to then. One to three indexed look-ups, whatever has happened.
    ``booking`` is the latest one, from a caller who has read it anyway.
    """
    now = now or timezone.now()
    if at is None:
        return _status(now, _current(account_id))
    if at < now:
        return _status(at, _past(account_id, at))
    figures = _current(account_id)
    booking = booking or booking_facts(account_id)
    if booking and booking.planned and booking.planned.effective_at <= at:
        used = {kind: in_use for kind, (_booked, in_use) in figures.items()}
        figures = {
            kind: (booked, used[kind])
            for kind, booked in entitlement(
                booking.package, quantities_after_plan(booking, used)
            ).items()
        }
    return _status(at, figures)


def quantities_after_plan(booking: BookingFacts, used: dict[PoolKind, int]) -> Quantities:
    """Return the totals after the planned change if what is used stays as it is."""
    if booking.planned is None:
        return booking.quantities
    target = lower(booking.quantities, booking.planned.reductions)
    return settle_reduction(booking.package, booking.quantities, target, used)


def _status(at: datetime, figures: dict[PoolKind, tuple[int, int]]) -> LicenseStatus:
    return LicenseStatus(
        at, tuple(PoolStatus(kind, *figures.get(kind, (0, 0))) for kind in PoolKind)
    )


def _by_kind(rows: Iterable[tuple[str, int, int]]) -> dict[PoolKind, tuple[int, int]]:
    return {PoolKind(kind): (booked, used) for kind, booked, used in rows}


def _current(account_id: UUID) -> dict[PoolKind, tuple[int, int]]:
    return _by_kind(fetch_all(_NOW, [account_id]))


_NOW = "SELECT kind, booked, used FROM licensing_pool WHERE account_id = %s"
_BALANCE = """
SELECT pool.kind, entry.booked, entry.used
FROM licensing_pool pool
JOIN licensing_ledgerentry entry ON entry.id = (
  SELECT id FROM licensing_ledgerentry
  WHERE pool_id = pool.id AND at <= %s ORDER BY at DESC, seq DESC LIMIT 1)
WHERE pool.account_id = %s
"""


def _past(account_id: UUID, at: datetime) -> dict[PoolKind, tuple[int, int]]:
    return _by_kind(fetch_all(_BALANCE, [at, account_id]))


_HISTORY = """
WITH step(moment) AS (VALUES {moments}),
pool AS (SELECT id FROM licensing_pool WHERE account_id = %s AND kind = %s)
SELECT entry.booked, entry.used FROM step
LEFT JOIN licensing_ledgerentry entry ON entry.id = (
  SELECT id FROM licensing_ledgerentry
  WHERE pool_id = (SELECT id FROM pool) AND at <= step.moment
  ORDER BY at DESC, seq DESC LIMIT 1)
ORDER BY step.moment
"""


def pool_history(
    account_id: UUID, kind: PoolKind, moments: Sequence[datetime]
) -> list[tuple[int, int]]:
    """Return (booked, used) at each of the ascending moments: one statement, one look-up each."""
    if not moments:
        return []
    cast = "(%s::timestamptz)" if connection.vendor == "postgresql" else "(%s)"
    rows = fetch_all(
        _HISTORY.format(moments=", ".join([cast] * len(moments))),
        [*moments, account_id, str(kind)],
    )
    return [(booked or 0, used or 0) for booked, used in rows]


def ledger_began(account_id: UUID) -> datetime | None:
    """Return the moment of the account's first booking."""
    first = Booking.objects.filter(account_id=account_id, number=1)
    return first.values_list("at", flat=True).first()
