"""Who of an account has a second factor, and which accounts a login concerns."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from siegel.accounts.permissions import Actor, Permission, require
from siegel.accounts.second_factors import people_with_factor
from siegel.licensing.kinds import LicenseState
from siegel.licensing.models import License


@dataclass(frozen=True)
class Coverage:
    """How many people of an account sign in with a second factor."""

    people: int
    without: int


def factor_coverage(*, actor: Actor, account_id: UUID) -> Coverage:
    """Return how many people have a license in use, and how many of them no second factor.

    :raises Forbidden: the actor's role does not show how access is protected.
    """
    require(actor, Permission.PROTECTION_VIEW, account_id)
    rows = License.objects.filter(
        pool__account_id=account_id, state=LicenseState.ACTIVE, holder__isnull=False
    )
    has_none = ~Q(holder__person_id__in=people_with_factor())
    found = rows.aggregate(
        people=Count("id"),
        without=Count("id", filter=has_none),
    )
    return Coverage(**found)


def accounts_of(person_id: UUID) -> list[UUID]:
    """Return the accounts whose logs tell of what happens to the person's login."""
    rows = License.objects.filter(holder__person_id=person_id).exclude(state=LicenseState.RELEASED)
    return list(rows.values_list("pool__account_id", flat=True).distinct())
