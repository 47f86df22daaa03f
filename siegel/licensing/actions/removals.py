"""The bin of people: licenses end together, and what restoring them needs is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.core.bulk import insert_rows
from siegel.core.ids import new_id
from siegel.core.sql import plain
from siegel.licensing.actions.licenses import OwnsBoxes
from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import GroupMember, LedgerEntry, License, Pool, Removal, Sponsorship


@dataclass(frozen=True)
class Leaving:
    """What is kept of a license that is about to be released."""

    license_id: UUID
    state_before: LicenseState
    roles: Sequence[Role]


def open_removal(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    reason: str,
    state_before: LicenseState,
    roles: Sequence[Role],
    at: datetime,
    erase_after: datetime,
) -> UUID:
    """Remember a license that is about to be released; return the removal that it lies in."""
    opened = open_removals(
        actor=actor,
        account_id=account_id,
        leaving=[Leaving(license_id, state_before, roles)],
        reason=reason,
        at=at,
        erase_after=erase_after,
    )
    return opened[license_id]


def open_removals(
    *,
    actor: Actor,
    account_id: UUID,
    leaving: Iterable[Leaving],
    reason: str,
    at: datetime,
    erase_after: datetime,
) -> dict[UUID, UUID]:
    """Remember licenses that are about to be released; return their removals by license."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    made = [
        Removal(
            account_id=account_id,
            license_id=one.license_id,
            reason=reason,
            state_before=one.state_before,
            roles=[str(role) for role in one.roles],
            removed_at=at,
            removed_by_id=actor.person_id,
            erase_after=erase_after,
        )
        for one in leaving
    ]
    Removal.objects.bulk_create(made, batch_size=500)
    return {removal.license_id: removal.id for removal in made}


@transaction.atomic
def release_licenses(
    *, actor: Actor, account_id: UUID, license_ids: Iterable[UUID], at: datetime, reason: str
) -> int:
    """End many licenses and free their units, in few statements; return how many were live.

    ``reason`` is the ledger's word: remove or expire.

    :raises OwnsBoxes: boxes belong to one of them, which have to go elsewhere first.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    live = (
        License.objects.select_for_update(of=("self",), no_key=True)
        .filter(id__in=set(license_ids), pool__account_id=account_id, released_at=None)
        .order_by("id")
        .values_list("id", "pool_id", "pool__kind")
    )
    found = list(live)
    try:
        with transaction.atomic():
            License.objects.filter(id__in=[id_ for id_, _pool, _kind in found]).update(
                state=LicenseState.RELEASED, released_at=at
            )
    except IntegrityError as error:
        if "license_released_owns_no_live_box" in str(error):
            raise OwnsBoxes(_("One of these people still owns boxes.")) from None
        raise
    # Pools in the order in which everybody takes more than one of them.
    for pool_id, _kind in sorted({(pool, kind) for _id, pool, kind in found}, key=lambda p: p[1]):
        ended = [id_ for id_, pool, _kind in found if pool == pool_id]
        _give_back(actor, pool_id, ended, at, reason)
    return len(found)


def _give_back(actor: Actor, pool_id: UUID, ended: list[UUID], at: datetime, reason: str) -> None:
    count = len(ended)
    Pool.objects.filter(id=pool_id).update(
        used=F("used") - count, seq=F("seq") + count, last_at=Greatest(F("last_at"), at)
    )
    pool = Pool.objects.get(id=pool_id)
    if pool.last_at > at:
        # The ledger's clock never goes back. A list of the moments in between has as many rows as
        # the figure says.
        License.objects.filter(id__in=ended).update(released_at=pool.last_at)
    first, used = pool.seq - count + 1, pool.used + count - 1
    who = (actor.person_id, actor.door)
    insert_rows(
        LedgerEntry,
        (
            *("pool", "seq", "at", "reason", "booked_change", "used_change"),
            *("booked", "used", "license", "actor", "door"),
        ),
        [
            (pool.id, first + n, pool.last_at, reason, 0, -1, pool.booked, used - n, id_, *who)
            for n, id_ in enumerate(ended)
        ],
    )


_COUNT_OWNED = """
UPDATE licensing_license SET boxes = boxes + %s, data_rooms = data_rooms + %s,
  owned_bytes = owned_bytes + %s WHERE id = %s
"""


def count_owned_each(changes: Mapping[UUID, tuple[int, int, int]]) -> None:
    """Change what licenses own: boxes, data rooms and bytes by license; see ``count_owned``."""
    rows = [(*change, plain(license_id)) for license_id, change in sorted(changes.items())]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_COUNT_OWNED, rows)


@transaction.atomic
def share_guests_of(*, to_license: UUID, removals: Mapping[UUID, UUID], at: datetime) -> int:
    """Make the successor a sponsor of all guests of people who leave; return how many are new.

    ``removals`` are theirs, by license. Their own sponsorships stay until they are erased, so that
    restoring them is only to end what came with their removal.
    """
    own = Sponsorship.objects.filter(
        sponsor_id__in=list(removals),
        guest__released_at=None,
        guest__pool__kind=PoolKind.GUEST,  # who was made a full user is nobody's guest any more
    )
    staying = own.exclude(guest_id=to_license).exclude(guest_id__in=list(removals))
    pairs = staying.order_by("id").values_list("guest_id", "sponsor_id")
    first: dict[UUID, UUID] = {}
    for guest, sponsor in pairs:
        first.setdefault(guest, sponsor)
    return insert_rows(
        Sponsorship,
        ("id", "guest", "sponsor", "since", "removal"),
        [(new_id(), guest, to_license, at, removals[one]) for guest, one in first.items()],
        ignore_conflicts=True,
    )


def end_shared_guests(*, removal_ids: Iterable[UUID]) -> int:
    """End the sponsorships that successors have through removals; return how many."""
    return Sponsorship.objects.filter(removal_id__in=list(removal_ids)).delete()[0]


def mark_restored(*, actor: Actor, account_id: UUID, removal_id: UUID, at: datetime) -> bool:
    """End a removal because the person is back; return whether it was open until now."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    return bool(
        Removal.objects.filter(
            id=removal_id, account_id=account_id, restored_at=None, erased_at=None
        ).update(restored_at=at, restored_by_id=actor.person_id)
    )


def mark_erased(*, removal_id: UUID, at: datetime) -> bool:
    """End a removal because the person was erased; return whether it was open until now.

    Groups and sponsorships of the license end with it; what its successors have stays theirs.
    """
    rows = Removal.objects.filter(id=removal_id, restored_at=None, erased_at=None)
    if not rows.update(erased_at=at):
        return False
    license_id = Removal.objects.values_list("license_id", flat=True).get(id=removal_id)
    Sponsorship.objects.filter(removal_id=removal_id).update(removal=None)
    Sponsorship.objects.filter(sponsor_id=license_id).delete()
    Sponsorship.objects.filter(guest_id=license_id).delete()
    GroupMember.objects.filter(license_id=license_id).delete()
    return True


def mark_warned(*, removal_ids: Iterable[UUID], at: datetime) -> None:
    """Remember that administrators were told of the coming end of these removals."""
    Removal.objects.filter(id__in=list(removal_ids), warned_at=None).update(warned_at=at)
