"""The bin of people: what restoring needs, until the grace period is over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from siegel.accounts.permissions import Actor, Permission, Role, require
from siegel.core.ids import new_id
from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import Removal


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
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    return Removal.objects.create(
        id=new_id(),
        account_id=account_id,
        license_id=license_id,
        reason=reason,
        state_before=state_before,
        roles=[str(role) for role in roles],
        removed_at=at,
        removed_by_id=actor.person_id,
        erase_after=erase_after,
    ).id


def mark_restored(*, actor: Actor, account_id: UUID, removal_id: UUID, at: datetime) -> bool:
    """End a removal because the person is back; return whether it was open until now."""
    require(actor, Permission.LICENSE_ASSIGN, account_id)
    return bool(
        Removal.objects.filter(
            id=removal_id, account_id=account_id, restored_at=None, erased_at=None
        ).update(restored_at=at, restored_by_id=actor.person_id)
    )


def mark_erased(*, removal_id: UUID, at: datetime) -> bool:
    """End a removal because the person was erased; return whether it was open until now."""
    rows = Removal.objects.filter(id=removal_id, restored_at=None, erased_at=None)
    return bool(rows.update(erased_at=at))
