"""One person's license, and what has happened to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from siegel.accounts.models import RoleGrant
from siegel.accounts.permissions import ADMINS, Actor, Permission, Role, require
from siegel.core.refusal import NotFound
from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import License
from siegel.licensing.queries.holder_rows import FIELDS, HolderRow, holder_row, with_roles


@dataclass(frozen=True)
class HolderDetails:
    """One person's license and what the account knows about them."""

    row: HolderRow
    first_name: str
    last_name: str
    department: str
    phone: str
    description: str


def holder_details(*, actor: Actor, account_id: UUID, license_id: UUID) -> HolderDetails:
    """Return one license with its holder, also after it was released.

    :raises NotFound: no such license in this account, or nobody holds it.
    """
    require(actor, Permission.PEOPLE_VIEW, account_id)
    found = (
        License.objects.filter(id=license_id, pool__account_id=account_id)
        .exclude(holder=None)
        .values_list(
            *FIELDS,
            "holder__department",
            "holder__phone",
            "holder__description",
        )
        .first()
    )
    if found is None:
        raise NotFound(_("This does not exist, or it belongs to another account."))
    row = holder_row(found[:-3])
    return HolderDetails(with_roles([row])[0], found[3], found[4], *found[-3:])


@dataclass(frozen=True)
class Holding:
    """A license as workflows need it."""

    profile_id: UUID
    person_id: UUID
    state: LicenseState


def holdings(account_id: UUID, license_ids: Sequence[UUID]) -> dict[UUID, Holding]:
    """Return the holders of these licenses of the account by license."""
    found: dict[UUID, Holding] = {}
    for start in range(0, len(license_ids), 5_000):
        rows = License.objects.filter(
            id__in=license_ids[start : start + 5_000],
            pool__account_id=account_id,
            holder__isnull=False,
        ).values_list("id", "holder_id", "holder__person_id", "state")
        found.update((row[0], Holding(row[1], row[2], LicenseState(row[3]))) for row in rows)
    return found


def live_license(profile_id: UUID) -> UUID | None:
    """Return the license that a person holds in their account now."""
    rows = License.objects.filter(holder_id=profile_id, released_at=None)
    found: UUID | None = rows.values_list("id", flat=True).first()
    return found


def license_of_address(account_id: UUID, email: str) -> UUID | None:
    """Return the license that the person with this lower-case address holds in the account."""
    rows = License.objects.filter(
        holder__account_id=account_id, holder__email=email, released_at=None
    )
    found: UUID | None = rows.values_list("id", flat=True).first()
    return found


def newest_licenses(profile_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the license under which each person's page is: theirs now, else their last one."""
    rows = License.objects.filter(holder__in=set(profile_ids), continued_by=None)
    # The live one comes last and stays: of those that have ended, the one that ended last.
    rows = rows.order_by(F("released_at").asc(nulls_last=True), "assigned_at", "id")
    return dict(rows.values_list("holder_id", "id"))


def active_registration_admins(account_id: UUID) -> set[UUID]:
    """Return the profiles that can administer the account now: role and license in use."""
    grants = RoleGrant.objects.filter(
        profile__account_id=account_id, role=Role.REGISTRATION_ADMIN
    ).values("profile")
    rows = License.objects.filter(holder__in=grants, state=LicenseState.ACTIVE)
    return set(rows.values_list("holder_id", flat=True))


def administrators_to_mail(account_id: UUID) -> list[tuple[str, str]]:
    """Return e-mail address and language of those who can administer the account now."""
    grants = RoleGrant.objects.filter(profile__account_id=account_id, role__in=ADMINS)
    rows = License.objects.filter(
        holder__in=grants.values("profile"), state=LicenseState.ACTIVE
    ).order_by("holder__sort_name", "id")
    return list(rows.values_list("holder__email", "holder__person__language"))
