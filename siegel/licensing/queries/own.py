"""What people may see about the licenses that they hold themselves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from siegel.licensing.kinds import LicenseState, PoolKind
from siegel.licensing.models import License


@dataclass(frozen=True)
class OwnLicense:
    """A license in use, as its holder sees it."""

    account_id: UUID
    kind: PoolKind
    since: datetime
    given_by: str  #: a name; empty where the service itself gave it


def own_licenses(person_id: UUID) -> dict[UUID, OwnLicense]:
    """Return the person's licenses in use by account, in one statement."""
    rows = License.objects.filter(
        holder__person_id=person_id, state=LicenseState.ACTIVE
    ).select_related("pool", "assigned_by")
    return {
        row.pool.account_id: OwnLicense(
            account_id=row.pool.account_id,
            kind=PoolKind(row.pool.kind),
            since=row.assigned_at,
            given_by=row.assigned_by.name if row.assigned_by else "",
        )
        for row in rows
    }
