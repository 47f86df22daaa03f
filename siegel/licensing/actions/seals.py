"""Chain the ledger: seal what was written since the last time."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from siegel.licensing.models import LedgerEntry, LedgerSeal, Pool
from siegel.licensing.seals import GENESIS, SEALED, seal_hash

#: Entries under one seal at most, so that a year's backlog does not become one transaction.
STRETCH = 50_000


def seal_ledger(*, at: datetime) -> int:
    """Seal every pool's new ledger entries; return how many seals were written.

    Two workers at once do no harm: the seal's number is unique, the slower one is dropped.
    """
    last = (
        LedgerSeal.objects.filter(pool=OuterRef("pk"))
        .values("pool")
        .annotate(last=Max("last_seq"))
        .values("last")
    )
    open_pools = Pool.objects.annotate(sealed=Coalesce(Subquery(last), 0)).filter(
        seq__gt=F("sealed")
    )
    written = 0
    for pool_id in list(open_pools.values_list("id", flat=True)):
        while _seal_stretch(pool_id, at):
            written += 1
    return written


def _seal_stretch(pool_id: UUID, at: datetime) -> bool:
    previous = LedgerSeal.objects.filter(pool_id=pool_id).order_by("-number").first()
    first = previous.last_seq + 1 if previous else 1
    entries = list(
        LedgerEntry.objects.filter(pool_id=pool_id, seq__gte=first)
        .order_by("seq")
        .values_list(*SEALED)[:STRETCH]
    )
    if not entries:
        return False
    previous_hash = previous.hash if previous else GENESIS
    try:
        with transaction.atomic():
            LedgerSeal.objects.create(
                pool_id=pool_id,
                number=previous.number + 1 if previous else 1,
                first_seq=first,
                last_seq=entries[-1][0],
                previous_hash=previous_hash,
                hash=seal_hash(pool_id, previous_hash, entries),
                sealed_at=at,
            )
    except IntegrityError:
        return False
    return True
