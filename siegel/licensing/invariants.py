"""What must agree: pools, licenses, ledger, bookings and seals (promise 3)."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q

from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import Booking, LedgerEntry, LedgerSeal, License, Pool
from siegel.licensing.queries.packages import package_facts, quantities_of
from siegel.licensing.rules import entitlement
from siegel.licensing.seals import GENESIS, SEALED, seal_hash


def check() -> Iterator[str]:
    """Yield one sentence for each thing that does not agree."""
    yield from _pools_count_their_licenses()
    yield from _ledger_adds_up()
    yield from _pools_follow_bookings()
    yield from _holders_belong_to_the_account()
    yield from _seals_hold()


def _pools_count_their_licenses() -> Iterator[str]:
    counted = dict(
        License.objects.filter(released_at=None)
        .values_list("pool")
        .annotate(count=Count("id"))
        .values_list("pool", "count")
    )
    for pool in Pool.objects.exclude(kind=PoolKind.STORAGE).iterator():
        live = counted.get(pool.id, 0)
        if pool.used != live:
            yield f"pool {pool.id} ({pool.kind}) says {pool.used} used, but {live} licenses live"
        if not 0 <= pool.used <= pool.booked:
            yield f"pool {pool.id} ({pool.kind}) is over-booked: {pool.used} of {pool.booked}"


_BROKEN_BALANCE = """
SELECT pool_id, seq FROM (
  SELECT pool_id, seq, at, booked, used, booked_change, used_change,
    LAG(seq, 1, 0) OVER w AS last_seq, LAG(booked, 1, 0) OVER w AS last_booked,
    LAG(used, 1, 0) OVER w AS last_used, LAG(at) OVER w AS last_at
  FROM licensing_ledgerentry WINDOW w AS (PARTITION BY pool_id ORDER BY seq)) chain
WHERE seq <> last_seq + 1 OR booked <> last_booked + booked_change
   OR used <> last_used + used_change OR at < last_at LIMIT 100
"""


def _ledger_adds_up() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN_BALANCE)
        for pool_id, seq in cursor.fetchall():
            yield f"ledger of pool {pool_id}: entry {seq} does not continue the one before"
    last = LedgerEntry.objects.filter(pool=F("pool__id"), seq=F("pool__seq"))
    agreeing = last.filter(
        booked=F("pool__booked"), used=F("pool__used"), at=F("pool__last_at")
    ).values("pool")
    for pool in Pool.objects.exclude(id__in=agreeing).exclude(seq=0).iterator():
        yield f"pool {pool.id} ({pool.kind}) and its last ledger entry {pool.seq} disagree"
    for pool in Pool.objects.filter(seq=0).exclude(Q(booked=0) & Q(used=0)):
        yield f"pool {pool.id} ({pool.kind}) has figures but no ledger"
    beyond = LedgerEntry.objects.filter(seq__gt=F("pool__seq"))
    for pool_id in beyond.values_list("pool", flat=True).distinct():
        yield f"ledger of pool {pool_id} goes on beyond the pool's last entry"


def _pools_follow_bookings() -> Iterator[str]:
    latest: dict[UUID, Booking] = {}
    for booking in Booking.objects.select_related("package").order_by("number").iterator():
        latest[booking.account_id] = booking
    pools: dict[UUID, dict[str, int]] = {}
    for account_id, kind, booked in Pool.objects.values_list("account", "kind", "booked"):
        pools.setdefault(account_id, {})[kind] = booked
    for owner_id, figures in pools.items():
        row = latest.get(owner_id)
        wanted = (
            entitlement(package_facts(row.package), quantities_of(row))
            if row
            else dict.fromkeys(PoolKind, 0)
        )
        for kind, booked in wanted.items():
            if figures.get(kind) != booked:
                yield (
                    f"account {owner_id}: {kind} has {figures.get(kind)} booked in its pool, "
                    f"but {booked} by its latest booking"
                )


def _holders_belong_to_the_account() -> Iterator[str]:
    strangers = License.objects.exclude(holder=None).exclude(holder__account=F("pool__account"))
    for license_id in strangers.values_list("id", flat=True)[:100]:
        yield f"license {license_id} is held by a profile of another account"


def _seals_hold() -> Iterator[str]:
    for pool_id in LedgerSeal.objects.values_list("pool", flat=True).distinct():
        previous_hash, previous_seq = GENESIS, 0
        seals = LedgerSeal.objects.filter(pool_id=pool_id).order_by("number")
        for number, seal in enumerate(seals.iterator(), start=1):
            entries = (
                LedgerEntry.objects.filter(
                    pool_id=pool_id, seq__gt=previous_seq, seq__lte=seal.last_seq
                )
                .order_by("seq")
                .values_list(*SEALED)
                .iterator()
            )
            if (
                seal.number != number
                or seal.first_seq != previous_seq + 1
                or seal.previous_hash != previous_hash
                or seal.hash != seal_hash(pool_id, previous_hash, entries)
            ):
                yield f"ledger of pool {pool_id} was changed: seal {number} does not hold"
                break
            previous_hash, previous_seq = seal.hash, seal.last_seq
