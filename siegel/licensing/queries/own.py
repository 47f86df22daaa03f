"""What people may see about the licenses that they hold themselves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef

from siegel.accounts.actor_names import actor_name
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
    rows = License.objects.filter(holder__person_id=person_id, state=LicenseState.ACTIVE)
    given_by = actor_name("assigned_by", OuterRef("pool__account_id"))
    found = rows.values_list("pool__account_id", "pool__kind", "assigned_at", given_by)
    return {
        account_id: OwnLicense(account_id, PoolKind(kind), since, name)
        for account_id, kind, since, name in found
    }
