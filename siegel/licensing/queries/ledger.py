"""The license ledger for its readers: newest first, in pages that cost the same at any depth."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet

from siegel.accounts.actor_names import actor_name
from siegel.accounts.names import name_or_email
from siegel.accounts.permissions import Actor, Permission, require
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry, Pool

#: PoolKind's own order decides between entries of one moment, so that an order is total.
_RANK = {kind: rank for rank, kind in enumerate(PoolKind)}
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class LedgerLine:
    """One change of one pool with the balance after it. Storage in bytes."""

    kind: PoolKind
    seq: int
    at: datetime
    reason: str  #: assign, release, book …
    booked_change: int
    used_change: int
    booked: int
    used: int
    actor: str  #: who did it; empty for the system itself
    door: str
    holder: str  #: whose license it is about; empty for bookings and data rooms
    holder_email: str
    license_id: UUID | None
    booking: int | None  #: number of the booking that set the totals

    @property
    def available(self) -> int:
        """What could still be used after this change."""
        return self.booked - self.used

    @property
    def place(self) -> "Place":
        """Where the entry stands in the account's ledger."""
        return Place(self.at, _RANK[self.kind], self.seq)


@dataclass(frozen=True)
class Place:
    """A place in the ledger: moment, then kind, then number within the pool."""

    at: datetime
    rank: int
    seq: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.rank}.{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Return the place that a cursor names, or None for anything else."""
        words = text.split(".")
        if len(words) != 3 or not all(w.isascii() and w.isdigit() and len(w) < 18 for w in words):
            return None
        micros, rank, seq = map(int, words)
        try:
            return cls(_EPOCH + timedelta(microseconds=micros), rank, seq)
        except OverflowError:
            return None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LedgerFilter:
    """Which entries: of one kind or all, of a stretch of time (``until`` included)."""

    kind: PoolKind | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class LedgerPage:
    """Some entries, newest first, and the cursors of the neighboring pages ("" for none)."""

    lines: tuple[LedgerLine, ...]
    newer: str
    older: str


def ledger_page(
    *,
    actor: Actor,
    account_id: UUID,
    which: LedgerFilter,
    cursor: str = "",
    limit: int = 50,
) -> LedgerPage:
    """Return one page of the ledger: after the cursor ``o…`` older ones, after ``n…`` newer ones.

    :raises Forbidden: only those who may see the ledger.
    """
    require(actor, Permission.LEDGER_VIEW, account_id)
    place = Place.parse(cursor[1:])
    newer = cursor.startswith("n") and place is not None
    found = list(islice(_lines(account_id, which, place, newer, limit + 1), limit + 1))
    more = len(found) > limit
    lines = found[:limit][::-1] if newer else found[:limit]
    if not lines:
        return LedgerPage((), "", "")
    has_newer = more if newer else place is not None
    has_older = more or newer
    return LedgerPage(
        tuple(lines),
        f"n{lines[0].place}" if has_newer else "",
        f"o{lines[-1].place}" if has_older else "",
    )


def count_entries(*, actor: Actor, account_id: UUID, which: LedgerFilter) -> int:
    """Return how many entries there are, without reading them.

    Each pool numbers its entries without gaps, so two look-ups along its index are the count.

    :raises Forbidden: only those who may see the ledger.
    """
    require(actor, Permission.LEDGER_VIEW, account_id)
    pools = Pool.objects.filter(account_id=account_id).values_list("id", "kind")
    return sum(
        _count(_entries(pool_id, 0, which, None, newer=True))
        for pool_id, kind in pools
        if which.kind in {None, kind}
    )


def _count(rows: QuerySet[LedgerEntry]) -> int:
    numbers = rows.values_list("seq", flat=True)
    first, last = numbers.first(), numbers.last()
    return 0 if first is None or last is None else last - first + 1


def ledger_lines(*, actor: Actor, account_id: UUID, which: LedgerFilter) -> Iterator[LedgerLine]:
    """Return every entry, newest first, read as it is consumed: for exports of any length.

    :raises Forbidden: only those who may see the ledger.
    """
    require(actor, Permission.LEDGER_VIEW, account_id)
    return _lines(account_id, which, None, False, None)


def _lines(
    account_id: UUID, which: LedgerFilter, place: Place | None, newer: bool, limit: int | None
) -> Iterator[LedgerLine]:
    """Merge the pools' entries; each pool is read along its own index, never sorted."""
    pools = Pool.objects.filter(account_id=account_id).values_list("id", "kind")
    streams = []
    for pool_id, name in pools:
        kind = PoolKind(name)
        if which.kind in (None, kind):
            rows = _entries(pool_id, _RANK[kind], which, place, newer)
            rows = rows[:limit] if limit else rows
            streams.append(_read(rows, kind, account_id))
    sign = 1 if newer else -1
    return heapq.merge(*streams, key=lambda line: _order(line, sign))


def _order(line: LedgerLine, sign: int) -> tuple[int, int, int]:
    # Exact as an integer: a float of seconds would lose microseconds.
    return (sign * ((line.at - _EPOCH) // _MICROSECOND), -sign * _RANK[line.kind], sign * line.seq)


def _entries(
    pool_id: UUID, rank: int, which: LedgerFilter, place: Place | None, newer: bool
) -> QuerySet[LedgerEntry]:
    rows = LedgerEntry.objects.filter(pool_id=pool_id)
    if which.since:
        rows = rows.filter(at__gte=which.since)
    if which.until:
        rows = rows.filter(at__lte=which.until)
    if place and newer:
        rows = rows.filter(at__gte=place.at)
        if rank == place.rank:
            rows = rows.filter(Q(at__gt=place.at) | Q(seq__gt=place.seq))
        elif rank > place.rank:
            rows = rows.filter(at__gt=place.at)
    elif place:
        rows = rows.filter(at__lte=place.at)
        if rank == place.rank:
            rows = rows.filter(Q(at__lt=place.at) | Q(seq__lt=place.seq))
        elif rank < place.rank:
            rows = rows.filter(at__lt=place.at)
    return rows.order_by("at", "seq") if newer else rows.order_by("-at", "-seq")


_COLUMNS = (
    "seq",
    "at",
    "reason",
    "booked_change",
    "used_change",
    "booked",
    "used",
    "door",
    "license_id",
    "booking__number",
    "license__holder__first_name",
    "license__holder__last_name",
    "license__holder__email",
)


def _read(rows: QuerySet[LedgerEntry], kind: PoolKind, account_id: UUID) -> Iterator[LedgerLine]:
    # fmt: off
    for (seq, at, reason, booked_change, used_change, booked, used, door, license_id, booking,
         holder_first, holder_last, holder_email, actor) in rows.values_list(
            *_COLUMNS, actor_name("actor", account_id)).iterator(chunk_size=2_000):
        # fmt: on
        yield LedgerLine(
            kind=kind,
            seq=seq,
            at=at,
            reason=reason,
            booked_change=booked_change,
            used_change=used_change,
            booked=booked,
            used=used,
            actor=actor,
            door=door,
            holder=name_or_email(holder_first, holder_last, holder_email),
            holder_email=holder_email or "",
            license_id=license_id,
            booking=booking,
        )
