"""Decisions about packages, bookings and pools, without a database."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from siegel.accounts.permissions import Permission
from siegel.core.periods import local_day, midnight_after
from siegel.licensing.kinds import PoolKind


@dataclass(frozen=True)
class PackageFacts:
    """One version of a package. Storage in bytes."""

    id: int
    code: str
    version: int
    name: str
    self_service: bool
    guests_per_full: int
    guests_per_pack: int
    data_rooms_allowed: bool
    data_rooms_included: int
    storage_per_full: int
    storage_per_pack: int
    features: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quantities:
    """What an account books: totals, not differences."""

    full: int = 0
    guest_packs: int = 0
    data_rooms: int = 0
    storage_packs: int = 0

    def items(self) -> tuple[tuple[str, int], ...]:
        """Return the quantities by name, in the order of an order form."""
        return tuple((field.name, getattr(self, field.name)) for field in fields(self))


def entitlement(package: PackageFacts, quantities: Quantities) -> dict[PoolKind, int]:
    """Return how many units of each kind the quantities bring (storage in bytes)."""
    return {
        PoolKind.FULL: quantities.full,
        PoolKind.GUEST: package.guests_per_full * quantities.full
        + package.guests_per_pack * quantities.guest_packs,
        PoolKind.DATA_ROOM: package.data_rooms_included + quantities.data_rooms,
        PoolKind.STORAGE: package.storage_per_full * quantities.full
        + package.storage_per_pack * quantities.storage_packs,
    }


def split_change(current: Quantities, wanted: Quantities) -> tuple[Quantities, Quantities | None]:
    """Return what holds at once, and what is planned for the end of the term: whatever is less."""
    now = Quantities(*map(max, astuple(current), astuple(wanted)))
    return now, (None if now == wanted else wanted)


def lower(current: Quantities, reductions: Mapping[str, int]) -> Quantities:
    """Return the totals with some of them lowered; none is ever raised by a reduction."""
    return replace(
        current,
        **{name: min(total, reductions.get(name, total)) for name, total in current.items()},
    )


def settle_reduction(
    package: PackageFacts, current: Quantities, target: Quantities, used: dict[PoolKind, int]
) -> Quantities:
    """Return the smallest totals from target up to current under which all that is used fits.

    On the day a reduction takes effect nobody is cut off: what is still used stays booked. Packs
    are kept before full licenses, because they are the smaller commitment; a full license is kept
    only as far as its holders, its guests or its storage need it (SPEC §2).
    """
    full = max(target.full, min(current.full, used[PoolKind.FULL]))
    rooms = max(
        target.data_rooms,
        min(current.data_rooms, used[PoolKind.DATA_ROOM] - package.data_rooms_included),
    )
    kept = replace(target, full=full, data_rooms=rooms)
    for kind, name, size in (
        (PoolKind.GUEST, "guest_packs", package.guests_per_pack),
        (PoolKind.STORAGE, "storage_packs", package.storage_per_pack),
    ):
        missing = used[kind] - entitlement(package, kept)[kind]
        if missing > 0 and size:
            packs: int = getattr(kept, name)
            most = max(packs, getattr(current, name))
            kept = replace(kept, **{name: min(most, packs + -(-missing // size))})
    for kind, each in (
        (PoolKind.GUEST, package.guests_per_full),
        (PoolKind.STORAGE, package.storage_per_full),
    ):
        missing = used[kind] - entitlement(package, kept)[kind]
        if missing > 0 and each:
            kept = replace(kept, full=min(current.full, kept.full + -(-missing // each)))
    return kept


def is_scarce(booked: int, available: int) -> bool:
    """Return whether fewer than 10 % of what is booked, or none of it, is available."""
    return booked > 0 and available * 10 < booked


def idle_end(seen: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return when a license ends that lasts so many days without sign-in: a local midnight.

    Days are counted on the calendar, so a change of the clocks moves nothing.
    """
    return midnight_after(local_day(seen, zone) + timedelta(days=days), zone)


#: The rights of a license by the name of its column, and what each permits.
RIGHTS: dict[str, Permission] = {
    "creates_boxes": Permission.BOX_CREATE,
    "creates_temporary_boxes": Permission.BOX_CREATE_TEMPORARY,
    "creates_data_rooms": Permission.DATA_ROOM_CREATE,
    "invites_guests": Permission.GUEST_INVITE,
}


def rights_of(kind: PoolKind, granted: Mapping[str, bool]) -> frozenset[Permission]:
    """Return what a license permits its holder; a guest license permits none of it (SPEC §2)."""
    if kind != PoolKind.FULL:
        return frozenset()
    return frozenset(RIGHTS[name] for name, on in granted.items() if on)
