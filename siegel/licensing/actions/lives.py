"""A license that lives on: another holder, another kind, back from the bin.

The row keeps its id, so everything that points at it (boxes, memberships, groups, sponsored guests)
passes on without being touched. What it was until then becomes an ended row of its own
(``continued_by``), so that lists of a past moment stay true.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siegel.accounts.permissions import Actor, Permission, require
from siegel.core.ids import new_id
from siegel.core.refusal import NotFound
from siegel.licensing.actions.entries import note
from siegel.licensing.actions.licenses import (
    AlreadyLicensed,
    WrongState,
    no_free_license,
    owns_boxes,
)
from siegel.licensing.kinds import PERSONAL, LicenseState, PoolKind
from siegel.licensing.models import License, Pool


@transaction.atomic
def pass_on_license(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    to_profile_id: UUID,
    at: datetime,
    state: LicenseState = LicenseState.INVITED,
    last_active_at: datetime | None = None,
) -> None:
    """Give a license another holder with all that hangs on it; constant time, no free one needed.

    ``state`` and ``last_active_at`` are those of the new holder.

    :raises NotFound: no such license in this account.
    :raises WrongState: it has ended.
    :raises AlreadyLicensed: the new holder has a live license in this account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    row = _lived(account_id, license_id)
    if row.holder_id == to_profile_id:
        return
    noted = note(
        actor=actor, pool_id=row.pool_id, license_id=row.id, reason="reassign", change=0, at=at
    )
    assert noted is not None  # noqa: S101 - a change by nothing is always possible
    _end_stretch(row, noted.at)
    row.holder_id = to_profile_id
    row.state, row.last_active_at = state, last_active_at
    _begin_stretch(row, noted.at, actor)


@transaction.atomic
def change_kind(
    *, actor: Actor, account_id: UUID, license_id: UUID, to: PoolKind, at: datetime
) -> None:
    """Make a guest license a full one, or back, in place; both pools in one transaction.

    Memberships and history stay (promise 9). Doing it twice changes nothing.

    :raises NoFreeLicense: no license of the new kind is free.
    :raises OwnsBoxes: guests own no boxes.
    :raises WrongState: the license has ended, or belongs to a data room.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    # The license before the pools, as everywhere: else two transactions wait for each other.
    row = _lived(account_id, license_id)
    pools = _hold_pools(account_id)
    if row.pool_id == pools[to].id:
        return
    if to not in PERSONAL or row.holder_id is None:
        raise WrongState(_("Only people's licenses can change between guest and full."))
    if to == PoolKind.GUEST and row.boxes:
        raise owns_boxes(license_id)
    reason = "promote" if to == PoolKind.FULL else "demote"
    given = note(
        actor=actor, pool_id=row.pool_id, license_id=row.id, reason=reason, change=-1, at=at
    )
    taken = note(
        actor=actor, pool_id=pools[to].id, license_id=row.id, reason=reason, change=1, at=at
    )
    if given is None or taken is None:
        raise no_free_license(pools[to])
    # Two pools have two clocks that never go back; the stretches meet at one moment all the same.
    _end_stretch(row, given.at)
    row.pool_id = taken.pool_id
    if to == PoolKind.FULL:
        row.ends_at = row.idle_days = None  # only guests are temporary
    _begin_stretch(row, taken.at, actor)


@transaction.atomic
def revive_license(
    *,
    actor: Actor,
    account_id: UUID,
    license_id: UUID,
    at: datetime,
    state: LicenseState,
) -> None:
    """Bring an ended license back with all that hangs on it; it takes a unit of its pool again.

    :raises NoFreeLicense: every booked license is used.
    :raises AlreadyLicensed: the holder got another license meanwhile.
    :raises NotFound: no such license in this account.
    """
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    row = _locked(account_id, license_id)
    if row.released_at is None:
        return
    taken = note(
        actor=actor, pool_id=row.pool_id, license_id=row.id, reason="restore", change=1, at=at
    )
    if taken is None:
        raise no_free_license(row.pool)
    _end_stretch(row, row.released_at)
    row.state, row.released_at = state, None
    _begin_stretch(row, taken.at, actor)


#: So many ids fit into one statement on both engines.
_BATCH = 5_000


def hold_licenses(
    *, account_id: UUID, license_ids: Collection[UUID], with_pools: bool = True
) -> None:
    """Lock these licenses, then the account's pools: the order in which everybody takes them.

    Without pools, where no unit is taken or given, so that nobody who takes one has to wait.
    """
    # The key of a license never changes, so rows that point at it need not wait (no_key). If they
    # had to, somebody who holds a pool and makes a guest of this license's would wait for us, and
    # we for their pool.
    held = License.objects.select_for_update(of=("self",), no_key=True)
    ids = sorted(set(license_ids))
    for start in range(0, len(ids), _BATCH):
        rows = held.filter(id__in=ids[start : start + _BATCH], pool__account_id=account_id)
        list(rows.order_by("id").values_list("id"))
    if with_pools:
        _hold_pools(account_id)


def _hold_pools(account_id: UUID) -> dict[PoolKind, Pool]:
    rows = (
        Pool.objects.select_for_update(no_key=True).filter(account_id=account_id).order_by("kind")
    )
    return {PoolKind(pool.kind): pool for pool in rows}


def _locked(account_id: UUID, license_id: UUID) -> License:
    rows = License.objects.select_for_update(of=("self",), no_key=True).select_related("pool")
    row = rows.filter(
        id=license_id, pool__account_id=account_id, continued_by=None, holder__isnull=False
    ).first()
    if row is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    return row


def _lived(account_id: UUID, license_id: UUID) -> License:
    row = _locked(account_id, license_id)
    if row.released_at is not None:
        raise WrongState(_("This license was released. Please invite the person again."))
    return row


def _end_stretch(row: License, at: datetime) -> None:
    """Write down what the license was up to this moment."""
    License.objects.create(
        id=new_id(),
        pool_id=row.pool_id,
        holder_id=row.holder_id,
        state=LicenseState.RELEASED,
        assigned_at=row.assigned_at,
        assigned_by_id=row.assigned_by_id,
        last_active_at=row.last_active_at,
        released_at=max(at, row.assigned_at),
        continued_by_id=row.id,
    )


def _begin_stretch(row: License, at: datetime, actor: Actor) -> None:
    row.assigned_at, row.assigned_by_id = at, actor.person_id
    try:
        with transaction.atomic():
            row.save(
                update_fields=[
                    "pool",
                    "holder",
                    "state",
                    "assigned_at",
                    "assigned_by",
                    "last_active_at",
                    "released_at",
                    "ends_at",
                    "idle_days",
                ]
            )
    except IntegrityError as error:
        if "license_one_per_person" in str(error) or "holder_id" in str(error):
            raise AlreadyLicensed(_("This person already holds a license here.")) from None
        raise
