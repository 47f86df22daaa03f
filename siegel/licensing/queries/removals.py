"""The bin of people, as administrators see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from siegel.accounts.actor_names import actor_name
from siegel.accounts.names import name_or_email
from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.accounts.search import words_of
from siegel.core.periods import local_day
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import GroupMember, License, Removal, Sponsorship

PAGE_SIZE = 50


@dataclass(frozen=True)
class RemovedPerson:
    """Somebody in the bin."""

    removal_id: UUID
    license_id: UUID
    profile_id: UUID
    person_id: UUID
    name: str
    email: str
    organisation: str
    kind: PoolKind
    state_before: LicenseState
    roles: tuple[Role, ...]
    reason: str
    removed_at: datetime
    removed_by: str  #: empty where the service itself did it
    erase_after: datetime
    ends_at: datetime | None
    idle_days: int | None

    def days_left(self, at: datetime, zone: ZoneInfo) -> int:
        """Return how many days of the calendar are left, as from the 23rd to the 27th four."""
        return max(0, (local_day(self.erase_after, zone) - local_day(at, zone)).days)


@dataclass(frozen=True)
class BinPage:
    """A page of the bin; ``page`` counts from 1."""

    rows: tuple[RemovedPerson, ...]
    total: int
    page: int

    @property
    def first(self) -> int:
        """The number of the first row."""
        return (self.page - 1) * PAGE_SIZE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def removed_people(
    *,
    actor: Actor,
    account_id: UUID,
    search: str = "",
    kind: PoolKind | None = None,
    reason: str = "",
    page: int = 1,
) -> BinPage:
    """Return a page of the people in the bin, who was removed last first.

    :raises Forbidden: only administrators see them.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    rows = _open().filter(account_id=account_id)
    words = words_of(search)
    if search.strip() and not words:
        rows = rows.none()
    for word in words:
        rows = rows.filter(license__holder__search__contains=f" {word}")
    if kind:
        rows = rows.filter(license__pool__kind=kind)
    if reason:
        rows = rows.filter(reason=reason)
    total = rows.count()
    page = max(1, min(page, -(-total // PAGE_SIZE)))
    start = (page - 1) * PAGE_SIZE
    ordered = rows.order_by("-removed_at", "id")[start : start + PAGE_SIZE]
    return BinPage(tuple(map(_person, ordered.values_list(*_FIELDS))), total, page)


def removals(
    *, actor: Actor, account_id: UUID, removal_ids: Sequence[UUID]
) -> dict[UUID, RemovedPerson]:
    """Return those of these removals of the account that lie in the bin still, by name."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    rows = _open().filter(account_id=account_id, id__in=set(removal_ids))
    ordered = rows.order_by("license__holder__sort_name", "id")
    return {row[0]: _person(row) for row in ordered.values_list(*_FIELDS)}


def count_in_bin(account_id: UUID) -> int:
    """Return how many people lie in the account's bin."""
    return _open().filter(account_id=account_id).count()


def known_removals(account_id: UUID, removal_ids: Sequence[UUID]) -> int:
    """Return how many of these removals are of the account, whatever became of them."""
    return Removal.objects.filter(account_id=account_id, id__in=set(removal_ids)).count()


def in_bin_by_email(account_id: UUID, emails: Sequence[str]) -> dict[str, UUID]:
    """Return the removals of people with these addresses who had been here, by address.

    Who was only invited and never came has left nothing behind: they are simply invited anew.
    """
    rows = _open().filter(account_id=account_id).exclude(state_before=LicenseState.INVITED)
    found: dict[str, UUID] = {}
    for start in range(0, len(emails), 5_000):
        part = rows.filter(license__holder__email__in=emails[start : start + 5_000])
        found.update(part.values_list("license__holder__email", "id"))
    return found


def removals_of_email(account_id: UUID, email: str) -> list[UUID]:
    """Return the removals in the bin of the person with this address, latest first."""
    rows = _open().filter(account_id=account_id, license__holder__email=email)
    return list(rows.order_by("-removed_at", "id").values_list("id", flat=True))


def removal_of_license(account_id: UUID, license_id: UUID) -> UUID | None:
    """Return the removal with which a license lies in the bin, or None."""
    rows = _open().filter(account_id=account_id, license_id=license_id)
    return rows.values_list("id", flat=True).first()


@dataclass(frozen=True)
class DueRemoval:
    """A removal whose grace period is over, or soon will be."""

    id: UUID
    account_id: UUID
    license_id: UUID
    profile_id: UUID
    person_id: UUID


def due_removals(at: datetime, *, limit: int = 500) -> list[DueRemoval]:
    """Return removals whose grace period is over, of all accounts."""
    rows = _open().filter(erase_after__lte=at).order_by("erase_after", "id")
    return [DueRemoval(*row) for row in rows.values_list(*_DUE)[:limit]]


@dataclass(frozen=True)
class FormerHolder:
    """Somebody who lost the license to a successor and lies in no bin."""

    profile_id: UUID
    person_id: UUID
    account_id: UUID


def former_holders(before: datetime, *, limit: int = 5_000) -> list[FormerHolder]:
    """Return people without license and removal whose last license ended before."""
    of_holder = License.objects.filter(holder=OuterRef("holder"))
    still = of_holder.filter(Q(released_at=None) | Q(released_at__gt=before))
    in_bin = _open().filter(license__holder=OuterRef("holder"))
    rows = (
        License.objects.filter(
            ~Exists(still),
            ~Exists(in_bin),
            released_at__lte=before,
            holder__isnull=False,  # data rooms have none
            holder__erased_at=None,
        )
        .order_by("holder")
        .values_list("holder", "holder__person", "holder__account")
        .distinct()
    )
    return [FormerHolder(*row) for row in rows[:limit]]


def license_of_removal(removal_id: UUID) -> UUID:
    """Return the license that a removal ended; it stays the same."""
    found: UUID = Removal.objects.values_list("license_id", flat=True).get(id=removal_id)
    return found


def lies_in_bin_elsewhere(person_id: UUID, account_id: UUID) -> bool:
    """Return whether the person can be restored in another account than this."""
    rows = _open().filter(license__holder__person_id=person_id)
    return rows.exclude(account_id=account_id).exists()


def hold_removal(removal_id: UUID) -> DueRemoval | None:
    """Return a removal with its row locked, if it lies in the bin still."""
    rows = _open().filter(id=removal_id)
    row = rows.select_for_update(of=("self",)).values_list(*_DUE).first()
    return DueRemoval(*row) if row else None


def unwarned_removals(before: datetime) -> dict[UUID, list[UUID]]:
    """Return the removals that end before this moment and were not announced, by account."""
    found: dict[UUID, list[UUID]] = {}
    rows = _open().filter(erase_after__lte=before, warned_at=None).order_by("erase_after", "id")
    for account_id, removal_id in rows.values_list("account_id", "id"):
        found.setdefault(account_id, []).append(removal_id)
    return found


def is_kept(profile_id: UUID) -> bool:
    """Return whether a person's data is still needed: a live license, or another open removal."""
    live = License.objects.filter(holder_id=profile_id, released_at=None).exists()
    return live or _open().filter(license__holder_id=profile_id).exists()


@dataclass(frozen=True)
class Belongings:
    """What hangs on a license in the bin beside boxes."""

    groups: int = 0
    guests_back: int = 0  #: guests whom a successor has through the removal


def belongings_of(rows: Sequence[RemovedPerson]) -> dict[UUID, Belongings]:
    """Return groups and handed-over guests by removal."""
    groups = dict(
        GroupMember.objects.filter(license_id__in=[row.license_id for row in rows])
        .values("license")
        .annotate(count=Count("id"))
        .order_by()
        .values_list("license", "count")
    )
    guests = dict(
        Sponsorship.objects.filter(
            removal_id__in=[row.removal_id for row in rows], guest__released_at=None
        )
        .values("removal")
        .annotate(count=Count("id"))
        .order_by()
        .values_list("removal", "count")
    )
    return {
        row.removal_id: Belongings(groups.get(row.license_id, 0), guests.get(row.removal_id, 0))
        for row in rows
    }


@dataclass(frozen=True)
class OtherLicense:
    """The license that a person has got since they were removed."""

    license_id: UUID
    kind: PoolKind
    state: LicenseState


def other_licenses(rows: Sequence[RemovedPerson]) -> dict[UUID, OtherLicense]:
    """Return the live license of each of these people's profiles that has one, by removal."""
    live = License.objects.filter(
        holder_id__in=[row.profile_id for row in rows], released_at=None
    ).values_list("holder_id", "id", "pool__kind", "state")
    by_profile = {
        profile: OtherLicense(id_, PoolKind(kind), LicenseState(state))
        for profile, id_, kind, state in live
    }
    return {
        row.removal_id: by_profile[row.profile_id] for row in rows if row.profile_id in by_profile
    }


def _open() -> QuerySet[Removal]:
    return Removal.objects.filter(Q(restored_at=None), Q(erased_at=None))


_DUE = ("id", "account_id", "license_id", "license__holder_id", "license__holder__person_id")
_FIELDS = (
    "id",
    "license_id",
    "license__holder_id",
    "license__holder__person_id",
    "license__holder__first_name",
    "license__holder__last_name",
    "license__holder__email",
    "license__holder__organisation",
    "license__pool__kind",
    "state_before",
    "roles",
    "reason",
    "removed_at",
    actor_name("removed_by", OuterRef("account_id")),
    "erase_after",
    "license__ends_at",
    "license__idle_days",
)


def _person(row: tuple[Any, ...]) -> RemovedPerson:
    first, last, email = row[4:7]
    return RemovedPerson(
        row[0],
        row[1],
        row[2],
        row[3],
        name_or_email(first, last, email),
        email,
        row[7],
        PoolKind(row[8]),
        LicenseState(row[9]),
        tuple(Role(role) for role in row[10] if role in set(Role)),
        row[11],
        row[12],
        row[13],
        row[14],
        row[15],
        row[16],
    )
