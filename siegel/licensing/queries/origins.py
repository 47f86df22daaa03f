"""What the booked and used figures of one pool consist of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from siegel.accounts.actor_names import actor_name
from siegel.accounts.permissions import Actor, Permission, require
from siegel.licensing.kinds import PoolKind
from siegel.licensing.models import LedgerEntry, License
from siegel.licensing.rules import PackageFacts, Quantities

#: A page shows so many rooms; the export has all.
MOST_ROOMS = 500


@dataclass(frozen=True)
class Part:
    """One summand of a booked figure: ``count`` times ``each`` (storage in bytes)."""

    source: str  #: full, package, rooms, guest_packs or storage_packs
    count: int
    each: int

    @property
    def total(self) -> int:
        """What this part brings."""
        return self.count * self.each


@dataclass(frozen=True)
class BookedChange:
    """One booking that changed a pool, with the pool's total after it."""

    number: int
    at: datetime
    change: int
    booked: int
    package: str
    actor: str  #: empty for the system itself
    door: str


@dataclass(frozen=True)
class RoomLicense:
    """One data room's license."""

    license_id: UUID
    assigned_at: datetime
    assigned_by: str

    @property
    def short_id(self) -> str:
        """The end of the id, by which people tell rooms apart: the beginning is the time."""
        return self.license_id.hex[-6:]


def booked_parts(kind: PoolKind, package: PackageFacts, quantities: Quantities) -> list[Part]:
    """Return what a booked figure consists of; the parts' totals add up to ``entitlement``."""
    parts: dict[PoolKind, Sequence[Part]] = {
        PoolKind.FULL: (Part("full", quantities.full, 1),),
        PoolKind.GUEST: (
            Part("full", quantities.full, package.guests_per_full),
            Part("guest_packs", quantities.guest_packs, package.guests_per_pack),
        ),
        PoolKind.DATA_ROOM: (
            Part("package", 1, package.data_rooms_included),
            Part("rooms", quantities.data_rooms, 1),
        ),
        PoolKind.STORAGE: (
            Part("full", quantities.full, package.storage_per_full),
            Part("storage_packs", quantities.storage_packs, package.storage_per_pack),
        ),
    }
    return [part for part in parts[kind] if part.total]


def booked_changes(
    *, actor: Actor, account_id: UUID, kind: PoolKind, until: datetime | None
) -> list[BookedChange]:
    """Return every booking that changed the pool, newest first; the changes add up to booked.

    :raises Forbidden: only those who may see the status.
    """
    require(actor, Permission.STATUS_VIEW, account_id)
    rows = LedgerEntry.objects.filter(booking__account_id=account_id, pool__kind=kind)
    if until:
        rows = rows.filter(at__lte=until)
    return [
        BookedChange(
            number=entry.booking.number if entry.booking else 0,
            at=entry.at,
            change=entry.booked_change,
            booked=entry.booked,
            package=entry.booking.package.name if entry.booking else "",
            actor=entry.called,
            door=entry.door,
        )
        for entry in rows.select_related("booking__package")
        .annotate(called=actor_name("actor", account_id))
        .order_by("-at", "-seq")
    ]


def room_licenses(
    *, actor: Actor, account_id: UUID, at: datetime | None, limit: int = MOST_ROOMS
) -> list[RoomLicense]:
    """Return the data rooms' licenses that are used now, or were at a past moment; newest first.

    :raises Forbidden: only those who may see the status.
    """
    require(actor, Permission.STATUS_VIEW, account_id)
    rows = License.objects.filter(pool__account_id=account_id, pool__kind=PoolKind.DATA_ROOM)
    if at is None:
        rows = rows.filter(released_at=None)
    else:
        rows = rows.filter(assigned_at__lte=at).exclude(released_at__lte=at)
    found = rows.order_by("-assigned_at", "-id")[:limit]
    given_by = actor_name("assigned_by", account_id)
    return [RoomLicense(*row) for row in found.values_list("id", "assigned_at", given_by)]
